"""Alarms of a store, as a program and as a user ask for them."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline import drifting, engine
from pipeline.drift.alarms import Alarm, lines
from pipeline.errors import StoreError
from pipeline.settings import Drift, load
from tests.made_history import changed, past, publish
from tests.test_cli import done, run

DAYS = 60
HOSTILE = "ga\x1b[31mzette\n[bold]"


def told(clean: Path, **settings: int) -> list[tuple[str, str, str]]:
    """Return source, leading number and state of all alarms."""
    return [(a.source, a.metric, a.state) for a in drifting.alarms(clean, Drift(**settings))]


def store(folder: Path, first: int, last: int = DAYS, **numbers: float) -> Path:
    """Publish a past in which one of two sources breaks, for some days."""
    rows, runs = past({name: np.full(DAYS, 20.0) for name in ("gazette", "herald")})
    publish(folder, changed(rows, "gazette", first, last, **numbers), runs)
    return folder


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ((58, 60), "new"),
        ((57, 60), "lasting"),
        ((33, 60), "lasting"),
        ((50, 58), "mended"),
        ((50, 57), None),
        ((31, 60), None),
        ((59, 60), None),
    ],
)
def test_states(tmp_path: Path, days: tuple[int, int], state: str | None):
    """New in the run that tells it, then lasting; mended once; the new normal after four weeks."""
    found = told(store(tmp_path, *days, words_log=np.log(48)))
    assert found == ([("gazette", "words", state)] if state else [])


def test_what_an_alarm_says(tmp_path: Path):
    """What fell, from where to where, since which run; the other numbers, and what is likely."""
    clean = store(tmp_path, 58, words_log=np.log(48), with_title=0.0)
    (alarm,) = drifting.alarms(clean, Drift())
    assert alarm.since == date(2024, 2, 28)
    assert alarm.since_run == "20240228T020000Z-000000"
    assert alarm.before == pytest.approx(600, rel=0.05)
    assert alarm.now == pytest.approx(48)
    assert alarm.also == ("title",)
    assert alarm.key == "gazette 2024-02-28"
    assert alarm.told.startswith("gazette: words kept fell from ")
    assert "to 48 a document; title found fell from 100 % to 0 % since run 20240228" in alarm.told
    assert alarm.told.endswith("the template probably changed")


@pytest.mark.parametrize(
    ("numbers", "likely"),
    [
        ({"gated": 0.9, "words_log": np.log(60)}, "a paywall seems to have come"),
        ({"partial": 0.9, "words_log": np.log(60)}, "the pages are likely teasers now"),
        ({"removed": 0.02}, "menus or other clutter"),
        ({"removed": 0.8}, "the template probably changed"),
        ({"garbled": 0.9}, "the encoding"),
        ({"rejected": 30.0}, "`rejected` tells why"),
        ({"with_furniture": 0.9}, "cut as furniture"),
    ],
)
def test_what_is_likely(tmp_path: Path, numbers: dict[str, float], likely: str):
    """Each kind of break has its own hint."""
    (alarm,) = drifting.alarms(store(tmp_path, 58, **numbers), Drift())
    assert likely in alarm.told


def test_a_new_version_is_named(tmp_path: Path):
    """Where the first run of a break is the first of another pipeline, the sentence says so."""
    rows, runs = past({f"s{n}": np.full(DAYS, 20.0) for n in range(8)})
    for n in range(7):
        rows = changed(rows, f"s{n}", 58, DAYS, score=0.7)
    publish(tmp_path, rows, runs)
    (alarm,) = drifting.alarms(tmp_path, Drift())
    assert (alarm.source, len(alarm.sources)) == ("*", 7)
    assert "7 sources at once (s0, s1, s2 and 4 more)" in alarm.told
    assert "another version" not in alarm.told
    publish(tmp_path, rows, runs[:58], "older")
    publish_more(tmp_path, rows, runs[58:])
    (alarm,) = drifting.alarms(tmp_path, Drift())
    assert "the first of another version or other settings" in alarm.told


def publish_more(clean: Path, rows, runs: np.ndarray) -> None:
    """Add runs of another pipeline to a store."""
    before = json.loads((clean / "edition.json").read_text())
    publish(clean, rows, runs, "newer")
    after = json.loads((clean / "edition.json").read_text())
    after["files"] = before["files"] + after["files"]
    (clean / "edition.json").write_text(json.dumps(after))


def test_settings(tmp_path: Path):
    """Judging can be off; a new normal is accepted sooner; no value changes a row's digest."""
    clean = store(tmp_path, 40, words_log=np.log(48))
    assert told(clean) == [("gazette", "words", "lasting")]
    assert told(clean, enabled=False) == []
    assert told(clean, accept_days=14) == []
    changed_settings = load({"drift.accept_days": 14, "drift.enabled": "false"}, environ={})[0]
    assert changed_settings.digest() == load({}, environ={})[0].digest()


def test_little_is_known_of_a_young_store(tmp_path: Path):
    """Nothing is told of it, whatever it holds; of nothing at all there is an error."""
    with pytest.raises(StoreError, match="nothing is published"):
        drifting.alarms(tmp_path, Drift())
    rows, runs = past({"gazette": np.full(12, 20.0)})
    publish(tmp_path, changed(rows, "gazette", 8, 12, words_log=1.0), runs)
    assert told(tmp_path) == []
    assert "there are 12 days" in done("drift", tmp_path)
    assert "No source is known to have changed." in done("drift", store(tmp_path / "old", 60))


def test_the_command(tmp_path: Path):
    """In words and as JSON; under --strict an alarm that is not mended is exit code 3."""
    clean = store(tmp_path, 58, words_log=np.log(48))
    assert done("drift", clean).startswith("new: gazette: words kept fell from ")
    (row,) = json.loads(done("drift", clean, "--json"))
    assert (row["source"], row["state"], row["key"]) == ("gazette", "new", "gazette 2024-02-28")
    assert run("drift", clean, "--strict").exit_code == 3
    assert run("drift", store(tmp_path / "b", 50, 58, score=0.5), "--strict").exit_code == 0
    assert "drift" in done("status", clean)


def test_hostile_names_are_one_line(tmp_path: Path):
    """A source may be called anything; a terminal sees no control character of it."""
    rows, runs = past({HOSTILE: np.full(DAYS, 20.0)})
    publish(tmp_path, changed(rows, HOSTILE, 58, DAYS, words_log=1.0), runs)
    text = done("drift", tmp_path)
    assert "\x1b" not in text
    assert "\\x1b[31mzette\\n[bold]" in text
    assert len(text.splitlines()) == 1


def test_a_document_to_look_at_is_a_command(tmp_path: Path):
    """It can be copied into a shell, whatever the path holds."""
    alarm = Alarm(
        source="s",
        metric="words",
        since_run="r",
        since=date(2024, 1, 1),
        before=1,
        now=0,
        also=(),
        state="new",
        told="s: fell",
        raw_path="a b/$(x).jsonl",
        raw_locator="line:3",
    )
    assert list(lines([alarm])) == [
        "new: s: fell",
        "  look at: copydesk show 'raw/a b/$(x).jsonl' --at line:3",
    ]
    (_, elsewhere) = lines([replace(alarm, raw="the archive/")])
    shown = "copydesk show 'the archive/a b/$(x).jsonl' --raw 'the archive' --at line:3"
    assert elsewhere == f"  look at: {shown}"


def test_runs_of_a_quiet_store_cost_nothing_new(tmp_path: Path, inline: None, make_story):
    """A real run tells no alarms of a store that is one run old, and says so in its JSON."""
    raw = tmp_path / "raw" / "gazette"
    raw.mkdir(parents=True)
    (raw / "a.txt").write_text(make_story(1))
    report = json.loads(done("ingest", tmp_path / "raw", tmp_path / "clean", "--json"))
    assert report["drift"] == []
    assert drifting.news(tmp_path / "clean", Drift()) == ()


def test_an_example_shows_the_break(tmp_path: Path, inline: None, make_story):
    """The document whose number is nearest to what is usual now."""
    from pipeline.store import browse, history

    raw, clean = tmp_path / "raw" / "gazette", tmp_path / "clean"
    raw.mkdir(parents=True)
    for n, paragraphs in enumerate((1, 4, 8)):
        (raw / f"{n}.txt").write_text(make_story(n, paragraphs))
    engine.ingest(tmp_path / "raw", clean, load({"work.workers": 1}, environ={})[0])
    (row,) = browse.open_shelf(clean).rows("SELECT run_id, started_at FROM runs")
    since = row["run_id"], row["started_at"]
    shown = [history.example(clean, "gazette", "words", since, now) for now in (90, 1000)]
    assert [found["raw_path"] for found in shown] == ["gazette/0.txt", "gazette/2.txt"]
    for metric in history._NEAREST:
        assert history.example(clean, "gazette", metric, since, 1.0)
    assert history.example(clean, "gazette", "documents", since, 0.0) is None
    assert history.example(clean, "herald", "words", since, 90) is None


def test_a_break_that_its_day_could_not_show_is_new_all_the_same(tmp_path: Path):
    """The service stopped at noon of the day that would have told it: the next run tells it."""
    counts = {name: np.full(42 * 24 + 1, 4.0) for name in ("gazette", "herald", "mail")}
    counts["gazette"][40 * 24 :] = 0
    rows, runs = past(counts, every=3600)
    at_work = np.delete(np.arange(len(runs)), np.s_[41 * 24 + 13 : 42 * 24])
    there = np.isin(rows.time, runs[at_work])
    seen = replace(
        rows,
        time=rows.time[there],
        source=rows.source[there],
        site=rows.site[there],
        numbers={name: values[there] for name, values in rows.numbers.items()},
    )
    noon = seen.before(int(runs[at_work[-1]]))
    publish(tmp_path / "noon", noon, runs[at_work[:-1]])
    assert told(tmp_path / "noon") == []
    publish(tmp_path / "next", seen, runs[at_work])
    assert told(tmp_path / "next") == [("gazette", "documents", "new")]
