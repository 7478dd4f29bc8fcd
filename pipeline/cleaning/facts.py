"""What is known of a document: a choice among what page, delivery and text say, with its source."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pipeline.cleaning.agency import agency_of, named_agency
from pipeline.cleaning.authors import AUTHOR_SOURCES, authors
from pipeline.cleaning.bylines import byline_names, editors
from pipeline.cleaning.dateline import lost_dateline, marked_dateline
from pipeline.cleaning.dates import DateLine, When, labelled_date, parse_date, read_date_lines
from pipeline.cleaning.language import language
from pipeline.cleaning.paywall import access
from pipeline.cleaning.prose import is_terminal, key
from pipeline.cleaning.title_lines import printed_title
from pipeline.cleaning.titles import declared_title, site_names
from pipeline.cleaning.wire import RULE, title_mark, wire_mark
from pipeline.model import NOT_READ, Claim, Facts, Label, Page, RawDocument, Ruling, Verdict

_DATE_SOURCES = ("json-ld", "meta:article:published_time", "meta:", "og:", "itemprop", "time")
_REUTERS_CREDIT = re.compile(
    r"[(（]\s*(?:additional\s+)?(?:reporting|"
    r"writing)\b.*?\bby\b.*;\s*(?:writing by .*;\s*)?edit(?:ing|ed)\b.*\bby\b",
    re.IGNORECASE,
)
_HEAD_BLOCKS = 3
_TITLE_WORDS = 3
"""Words from which a title is no site's name."""


@dataclass(frozen=True, slots=True)
class _Story:
    """The parts of a page that facts are drawn from."""

    page: Page
    kept: tuple[str, ...]
    bylines: tuple[str, ...]
    dated: tuple[DateLine, ...]
    """The dates that lines of the head tell."""
    credits: tuple[str, ...]
    captions: tuple[str, ...]
    notes: tuple[str, ...]
    """What the desk says of its revision."""
    title: str | None


Found = tuple[str | None, str | None]


def facts(page: Page, verdicts: Sequence[Verdict], raw: RawDocument) -> Facts:
    """Return the facts of a judged page, each with where it was found; unknown ones are None."""
    story = _story(page, verdicts)
    headline, title_source = _title(story, raw)
    title = title_mark(headline)[1] if headline else None
    headlines = _headlines(story, raw) if title else _untitled(story)
    mark, mark_source = wire_mark(title, headlines, story.notes, story.kept)
    people, authors_source = authors(page, story.bylines, story.credits, site_names(page, raw))
    agency, agency_source, dateline = _agency(story)
    published, published_source = _published(story, raw)
    modified, modified_source = _modified(story)
    code, code_source = language("\n".join(story.kept), _first(page, "language"))
    dropped = NOT_READ if NOT_READ in page.warnings else None
    paywall = access(page, verdicts, raw.truncated or dropped)
    return Facts(
        title=title,
        title_source=title_source,
        authors=people,
        authors_source=authors_source,
        editors=tuple(dict.fromkeys(name for line in story.credits for name in editors(line))),
        agency=agency,
        agency_source=agency_source,
        dateline=dateline,
        wire_mark=mark,
        wire_mark_source=mark_source,
        published_at=published.at if published else None,
        published_source=published_source,
        published_precision=published.precision if published else None,
        published_zone_known=bool(published and published.zone_known),
        modified_at=modified.at if modified else None,
        modified_source=modified_source,
        language=code,
        language_source=code_source,
        section=(_first(page, "section") or (None,))[0],
        site=_site(page, raw),
        canonical_url=_canonical(page, raw),
        paywall=paywall.paywall,
        paywall_evidence=paywall.paywall_evidence,
        completeness=paywall.completeness,
        completeness_evidence=paywall.completeness_evidence,
        captions=story.captions,
        credits=story.credits,
    )


def _story(page: Page, verdicts: Sequence[Verdict]) -> _Story:
    keep, fills = Ruling.KEEP, Ruling.FIELD  # dear to look up, and each block is asked
    fields = [v for v in verdicts if v.ruling is fills]

    def field(label: Label) -> tuple[str, ...]:
        return tuple(page.blocks[v.block].text for v in fields if v.label is label)

    kept = tuple(page.blocks[v.block].text for v in verdicts if v.ruling is keep)
    repeats = [page.blocks[v.block].text for v in verdicts if v.rule == "title-repeat"]
    titled = (v.block for v in fields if v.label is Label.TITLE)
    title = next((printed_title(page, i) for i in titled), None)
    bylines = field(Label.BYLINE)
    # The element "title" gives "Headline - Site"; the headline alone stands elsewhere on the page.
    shorter = (
        r for r in repeats if title and len(r) < len(title) and key(title).startswith(key(r))
    )
    return _Story(
        page=page,
        kept=kept,
        bylines=bylines,
        dated=tuple(
            read for line in (*field(Label.DATE), *bylines) for read in read_date_lines(line)
        ),
        credits=field(Label.CREDIT),
        captions=field(Label.CAPTION),
        notes=tuple(page.blocks[v.block].text for v in verdicts if v.rule == RULE),
        title=next(shorter, title),
    )


def _claims(page: Page, field: str, sources: Iterable[str] = ("",)) -> Iterator[Claim]:
    """Yield the claims of a field, by the order of ``sources`` (prefixes), then of the page."""
    found = [c for c in page.claims if c.field == field]
    for source in sources:
        yield from (c for c in found if c.source.startswith(source))


def _first(page: Page, field: str) -> tuple[str, str] | None:
    found = next(_claims(page, field), None)
    return (found.value, found.source) if found else None


def _title(story: _Story, raw: RawDocument) -> Found:
    if declared := declared_title(story.page, raw):
        return declared
    if raw.title and raw.title.strip():
        return " ".join(raw.title.split()), "delivery"
    return (story.title, "text") if story.title else (None, None)


def _headlines(story: _Story, raw: RawDocument) -> tuple[str, ...]:
    """Return all that page and delivery give as headline: one may have the mark, others not."""
    claimed = (" ".join(claim.value.split()) for claim in _claims(story.page, "title"))
    return (*claimed, *filter(None, (raw.title, story.title)))


def _untitled(story: _Story) -> tuple[str, ...]:
    """Return the first line of a page without a title: it may be a headline all the same."""
    first = story.page.blocks[0].text
    return (first,) if story.kept[:1] == (first,) and not is_terminal(first) else ()


def _agency(story: _Story) -> tuple[str | None, str | None, str | None]:
    """Return agency, its source, and the place of the dateline."""
    texts = [block.text for block in story.page.blocks]
    marked = (marked_dateline(text, texts) for text in story.kept[:_HEAD_BLOCKS])
    place, mark = next(filter(None, marked), None) or _title_dateline(story.title)
    agency, source = _byline_agency(story)
    if agency is None and mark:
        agency, source = mark, "dateline"
    if agency is None:
        agency, source = _credit_agency(story)
    if place is None and agency and story.kept:
        place = lost_dateline(story.kept[0], texts)
    return agency, source, place


def _title_dateline(title: str | None) -> tuple[str | None, str | None]:
    """Return place and agency of a headline that has a dateline; a bare "PARIS -" is a theme."""
    place, mark = (marked_dateline(title) if title else None) or (None, None)
    return (place, mark) if mark else (None, None)


def _byline_agency(story: _Story) -> Found:
    for line in story.bylines:
        found = byline_names(line)
        if found and found[1]:
            return found[1], "byline"
    for claim in _claims(story.page, "author", AUTHOR_SOURCES):
        found = byline_names(claim.value)
        if agency := agency_of(claim.value) or (found[1] if found else None):
            return agency, claim.source
    return None, None


def _credit_agency(story: _Story) -> Found:
    for line in story.credits:
        if agency := named_agency(line):
            return agency, "credit"
    # No other agency signs "(Reporting by ...; Editing by ...)".
    if any(map(_REUTERS_CREDIT.search, story.credits)):
        return "Reuters", "credit"
    return None, None


def _published(story: _Story, raw: RawDocument) -> tuple[When | None, str | None]:
    for claim in _claims(story.page, "published", _DATE_SOURCES):
        if when := _sane(parse_date(claim.value)):
            return when, claim.source
    if raw.published and (when := _sane(parse_date(raw.published))):
        return when, "delivery"
    for kind in ("published", None):
        if when := next((line.when for line in story.dated if line.kind == kind), None):
            return when, "date-line"
    for block in story.page.blocks[:_HEAD_BLOCKS]:
        label = labelled_date(block.text)
        if label and label.kind == "published":
            return label.when, "labelled"
    return None, None


def _modified(story: _Story) -> tuple[When | None, str | None]:
    for claim in _claims(story.page, "modified"):
        if when := _sane(parse_date(claim.value)):
            return when, claim.source
    when = next((line.when for line in story.dated if line.kind == "modified"), None)
    return when, "date-line" if when else None


def _sane(when: When | None) -> When | None:
    """Return None for the dates that stand for no date: the epoch, and years out of reach."""
    return when if when and 1800 <= when.at.year <= 2100 and when.at.timestamp() != 0 else None


def _site(page: Page, raw: RawDocument) -> str | None:
    """Return the name the page gives itself, else its own host; a text has none.

    Some pages give their headline for it.
    """
    titles = {key(c.value) for c in _claims(page, "title") if len(c.value.split()) >= _TITLE_WORDS}
    for claim in _claims(page, "site"):
        if not any(title in key(claim.value) for title in titles):
            return claim.value
    url = _canonical(page, raw)
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def _canonical(page: Page, raw: RawDocument) -> str | None:
    for claim in _claims(page, "canonical_url", ("link-canonical", "og:")):
        try:
            url = urljoin(raw.url or "", claim.value)
            if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname:
                return url
        except ValueError:
            continue
    return None
