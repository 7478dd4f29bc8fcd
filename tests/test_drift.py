"""When a source is told of: laws of the detector, and the breaks that it is there for."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drift import breaks, episodes, grid, levels, quality
from pipeline.drift.breaks import Break
from pipeline.drift.grid import DAY, HOUR, Rows
from pipeline.drift.metrics import METRICS
from tests.bench import drift as bench
from tests.bench import drift_bound
from tests.bench.made_sources import world
from tests.made_history import START, changed, past

ACCEPT = 28
DAYS = 70


def found(rows: Rows, runs: np.ndarray) -> list[tuple[str, str, int, int, int | None]]:
    """Return all breaks: source, leading number, first slot, the slot that told it, its end."""
    seen = grid.grid(rows, runs)
    return [_told(b, seen) for b in breaks.gather(episodes.find(seen, ACCEPT), len(seen.sources))]


def _told(b: Break, seen: grid.Grid) -> tuple[str, str, int, int, int | None]:
    source = seen.sources[b.sources[0]] if len(b.sources) == 1 else breaks.EVERYWHERE
    return source, b.episodes[0].metric, b.since, b.told, b.end


def steady(**volumes: float) -> tuple[Rows, np.ndarray]:
    """Return a past of sources with the same number of documents each day."""
    return past({name: np.full(DAYS, float(n)) for name, n in volumes.items()})


@pytest.mark.parametrize(
    ("metric", "numbers"),
    [
        ("words", {"words_log": np.log(50)}),
        ("words", {"words_log": np.log(1000)}),
        ("no_text", {"without_text": 0.8}),
        ("title", {"with_title": 0.1}),
        ("authors", {"with_authors": 0.1}),
        ("date", {"with_date": 0.2}),
        ("removed", {"removed": 0.1}),
        ("score", {"score": 0.85}),
        ("walled", {"gated": 0.9}),
        ("partial", {"partial": 0.8}),
        ("garbled", {"garbled": 0.9}),
        ("rejected", {"rejected": 20.0}),
        ("furniture", {"with_furniture": 0.8}),
    ],
)
def test_each_number_is_told_in_the_second_run(metric: str, numbers: dict[str, float]):
    """A break of any number that is watched, and of no other source."""
    rows, runs = steady(gazette=20, herald=20)
    broken = changed(rows, "gazette", 50, DAYS, **numbers)
    assert found(broken, runs) == [("gazette", metric, 50, 51, None)]
    assert found(rows, runs) == []


def test_the_first_lines_of_furniture_are_no_break():
    """They are learned once a site is known well enough; what comes on top of them is one."""
    rows, runs = steady(gazette=20)
    learning = changed(rows, "gazette", 0, 30, with_furniture=0.0)
    assert found(learning, runs) == []
    more = changed(learning, "gazette", 56, DAYS, with_furniture=0.9)
    assert found(more, runs) == [("gazette", "furniture", 56, 57, None)]


def test_a_feed_that_dries_up():
    """It is told in the second run without its documents; a quiet weekend never is."""
    usual = np.where(np.arange(DAYS) % 7 < 5, 40.0, 0.0)
    silent = np.where(np.arange(DAYS) >= 56, 0.0, usual)
    rows, runs = past({"gazette": silent, "herald": usual})
    assert found(rows, runs) == [("gazette", "documents", 56, 57, None)]


def test_one_odd_day_is_no_break():
    """A day of results, of pictures, without bylines or without documents is none."""
    rows, runs = steady(gazette=20, herald=20)
    odd = changed(rows, "gazette", 50, 51, words_log=np.log(40), with_authors=0.0, without_text=0.9)
    assert found(odd, runs) == []
    missing = np.full(DAYS, 20.0)
    missing[50] = 0
    assert found(*past({"gazette": missing})) == []


def test_weekends_are_no_break():
    """A source that is another one at weekends, in numbers and volume."""
    rows, runs = steady(gazette=30, herald=20)
    for day in range(5, DAYS, 7):
        rows = changed(rows, "gazette", day, day + 2, words_log=np.log(250), with_authors=0.3)
    assert found(rows, runs) == []


def test_a_feast_of_all_is_no_break():
    """When all sources are quiet, none is."""
    quiet = np.full(DAYS, 20.0)
    quiet[50:53] = 2
    rows, runs = past({f"s{n}": quiet for n in range(10)})
    assert found(rows, runs) == []
    alone = found(*past({"s0": quiet, **{f"s{n}": np.full(DAYS, 20.0) for n in range(1, 10)}}))
    assert [(source, since) for source, _, since, *_ in alone] == [("s0", 50)]


def test_nights_without_a_run_are_no_silence():
    """What was not fetched cannot be missed."""
    rows, runs = steady(gazette=20)
    gone = (runs - START) // DAY
    kept = (gone < 50) | (gone >= 54)
    there = (rows.time - START) // DAY
    own = (there < 50) | (there >= 54)
    numbers = {name: values[own] for name, values in rows.numbers.items()}
    fewer = replace(
        rows, time=rows.time[own], source=rows.source[own], site=rows.site[own], numbers=numbers
    )
    assert found(fewer, runs[kept]) == []


def test_a_break_is_told_once_and_mended():
    """It lasts while it lasts, and what is as before afterwards is told as its end."""
    rows, runs = steady(gazette=20)
    broken = changed(rows, "gazette", 40, 50, words_log=np.log(50), with_title=0.0)
    assert found(broken, runs) == [("gazette", "words", 40, 41, 51)]


def test_a_new_normal_is_accepted():
    """After a while a break is what is usual; the way back is then no break."""
    days = 120
    rows, runs = past({"gazette": np.full(days, 20.0)})
    broken = changed(rows, "gazette", 40, days, words_log=np.log(50))
    ((*_, told, end),) = found(broken, runs)
    assert (told, end) == (41, 40 + ACCEPT)
    back = changed(rows, "gazette", 40, 90, words_log=np.log(50))
    assert len(found(back, runs)) == 1
    again = changed(back, "gazette", 112, days, words_log=np.log(50))
    assert [b[2] for b in found(again, runs)] == [40, 112]


def test_many_sources_at_once_are_one_break():
    """A pipeline that changed is told once, not once a source."""
    rows, runs = steady(**{f"s{n}": 20 for n in range(12)})
    for n in range(9):
        rows = changed(rows, f"s{n}", 50, DAYS, words_log=np.log(200))
    assert found(rows, runs) == [(breaks.EVERYWHERE, "words", 50, 51, None)]


def test_small_sources_take_more_runs():
    """Two documents a day prove little in two days; in some more they do."""
    rows, runs = steady(gazette=1)
    broken = changed(rows, "gazette", 50, DAYS, with_authors=0.0)
    ((*_, since, told, _),) = found(broken, runs)
    assert since >= 50
    assert 51 < told <= 58


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(4)), st.integers(1, 40), st.integers(0, 10**6))
def test_order_of_sources_and_rows_does_not_matter(order: list[int], size: int, seed: int):
    """What is told of a source hangs on no other, and on no order of rows."""
    names = ["post", "echo", "star", "mail"]
    volumes = {name: np.full(60, float(size + n)) for n, name in enumerate(names)}
    rows, runs = past(volumes, seed)
    rows = changed(rows, "echo", 45, 60, words_log=np.log(60))
    shuffled = np.random.default_rng(seed).permutation(len(rows.time))
    turned = Rows(
        rows.time[shuffled],
        np.argsort(order)[rows.source[shuffled]],
        rows.site[shuffled],
        {name: values[shuffled] for name, values in rows.numbers.items()},
        tuple(rows.sources[n] for n in order),
        (),
    )
    told = found(rows, runs)
    assert told == found(turned, runs)
    assert any(b[0] == "echo" for b in told)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=5),
    st.floats(1, 9),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_constant_past_tells_nothing(volumes: list[int], words: float, share: float, out: float):
    """However many documents, and whatever their numbers are."""
    rows, runs = past({f"s{n}": np.full(60, float(v)) for n, v in enumerate(volumes)})
    for n in range(len(volumes)):
        whole = np.round(share * volumes[n]) / volumes[n]
        rows = changed(
            rows, f"s{n}", 0, 60, words_log=words, removed=out, with_authors=whole, gated=whole
        )
    assert found(rows, runs) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.floats(0.05, 0.9))
def test_more_documents_prove_no_less(size: int, part: float):
    """A change that is told with some documents a day is told no later with ten times as many."""
    told = []
    for volume in (size, 10 * size):
        # The same means: only the number of documents behind them differs.
        rows, runs = past({"gazette": np.full(DAYS, float(volume))})
        for day in range(DAYS):
            rows = changed(rows, "gazette", day, day + 1, words_log=6 + 0.05 * (-1) ** day)
        broken = changed(rows, "gazette", 50, DAYS, words_log=6 + np.log(part) - 0.4)
        told.append([b[3] for b in found(broken, runs)] or [10**6])
    assert told[1][0] <= told[0][0]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(35, 60))
def test_a_slot_is_judged_by_what_came_before(seed: int, cut: int):
    """What was told of a past is told of a longer one, too."""
    rows, runs = past({"gazette": np.full(DAYS, 6.0), "herald": np.full(DAYS, 30.0)}, seed)
    rows = changed(rows, "gazette", 40, DAYS, words_log=np.log(150), with_authors=0.2)
    series = grid.grid(rows, runs).series()
    whole = quality.judge(series)
    names = ("weight", "mean", "rest")
    first = replace(series, **{name: getattr(series, name)[:, :cut] for name in names})
    assert np.array_equal(quality.judge(first).window, whole.window[:, :cut])


def test_one_odd_day_makes_no_level():
    """A day that is far off moves what is expected no more than three deviations would."""
    weight = np.full((1, 60), 30.0)
    mean = np.random.default_rng(1).normal(6, 0.1, (1, 60))
    odd = mean.copy()
    odd[0, 30] = 0.0
    rest, rate = np.full((1, 60), 10.0), np.zeros((1, 1), bool)
    plain, with_odd = (levels.level(weight, m, rest, rate).centre[0, 59] for m in (mean, odd))
    assert abs(plain - with_odd) < 0.05


def test_a_weekly_swing_is_learned_and_noise_is_none():
    """A day of the week that differs is expected to; one that differs by chance is not."""
    weight = np.full((1, 70), 30.0)
    noise = np.random.default_rng(2).normal(0, 0.1, (1, 70))
    weekend = np.where(np.arange(70) % 7 >= 5, -1.0, 0.0)[None]
    swing = levels.swing(weight, 6 + noise + weekend)[0, 63:]
    assert swing[5:].max() < -0.6
    assert np.abs(levels.swing(weight, 6 + noise)[0, 35:]).mean() < 0.01


def test_a_silent_day_beside_a_quiet_one_is_no_silence():
    """The newest day must lack most of what was expected, too."""
    volume = np.full(DAYS, 60.0)
    volume[50], volume[51] = 0, 10
    others = {f"s{n}": np.full(DAYS, 60.0) for n in range(3)}
    assert [b[0] for b in found(*past({"gazette": volume, **others}))] == ["gazette"]
    volume[51] = 36
    assert found(*past({"gazette": volume, **others})) == []


def test_a_day_that_is_not_over_is_no_silence():
    """Of four runs a day one was there; what the others bring is not known yet."""
    volume = np.full(4 * DAYS - 2, 10.0)
    volume[-5:] = 0
    both = past({"gazette": volume, "herald": np.full(len(volume), 10.0)}, every=6 * HOUR)
    assert grid.grid(*both).ran.tolist()[-2:] == [True, False]
    assert found(*both) == []


@pytest.mark.parametrize(
    ("hours", "begins"), [((2,), 14), ((0, 6, 12, 18), 3), (range(24), 0), ((23, 1), 12)]
)
def test_a_slot_begins_where_runs_pause(hours: list[int], begins: int):
    """So that an early or a late run stays in its own day."""
    times = np.array([d * DAY + h * HOUR + 60 * d for d in range(20) for h in sorted(hours)])
    first, step = grid.slots_of(times)
    assert step == DAY
    assert first % DAY == begins * HOUR


def test_rare_runs_have_long_slots():
    """Runs of each week are a slot a week, not one in seven."""
    rows, runs = past({"gazette": np.full(60, 20.0)}, every=7 * DAY)
    assert grid.grid(rows, runs).step == 7 * DAY
    assert grid.grid(rows, runs).documents.shape == (1, 60)


def test_runs_of_a_day_are_taken_together():
    """With many runs a day a break is told as with one, and a day that is half over is no fall."""
    quarter = 6 * HOUR
    rows, runs = past({"gazette": np.full(4 * DAYS, 5.0)}, every=quarter)
    assert found(rows.before(int(runs[-2])), runs[:-2]) == []
    seen = grid.grid(rows, runs)
    assert seen.documents.shape[1] == DAYS + 1
    assert seen.documents[0, 10] == 20


@pytest.mark.parametrize(
    ("source", "sites", "name"),
    [
        (lambda _: "gazette", lambda _: "The Gazette", "gazette"),
        (lambda _: "gazette", lambda d: "The Gazette" if d < 30 else None, "gazette"),
        (lambda d: f"day-{d}", lambda _: "The Gazette", "The Gazette"),
        (lambda _: "unknown", lambda _: "The Gazette", "The Gazette"),
        (lambda _: "unknown", lambda _: None, "unknown"),
    ],
)
def test_what_a_source_is(source, sites, name: str):
    """The name it is delivered under; the site's where that is no name, or one of a day."""
    rows, runs = past({"x": np.full(60, 5.0)})
    day = ((rows.time - START) // DAY).tolist()
    names = sorted({source(d) for d in day})
    told = sorted({sites(d) for d in day} - {None})
    named = replace(
        rows,
        source=np.array([names.index(source(d)) for d in day]),
        site=np.array([told.index(sites(d)) if sites(d) else -1 for d in day]),
        sources=tuple(names),
        sites=tuple(told),
    )
    assert grid.grid(named, runs).sources == (name,)


def test_sites_of_an_archive_are_watched_each_by_itself():
    """One name with many sites at a time is no source."""
    rows, runs = past({"a": np.full(60, 5.0), "b": np.full(60, 9.0)})
    crawl = replace(rows, source=rows.source * 0, site=rows.source, sources=("crawl",), sites="ab")
    seen = grid.grid(crawl, runs)
    assert seen.sources == ("a", "b")
    assert seen.documents[1, 3] == 9


def test_pages_without_text_are_not_counted_as_removed():
    """All of such a page is removed; that they are many is told by their number alone."""
    rows, runs = past({"a": np.full(40, 20.0)})
    rows = changed(rows, "a", 38, 40, without_text=0.5, removed=0.65)
    seen = grid.grid(rows, runs)
    place = [metric.name for metric in METRICS].index("removed")
    assert seen.weight[place, 0, 38:].tolist() == [10, 10]
    assert seen.mean[place, 0, 38:] == pytest.approx([0.3, 0.3])
    assert [e.metric for e in episodes.find(seen, 28)] == ["no_text"]


def test_numbers_that_move_together_prove_more():
    """What is too little of one number is enough where others of the source moved, too."""
    certain = np.array([[3.8], [4.0], [3.8], [0.0]])
    together = quality._together(certain, np.array([0, 0, 1, 1]))
    assert together[:, 0] == pytest.approx([4.10, 4.10, 2.8, 2.8], abs=0.01)


def test_quiet_days_of_a_large_source_are_no_proof_of_nothing():
    """Nothing at all on a weekend that always brought some is a break like any other."""
    week = np.where(np.arange(62) % 7 >= 5, 14.0, 200.0)
    week[61:] = week[60] = 0.0  # a Saturday and a Sunday, as 2024 begins on a Monday
    rows, runs = past({"a": week, "b": np.full(62, 20.0)})
    (episode,) = episodes.find(grid.grid(rows, runs), 28)
    assert (episode.metric, episode.since, episode.told) == ("documents", 60, 61)


def test_an_oracle_is_no_worse():
    """It knows more than the detector, and so finds more by the second run, at the same price."""
    made = world(902, sources=40)
    score, _ = bench.judge(made)
    told = sum(runs is not None and runs <= 2 for _, runs in score.hits)
    hits, wrong = drift_bound.judge(made, 902)
    evidence = np.array([found for _, found in hits])
    limit = drift_bound._limit(evidence, np.array(wrong))
    assert len(hits) == len(score.hits) >= 10
    assert told <= (evidence >= limit).sum()


def test_simulation():
    """Two small worlds: nearly all breaks are told within days, most in two runs, and little else.

    `make bench-drift` measures it on many large ones.
    """
    scores = [bench.judge(world(seed, sources=60))[0] for seed in (901, 903)]
    told = [runs or 10**6 for score in scores for _, runs in score.hits]
    assert len(told) >= 30
    assert sum(runs <= 5 for runs in told) >= 0.9 * len(told)
    assert sum(runs <= 2 for runs in told) >= 0.7 * len(told)
    assert sum(len(s.wrong) for s in scores) <= 0.1 * sum(s.alarms for s in scores)
