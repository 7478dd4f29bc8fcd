"""The pages: each a pure function from facts to HTML, everything in it escaped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.identity import sha256
from pipeline.report import labels, words
from pipeline.report.day_graph import address
from pipeline.report.diff import compare
from pipeline.report.facts import (
    Block,
    Change,
    Document,
    Edition,
    Entry,
    Figure,
    Line,
    Outlet,
    Refusal,
    Story,
)
from pipeline.report.timeline import timeline

COPIES_A_PAGE = 25
STORIES_A_PAGE = 100
OUTLETS_A_PAGE = 200
_MANY, _SHORT = 8, 40
"""So many lines, of so few characters on average, are set in columns."""


@dataclass(frozen=True, slots=True)
class Paging:
    """One of several pages of a list: ``name-2.html`` and so on, the first without a number."""

    name: str
    page: int
    pages: int

    def address(self, page: int) -> str:
        """Return where a page of the list lies, from this one."""
        return f"{self.name}.html" if page == 1 else f"{self.name}-{page}.html"

    def near(self) -> list[int]:
        """Return the pages that are offered: the first, the last and those around this one."""
        around = range(self.page - 2, self.page + 3)
        return sorted({1, self.pages, *(p for p in around if 1 <= p <= self.pages)})


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one verdict: kept ones, or removed by one rule with one label."""

    label: str | None
    rule: str | None
    is_field: bool
    blocks: tuple[Block, ...]

    @property
    def is_list(self) -> bool:
        """Many short lines, such as a menu: they may stand side by side."""
        return len(self.blocks) >= _MANY and sum(len(b.text) for b in self.blocks) < _SHORT * len(
            self.blocks
        )

    @property
    def scores(self) -> str:
        """The least and the largest score, as they are read."""
        found = sorted({f"{b.score:.2f}" for b in self.blocks if b.score is not None})
        return "–".join(dict.fromkeys((found[0], found[-1]))) if found else ""


def overview(
    edition: Edition,
    figures: Sequence[Figure],
    widest: Sequence[Entry],
    newest: Sequence[Entry],
    changes: Sequence[Change] = (),
) -> str:
    """Return the first page: what there is, sources that changed, pictures, widest stories."""
    facts = {"figures": figures, "widest": widest, "newest": newest, "changes": changes}
    return _page("overview.html", edition, "", **facts)


def story_list(
    edition: Edition,
    paging: Paging,
    entries: Sequence[Entry],
    days: Sequence[tuple[str, str, int]],
) -> str:
    """Return a page of stories by day; ``days`` are name, address and number of stories."""
    by_day = groupby(entries, key=lambda e: e.published.date() if e.published else None)
    grouped = [(day, list(some)) for day, some in by_day]
    return _page("stories.html", edition, "", paging=paging, grouped=grouped, days=days)


def story(edition: Edition, told: Story, page: int, documents: Sequence[Document]) -> str:
    """Return a page of a story: its text, and ``documents``, some of its copies, against it."""
    facts = {copy.doc_id: copy for copy in told.copies}
    found = [
        (facts[d.doc_id], d, None if d.doc_id == told.doc_id else compare(told.text, d.text))
        for d in documents
    ]
    pages = -(-len(told.copies) // COPIES_A_PAGE)
    return _page(
        "story.html",
        edition,
        "../../",
        story=told,
        copies=found,
        paging=Paging(told.story_id, page, pages),
        first=(page - 1) * COPIES_A_PAGE + 1,
        timeline=timeline(told.copies),
    )


def document(edition: Edition, shown: Document, home: str = "") -> str:
    """Return the page of a raw document: every block, kept or removed, with label and rule.

    ``home`` leads from the top of the report to the place where its story has it; empty: in none.
    """
    counts: dict[str, list[int]] = {}
    for block in shown.blocks:
        if block.label:
            sums = counts.setdefault(block.label, [0, 0])
            sums[0] += 1
            sums[1] += len(block.text.split())
    return _page(
        "document.html",
        edition,
        "../../",
        document=shown,
        home=home,
        groups=groups(shown.blocks),
        counts=sorted(counts.items(), key=lambda c: labels.rank(c[0])),
    )


def groups(blocks: Iterable[Block]) -> list[Group]:
    """Return the blocks of a page in runs of one verdict."""
    runs = groupby(blocks, key=lambda b: (b.label, b.rule if b.label else None, b.is_field))
    return [Group(*key, tuple(some)) for key, some in runs]


def outlet_list(edition: Edition, paging: Paging, outlets: Sequence[Outlet]) -> str:
    """Return a page of the list of outlets."""
    return _page("outlets.html", edition, "", paging=paging, outlets=outlets)


def outlet(edition: Edition, shown: Outlet, entries: Sequence[Entry], lines: Sequence[Line]) -> str:
    """Return the page of an outlet: what it delivered, its furniture, its newest stories."""
    return _page("outlet.html", edition, "../", outlet=shown, entries=entries, lines=lines)


def left_out(
    edition: Edition,
    reasons: Sequence[tuple[str, int]],
    refusals: Sequence[Refusal],
    documents: Sequence[Document],
) -> str:
    """Return the page of what is in no story: records refused, and pages without text."""
    return _page(
        "left_out.html", edition, "", reasons=reasons, refusals=refusals, documents=documents
    )


def search(edition: Edition, shards: Sequence[str]) -> str:
    """Return the page that searches; ``shards`` are the scripts that hold the index."""
    return _page("search.html", edition, "", shards=shards)


def document_address(doc_id: str) -> str:
    """Return where the page of a document lies, from the top of the report."""
    return f"documents/{doc_id[:2]}/{doc_id}.html"


def outlet_address(name: str) -> str:
    """Return where the page of an outlet lies; its name may be no file name."""
    return f"outlets/{sha256(name.encode('utf-8', 'surrogatepass'))[:16]}.html"


def _page(template: str, edition: Edition, top: str, **facts: Any) -> str:
    """Fill a template; ``top`` leads from the page to the top of the report."""
    return _templates().get_template(template).render(edition=edition, top=top, **facts) + "\n"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    made.globals.update(
        LABELS=labels.LABELS,
        story_address=address,
        document_address=document_address,
        outlet_address=outlet_address,
        heading=words.heading,
        family=labels.family,
        web=words.web,
        picture=Markup,
    )
    filters: Mapping[str, Any] = {
        "number": words.number,
        "share": words.share,
        "day": words.day,
        "moment": words.moment,
        "about": words.about,
        "count": words.count,
    }
    made.filters.update(filters)
    return made


def _finalized(value: Any) -> Any:
    """Spell out what would hide in a text; what is None must not come out as a word."""
    if value is None:
        return ""
    return words.visible(value) if type(value) is str else value
