"""Which sources are not what they were: the numbers of past runs, judged, and told in sentences.

Reads published Parquet alone, and so works while a run is writing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.drift import alarms as telling
from pipeline.drift import breaks, episodes
from pipeline.drift.alarms import LASTING, MENDED, NEW, RAW, Alarm
from pipeline.drift.breaks import Break
from pipeline.drift.grid import DAY, Grid, Rows, grid
from pipeline.errors import StoreError
from pipeline.objects import Place
from pipeline.settings import Drift
from pipeline.store import history, mirror
from pipeline.store.history import Past

_NOTHING = "No source is known to have changed."
_OFF = "Sources are not watched: drift.enabled is false."
_YOUNG = "Too little is known: sources are judged after two to three weeks, and there are {} days."
_LEAST_DAYS = 14
_RECENT = 2
"""Slots in which a break may be told for the first time: the day that shows it may end early."""

_TEXTS = ("source", "site", "run_id", "kind", "started_at", "pipeline_digest")
_ORDER = (NEW, LASTING, MENDED)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all sources, and what is told of it."""

    rows: Rows
    seen: Grid
    breaks: tuple[Break, ...]
    """All of them, those that are over as well."""
    alarms: tuple[Alarm, ...]


def alarms(place: Place, settings: Drift, raw: Place | str = RAW) -> tuple[Alarm, ...]:
    """Return the breaks that are new, last, or were mended by the newest run, in this order.

    None where ``drift.enabled`` is false or too little is known. ``raw`` is told with them, for who
    wants to look. Raises StoreError when nothing is published.
    """
    found = known(place, settings, raw)
    return found.alarms if found else ()


def known(place: Place, settings: Drift, raw: Place | str = RAW) -> Known | None:
    """Return the history of all sources with its alarms, as ``alarms`` does."""
    if not settings.enabled:
        return None
    clean = mirror.reading(place)
    past = history.read(clean, settings.history_days)
    if not past.rows.num_rows:
        return None
    rows, runs = rows_of(past)
    seen = grid(rows, runs)
    found = judge(seen, settings)
    last = len(seen.ran) - 1
    fresh = [b for b in found if _is_recent(b.end if b.is_mended else b.told, last)]
    earlier = _before_newest(rows, runs, settings) if fresh else []
    told = [
        _alarm(clean, past, seen, broken, state)
        for broken in found
        if (state := _state(broken, last, seen, earlier))
    ]
    ordered = sorted(told, key=lambda a: (_ORDER.index(a.state), a.source, a.since))
    return Known(rows, seen, tuple(found), tuple(replace(a, raw=str(raw)) for a in ordered))


def news(place: Place, settings: Drift, raw: Place | str = RAW) -> tuple[Alarm, ...]:
    """Return the alarms that the newest run has to tell: those that are new, or mended.

    None where the tables cannot be read: the run itself is published, and `drift` says why.
    """
    try:
        return tuple(alarm for alarm in alarms(place, settings, raw) if alarm.state != LASTING)
    except StoreError:
        return ()


def quiet(found: Known | None, settings: Drift) -> str:
    """Return what is said where there is no alarm: all is well, or nothing could be judged."""
    if not settings.enabled:
        return _OFF
    days = len(found.seen.ran) * found.seen.step // DAY if found else 0
    return _NOTHING if days >= _LEAST_DAYS else _YOUNG.format(days)


def lines(found: Iterable[Alarm]) -> Iterator[str]:
    """Yield what a person reads of alarms, hostile names and all."""
    yield from telling.lines(found)


def judge(seen: Grid, settings: Drift) -> list[Break]:
    """Return all breaks of a history, those that are over as well, in the order they were told."""
    slots = max(1, settings.accept_days * DAY // seen.step)
    return breaks.gather(episodes.find(seen, slots), len(seen.sources))


def rows_of(past: Past) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows of ``sources`` as arrays, and the times of the runs."""
    table = past.rows
    source = table["source"].combine_chunks().dictionary_encode()
    site = table["site"].combine_chunks().dictionary_encode()
    numbers = {
        name: np.nan_to_num(table[name].to_numpy().astype(float))
        for name in table.column_names
        if name not in _TEXTS
    }
    rows = Rows(
        _seconds(table["started_at"]),
        source.indices.to_numpy().astype(np.int64),
        site.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64),
        numbers,
        tuple(source.dictionary.to_pylist()),
        tuple(site.dictionary.to_pylist()),
    )
    return rows, _seconds(past.runs["started_at"])


def _seconds(times: pa.ChunkedArray) -> NDArray[np.int64]:
    found: NDArray[np.int64] = times.cast(pa.int64()).to_numpy() // 1_000_000
    return found


def _before_newest(rows: Rows, runs: NDArray[np.int64], settings: Drift) -> list[tuple[str, int]]:
    """Return the breaks that lasted when the newest run began: names of sources, and times."""
    earlier = rows.before(int(runs[-1]))
    if len(runs) < 2 or not earlier.time.size:
        return []
    seen = grid(earlier, runs[:-1])
    return [
        (seen.sources[source], seen.first + b.since * seen.step)
        for b in judge(seen, settings)
        if b.lasts
        for source in b.sources
    ]


def _state(broken: Break, last: int, seen: Grid, earlier: list[tuple[str, int]]) -> str | None:
    """Return the state of a break; None where it is over and has been told."""
    begins = seen.first + broken.since * seen.step
    lasted = any(
        name in {seen.sources[s] for s in broken.sources} and abs(time - begins) <= 7 * seen.step
        for name, time in earlier
    )
    if broken.lasts:
        return NEW if _is_recent(broken.told, last) and not lasted else LASTING
    return MENDED if broken.is_mended and _is_recent(broken.end, last) and lasted else None


def _is_recent(slot: int | None, last: int) -> bool:
    return slot is not None and slot >= last - _RECENT


def _alarm(clean: Path, past: Past, seen: Grid, broken: Break, state: str) -> Alarm:
    lead = broken.episodes[0]
    begins = seen.first + broken.since * seen.step
    times = _seconds(past.runs["started_at"])
    at = min(int(np.searchsorted(times, begins)), len(times) - 1)
    run_id, started = (past.runs[name][at].as_py() for name in ("run_id", "started_at"))
    names = seen.sources
    before, now = (telling.level(lead, value) for value in (lead.before, lead.now))
    found = Alarm(
        source=telling.source_of(broken, names),
        metric=lead.metric,
        since_run=run_id,
        since=started.date(),
        before=before,
        now=now,
        also=tuple(dict.fromkeys(e.metric for e in broken.episodes if e.metric != lead.metric)),
        state=state,
        told=telling.sentence(
            broken,
            names,
            run_id,
            days=seen.step // DAY,
            is_new_version=_is_new_version(past, run_id, at),
        ),
        sources=tuple(names[s] for s in broken.sources) if len(broken.sources) > 1 else (),
    )
    metric = "more removed" if lead.metric == "removed" and now > before else lead.metric
    shown = history.example(clean, names[lead.source], metric, (run_id, started), now)
    return replace(found, **shown) if shown else found


def _is_new_version(past: Past, run_id: str, at: int) -> bool:
    """Tell whether a run is the first of another pipeline."""
    digests = dict(
        zip(
            past.rows["run_id"].to_pylist(),
            past.rows["pipeline_digest"].to_pylist(),
            strict=True,
        )
    )
    earlier = [digests[run] for run in past.runs["run_id"][:at].to_pylist() if run in digests]
    return bool(earlier) and run_id in digests and digests[run_id] != earlier[-1]
