"""``verify`` finds every kind of damage, once each, and nothing where there is none."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import engine, rebuilding, tending, verifying
from pipeline.identity import ID_LENGTH, sha256
from pipeline.planning import Choice
from pipeline.store import audit, browse, disk
from tests.test_engine import rows, settings

Story = Callable[..., str]
OFFER = "Subscribe now for full access to all our articles"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, make_story: Story) -> Path:
    """Ingest pages, dumps, a feed, copies and a rejected file, in two runs."""
    home = tmp_path_factory.mktemp("desk")
    raw = home / "raw"
    for outlet in ("gazette", "herald"):
        (raw / outlet).mkdir(parents=True)
    (raw / "gazette" / "a.txt").write_text(f"{OFFER}\n\n{make_story(1)}")
    paragraphs = "".join(f"<p>{p}</p>" for p in make_story(2).split("\n\n"))
    page = f"<html><body><nav>Home News</nav><h1>A day</h1>{paragraphs}</body></html>"
    (raw / "gazette" / "b.html").write_text(page)
    feed = [{"text": make_story(n), "date": f"2024-03-0{n}"} for n in range(1, 9)]
    lines = "".join(json.dumps(row) + "\n" for row in feed) + "{no json\n"
    (raw / "herald" / "feed.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    engine.ingest(raw, home / "clean", settings())
    (raw / "gazette" / "late.txt").write_bytes(make_story(3, 5).encode("utf-16"))
    engine.ingest(raw, home / "clean", settings())
    return home


@pytest.fixture
def home(desk: Path, tmp_path: Path) -> Path:
    """Copy it, to be damaged; the snapshot goes, so that what is damaged is what is read."""
    shutil.copytree(desk, tmp_path / "home", copy_function=shutil.copy2)
    shutil.rmtree(tmp_path / "home" / "clean" / ".editions")
    return tmp_path / "home"


def kinds(home: Path, **options: int) -> set[str]:
    """Return the kinds of all findings."""
    found = verifying.verify(home / "raw", home / "clean", settings(), **options)
    return {finding.kind for finding in found.findings}


def part(home: Path, table: str) -> Path:
    """Return the largest part of a table."""
    files = (home / "clean" / table).rglob("*.parquet")
    return max(files, key=lambda f: (pq.read_metadata(f).num_rows, f))


def change(home: Path, table: str, make: Callable[[pa.Table], pa.Table]) -> None:
    """Rewrite a part with other rows, and list it so: only the rows are off."""
    file = part(home, table)
    content = make(pq.ParquetFile(file).read())
    with pq.ParquetWriter(file, content.schema) as writer:
        writer.write_table(content)
    listed = home / "clean" / "edition.json"
    manifest = json.loads(listed.read_text())
    for row in manifest["files"]:
        if row["path"] == file.relative_to(home / "clean").as_posix():
            data = file.read_bytes()
            row.update(rows=content.num_rows, bytes=len(data), sha256=sha256(data))
    listed.write_text(json.dumps(manifest))


def put(content: pa.Table, column: str, value: object, at: int = 0) -> pa.Table:
    """Return a table with another value in one cell."""
    field = content.schema.field(column)
    values = content[column].to_pylist()
    values[at] = value
    array = pa.array(values, field.type)
    return content.set_column(content.schema.get_field_index(column), field, array)


def test_what_is_whole_is_in_order(desk: Path):
    """Every document is walked back, and made anew."""
    found = verifying.verify(desk / "raw", desk / "clean", settings())
    assert found.findings == ()
    assert (found.documents, found.remade) == (11, 11)
    some = verifying.verify(desk / "raw", desk / "clean", settings(), sample=4)
    assert (some.documents, some.findings) == (4, ())


def test_a_run_without_news_is_in_order(home: Path):
    """Its row stands beside the edition until the next one."""
    engine.ingest(home / "raw", home / "clean", settings())
    assert kinds(home) == set()


def test_what_was_folded_forgotten_and_rebuilt_is_in_order(home: Path):
    """After each of these, too."""
    raw, clean = home / "raw", home / "clean"
    tending.compact(clean, settings())
    tending.forget(clean, settings(), [str(rows(clean, "documents")[0]["doc_id"])])
    assert kinds(home) == set()
    (raw / "gazette" / "a.txt").unlink()
    rebuilding.rebuild(raw, clean, settings())
    assert kinds(home) <= {"raw-missing"}


def _first(text: str) -> Callable[[pa.Table], pa.Table]:
    def make(content: pa.Table) -> pa.Table:
        at = next(i for i, t in enumerate(content["text"].to_pylist()) if t)
        return put(content, "text", text + content["text"][at].as_py()[1:], at)

    return make


def _without(content: pa.Table) -> pa.Table:
    return content.slice(1)


def _twice(content: pa.Table) -> pa.Table:
    return pa.concat_tables([content, content.slice(0, 1)])


@pytest.mark.parametrize(
    ("table", "make", "expected"),
    [
        ("documents", _first("X"), {"article-differs", "span", "remade"}),
        ("documents", _twice, {"doubled-row"}),
        ("documents", _without, {"place-without-text", "origin-of-nothing"}),
        ("documents", lambda t: put(t, "chars_raw", 3), {"decoding"}),
        ("documents", lambda t: put(t, "encoding", "latin-1"), {"remade"}),
        ("documents", lambda t: put(t, "raw_locator", "line:99"), {"origin"}),
        ("documents", lambda t: put(t, "published_date", None, 3), {"date"}),
        ("removed", _without, {"blocks"}),
        ("removed", lambda t: put(t, "doc_id", "f" * 32), {"blocks", "removed-of-nothing"}),
        ("articles", _without, {"article-of-story", "totals"}),
        ("articles", lambda t: put(t, "copy_count", 9), {"copy-count"}),
        ("articles", lambda t: put(t, "title", "Another"), {"article-differs"}),
        ("copies", lambda t: put(t, "is_canonical", False), {"one-canonical"}),
        ("copies", lambda t: put(t, "story_id", "f" * 32), {"story-name", "article-of-story"}),
        ("copies", lambda t: put(t, "source", "elsewhere"), {"copy-differs"}),
        ("copies", _without, {"text-without-place", "totals"}),
        ("origins", _without, {"origin"}),
        ("runs", lambda t: put(t, "read", 99), {"conservation"}),
        ("runs", lambda t: put(t, "stories", 99), {"totals"}),
    ],
)
def test_rows_that_are_off_are_found(
    home: Path, table: str, make: Callable[[pa.Table], pa.Table], expected: set[str]
):
    """By the check that is made for them; the manifest is in order."""
    if table == "runs":
        newest = max((home / "clean" / "runs").iterdir(), key=lambda f: f.name)
        for file in (home / "clean" / "runs").iterdir():
            assert file <= newest
    change(home, table, make)
    found = kinds(home)
    assert expected <= found
    assert not any(kind.startswith(("part-", "raw-")) for kind in found - {"raw-changed"})


def test_a_wrong_day_is_found(home: Path):
    """A part that lies in the folder of another day."""
    manifest = json.loads((home / "clean" / "edition.json").read_text())
    row = next(r for r in manifest["files"] if r["path"].startswith("articles/day=2024"))
    wrong = f"articles/day=1999-01-01/{Path(row['path']).name}"
    (home / "clean" / wrong).parent.mkdir()
    (home / "clean" / row["path"]).rename(home / "clean" / wrong)
    row["path"] = wrong
    (home / "clean" / "edition.json").write_text(json.dumps(manifest))
    assert kinds(home) == {"partition"}


def test_parts_that_are_off_are_found(home: Path):
    """Gone, changed in a byte, cut, one too many, of another version."""
    clean = home / "clean"
    files = [part(home, table) for table in ("articles", "copies", "origins")]
    files[0].unlink()
    data = bytearray(files[1].read_bytes())
    data[20] ^= 1
    files[1].write_bytes(data)
    files[2].write_bytes(files[2].read_bytes()[:-9])
    shutil.copy(part(home, "removed"), part(home, "removed").with_name("stray.parquet"))
    found = verifying.verify(home / "raw", clean, settings()).findings
    told = {(f.kind, f.where) for f in found}
    for kind, file in zip(("part-missing", "part-changed", "part-changed"), files, strict=True):
        assert (kind, file.relative_to(clean).as_posix()) in told
    assert ("part-unreadable", files[2].relative_to(clean).as_posix()) in told
    assert "part-stray" in {kind for kind, _ in told}


def test_raw_files_that_are_gone_or_others_are_told_of(home: Path):
    """By file and document, each with its own kind."""
    raw = home / "raw"
    (raw / "gazette" / "a.txt").unlink()
    page = (raw / "gazette" / "b.html").read_text()
    (raw / "gazette" / "b.html").write_text(page.replace("A day", "A dax"))
    lines = gzip.decompress((raw / "herald" / "feed.jsonl.gz").read_bytes()).split(b"\n")
    (raw / "herald" / "feed.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines[:3]) + b"\n"))
    found = verifying.verify(raw, home / "clean", settings()).findings
    told = sorted((f.kind, f.where.removeprefix(f.where[:ID_LENGTH] + " ")) for f in found)
    assert told == [
        ("raw-changed", "gazette/b.html"),
        *(("raw-changed", f"herald/feed.jsonl.gz line:{n}") for n in range(4, 9)),
        ("raw-missing", "gazette/a.txt"),
    ]


def test_every_origin_is_walked_back(home: Path):
    """Also the second place of a document: gone, or with other bytes now."""
    raw, clean = home / "raw", home / "clean"
    for name in ("twin.txt", "triplet.txt"):
        shutil.copy(raw / "gazette" / "a.txt", raw / "gazette" / name)
    engine.ingest(raw, clean, settings())
    assert not kinds(home)
    (raw / "gazette" / "twin.txt").unlink()
    assert kinds(home) == {"raw-missing"}
    (raw / "gazette" / "triplet.txt").write_text("Other bytes.")
    assert kinds(home) == {"raw-missing", "raw-changed"}
    assert kinds(home, sample=0) == {"raw-missing"}


def test_a_published_file_that_is_gone_is_found_though_its_snapshot_is_there(
    desk: Path, home: Path
):
    """What readers of the globs see is what is checked."""
    shutil.copytree(desk / "clean" / ".editions", home / "clean" / ".editions")
    part(home, "copies").unlink()
    assert kinds(home) == {"part-missing"}


def test_no_alarm_while_another_process_publishes(home: Path, monkeypatch: pytest.MonkeyPatch):
    """Files that are not yet, or no more, those of the manifest are looked at again."""
    clean = home / "clean"
    stray = part(home, "articles").with_name("next.parquet")
    shutil.copy(part(home, "articles"), stray)
    monkeypatch.setattr(audit.time, "sleep", lambda _: stray.unlink(missing_ok=True))
    with disk.lock(clean / ".state" / "lock", 0):
        assert not kinds(home)
    shutil.copy(part(home, "articles"), stray)
    monkeypatch.setattr(audit.time, "sleep", lambda _: None)
    with disk.lock(clean / ".state" / "lock", 0):
        assert "part-stray" in kinds(home)


def test_an_edition_that_is_replaced_meanwhile_is_checked_by_its_snapshot(
    desk: Path, home: Path, make_story: Story, monkeypatch: pytest.MonkeyPatch
):
    """A run that publishes while the files are looked at makes no alarm."""
    shutil.copytree(desk / "clean" / ".editions", home / "clean" / ".editions")
    books = audit.open_books(home / "clean")
    (home / "raw" / "gazette" / "new.txt").write_text(make_story(0))
    engine.ingest(home / "raw", home / "clean", settings())
    monkeypatch.setattr(audit.time, "sleep", lambda _: None)
    with disk.lock(home / "clean" / ".state" / "lock", 0):
        assert audit.check_files(books, home / "clean") == []
    assert list(audit.check_rows(books)) == []


def test_raw_files_that_are_gone_break_no_run(home: Path, make_story: Story):
    """What was known of them stays."""
    shutil.rmtree(home / "raw" / "herald")
    (home / "raw" / "gazette" / "new.txt").write_text(make_story(20))
    report = engine.ingest(home / "raw", home / "clean", settings(), choice=Choice(rescan=True))
    assert report.documents == 12
    assert kinds(home) == {"raw-missing"}


def test_a_page_is_restored_with_nothing_cut(desk: Path):
    """Every block of the dump, in its order, from Parquet alone."""
    blocks = browse.restore(browse.open_shelf(desk / "clean"), "gazette/a.txt")
    said = [block["text"] for block in blocks]
    raw = (desk / "raw" / "gazette" / "a.txt").read_text()
    assert " ".join(said) == " ".join(raw.split())
    assert [b["block"] for b in blocks] == list(range(len(blocks)))
    assert {b["verdict"] for b in blocks} >= {"keep", "cut"}
    assert blocks[0]["text"] == OFFER
