"""Digests and ids: what they depend on, and what they do not."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import identity
from pipeline.identity import code_digest, digest, doc_id, sha256, versions

any_text = st.text(st.characters(categories=None), max_size=20)
hashes = st.binary(max_size=8).map(sha256)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.binary(max_size=50))
def test_sha256(data: bytes):
    """A digest of bytes is what every other tool says it is."""
    assert sha256(data) == hashlib.sha256(data).hexdigest()


@given(any_text, any_text, hashes, hashes)
def test_doc_id_names_source_and_bytes(one: str, other: str, first: str, second: str):
    """Ids are equal just when source and bytes are; any source will do, lone surrogates too."""
    same = (one, first) == (other, second)
    assert (doc_id(one, first) == doc_id(other, second)) == same
    assert len(doc_id(one, first)) == identity.ID_LENGTH


def test_doc_id_is_for_ever():
    """The recipe must not change: an id names a document in every store that was ever written."""
    assert doc_id("gazette", sha256(b"news")) == "a493947005afc0faf0e409dbe57a8b18"


@given(values)
def test_digest_is_blind_to_key_order(value: object):
    """The digest of a value is the same whatever the order of its keys."""

    def turned(item: object) -> object:
        if isinstance(item, dict):
            return {key: turned(item[key]) for key in reversed(item)}
        return [turned(i) for i in item] if isinstance(item, list) else item

    assert digest(turned(value)) == digest(value)
    assert digest([value]) != digest(value)


def test_digest_takes_no_other_types():
    """A value that JSON cannot spell is an error, not a digest of its address."""
    with pytest.raises(TypeError):
        digest({"path": Path("x")})


def test_code_digest_of_a_room():
    """A room's digest is its own: it differs from another room's and from that of the whole."""
    rooms = [code_digest("cleaning"), code_digest("dedup"), code_digest("identity.py")]
    assert len({*rooms, code_digest()}) == 4
    assert code_digest("cleaning", "dedup") == code_digest("dedup", "cleaning")


def test_code_digest_of_no_room():
    """A room that does not exist is an error: an empty digest would hide a change."""
    with pytest.raises(FileNotFoundError, match="attic"):
        code_digest("cleaning", "attic")


def test_code_digest_follows_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A changed, added or renamed file changes the digest; compiled files do not."""
    home = tmp_path / "pipeline"
    (home / "room" / "__pycache__").mkdir(parents=True)
    (home / "room" / "a.py").write_text("A = 1\n")
    monkeypatch.setattr(identity, "__file__", str(home / "identity.py"))

    def now() -> str:
        code_digest.cache_clear()
        return code_digest("room")

    try:
        first = now()
        (home / "room" / "__pycache__" / "a.pyc").write_bytes(b"compiled")
        assert now() == first
        (home / "room" / "a.py").write_text("A = 2\n")
        second = now()
        (home / "room" / "a.py").rename(home / "room" / "b.py")
        third = now()
        assert len({first, second, third}) == 3
    finally:
        code_digest.cache_clear()


def test_versions_name_what_can_change_a_row():
    """Python, Copydesk and every library that cleans, compares or writes are named."""
    found = versions()
    assert found.keys() == {"python", "copydesk", *identity.LIBRARIES}
    assert all(found.values())


def test_digests_do_not_depend_on_the_process():
    """Hash seed, locale, time zone and working folder change no digest."""
    script = (
        "from pipeline.identity import *; print(digest({'b': 1, 'a': ['é']}), code_digest(), "
        "doc_id('gazette', sha256(b'news')))"
    )
    root = str(Path(__file__).parents[1])
    seen = set()
    for seed, locale, zone in (("1", "C", "UTC"), ("2", "C.UTF-8", "Asia/Tokyo")):
        environ = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": root}
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **environ},
            cwd=os.sep,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1
