"""When each outlet printed a story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.report.facts import Copy

_MOST = 30


@dataclass(frozen=True, slots=True)
class Dot:
    """A copy: its place from 0 to 100, its kind, its time."""

    x: float
    kind: str
    doc_id: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Track:
    """The dated copies of one outlet, the earliest first."""

    outlet: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The outlets of a story by their first copy; those past the first few are counted."""

    first: datetime
    last: datetime
    tracks: tuple[Track, ...]
    more: int
    undated: int
    """Copies without a date."""


def timeline(copies: Sequence[Copy]) -> Timeline | None:
    """Return the outlets in time; None where no two copies have a date."""
    dated = sorted(
        ((c.published, c.doc_id, c) for c in copies if c.published), key=lambda found: found[:2]
    )
    if len(dated) < 2:
        return None
    first, last = dated[0][0], dated[-1][0]
    span = (last - first).total_seconds()
    tracks: dict[str, list[Dot]] = {}
    for published, doc_id, copy in dated:
        x = 100 * (published - first).total_seconds() / span if span else 50.0
        dot = Dot(round(x, 2), copy.kind or "canonical", doc_id, published)
        tracks.setdefault(copy.outlet, []).append(dot)
    shown = [Track(outlet, tuple(dots)) for outlet, dots in list(tracks.items())[:_MOST]]
    return Timeline(
        first, last, tuple(shown), max(0, len(tracks) - _MOST), len(copies) - len(dated)
    )
