"""The numbers of each source that a run leaves in the table ``sources``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine, rebuilding, tending
from pipeline.planning import Choice
from pipeline.settings import load
from pipeline.store import audit, browse, folding

Story = Callable[..., str]
EXAMPLE = Path(__file__).parents[1] / "docs" / "example" / "raw"
SETTINGS = load({"work.workers": 1}, environ={})[0]
pytestmark = pytest.mark.usefixtures("inline")


def sources(clean: Path) -> list[dict[str, Any]]:
    """Return all rows, those of the first run first."""
    shelf = browse.open_shelf(clean)
    return shelf.rows("SELECT * FROM sources ORDER BY started_at, source, site")


def numbers(row: dict[str, Any], *names: str) -> list[Any]:
    """Return some numbers of a row."""
    return [row[name] for name in names]


def in_order(clean: Path) -> bool:
    """Tell whether no check of the tables finds anything."""
    return not list(audit.check_rows(audit.open_books(clean)))


def page(title: str, story: str) -> str:
    """Return a page that names its site, its author and its date."""
    body = "".join(f"<p>{p}</p>" for p in story.split("\n\n"))
    return (
        f'<html><head><title>{title}</title><meta property="og:site_name" content="The Herald">'
        '<meta name="author" content="Ann Roe">'
        '<meta property="article:published_time" content="2024-03-04T10:00:00Z"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def raw(tmp_path: Path, make_story: Story) -> Path:
    """Make a folder of plain text and pages, with rubbish in one of them."""
    folder = tmp_path / "raw"
    for name in ("gazette", "herald"):
        (folder / name).mkdir(parents=True)
    for n in range(3):
        (folder / "gazette" / f"{n}.txt").write_text(make_story(n))
    (folder / "gazette" / "empty.txt").write_text("")
    for n in (5, 6):
        (folder / "herald" / f"{n}.html").write_text(page(f"Bridge {n}", make_story(n)))
    return folder


def test_each_source_has_a_row_a_run(raw: Path, tmp_path: Path):
    """Counts of what was found of its documents, and what was refused beside them."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, SETTINGS)
    gazette, herald = sources(clean)
    counts = ("source", "site", "read", "stored", "rejected", "already_known")
    assert numbers(gazette, *counts) == ["gazette", None, 4, 3, 1, 0]
    assert numbers(herald, *counts) == ["herald", "The Herald", 2, 2, 0, 0]
    found = ("with_title", "with_authors", "with_date", "without_text", "garbled", "gated")
    assert numbers(herald, *found) == [2, 2, 2, 0, 0, 0]
    documents = browse.open_shelf(clean).rows(
        "SELECT word_count, chars_kept FROM documents WHERE source = 'herald' ORDER BY word_count"
    )
    assert herald["words"] == sum(d["word_count"] for d in documents)
    assert herald["words_median"] == documents[0]["word_count"]
    assert 0 < herald["removed"] < 0.2
    assert 0.5 < herald["score"] <= 1
    assert in_order(clean)


def test_a_run_without_news_leaves_no_row(raw: Path, tmp_path: Path):
    """Not even when it reads all files again."""
    clean = tmp_path / "clean"
    for choice in ({}, {}, {"rescan": True}):
        engine.ingest(raw, clean, SETTINGS, choice=Choice(**choice))
    assert len(sources(clean)) == 2


def test_what_is_known_is_no_document_again(raw: Path, tmp_path: Path, make_story: Story):
    """The same bytes at another place count as known, and no number is theirs."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, SETTINGS)
    (raw / "gazette" / "again.txt").write_text(make_story(0))
    (raw / "gazette" / "new.txt").write_text(make_story(9))
    engine.ingest(raw, clean, SETTINGS)
    (row,) = sources(clean)[2:]
    assert numbers(row, "read", "stored", "rejected", "already_known") == [2, 1, 0, 1]
    assert row["words_log_sd"] is None
    assert in_order(clean)


def test_what_was_refused_is_its_neighbours(tmp_path: Path, make_story: Story):
    """Of a file, else of a folder, that is nearly all of one source; else it is the folder's."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    for name in ("feed", "mixed", "bare"):
        (raw / name).mkdir(parents=True)
    lines = [json.dumps({"text": make_story(n), "source": "post"}) for n in range(3)]
    (raw / "feed" / "a.jsonl").write_text("\n".join([*lines, "{no json"]))
    (raw / "feed" / "b.jsonl").write_text("{no json")
    lines = [json.dumps({"text": make_story(n), "source": f"s{n}"}) for n in (4, 5)]
    (raw / "mixed" / "a.jsonl").write_text("\n".join([*lines, "{no json"]))
    (raw / "bare" / "empty.txt").write_text("")
    (raw / "empty.txt").write_text("")
    engine.ingest(raw, clean, SETTINGS)
    refused = {row["source"]: row["rejected"] for row in sources(clean)}
    assert refused == {"post": 2, "mixed": 1, "bare": 1, "unknown": 1, "s4": 0, "s5": 0}
    assert in_order(clean)


def test_garbled_text_is_counted(raw: Path, tmp_path: Path, make_story: Story):
    """Bytes that were read as other letters, several of them; one alone is no sign."""
    clean = tmp_path / "clean"
    wrong = make_story(20).replace("the", "thÃ©").replace("would", "wouldâ€™")
    (raw / "gazette" / "wrong.txt").write_text(wrong)
    (raw / "gazette" / "one.txt").write_text(make_story(21) + " CafÃ©.")
    engine.ingest(raw, clean, SETTINGS)
    assert sources(clean)[0]["garbled"] == 1


def test_furniture_is_counted(tmp_path: Path):
    """Lines and words that a run takes out as furniture of a site."""
    clean = tmp_path / "clean"
    engine.ingest(EXAMPLE, clean, SETTINGS)
    removed = browse.open_shelf(clean).rows("SELECT text FROM removed WHERE label = 'furniture'")
    (coast,) = [row for row in sources(clean) if row["furniture_lines"]]
    assert coast["source"] == "coast-daily"
    assert coast["furniture_lines"] == len(removed) == 1
    assert coast["with_furniture"] == 1
    assert coast["furniture_words"] == len(removed[0]["text"].split())


def test_numbers_stay_when_documents_go(raw: Path, tmp_path: Path, make_story: Story):
    """What a run found, it found: forgetting, folding and a rebuild change no row of before."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, SETTINGS)
    (raw / "herald" / "8.html").write_text(page("Harvest", make_story(8)))
    engine.ingest(raw, clean, SETTINGS)
    before = sources(clean)
    known = browse.open_shelf(clean).rows("SELECT doc_id FROM documents ORDER BY doc_id")
    tending.forget(clean, SETTINGS, [known[0]["doc_id"]])
    assert sources(clean) == before
    tending.compact(clean, SETTINGS)
    assert sources(clean) == before
    assert len(list((clean / "sources").rglob("*.parquet"))) == 1
    rebuilding.rebuild(raw, clean, SETTINGS)
    after = sources(clean)
    assert after[: len(before)] == before
    anew = after[len(before) :]
    assert {row["kind"] for row in anew} == {"rebuild"}
    assert sum(row["stored"] for row in anew) == len(known) - 1
    assert in_order(clean)


def test_folding_cuts_between_sources(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_story: Story
):
    """The rows of one source stay in one part, however many there are."""
    clean = tmp_path / "clean"
    for n in (30, 31, 32):
        (raw / "gazette" / f"{n}.txt").write_text(make_story(n))
        (raw / "herald" / f"{n}.txt").write_text(make_story(n + 5))
        engine.ingest(raw, clean, SETTINGS)
    before = sources(clean)
    monkeypatch.setattr(folding, "FOLDED_ROWS", 2)
    tending.compact(clean, SETTINGS)
    assert sources(clean) == before
    assert len(list((clean / "sources").rglob("*.parquet"))) == 2


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("stored", "source-conservation"),
        ("rejected", "source-conservation"),
        ("read", "source-conservation"),
        ("words", "source-numbers"),
        ("with_date", "source-numbers"),
        ("without_text", "source-numbers"),
    ],
)
def test_wrong_numbers_are_found(raw: Path, tmp_path: Path, column: str, kind: str):
    """Verify holds the table against ``runs`` and ``documents``."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, SETTINGS)
    books = audit.open_books(clean)
    books.db.execute("CREATE TABLE told AS FROM sources; DROP VIEW sources")
    books.db.execute(f"UPDATE told SET {column} = {column} + 1 WHERE source = 'herald'")
    books.db.execute("CREATE VIEW sources AS FROM told")
    assert kind in {finding.kind for finding in audit.check_rows(books)}


def test_a_store_of_before_has_no_numbers_and_is_in_order(raw: Path, tmp_path: Path):
    """Runs that left no rows are not asked for any."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, SETTINGS)
    books = audit.open_books(clean)
    books.db.execute("DROP VIEW sources; CREATE TABLE sources AS FROM no_sources")
    assert not list(audit.check_rows(books))
