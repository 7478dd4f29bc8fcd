"""From numbers that broke to breaks: one a source, however many of its numbers show it.

Where many sources break alike at one time, that is one break, too: what changed is not the sites.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.drift.episodes import MENDED, Episode
from pipeline.drift.levels import WEEK
from pipeline.drift.metrics import DOCUMENTS, FURNITURE

EVERYWHERE = "*"
"""The source of a break of many."""
_LEAST_MANY, _SHARE_MANY = 5, 0.2
"""Sources that break alike, at least, to be one break: so many, and such a share of all."""
LEADS = (
    DOCUMENTS,
    "garbled",
    "no_text",
    "words",
    "title",
    "date",
    "authors",
    "walled",
    "partial",
    "removed",
    "score",
    "rejected",
    FURNITURE,
)
"""The number that tells most of a break first."""


@dataclass(frozen=True, slots=True)
class Break:
    """One break of one source, or of many."""

    sources: tuple[int, ...]
    """Places among the names of the grid."""
    episodes: tuple[Episode, ...]
    """What shows it, the most telling first."""

    @property
    def since(self) -> int:
        """The first slot of it, by what tells most."""
        return self.episodes[0].since

    @property
    def told(self) -> int:
        """The slot by which it was sure."""
        return min(e.told for e in self.episodes)

    @property
    def lasts(self) -> bool:
        """Tell whether any of it is still there."""
        return any(e.end is None for e in self.episodes)

    @property
    def end(self) -> int | None:
        """The slot by which all of it was over."""
        return None if self.lasts else max(e.end or 0 for e in self.episodes)

    @property
    def is_mended(self) -> bool:
        """Tell whether it is over, not grown used to."""
        return not self.lasts and any(e.how == MENDED for e in self.episodes)


def gather(episodes: Iterable[Episode], watched: int) -> list[Break]:
    """Return the breaks that episodes show; ``watched`` sources there are."""
    ordered = sorted(episodes, key=lambda e: (e.source, e.told, e.since, e.metric))
    own = [
        Break((source,), tuple(sorted(some, key=_rank)))
        for source, of_source in groupby(ordered, key=lambda e: e.source)
        for some in _joined(list(of_source))
    ]
    return _alike(own, max(_LEAST_MANY, _SHARE_MANY * watched))


def _joined(episodes: Sequence[Episode]) -> list[list[Episode]]:
    """Put together what began in one week while the first of it lasted."""
    found: list[list[Episode]] = []
    for episode in episodes:
        for some in found:
            lasts = any(e.end is None or e.end >= episode.told for e in some)
            if lasts and abs(episode.since - some[0].since) <= WEEK:
                some.append(episode)
                break
        else:
            found.append([episode])
    return found


def _alike(breaks: list[Break], many: float) -> list[Break]:
    """Make one of breaks that begin within a slot of each other in the same number, if many do."""
    found: list[Break] = []
    left = sorted(breaks, key=lambda b: (LEADS.index(b.episodes[0].metric), b.since, b.sources))
    while left:
        head = left[0]
        own = [b for b in left if _is_alike(head, b)]
        own = own if len(own) >= many else [head]
        left = [b for b in left if b not in own]
        if len(own) == 1:
            found.append(head)
        else:
            every = tuple(sorted((e for b in own for e in b.episodes), key=_rank))
            found.append(Break(tuple(sorted(s for b in own for s in b.sources)), every))
    return sorted(found, key=lambda b: (b.told, b.sources))


def _is_alike(one: Break, other: Break) -> bool:
    a, b = one.episodes[0], other.episodes[0]
    same_way = (a.now > a.before) == (b.now > b.before)
    return a.metric == b.metric and same_way and 0 <= other.since - one.since <= 1


def _rank(episode: Episode) -> tuple[int, int, int]:
    return LEADS.index(episode.metric), episode.since, episode.source
