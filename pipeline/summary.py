"""What a run report says, line by line; how it is shown is the terminal's affair."""

from collections.abc import Iterator, Mapping
from textwrap import shorten

from pipeline.batch import Tally
from pipeline.engine import Report
from pipeline.model import GUARD
from pipeline.store.knowledge import Knowledge
from pipeline.store.publish import RunRow

_SITES_SHOWN = 5
_LINE_SHOWN = 60

Lines = Iterator[tuple[str, str]]


def report_lines(report: Report) -> Lines:
    """Yield the lines of a run report, each with the name of what it tells; empty for more of it.

    Sites and lines of furniture are hostile input.
    """
    row, tally = report.row, report.tally
    yield "files", _files(row)
    yield "records", _records(row)
    for reason, number in _ranked(tally.reasons):
        yield "", f"{number:,} rejected: {reason}"
    yield "clean", _clean(report)
    yield from _words(tally)
    yield from _evidence(tally)
    yield from _learned(report.knowledge)


def _words(tally: Tally) -> Lines:
    removed = sum(tally.words_removed.values())
    if not tally.words_kept and not removed:
        return
    if tally.without_text:
        yield "", f"{tally.without_text:,} documents of which no text is left"
    share = tally.words_kept / (tally.words_kept + removed)
    yield "words", f"{tally.words_kept:,} kept ({share:.0%}), {removed:,} removed"
    yield "", " · ".join(f"{label} {n:,}" for label, n in _ranked(tally.words_removed))


def _evidence(tally: Tally) -> Lines:
    """Yield how far the extractors had a say."""
    if tally.helpers:
        asked = " · ".join(f"{name} on {n:,} pages" for name, n in _ranked(tally.helpers))
        yield "asked", asked
    if tally.guards:
        found = " · ".join(f"{name.removeprefix(GUARD)} {n:,}" for name, n in _ranked(tally.guards))
        yield "", f"{tally.guards.total():,} blocks brought back by a guard: {found}"


def _learned(knowledge: Knowledge) -> Lines:
    """Yield what the run learned of page furniture, with the lines that matter most."""
    sites = knowledge.lines_by_site
    if not sites:
        return
    some = [f"{site} {n:,}" for site, n in _ranked(sites)[:_SITES_SHOWN]]
    more = [f"{len(sites) - len(some):,} more sites"] if len(sites) > len(some) else []
    number = sum(sites.values())
    lines = "line" if number == 1 else "lines"
    yield "learned", f"{number:,} {lines} of furniture: {' · '.join(some + more)}"
    for found in knowledge.top:
        line = shorten(found.line, _LINE_SHOWN, placeholder="…")
        yield "", f"“{line}” ({found.site}, {found.stories:,} stories)"


def _clean(report: Report) -> str:
    return (
        f"edition {report.edition}: {report.stories:,} stories in {report.copies:,} copies, "
        f"{report.documents:,} documents"
    )


def _files(row: RunRow) -> str:
    opened = row.files - row.files_known - row.files_deferred
    deferred = f", {row.files_deferred:,} deferred" if row.files_deferred else ""
    return f"{row.files:,} seen: {opened:,} read, {row.files_known:,} known{deferred}"


def _records(row: RunRow) -> str:
    deferred = f" + {row.deferred:,} deferred" if row.deferred else ""
    ignored = f"; {row.ignored:,} that are no documents" if row.ignored else ""
    return (
        f"{row.read:,} read = {row.stored:,} stored + {row.rejected:,} rejected + "
        f"{row.already_known:,} already known{deferred}{ignored}"
    )


def _ranked(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what is not zero, the largest first."""
    return sorted(((k, n) for k, n in numbers.items() if n), key=lambda pair: (-pair[1], pair[0]))
