"""What the pages show, with nothing of how it is stored."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition that a report is of; ``chosen`` of its ``stories`` have a page."""

    number: int
    finished_at: str
    version: str
    stories: int
    chosen: int
    copies: int
    documents: int
    outlets: int
    without_text: int
    rejected: int
    words_kept: int
    words_removed: int
    first_day: date | None
    last_day: date | None
    scope: str = ""
    """What was asked for, where not all stories have a page."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that is known of a document, and where it was found."""

    name: str
    value: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a raw document; one of the text has no ``label``."""

    number: int
    text: str
    label: str | None
    rule: str | None
    is_field: bool
    """It left the text and fills a column."""
    score: float | None
    """Estimated probability that it is story, 0 to 1."""
    place: str
    """Code points of the decoded text, or the element path."""


@dataclass(frozen=True, slots=True)
class Document:
    """A raw document: all its blocks in page order, and what was made of it."""

    doc_id: str
    story_id: str | None
    outlet: str
    title: str | None
    text: str
    url: str | None
    published: datetime | None
    precision: str | None
    """``second``, ``minute``, ``day``, ``month`` or ``year``."""
    raw_path: str
    raw_locator: str
    raw_sha256: str
    mode: str
    encoding: str
    chars_raw: int
    chars_kept: int
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    zone_known: bool = True


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as its story sees it; the canonical has no ``kind``."""

    doc_id: str
    outlet: str
    title: str | None
    published: datetime | None
    is_canonical: bool
    kind: str | None = None
    matched: str | None = None
    containment: float | None = None
    shared: int | None = None
    precision: str | None = None
    """How exact ``published`` is, as in Document."""
    zone_known: bool = True
    """False: the time has no zone, and stands as if it were UTC."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its canonical copy, and all copies, the canonical first."""

    story_id: str
    doc_id: str
    title: str | None
    text: str
    outlet: str
    agency: str | None
    dateline: str | None
    authors: tuple[str, ...]
    published: datetime | None
    precision: str | None
    language: str | None
    paywall: str
    completeness: str
    word_count: int
    captions: tuple[str, ...]
    credits: tuple[str, ...]
    reason: str
    copies: tuple[Copy, ...]
    outlets: tuple[str, ...]
    zone_known: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a list; of its text only the beginning."""

    story_id: str
    title: str | None
    text: str
    published: datetime | None
    copies: int
    agency: str | None = None
    outlets: int = 0
    outlet: str = ""
    """Of the canonical copy."""
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """How much of one label an outlet's documents had."""

    name: str
    blocks: int
    words: int


@dataclass(frozen=True, slots=True)
class Change:
    """A source that is no longer what it was, or is so again."""

    source: str
    state: str
    """``new``, ``lasting`` or ``mended``."""
    told: str
    look: str | None
    """The command that shows a document of it, if there is one."""
    doc_id: str | None
    """That document, if it has a page."""
    outlet: str | None = None
    """The outlet whose page has the lines of the source, if any."""


@dataclass(frozen=True, slots=True)
class Course:
    """One number of a source, day by day."""

    name: str
    unit: str
    """``documents``, ``words``, ``share`` (0 to 1) or ``score`` (0 to 1)."""
    values: tuple[float | None, ...]
    """None on a day that says nothing."""
    breaks: tuple[tuple[int, int], ...] = ()
    """First and last place of each break of it that is told."""


@dataclass(frozen=True, slots=True)
class Watched:
    """All numbers of one source over the same days."""

    source: str
    days: tuple[date, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Outlet:
    """What one outlet delivered; ``history`` and ``alarms`` are for what changed of late."""

    name: str
    documents: int
    stories: int
    marked: int
    """Documents that name an agency."""
    unmarked: int
    """Others that stand in a story of which a copy names one."""
    without_text: int
    walled: int
    partial: int
    words_kept: int
    first_day: date | None
    last_day: date | None
    labels: tuple[Label, ...]
    history: tuple["Figure", ...] = ()
    """A picture a source that delivers it: what came of that, day by day."""
    alarms: tuple[Change, ...] = ()

    @property
    def words_removed(self) -> int:
        """Words of all labels."""
        return sum(label.words for label in self.labels)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is furniture of an outlet, and in how many of its stories it stood."""

    text: str
    stories: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was refused."""

    place: str
    stage: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture and the numbers behind it."""

    name: str
    title: str
    note: str
    svg: str
    """Safe SVG, its colours as classes."""
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    of_chosen: bool = False
    """It is of the stories that have a page alone, not of the whole edition."""
