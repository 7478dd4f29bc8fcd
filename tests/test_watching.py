"""What deserves a warning, what a run report says, and that nothing hostile gets through it."""

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine, escape, rebuilding, watching
from pipeline.drift.alarms import Alarm
from pipeline.planning import Choice
from pipeline.report import run_report
from pipeline.report.run_report import Account
from pipeline.settings import Settings, Watch, load
from pipeline.store import browse
from tests.test_engine import everything, settings

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)> [a](http://evil) **b** | `c`\n# d \x1b[31m"


def run_of(**given: Any) -> dict[str, Any]:
    """Make a row of the table ``runs``."""
    counts = ("read", "stored", "rejected", "already_known", "deferred", "stories", "copies")
    files = ("files", "files_known", "files_deferred")
    return {
        **dict.fromkeys(counts + files, 0),
        "run_id": "r",
        "edition": 2,
        "started_at": NOW - timedelta(seconds=192),
        "finished_at": NOW,
        **given,
    }


@pytest.mark.parametrize(
    ("run", "hours", "told"),
    [
        (run_of(stored=95, rejected=5), 0, ()),
        (run_of(stored=90, rejected=10), 0, ("10 of 100 new records rejected (10%",)),
        (run_of(stored=0, rejected=1), 1, ("1 of 1 new records rejected (100%",)),
        (run_of(), 23, ()),
        (run_of(), 25, ("no new document for 25 hours, since 2026-03-01 05:00",)),
        (run_of(stored=1), 25, ()),
    ],
)
def test_concerns(run: dict[str, Any], hours: int, told: tuple[str, ...]):
    """A warning needs a share of rejects past the limit, or silence for hours."""
    found = watching.concerns(run, NOW - timedelta(hours=hours), Watch())
    assert len(found) == len(told)
    assert all(f.startswith(t) for f, t in zip(found, told, strict=True))


def test_nothing_is_quiet_that_never_spoke():
    """An empty store, or a limit of zero, warns of no silence."""
    assert watching.concerns(run_of(), None, Watch()) == ()
    assert watching.concerns(run_of(), NOW - timedelta(days=9), Watch(quiet_hours=0)) == ()


@pytest.fixture
def desk(tmp_path: Path, make_story: Callable[[int, int], str]) -> tuple[Path, Path]:
    """Make raw files of three outlets, one of them with a name that is markup."""
    raw = tmp_path / "raw"
    for outlet in ("gazette", "herald", "<b>bold"):
        (raw / outlet).mkdir(parents=True)
        (raw / outlet / "0.txt").write_text(make_story(0, 6))
    (raw / "gazette" / "1.txt").write_text(make_story(1, 6))
    (raw / "<b>bold" / "a|b.html").write_bytes(b"%PDF-1.4")
    return raw, tmp_path / "clean"


def test_recount(desk: tuple[Path, Path], make_story: Callable[[int, int], str]):
    """The account of a run says what its tables say, against the run before."""
    raw, clean = desk
    report = engine.ingest(raw, clean, settings())
    of = watching.recount(clean, report, settings())
    assert run_report.headline(of) == (
        "4 stored, 1 rejected, 3 copies of 1 story; edition 1: 2 stories"
    )
    assert (of.sources[0]["source"], of.sources[0]["documents"]) == ("gazette", 2)
    assert of.changes == {"new": 2}
    assert of.history == []
    assert [row["reason"] for row in of.refused] == ["not-text"]
    assert of.largest[0]["copy_count"] == 3
    assert of.concerns == ("1 of 5 new records rejected (20%, more than 5%)",)
    (raw / "herald" / "1.txt").write_text(make_story(1, 5))
    report = engine.ingest(raw, clean, settings())
    of = watching.recount(clean, report, settings())
    assert run_report.headline(of) == (
        "1 stored, 0 rejected, 1 copy of 1 story; edition 2: 2 stories"
    )
    assert "| stored | 1 | 4 | -3 |" in run_report.report(of)
    of = watching.recount(clean, engine.ingest(raw, clean, settings()), settings())
    assert run_report.headline(of) == "nothing new; edition 2: 2 stories"


def test_sources_that_changed_are_a_warning(desk: tuple[Path, Path]):
    """Three are named, the others counted; the report lists all."""
    raw, clean = desk
    report = engine.ingest(raw, clean, settings())
    alarms = [
        Alarm(f"s{n}", "words", "r", date(2026, 3, 1), 500, 50, (), "new", f"s{n}: words kept fell")
        for n in range(5)
    ]
    lenient = load({"watch.max_rejected": 1}, environ={})[0]
    of = watching.recount(clean, report, lenient, alarms)
    assert of.concerns == (
        *(f"s{n}: words kept fell" for n in range(3)),
        "2 more sources drifted",
    )
    assert run_report.report(of).count("words kept fell") == 3 + 5


def test_hostile_values_are_shown_not_obeyed():
    """No link, tag, emphasis or line of theirs stands in the Markdown; cells are printable."""
    row = {
        "source": HOSTILE,
        "documents": 1,
        "rejected": 1,
        "words": 5.0,
        "removed": 0.5,
        **dict.fromkeys(("title", "author", "date", "partial", "paywall"), 0.5),
        "title_": HOSTILE,
    }
    story = {
        "title": HOSTILE,
        "agency": HOSTILE,
        "published_at": NOW,
        "copy_count": 2,
        "sources": [HOSTILE],
        "doc_id": "d",
    }
    line = {"line": HOSTILE, "label": "menu", "times": 3, "sources": 1, "raw_path": HOSTILE}
    refused = dict.fromkeys(("raw_path", "raw_locator", "stage", "reason", "detail"), HOSTILE)
    of = Account(
        run_of(stored=1),
        [run_of()],
        10,
        {"menu": 3},
        2,
        1,
        {"new": 1},
        [row],
        [line],
        [story],
        [refused],
        [HOSTILE],
        [HOSTILE],
    )
    told = run_report.report(of)
    plain = re.sub(r"data:image/svg\+xml;base64,[\w+/=]+", "", told)
    assert "<img" not in plain
    assert "\x1b" not in told
    assert not re.search(r"(?<!\\)\[a", plain)
    assert not re.search(r"(?<!\\)\*\*b", plain)
    assert "\n# d" not in plain
    for table in (
        run_report.source_table,
        run_report.removed_table,
        run_report.story_table,
        run_report.refused_table,
    ):
        assert all(str(cell).isprintable() for cells in table(of) for cell in cells.values())


@pytest.mark.parametrize("text", ["plain", "a_b*c", "1. x", "- y", "a|b", "<b>", "&amp;", "$x$"])
def test_markdown(text: str):
    """What Markdown shows of an escaped text is that text."""
    shown = re.sub(r"\\(.)", r"\1", escape.markdown(text))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    assert shown == text


def test_days_bound_a_run(desk: tuple[Path, Path], tmp_path: Path):
    """Files last changed outside the days wait; the order of backfills does not matter."""
    raw, clean = desk
    for number, file in enumerate(sorted(path for path in raw.rglob("*") if path.is_file())):
        time = datetime(2026, 1, 1 + number, tzinfo=UTC).timestamp()
        os.utime(file, (time, time))
    second = Choice(since=date(2026, 1, 3))
    report = engine.ingest(raw, clean, settings(), choice=second)
    assert (report.row.read, report.row.files_deferred) == (3, 2)
    report = engine.ingest(raw, clean, settings(), choice=Choice(until=date(2026, 1, 2)))
    assert report.row.read == 1
    engine.ingest(raw, clean, settings())
    engine.ingest(raw, tmp_path / "whole", settings())
    assert everything(clean) == everything(tmp_path / "whole")


def test_what_a_rebuild_would_change(
    desk: tuple[Path, Path], make_story: Callable[[int, int], str]
):
    """Nothing of a store that is up to date; documents that are gone and new ones are counted."""
    raw, clean = desk
    engine.ingest(raw, clean, settings())
    before = everything(clean)
    found = rebuilding.check(raw, clean, settings())
    assert (found.documents, found.gone, found.added, found.share) == (4, 0, 0, 0.0)
    (raw / "herald" / "0.txt").unlink()
    (raw / "herald" / "2.txt").write_text(make_story(2, 6))
    found = rebuilding.check(raw, clean, settings())
    assert (found.documents, found.gone, found.added, found.reworded) == (3, 1, 1, 0)
    assert everything(clean) == before
    assert not list(clean.parent.glob(".copydesk-check-*"))


def test_what_other_settings_would_regroup(
    desk: tuple[Path, Path], make_story: Callable[[int, int], str]
):
    """Documents that would no longer stand together are counted."""
    raw, clean = desk
    (raw / "herald" / "1.txt").write_text(make_story(1, 5))
    engine.ingest(raw, clean, settings())
    equal_alone = load({"work.workers": 1, "dedup.min_shared": 100_000}, environ={})[0]
    found = rebuilding.check(raw, clean, equal_alone)
    assert (found.documents, found.regrouped, found.share) == (5, 2, 0.4)


def test_addresses_are_never_shown():
    """Whoever lists the settings sees that there are addresses, not which."""
    chosen = load({"watch.notify": "mailto://u:secret@example.org"}, environ={})[0]
    assert isinstance(chosen, Settings)
    assert "secret" not in str(chosen.model_dump(mode="json"))
    assert chosen.watch.notify[0].get_secret_value().startswith("mailto://u:secret")


def test_a_shelf_can_be_recounted_while_empty(tmp_path: Path):
    """A first run over nothing has an account, too."""
    (tmp_path / "raw").mkdir()
    report = engine.ingest(tmp_path / "raw", tmp_path / "clean", settings())
    of = watching.recount(tmp_path / "clean", report, settings())
    assert run_report.headline(of) == "nothing new; edition 0: 0 stories"
    assert browse.open_shelf(tmp_path / "clean").manifest["edition"] == 0
