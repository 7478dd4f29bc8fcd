"""The frozen types that travel between the stages. No I/O, no logic beyond derived values.

What a page has hundreds of is a named tuple: a frozen dataclass takes twice the time to make.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from pipeline.errors import RejectReason

Mode = Literal["html", "text"]
Paywall = Literal["free", "metered", "gated", "unknown"]
Completeness = Literal["full", "partial", "unknown"]
Precision = Literal["second", "minute", "day", "month", "year"]
MatchKind = Literal["exact", "near", "contained", "update"]

CUT = 0.75
"""A text with fewer than this share of the other's shingles is a cut-down of it."""
NOT_READ = "nesting or text past the parser's limit was not read"
"""The warning of a page of which the parser dropped some: its text is partial."""
GUARD = "guard:"
"""What the rule of a kept block begins with that a guard brought back."""


class Label(StrEnum):
    """What a removed block is."""

    TITLE = "title"
    BYLINE = "byline"
    DATE = "date"
    CAPTION = "caption"
    CREDIT = "credit"
    MENU = "menu"
    RELATED = "related"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    PAYWALL = "paywall"
    ADVERT = "advert"
    LEGAL = "legal"
    COMMENTS = "comments"
    BIO = "bio"
    REPEAT = "repeat"
    FURNITURE = "furniture"
    NOISE = "noise"


class Ruling(StrEnum):
    """What becomes of a block: it stays in the text, it fills a column, or it goes."""

    KEEP = "keep"
    FIELD = "field"
    CUT = "cut"


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a record came from: enough to fetch its bytes again and to prove them the same."""

    path: str
    """File, relative to the raw folder, with ``/``; bytes that are not UTF-8 as ``\\xNN``."""
    locator: str
    """Place inside the file: ``line:N`` from 1, ``offset:N`` of the plain stream, or empty."""
    sha256: str
    """SHA-256 of the record bytes."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One record as it was delivered. Law: ``sha256(data) == origin.sha256``."""

    doc_id: str
    origin: Origin
    source: str
    """Delivery source: side file, else JSON field, else host, else first folder, else unknown."""
    media_type: Literal["text/html", "text/plain"]
    data: bytes
    charset: str | None = None
    """What the transport declared: the HTTP header, or ``utf-8`` for a JSON string."""
    url: str | None = None
    fetched_at: datetime | None = None
    title: str | None = None
    """Title that the delivery gives beside the text (JSON field)."""
    published: str | None = None
    """Date that the delivery gives beside the text (JSON field), as it was spelled."""
    truncated: str | None = None
    """What says that the record was cut short before it was delivered."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record, or the rest of a file, that was refused."""

    path: str
    locator: str
    sha256: str | None
    stage: str
    reason: RejectReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A container record that is no document, such as a WARC request: counted, not rejected."""

    path: str
    kind: str


class Markup(NamedTuple):
    """Where a block stood in the HTML tree."""

    path: str
    """Element path such as ``/html/body/div[2]/p[1]``."""
    tag: str
    """The block-level element that holds the text."""
    ancestors: tuple[str, ...]
    """Tag names from the parent up to ``body``."""
    hints: tuple[str, ...]
    """class, id, itemprop, role and data-testid of the element and its nearest ancestors,
    one lower-case string an element, nearest first."""
    link_chars: int
    bold_chars: int
    hidden: bool


class Block(NamedTuple):
    """A piece of a page that is kept or removed as a whole.

    In text mode ``start`` and ``end`` are code points of the decoded text (half open); in HTML
    mode they are None and ``markup`` is set. ``text`` has runs of white space folded.
    """

    index: int  # type: ignore[assignment]  # hides a method of tuples that no block is asked for
    text: str
    start: int | None = None
    end: int | None = None
    markup: Markup | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about a fact and who made it: ("published", "2013-11-02", "json-ld")."""

    field: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much of each block a helper extractor kept: one share from 0 to 1 a block."""

    helper: str
    coverage: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded page as blocks. Picklable: no tree inside."""

    mode: Mode
    blocks: tuple[Block, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    encoding: str
    encoding_source: str
    """``bom``, ``transport``, ``meta``, ``utf-8`` (it simply fits) or ``detector``."""
    chars: int
    """Code points of the decoded input."""
    warnings: tuple[str, ...] = ()
    """What could not be read whole, such as nesting past the parser's limit."""


class Verdict(NamedTuple):
    """The ruling on one block, by which rule or score."""

    block: int
    ruling: Ruling
    label: Label | None
    """None for a kept block."""
    rule: str
    score: float
    """Estimated probability that the block belongs to the story, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document, each with where it was found; None is unknown."""

    title: str | None = None
    title_source: str | None = None
    authors: tuple[str, ...] = ()
    authors_source: str | None = None
    editors: tuple[str, ...] = ()
    agency: str | None = None
    agency_source: str | None = None
    dateline: str | None = None
    wire_mark: str | None = None
    """``UPDATE``, ``WRAPUP`` or ``LEAD`` with or without a number, ``CORRECTED``, ``REFILE``,
    ``REPEAT``, ``URGENT`` or ``KILL``; ``title`` is without it."""
    wire_mark_source: str | None = None
    """``title`` or ``note``."""
    published_at: datetime | None = None
    """UTC. A time without a zone is taken as UTC, which ``published_zone_known`` tells."""
    published_source: str | None = None
    published_precision: Precision | None = None
    published_zone_known: bool = False
    modified_at: datetime | None = None
    modified_source: str | None = None
    language: str | None = None
    language_source: str | None = None
    section: str | None = None
    site: str | None = None
    """Host or name that the page gives itself."""
    canonical_url: str | None = None
    paywall: Paywall = "unknown"
    paywall_evidence: str | None = None
    completeness: Completeness = "unknown"
    completeness_evidence: str | None = None
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A page with one verdict a block, and its facts. Nothing is deleted: ``text`` is derived."""

    doc_id: str
    origin: Origin
    source: str
    url: str | None
    fetched_at: datetime | None
    page: Page
    verdicts: tuple[Verdict, ...]
    facts: Facts

    @property
    def text(self) -> str:
        """The kept blocks, one a line."""
        kept = (v.block for v in self.verdicts if v.ruling is Ruling.KEEP)
        return "\n".join(self.page.blocks[i].text for i in kept)


@dataclass(frozen=True, slots=True)
class Match:
    """Two different texts that tell the same story. Law: ``a < b``; verified on the shingles.

    ``containment`` is ``shared`` by the shingles of the smaller text, ``weighted`` the same with
    each weighted by its rarity.
    """

    a: str
    """``text_id``: documents with equal words share one."""
    b: str
    shared: int
    containment: float
    jaccard: float
    weighted: float

    @property
    def kind(self) -> MatchKind:
        """``contained`` where one text has much fewer shingles than the other, else ``near``."""
        smaller = self.shared / self.containment
        larger = self.shared / self.jaccard - smaller + self.shared
        return "contained" if smaller < CUT * larger else "near"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as the telling of stories sees it: its text may be shared, its time has a zone."""

    doc_id: str
    text_id: str
    published_at: datetime | None
    agency: bool
    source: str
    wire_mark: str | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """Documents whose texts are joined by matches, directly or not."""

    copies: tuple[Copy, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One document in a story, and the match that joined it (None for the canonical)."""

    doc_id: str
    match_kind: MatchKind | None = None
    matched_doc_id: str | None = None
    containment: float | None = None
    weighted: float | None = None
    jaccard: float | None = None
    shared: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All copies of one story. Law: stories partition the documents that have text."""

    story_id: str
    canonical: str
    canonical_reason: str
    members: tuple[Member, ...]
