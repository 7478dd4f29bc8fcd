"""Settings: which layer wins, and what is said of a key or value that makes no sense."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pipeline.errors import SettingsError
from pipeline.settings import Settings, explain, load

KEYS = [row["key"] for row in explain(*load(environ={}, folder=Path("/nowhere")))]


def test_precedence(tmp_path: Path):
    """A flag goes before the environment, that before ``copydesk.toml``, that before defaults."""
    (tmp_path / "copydesk.toml").write_text("[work]\nworkers = 2\nbatch_files = 20\nbatch_bytes=7")
    environ = {"COPYDESK_WORK__WORKERS": "3", "COPYDESK_WORK__BATCH_FILES": "30"}
    found, came_from = load({"work.workers": 4}, tmp_path, environ)
    work = found.work
    assert (work.workers, work.batch_files, work.batch_bytes) == (4, 30, 7)
    assert work.chunk_documents == Settings().work.chunk_documents
    names = ("workers", "batch_files", "batch_bytes", "chunk_documents")
    assert [came_from[f"work.{n}"] for n in names] == [
        "flag",
        "environment",
        str(tmp_path / "copydesk.toml"),
        "default",
    ]


def test_flag_of_none_is_no_flag(tmp_path: Path):
    """An option that was not given leaves the other layers alone."""
    found, came_from = load({"work.workers": None}, tmp_path, {"COPYDESK_WORK__WORKERS": "3"})
    assert (found.work.workers, came_from["work.workers"]) == (3, "environment")


def test_no_layer_gives_the_defaults(tmp_path: Path):
    """Without a file, variables and flags every value is the default, and says so."""
    found, came_from = load(folder=tmp_path, environ={"PATH": "/bin", "COPYDES_K": "1"})
    assert found == Settings()
    assert set(came_from.values()) == {"default"}


@pytest.mark.parametrize(
    ("toml", "environ", "flags", "place", "key"),
    [
        ("[wrok]\nworkers = 2", {}, {}, "copydesk.toml", "wrok.workers"),
        ("[work]\nwokers = 2", {}, {}, "copydesk.toml", "work.wokers"),
        ("workers = 2", {}, {}, "copydesk.toml", "workers"),
        ("work = 2", {}, {}, "copydesk.toml", "work"),
        ("[work.workers]\nmost = 2", {}, {}, "copydesk.toml", "work.workers.most"),
        ("", {"COPYDESK_WORKERS": "2"}, {}, "environment", "workers"),
        ("", {"COPYDESK_WORK_WORKERS": "2"}, {}, "environment", "work_workers"),
        ("", {}, {"work.wokers": 2}, "flag", "work.wokers"),
    ],
)
def test_unknown_key(
    tmp_path: Path, toml: str, environ: dict[str, str], flags: dict[str, Any], place: str, key: str
):
    """A key that does not exist is an error that names it and the place where it stands."""
    (tmp_path / "copydesk.toml").write_text(toml)
    with pytest.raises(SettingsError, match=rf"{place}: there is no setting '{key}'$"):
        load(flags, tmp_path, environ)


@pytest.mark.parametrize(
    ("toml", "environ", "flags", "place", "key"),
    [
        ('[work]\nworkers = "many"', {}, {}, "copydesk.toml", "work.workers"),
        ("[work]\nworkers = -1", {}, {}, "copydesk.toml", "work.workers"),
        ("[work]\nworkers = [2]", {}, {}, "copydesk.toml", "work.workers"),
        ("[reading]\nmax_ratio = nan", {}, {}, "copydesk.toml", "reading.max_ratio"),
        ("[dedup]\nsource_rank = [2]", {}, {}, "copydesk.toml", "dedup.source_rank"),
        ("", {"COPYDESK_WORK__WORKERS": ""}, {}, "environment", "work.workers"),
        ("", {"COPYDESK_DEDUP__MIN_CONTAINMENT": "40%"}, {}, "environment", "min_containment"),
        ("", {}, {"work.workers": "2.5"}, "flag", "work.workers"),
    ],
)
def test_wrong_value(
    tmp_path: Path, toml: str, environ: dict[str, str], flags: dict[str, Any], place: str, key: str
):
    """A value that makes no sense is an error that names the key and the place."""
    (tmp_path / "copydesk.toml").write_text(toml)
    with pytest.raises(SettingsError, match=rf"{place}: [a-z_.]*{key}: \S"):
        load(flags, tmp_path, environ)


def test_every_wrong_value_is_named(tmp_path: Path):
    """Several wrong values are told at once, each with its own place."""
    with pytest.raises(SettingsError) as caught:
        load({"work.workers": "x"}, tmp_path, {"COPYDESK_WORK__BATCH_FILES": "y"})
    assert "flag: work.workers" in str(caught.value)
    assert "environment: work.batch_files" in str(caught.value)


@pytest.mark.parametrize("content", [b"[work\n", b"\xff\xfe", b"[work]\n[work]\n"])
def test_broken_file(tmp_path: Path, content: bytes):
    """A settings file that is no TOML is an error that names it."""
    (tmp_path / "copydesk.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"copydesk\.toml: "):
        load(folder=tmp_path, environ={})


def test_lists(tmp_path: Path):
    """In a variable or a flag a list is cut at its commas; an empty one is an empty list."""
    variable = {"COPYDESK_READING__JSON_FIELDS__TEXT": "body, story"}
    flags = {"dedup.source_rank": "agency,gazette"}
    found, _ = load(flags, tmp_path, variable)
    assert found.reading.json_fields.text == ("body", "story")
    assert found.dedup.source_rank == ("agency", "gazette")
    assert load({}, tmp_path, {"COPYDESK_DEDUP__SOURCE_RANK": ""})[0].dedup.source_rank == ()


def test_frozen():
    """Settings cannot be changed under a run."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().work.workers = 2


def test_explain_covers_every_setting():
    """Every leaf of the tree is listed once with a value, a place and a sentence of meaning."""

    def leaves(section: type[BaseModel], prefix: str = "") -> list[str]:
        found = []
        for name, field in section.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                found += leaves(field.annotation, f"{prefix}{name}.")
            else:
                found.append(prefix + name)
        return found

    rows = explain(*load(environ={}, folder=Path("/nowhere")))
    assert [row["key"] for row in rows] == leaves(Settings)
    assert all(row["meaning"] for row in rows)


@given(st.sampled_from(KEYS))
def test_digest_covers_what_can_change_a_row(key: str):
    """A setting of reading, cleaning or dedup changes the digest; one of store or work does not."""
    default = load(environ={}, folder=Path("/nowhere"))[0]
    value: Any = default
    for name in key.split("."):
        value = getattr(value, name)
    if isinstance(value, bool):
        other: Any = not value
    elif key == "work.dask":
        other = "local:2"
    else:
        other = (
            "one,more"
            if isinstance(value, tuple)
            else f"{value}x"
            if isinstance(value, str)
            else value / 2
            if isinstance(value, float) and value < 1 and value
            else value + 1
        )
    changed = load({key: other}, Path("/nowhere"), {})[0]
    assert changed != default
    # When a file is read does not change what it says.
    may_change = key != "reading.settle_seconds" and key.partition(".")[0] in {
        "reading",
        "cleaning",
        "furniture",
        "dedup",
    }
    assert (changed.digest() != default.digest()) == may_change


def test_digest_is_the_same_everywhere():
    """The digest depends on values, not on the order or the layer in which they were given."""
    flags = {"dedup.rows": 4, "cleaning.cpu_seconds": 5}
    environ = {"COPYDESK_CLEANING__CPU_SECONDS": "5", "COPYDESK_DEDUP__ROWS": "4"}
    by_flag = load(flags, Path("/nowhere"), {})[0]
    by_variable = load({}, Path("/nowhere"), environ)[0]
    assert by_flag.digest() == by_variable.digest()
    assert len(by_flag.digest()) == 16
