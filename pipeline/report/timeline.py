"""When each outlet printed a story, no more exact than that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from pipeline.report.facts import Copy
from pipeline.report.words import moment

_MOST = 30
_DAY = timedelta(days=1)
_EXACT = frozenset({"minute", "second"})
_COARSE = frozenset({"month", "year"})
_KINDS = ("canonical", "exact", "near", "contained", "update")
_LONG = timedelta(days=30)
_TIMES = 10


@dataclass(frozen=True, slots=True)
class Dot:
    """A copy: its place from 0 to 100, its kind, its time in words."""

    x: float
    kind: str
    told: str
    wide: float = 0.0
    """A day of which no hour is known is a bar of this width."""
    off: str = ""
    """``earlier`` or ``later`` than the time that is drawn: it stands at its edge."""


@dataclass(frozen=True, slots=True)
class Track:
    """The drawn copies of one outlet, the earliest first."""

    outlet: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The outlets of a story by their first copy; those past the first few are counted."""

    first: str
    last: str
    tracks: tuple[Track, ...]
    more: int
    undated: int
    """Copies without a date."""
    coarse: int
    """Copies of which only the month or the year is known: they are not drawn."""
    zoneless: int
    """Drawn times without a zone."""
    days: bool
    """Some copies are drawn as a whole day."""
    off: int
    """Copies far from the rest in time."""
    kinds: tuple[str, ...]
    """Of the copies that are drawn, for the legend."""


@dataclass(frozen=True, slots=True)
class _Placed:
    start: datetime
    end: datetime
    """For a time its start, for a day its midnight to come."""
    copy: Copy


def timeline(copies: Sequence[Copy]) -> Timeline | None:
    """Return the outlets in time; None where no two copies have a day at least.

    A day stands after the times in it: nothing says that it was earlier.
    """
    dated = [c for c in copies if c.published]
    known = [_placed(c, c.published) for c in dated if c.published and c.precision not in _COARSE]
    if len(known) < 2:
        return None
    placed = sorted(known, key=lambda p: (p.end, p.start, p.copy.doc_id))
    drawn = _together(placed)
    first, last = min(p.start for p in drawn), max(p.end for p in drawn)
    tracks: dict[str, list[Dot]] = {}
    for one in placed:
        tracks.setdefault(one.copy.outlet, []).append(_dot(one, first, last))
    shown = [Track(outlet, tuple(dots)) for outlet, dots in list(tracks.items())[:_MOST]]
    earliest = min(drawn, key=lambda p: p.start)
    return Timeline(
        first=_told(earliest.copy),
        last=_told(drawn[-1].copy),
        tracks=tuple(shown),
        more=max(0, len(tracks) - _MOST),
        undated=len(copies) - len(dated),
        coarse=len(dated) - len(known),
        zoneless=sum(p.start == p.end and not p.copy.zone_known for p in placed),
        days=any(p.start != p.end for p in placed),
        off=len(placed) - len(drawn),
        kinds=tuple(sorted({d.kind for track in shown for d in track.dots}, key=_KINDS.index)),
    )


def _together(placed: list[_Placed]) -> list[_Placed]:
    """Return the copies that stand together in time, all but a few that are far from them.

    Else one wrong date draws all others at one place. ``placed`` is by ``end``. Those are far that
    make the time more than ten times as long as two in three of the copies need, and months long.
    """
    many = -(-2 * len(placed) // 3)
    windows = zip(placed, placed[many - 1 :], strict=False)
    low, high = min(((a.start, b.end) for a, b in windows), key=lambda w: w[1] - w[0])
    width = max(high - low, _DAY)
    whole = placed[-1].end - min(p.start for p in placed)
    if whole < _LONG or whole < _TIMES * width:
        return placed
    return [p for p in placed if low - p.start <= width and p.end - high <= width]


def _placed(copy: Copy, published: datetime) -> _Placed:
    if copy.precision in _EXACT:
        return _Placed(published, published, copy)
    start = datetime.combine(published.date(), time(), published.tzinfo or UTC)
    last = datetime.max.replace(tzinfo=start.tzinfo)
    return _Placed(start, start + _DAY if start < last - _DAY else last, copy)


def _dot(one: _Placed, first: datetime, last: datetime) -> Dot:
    if one.start < first or one.end > last:
        off = "earlier" if one.start < first else "later"
        return Dot(
            0 if off == "earlier" else 100, one.copy.kind or "canonical", _told(one.copy), off=off
        )
    span = (last - first).total_seconds()
    x, end = (
        100 * (at - first).total_seconds() / span if span else 50.0 for at in (one.start, one.end)
    )
    return Dot(round(x, 2), one.copy.kind or "canonical", _told(one.copy), round(end - x, 2))


def _told(copy: Copy) -> str:
    return moment(copy.published, copy.precision, copy.zone_known)
