"""What a person is told of a break: which source, since when, how far, what to look at."""

import math
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.drift.breaks import EVERYWHERE, Break
from pipeline.drift.episodes import Episode
from pipeline.drift.metrics import DOCUMENTS, FURNITURE

RAW = "raw"
NEW, LASTING, MENDED = "new", "lasting", "mended"
_SHOWN = 3
"""Numbers and sources that a sentence names beside the first."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One break of one source. Names and paths are hostile input: escape what you print."""

    source: str
    """As it is watched: the source, or the site where a source has many; ``*`` is many at once."""
    metric: str
    """The number that tells most of the break."""
    since_run: str
    """The first run of it."""
    since: date
    """The day of that run; UTC."""
    before: float
    """Words of a typical document, a share from 0 to 1, or documents a day."""
    now: float
    also: tuple[str, ...]
    """Other numbers that broke with it."""
    state: str
    """``NEW``: the newest run told it; ``LASTING``; ``MENDED``: that run found it over."""
    told: str
    """One sentence."""
    sources: tuple[str, ...] = ()
    """All of them, where ``source`` is ``*``."""
    raw_path: str | None = None
    """A document to look at, if there is one of the break."""
    raw_locator: str = ""
    doc_id: str | None = None
    raw: str = RAW
    """The raw folder, as whoever asked named it."""

    @property
    def key(self) -> str:
        """The name of the break, the same in each run that tells of it."""
        return f"{self.source} {self.since.isoformat()}"


def lines(alarms: Iterable[Alarm]) -> Iterator[str]:
    """Yield what a person reads of alarms: a line each, and how to see a document of it."""
    for alarm in alarms:
        yield f"{alarm.state}: {alarm.told}"
        if command := look(alarm):
            yield f"  look at: {command}"


def look(alarm: Alarm) -> str | None:
    """Return the command that shows a document of a break; None where there is none to show."""
    if alarm.raw_path is None:
        return None
    at = f" --at {shlex.quote(alarm.raw_locator)}" if alarm.raw_locator else ""
    home = alarm.raw.rstrip("/")
    inside = "" if home == RAW else f" --raw {shlex.quote(home)}"
    return f"copydesk show {shlex.quote(f'{home}/{alarm.raw_path}')}{inside}{at}"


NAMES = {
    "no_text": "documents without text",
    "words": "words kept",
    "removed": "text removed",
    "title": "title found",
    "authors": "authors found",
    "date": "date found",
    "score": "mean score of kept text",
    "walled": "metered or gated",
    "partial": "partial",
    "garbled": "garbled text",
    "rejected": "records refused",
    FURNITURE: "documents with furniture",
    DOCUMENTS: "documents",
}
"""What people read for each number."""


def level(episode: Episode, value: float) -> float:
    """Return a number of an episode as people read it."""
    return math.exp(value) if episode.metric == "words" else max(value, 0.0)


def sentence(
    broken: Break, names: Sequence[str], run: str, *, days: int, is_new_version: bool
) -> str:
    """Return what is told of a break; ``days`` are those of a slot."""
    shown = [*_each_metric(broken)][: 1 + _SHOWN]
    facts = "; ".join(_fact(e, days) for e in shown)
    since = f" since run {run}" + (
        ", the first of another version or other settings" if is_new_version else ""
    )
    if len(broken.sources) > 1:
        some = [names[s] for s in broken.sources[:_SHOWN]]
        more = (
            f" and {len(broken.sources) - len(some)} more" if len(broken.sources) > _SHOWN else ""
        )
        who = f"{len(broken.sources)} sources at once ({', '.join(some)}{more})"
        return f"{who}: {facts} (the first of them){since}: {_why(broken, is_many=True)}"
    return f"{names[broken.sources[0]]}: {facts}{since}: {_why(broken, is_many=False)}"


def _each_metric(broken: Break) -> list[Episode]:
    found: dict[str, Episode] = {}
    for episode in broken.episodes:
        found.setdefault(episode.metric, episode)
    return list(found.values())


def _fact(episode: Episode, days: int) -> str:
    before, now = (level(episode, value) for value in (episode.before, episode.now))
    way = "rose" if now > before else "fell"
    name = NAMES[episode.metric]
    if episode.metric == "words":
        return f"{name} {way} from {before:,.0f} to {now:,.0f} a document"
    if episode.metric == DOCUMENTS:
        per = "a day" if days == 1 else f"in {days} days"
        return f"{name} {way} from {_number(before)} to {_number(now)} {per}"
    if episode.metric == "score":
        return f"{name} {way} from {before:.2f} to {now:.2f}"
    return f"{name} {way} from {before:.0%} to {now:.0%}".replace("%", " %")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def _why(broken: Break, *, is_many: bool) -> str:
    """Return what is likely, by which numbers broke."""
    own = {e.metric: e.now > e.before for e in broken.episodes}
    teasers = own.get("words") is False and "partial" in own
    likely = (
        (is_many, "it is likely on this side: the pipeline's version, or how files are fetched"),
        (DOCUMENTS in own, "the feed is silent, has moved, or brings the same pages again"),
        ("garbled" in own, "the encoding is likely declared or sent wrong"),
        ("walled" in own, "a paywall seems to have come"),
        (teasers, "the pages are likely teasers now"),
        (
            own.get("words") or own.get("removed") is False,
            "menus or other clutter are likely kept as text",
        ),
        (set(own) == {FURNITURE}, "something new stands on its pages, and is cut as furniture"),
        (set(own) == {"rejected"}, "the table `rejected` tells why"),
    )
    return next((told for applies, told in likely if applies), "the template probably changed")


def source_of(broken: Break, names: Sequence[str]) -> str:
    """Return the name that an alarm bears."""
    return names[broken.sources[0]] if len(broken.sources) == 1 else EVERYWHERE
