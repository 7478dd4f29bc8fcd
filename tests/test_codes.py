"""The staged codes of texts: what was written comes back, and a file cut short is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import engine, telling
from pipeline.errors import StoreError
from pipeline.settings import load
from pipeline.store import codes
from tests.filling import law


@law
@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=20)), max_size=8), st.data())
def test_what_was_written_comes_back(tmp_path_factory, texts, data):
    """In whatever order texts are asked for, each gives its own bytes, empty ones too."""
    staging = tmp_path_factory.mktemp("staging")
    places = codes.write(staging, "a", [c for c, _ in texts], [k for _, k in texts])
    order = data.draw(st.permutations(range(len(texts))))
    asked = [places[n] for n in order]
    assert codes.read_codes(staging, asked) == [texts[n][0] for n in order]
    assert codes.read_keys(staging, asked) == [texts[n][1] for n in order]


@pytest.mark.parametrize("left", range(12))
def test_a_file_cut_short_is_an_error(tmp_path, left):
    """Wherever a file ends, what lies behind is refused, and what lies before is whole."""
    places = codes.write(tmp_path, "a", [b"abc", b"ef"], [b"1234", b"567"])
    path = tmp_path / "codes" / "a.bin"
    path.write_bytes(path.read_bytes()[:left])
    for read, ends in ((codes.read_codes, (3, 9)), (codes.read_keys, (7, 12))):
        for place, end in zip(places, ends, strict=True):
            if end <= left:
                assert len(read(tmp_path, [place])) == 1
            else:
                with pytest.raises(StoreError, match=r"a\.bin: ends before byte"):
                    read(tmp_path, [place])


def test_a_run_with_cut_codes_publishes_nothing(inline, tmp_path, monkeypatch, make_story):
    """A run whose codes are cut on the disk fails with their name, and the next does it all."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    for n in range(3):
        (raw / f"{n}.txt").write_text(make_story(1, 6 + n))
    whole = telling.sign

    def sign(job, *rest):
        whole(job, *rest)
        for path in (job.staging / "codes").iterdir():
            path.write_bytes(path.read_bytes()[:-100])

    with monkeypatch.context() as patch:
        patch.setattr(telling, "sign", sign)
        with pytest.raises(StoreError, match="ends before byte"):
            engine.ingest(raw, clean, load(environ={})[0])
    assert not list(Path(clean).glob("*/*/*.parquet"))
    report = engine.ingest(raw, clean, load(environ={})[0])
    assert (report.stories, report.copies) == (1, 3)
