"""The report of one run as Markdown and as tables of plain values, for whoever shows them.

Titles, lines, paths and sources are hostile input: in Markdown they are escaped; in tables they are
printable lines, which is what a viewer that shows cells as text needs.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from pipeline.escape import markdown, one_line
from pipeline.report import run_charts

Row = Mapping[str, Any]

_SHOWN = 5
_LINE, _CELL = 120, 60
"""Characters of a text that are shown, in a list and in a cell."""
_COUNTS = ("read", "stored", "rejected", "already_known", "deferred", "stories", "copies")
_RATES = {
    "title": "title found",
    "author": "author found",
    "date": "date found",
    "partial": "partial",
    "paywall": "behind a paywall",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a run did, and what stands beside it for comparison."""

    run: Row
    """Its row of the table ``runs``."""
    history: Sequence[Row]
    """Rows of the runs before it that stored or refused anything, the newest first."""
    words_kept: int
    words_removed: Mapping[str, int]
    """By label."""
    copies: int
    """Documents of the run that are copies of a story of several."""
    copied_stories: int
    changes: Mapping[str, int]
    """Stories by what became of them."""
    sources: Sequence[Row]
    removed: Sequence[Row]
    largest: Sequence[Row]
    refused: Sequence[Row]
    drifted: Sequence[str]
    """Sources that are no longer what they were, a sentence each."""
    concerns: Sequence[str]
    """Why the run is marked with a warning; empty: it is not."""


def headline(of: Account) -> str:
    """Return a run in one line: ``412 stored, 3 rejected, 57 copies of 12 stories``."""
    run = of.run
    if not run["stored"] and not run["rejected"]:
        return f"nothing new; edition {run['edition']}: {run['stories']:,} stories"
    stories = "story" if of.copied_stories == 1 else "stories"
    copies = "copy" if of.copies == 1 else "copies"
    return (
        f"{run['stored']:,} stored, {run['rejected']:,} rejected, {of.copies:,} {copies} of "
        f"{of.copied_stories:,} {stories}; edition {run['edition']}: {run['stories']:,} stories"
    )


def report(of: Account) -> str:
    """Return the report as Markdown, pictures within."""
    return "\n\n".join(part for part in _parts(of) if part) + "\n"


def _parts(of: Account) -> Iterator[str]:
    run = of.run
    mark = "⚠" if of.concerns else "✓"
    yield f"## {mark} {headline(of)}"
    yield "\n".join(f"- **{markdown(concern)}**" for concern in of.concerns)
    yield (
        f"Run `{run['run_id']}`, {run['started_at']:%Y-%m-%d %H:%M} UTC, took "
        f"{_duration(run['started_at'], run['finished_at'])}. Files: {run['files']:,} seen, "
        f"{run['files_known']:,} known, {run['files_deferred']:,} left for the next run."
    )
    yield _comparison(of)
    if of.changes:
        told = ", ".join(f"{n:,} {kind}" for kind, n in of.changes.items())
        yield f"Stories in this edition: {told}."
    if of.words_kept or of.words_removed:
        yield _picture("Words kept and removed", run_charts.words(of.words_kept, of.words_removed))
    if len(of.history) > 1:
        runs = list(reversed([run, *of.history]))
        yield _picture("Documents a run", run_charts.runs(runs))
    yield _lines("Largest stories", [_story_line(row) for row in of.largest[:_SHOWN]])
    yield _lines("Sources that changed", [markdown(line) for line in of.drifted])
    often = [row for row in of.removed[:_SHOWN] if row["times"] > 1]
    yield _lines("Removed most often", [_removed_line(row) for row in often])
    yield _lines("Rejected", [_refused_line(row) for row in of.refused[:_SHOWN]])
    yield (
        "Whole tables: the artifacts `sources`, `largest-stories`, `removed-lines`, "
        "`rejected-files` of this run. `copydesk report --open` shows the edition as pages."
    )


def _comparison(of: Account) -> str:
    before = of.history[0] if of.history else None
    lines = ["| | this run |", "|---|---:|"]
    if before:
        lines = ["| | this run | run before | change |", "|---|---:|---:|---:|"]
    for name in _COUNTS:
        now = of.run[name]
        line = f"| {name.replace('_', ' ')} | {now:,} |"
        if before:
            change = f"{now - before[name]:+,}" if now != before[name] else "="
            line += f" {before[name]:,} | {change} |"
        lines.append(line)
    return "\n".join(lines)


def _lines(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines)]) if lines else ""


def _story_line(row: Row) -> str:
    outlets = ", ".join(row["sources"][:_SHOWN])
    more = len(row["sources"]) - _SHOWN
    outlets += f" and {more} more" if more > 0 else ""
    told = f" ({markdown(outlets)})" if outlets else ""
    title = _short(row["title"])
    copies = "copy" if row["copy_count"] == 1 else "copies"
    return f"**{row['copy_count']:,}** {copies}: {markdown(title)}{told}"


def _removed_line(row: Row) -> str:
    line = _short(row["line"])
    return f"**{row['times']:,}** times, {markdown(row['label'])}: “{markdown(line)}”"


def _refused_line(row: Row) -> str:
    where = f"{row['raw_path']} {row['raw_locator']}".strip()
    detail = _short(row["detail"])
    return f"{markdown(where)}: **{markdown(row['reason'])}** {markdown(detail)}"


def _picture(title: str, svg: str) -> str:
    return f"![{title}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def source_table(of: Account) -> list[dict[str, Any]]:
    """Return a row an outlet: documents, words, share removed, rates of facts, rejects."""
    return [
        {
            "source": one_line(row["source"]),
            "documents": row["documents"] or 0,
            "rejected": row["rejected"] or 0,
            "words (median)": None if row["words"] is None else round(row["words"]),
            "removed": _percent(row["removed"]),
            **{told: _percent(row[name]) for name, told in _RATES.items()},
        }
        for row in of.sources
    ]


def removed_table(of: Account) -> list[dict[str, Any]]:
    """Return a row a line that was cut often."""
    return [
        {
            "times": row["times"],
            "label": row["label"],
            "line": _short(row["line"], _CELL),
            "sources": row["sources"],
            "for example": one_line(row["raw_path"]),
        }
        for row in of.removed
    ]


def story_table(of: Account) -> list[dict[str, Any]]:
    """Return a row a story of many copies, with its outlets."""
    return [
        {
            "copies": row["copy_count"],
            "title": _short(row["title"], _CELL),
            "agency": one_line(row["agency"] or ""),
            "published": f"{row['published_at']:%Y-%m-%d}" if row["published_at"] else "",
            "outlets": one_line(", ".join(row["sources"])),
            "doc_id": row["doc_id"],
        }
        for row in of.largest
    ]


def refused_table(of: Account) -> list[dict[str, Any]]:
    """Return a row a refused record, with its reason."""
    return [{name: one_line(value or "") for name, value in row.items()} for row in of.refused]


def _short(text: str | None, most: int = _LINE) -> str:
    return shorten(one_line(" ".join((text or "").split())), most, placeholder=" …")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _duration(start: datetime, end: datetime) -> str:
    seconds = round((end - start).total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60} s"
