"""Write the report of a published edition: a folder of pages that needs no server and no network.

It reads the published tables alone, and so works while a run is writing. One edition gives the same
bytes each time. Stories and documents are streamed: memory does not grow with their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline import drifting, reported, reported_drift
from pipeline.crew import Notify
from pipeline.errors import StoreError
from pipeline.identity import versions
from pipeline.objects import Place, place
from pipeline.report import day_graph, over_time, pages, plots, search, words
from pipeline.report.facts import Document, Edition, Entry, Figure, Outlet, Story
from pipeline.reported_drift import Drifted
from pipeline.settings import Drift
from pipeline.site_folder import Site, check, replaced
from pipeline.store import gather, mirror
from pipeline.store.audit import Books

ASSETS = ("report.css", "report.js", "search.js", "icon.svg")
_ON_FRONT = 8
_DRAWN = 500
"""Outlets whose drift lines are drawn, beside those with an alarm: those with most documents."""
_IN_GRAPH = 24
_OF_OUTLET = 100
_LINES = 50
_LEFT_OUT = 1_000
"""Refusals, and documents without text, that are listed."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What was written."""

    index: Path
    edition: int
    stories: int
    """With a page, of ``all_stories``."""
    all_stories: int
    documents: int
    files: int
    bytes: int
    rejected: int
    """Records that were refused, in all runs of the edition."""


def report(
    clean: Place,
    out: Path,
    *,
    day: date | None = None,
    limit: int | None = None,
    drift: Drift | None = None,
    raw: Place | str = "raw",
    notify: Notify = lambda *_: None,
) -> Reported:
    """Write the report of the edition in ``clean`` to the folder ``out``, in place of the last one.

    ``day`` leaves out the pages of stories of other days, ``limit`` those of all but the newest;
    sums and all pictures but the graph of a day are of all. ``drift`` says which sources are told
    of as changed, ``raw`` where their files lie. Raises StoreError when nothing is published,
    SettingsError when ``out`` is no place for a report.
    """
    check(out, clean, place(raw) if isinstance(raw, str) else raw)
    folder = mirror.reading(clean)
    with TemporaryDirectory(prefix="copydesk-") as spill, replaced(out) as site:
        notify("tables", 0, 1)
        books = gather.open_edition(folder, Path(spill), day, limit)
        try:
            edition = _edition(books, day, limit)
            notify("tables", 1, 1)
            for name in ASSETS:
                data = resources.files("pipeline.report").joinpath("static", name).read_bytes()
                site.write_bytes(f"assets/{name}", data)
            documents = _write_stories(site, books, edition, notify)
            documents += _write_left_out(site, books, edition)
            drifted = _drifted(site, drifting.known(folder, drift or Drift(), raw))
            outlets = [
                reported.outlet(row, drifted.alarms(row["outlet"])) for row in gather.outlets(books)
            ]
            _write_outlets(site, books, edition, outlets, drifted, notify)
            _write_overview(site, books, edition, outlets, drifted, notify)
        finally:
            books.db.close()
        files = [file for file in site.folder.rglob("*") if file.is_file()]
        size = sum(file.stat().st_size for file in files)
    return Reported(
        out.resolve() / "index.html",
        *(edition.number, edition.chosen, edition.stories, documents, len(files), size),
        edition.rejected,
    )


def _edition(books: Books, day: date | None, limit: int | None) -> Edition:
    totals = gather.totals(books)
    scope = f"the newest {limit:,}" if limit and limit <= totals["chosen"] else ""
    if day:
        scope = f"{scope} of {words.day(day)}" if scope else f"those of {words.day(day)}"
    return reported.edition(books.manifest, totals, versions()["copydesk"], scope)


def _write_stories(site: Site, books: Books, edition: Edition, notify: Notify) -> int:
    """Write stories, documents, lists and the search index in one pass; return the documents."""
    days = _days(books)
    list_pages = -(-edition.chosen // pages.STORIES_A_PAGE) or 1
    entries: list[Entry] = []
    rows: list[list[Any]] = []
    outlets: dict[str, int] = {}
    shards: list[str] = []
    written = page = 0

    def flush_list() -> None:
        paging = pages.Paging("stories", page, list_pages)
        shown = days if page == 1 else []
        site.write(paging.address(page), pages.story_list(edition, paging, entries, shown))
        entries.clear()

    def flush_index() -> None:
        shards.append(f"search/stories-{len(shards):03d}.js")
        site.write(shards[-1], search.shard(rows))
        rows.clear()

    for number, (told, documents) in enumerate(_told(books), 1):
        written += _write_story(site, edition, told, documents)
        entries.append(
            Entry(
                *(told.story_id, told.title, told.text[:200], told.published, len(told.copies)),
                *(told.agency, len(told.outlets), told.outlet, told.precision),
            )
        )
        rows.append(search.row(told, outlets))
        if number % pages.STORIES_A_PAGE == 0:
            page += 1
            flush_list()
            notify("stories", number, edition.chosen)
        if len(rows) == search.A_SHARD:
            flush_index()
    if entries or not page:
        page += 1
        flush_list()
    if rows:
        flush_index()
    notify("stories", edition.chosen, edition.chosen)
    site.write("search/outlets.js", search.names(outlets))
    site.write("search.html", pages.search(edition, ["search/outlets.js", *shards]))
    return written


def _told(books: Books) -> Iterator[tuple[Story, Iterator[Document]]]:
    """Yield each story with its documents; those must be taken before the next story."""
    of = itemgetter("story_id")
    streams = zip(
        gather.stories(books),
        groupby(gather.copies(books), of),
        groupby(gather.documents(books), of),
        strict=True,
    )
    try:
        for row, (copies_of, copies), (documents_of, documents) in streams:
            if not row["story_id"] == copies_of == documents_of:
                raise StoreError(_uneven(books))
            yield reported.story(row, copies), map(reported.document, documents)
    except ValueError as error:
        raise StoreError(_uneven(books)) from error


def _uneven(books: Books) -> str:
    return f"{books.folder}: its tables do not fit together; `copydesk verify` tells what is wrong"


def _write_story(site: Site, edition: Edition, told: Story, documents: Iterator[Document]) -> int:
    written, page = 0, 1
    while some := list(islice(documents, pages.COPIES_A_PAGE)):
        stem = f"stories/{told.story_id[:2]}/{told.story_id}"
        name = pages.Paging(stem, page, 0).address(page)
        site.write(name, pages.story(edition, told, page, some))
        for shown in some:
            home = f"{name}#c-{shown.doc_id}" if len(told.copies) > 1 else name
            site.write(pages.document_address(shown.doc_id), pages.document(edition, shown, home))
        written, page = written + len(some), page + 1
    return written


def _days(books: Books) -> list[tuple[str, str, int]]:
    """Return the days of the list of stories, as months if they are many."""
    found = []
    for row in gather.days(books):
        page = (row["place"] - 1) // pages.STORIES_A_PAGE + 1
        target = f"{pages.Paging('stories', page, 0).address(page)}#day-{row['day'] or 'none'}"
        found.append((row["day"], target, row["stories"]))
    if len(found) <= 100:
        return [(words.day(day), target, stories) for day, target, stories in found]
    months = []
    for month, of_month in groupby(
        found, key=lambda f: f"{f[0]:%b %Y}" if f[0] else words.day(None)
    ):
        some = list(of_month)
        months.append((month, some[0][1], sum(stories for _, _, stories in some)))
    return months


def _write_left_out(site: Site, books: Books, edition: Edition) -> int:
    reasons, refusals = gather.refused(books, _LEFT_OUT)
    documents = []
    for row in gather.without_text(books, _LEFT_OUT):
        shown = reported.document(row)
        documents.append(shown)
        site.write(pages.document_address(shown.doc_id), pages.document(edition, shown))
    page = pages.left_out(
        edition,
        [(row["reason"], row["records"]) for row in reasons],
        [reported.refusal(row) for row in refusals],
        documents,
    )
    site.write("left-out.html", page)
    return len(documents)


def _drifted(site: Site, known: drifting.Known | None) -> Drifted:
    """Return which sources changed; the pages of documents must be there already."""

    def has_page(doc_id: str) -> bool:
        return (site.folder / pages.document_address(doc_id)).is_file()

    return reported_drift.drifted(known, gather.UNKNOWN, has_page)


def _write_outlets(
    site: Site,
    books: Books,
    edition: Edition,
    outlets: Sequence[Outlet],
    drifted: Drifted,
    notify: Notify,
) -> None:
    size = pages.OUTLETS_A_PAGE
    number = -(-len(outlets) // size) or 1
    for page in range(1, number + 1):
        paging = pages.Paging("outlets", page, number)
        some = outlets[(page - 1) * size : page * size]
        site.write(paging.address(page), pages.outlet_list(edition, paging, some))
    known = {outlet.name: outlet for outlet in outlets}
    drawn = {o.name for n, o in enumerate(outlets) if n < _DRAWN or o.alarms}
    lines = reported.lines(gather.furniture(books, _LINES))

    def write(outlet: Outlet, entries: Sequence[Entry]) -> None:
        own = lines.get(outlet.name.lower(), [])
        history = drifted.figures(outlet.name) if outlet.name in drawn else ()
        outlet = replace(outlet, history=history)
        page = pages.outlet(edition, outlet, entries, own)
        site.write(pages.outlet_address(outlet.name), page)

    rows = gather.outlet_stories(books, _OF_OUTLET)
    for done, (name, own) in enumerate(groupby(rows, itemgetter("outlet")), 1):
        write(known.pop(name), [reported.entry(row) for row in own])
        if done % 100 == 0:
            notify("outlets", done, len(outlets))
    for outlet in known.values():  # none of their stories has a page
        write(outlet, [])
    notify("outlets", len(outlets), len(outlets))


def _write_overview(
    site: Site,
    books: Books,
    edition: Edition,
    outlets: Sequence[Outlet],
    drifted: Drifted,
    notify: Notify,
) -> None:
    notify("pictures", 0, 1)
    days = [(row["day"], row["label"], row["words"]) for row in gather.words_by_day(books)]
    spread = [(row["agency"], row["copies"], row["stories"]) for row in gather.travels(books)]
    figures = [
        over_time.words_over_time(days),
        plots.travels(spread),
        plots.agency_share(outlets),
        *_graph(books),
    ]
    figures = [figure for figure in figures if figure.rows]
    widest = [reported.entry(row) for row in gather.widest(books, _ON_FRONT)]
    newest = [reported.entry(row) for row in islice(gather.stories(books), _ON_FRONT)]
    # A page leads nowhere that has none: an outlet whose documents were all forgotten.
    known = {outlet.name for outlet in outlets}
    changes = [c if c.outlet in known else replace(c, outlet=None) for c in drifted.changes]
    site.write("index.html", pages.overview(edition, figures, widest, newest, changes))
    notify("pictures", 1, 1)


def _graph(books: Books) -> Iterator[Figure]:
    """Yield the picture of the day with most copies, if any story has copies."""
    day = gather.busiest_day(books)
    rows = gather.graph(books, day, _IN_GRAPH)
    stories = {
        story_id: [dict(row) for row in own]
        for story_id, own in groupby(rows, itemgetter("story_id"))
    }
    if not stories:
        return
    entries = {
        story_id: reported.entry({**own[0], "title": own[0]["headline"]})
        for story_id, own in stories.items()
    }
    copies = {story_id: [reported.copy(row) for row in own] for story_id, own in stories.items()}
    name = words.day(day) if day else "no known day"
    yield day_graph.day_graph(name, copies, entries)
