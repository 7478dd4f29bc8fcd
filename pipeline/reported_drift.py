"""What the report shows of sources that change: their lines, and alarms with what to look at."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from pipeline.drift import alarms as telling
from pipeline.drift.alarms import Alarm
from pipeline.drift.episodes import Episode
from pipeline.drift.grid import DAY, UNKNOWN, Grid
from pipeline.drift.metrics import DOCUMENTS, METRICS
from pipeline.drifting import Known
from pipeline.report.courses import drift_lines
from pipeline.report.facts import Change, Course, Figure, Watched

_MOST = 3
"""Sources of one outlet whose lines are drawn: those with most documents."""
_UNITS = {"words": "words", "score": "score"}


@dataclass(frozen=True, slots=True)
class Drifted:
    """Sources that change, as outlets: the report knows documents by outlet."""

    known: Known | None
    changes: tuple[Change, ...]
    """All alarms, the new ones first."""
    sources_of: Mapping[str, tuple[int, ...]]
    """By outlet: the sources that brought its documents, the one with most first."""

    def figures(self, outlet: str) -> tuple[Figure, ...]:
        """Draw the lines of the sources of an outlet."""
        if self.known is None:
            return ()
        own = self.sources_of.get(outlet, ())[:_MOST]
        return tuple(drift_lines(watched(self.known, s), n) for n, s in enumerate(own, 1))

    def alarms(self, outlet: str) -> tuple[Change, ...]:
        """Return what is told of the sources of an outlet."""
        if self.known is None or not self.changes:
            return ()
        names = {self.known.seen.sources[s] for s in self.sources_of.get(outlet, ())}
        pairs = zip(self.changes, self.known.alarms, strict=True)
        return tuple(c for c, a in pairs if names & {a.source, *a.sources})


def drifted(known: Known | None, unknown: str, has_page: Callable[[str], bool]) -> Drifted:
    """Arrange what is known; ``unknown`` is the outlet of documents that name none.

    ``has_page`` tells whether the document of an id has a page.
    """
    if known is None:
        return Drifted(None, (), {})
    sources_of = _sources_of(known, unknown)
    outlet_of = {}
    for outlet in sorted(sources_of, reverse=True):
        for source in sources_of[outlet]:
            outlet_of[known.seen.sources[source]] = outlet
    # A source whose documents are all of one outlet of its own name is that outlet.
    outlet_of |= {name: name for name in outlet_of if name in sources_of}
    changes = tuple(_change(alarm, outlet_of, has_page) for alarm in known.alarms)
    return Drifted(known, changes, sources_of)


def _sources_of(known: Known, unknown: str) -> dict[str, tuple[int, ...]]:
    rows = known.rows
    sums: dict[str, Counter[int]] = {}
    for source, site, watched_as, stored in zip(
        rows.source.tolist(),
        rows.site.tolist(),
        known.seen.of_row.tolist(),
        rows.numbers["stored"].tolist(),
        strict=True,
    ):
        name = rows.sites[site] if site >= 0 else rows.sources[source]
        outlet = unknown if name == UNKNOWN else name
        sums.setdefault(outlet, Counter())[watched_as] += stored
    return {
        outlet: tuple(s for s, n in sorted(own.items(), key=lambda p: (-p[1], p[0])) if n)
        for outlet, own in sums.items()
    }


def _change(alarm: Alarm, outlet_of: Mapping[str, str], has_page: Callable[[str], bool]) -> Change:
    lead = alarm.sources[0] if alarm.sources else alarm.source
    return Change(
        source=alarm.source,
        state=alarm.state,
        told=alarm.told,
        look=telling.look(alarm),
        doc_id=alarm.doc_id if alarm.doc_id and has_page(alarm.doc_id) else None,
        outlet=outlet_of.get(lead),
    )


def watched(known: Known, source: int) -> Watched:
    """Return the numbers of a source, from the first day that brought anything of it."""
    seen = known.seen
    first = int(np.argmax(seen.documents[source] > 0))
    episodes = [e for b in known.breaks for e in b.episodes if e.source == source]
    days = tuple(
        # The runs of a slot are in the middle of a day that may begin the evening before.
        datetime.fromtimestamp(seen.first + n * seen.step + DAY // 2, UTC).date()
        for n in range(first, len(seen.ran))
    )
    came = [
        (DOCUMENTS, "documents", np.where(seen.ran, seen.documents[source], np.nan)),
        *(
            (m.name, _UNITS.get(m.name, "share"), _values(seen, number, source))
            for number, m in enumerate(METRICS)
        ),
    ]
    courses = [
        Course(
            telling.NAMES[name],
            unit,
            tuple(None if math.isnan(v) else v for v in values[first:].tolist()),
            tuple(_span(e, first, len(days)) for e in episodes if e.metric == name),
        )
        for name, unit, values in came
    ]
    courses.append(_furniture(seen, source, first))
    return Watched(seen.sources[source], days, tuple(courses))


def _values(seen: Grid, number: int, source: int) -> np.ndarray:
    values = seen.mean[number, source]
    values = np.exp(values) if METRICS[number].name == "words" else np.clip(values, 0, 1)
    return np.where(seen.weight[number, source] > 0, values, np.nan)


def _span(episode: Episode, first: int, size: int) -> tuple[int, int]:
    last = size - 1 if episode.end is None else episode.end - first
    return max(episode.since - first, 0), min(last, size - 1)


def _furniture(seen: Grid, source: int, first: int) -> Course:
    """Return words of furniture a document; judged are the documents that have some."""
    own = zip(seen.furniture[source, first:], seen.documents[source, first:], strict=True)
    values = tuple(float(words / came) if came else None for words, came in own)
    return Course("words of furniture", "documents", values)
