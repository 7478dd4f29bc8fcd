"""What the command line prints.

Titles and texts are hostile input: control characters are shown, never sent, and nothing in them
is taken for markup.
"""

import io
import json
import shlex
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.errors import LockedError, PipelineError, SettingsError
from pipeline.escape import one_line, safe
from pipeline.model import GUARD, CleanDocument, Rejected, Ruling
from pipeline.objects import Place

if TYPE_CHECKING:  # what has to be printed may be that the engine does not load
    from pipeline.crew import Notify
    from pipeline.engine import Report
    from pipeline.planning import Plan
    from pipeline.verifying import Verified

Row = Mapping[str, Any]


def console(*, stderr: bool = False) -> Console:
    """Return a console that adds no colour of its own and takes no text for markup."""
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):  # not every terminal knows every dash
        stream.reconfigure(errors="backslashreplace")
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def print_error(error: PipelineError) -> int:
    """Print one of the line's own errors in a sentence; return the exit code it stands for."""
    console(stderr=True).print(Text(f"copydesk: {one_line(error)}"), soft_wrap=True)
    return {SettingsError: 2, LockedError: 4}.get(type(error), 1)


def dump(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, default=_plain, indent=2, ensure_ascii=True) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value))


def progress(*, quiet: bool) -> "tuple[Progress, Notify]":
    """Return a progress display on the error stream, and what to tell it."""
    display = Progress(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
        disable=quiet,
    )
    tasks: dict[str, Any] = {}

    def notify(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = display.add_task(stage, total=total)
        display.update(tasks[stage], completed=done, total=total)

    return display, notify


def print_report(report: "Report", clean: Place) -> None:
    """Print what a run did, for a person."""
    out = console()
    out.print(report_text(report))
    # Soft wrap: a line that shall be copied must come out as one.
    from pipeline.store import mirror  # noqa: PLC0415 - it brings Arrow, and the run has it

    query = query_line(mirror.local(clean))
    out.print(f"\nParquet in {safe(clean)}/. Look at the stories:\n{query}", soft_wrap=True)
    out.print(f"As web pages, with every cut to see:\n{report_line(clean)}", soft_wrap=True)


def report_text(report: "Report") -> Group:
    """Return the summary of a run: counts, reasons, words by label, what was learned."""
    from pipeline.summary import report_lines  # noqa: PLC0415 - it brings the engine

    row = report.row
    took = (row.finished_at - row.started_at).total_seconds()
    facts = Table.grid(padding=(0, 2))
    for name, text in report_lines(report):
        facts.add_row(f"  {name}", one_line(text))
    return Group(Text(f"Run {row.run_id}, {took:.1f} s", style="bold"), facts)


def report_line(clean: Place) -> str:
    """Return a shell line that makes the report and opens it."""
    command = Path(sys.executable).with_name("copydesk")
    command = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    place = "" if str(clean) == "clean" else f" {shlex.quote(str(clean))}"
    return safe(f"{shlex.quote(str(command))} report{place} --open")


def query_line(clean: Path) -> str:
    """Return a shell line that shows the stories, for the Python that runs now."""
    python = Path(sys.executable)
    python = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    columns = '"published_date", "agency", "copy_count", "word_count", "title"'
    glob = json.dumps(f"{clean}/articles/*/*.parquet", ensure_ascii=False)
    script = f"import duckdb; duckdb.read_parquet({glob}).select({columns}).show()"
    return safe(f"{shlex.quote(str(python))} -c {shlex.quote(script)}")


def print_plan(todo: "Plan") -> None:
    """Print what a run would open."""
    console().print(
        f"{todo.files:,} files: {todo.fresh:,} to read in {len(todo.batches):,} batches, "
        f"{todo.known:,} known, {todo.deferred:,} deferred, {len(todo.rejected):,} refused"
    )


def print_document(document: CleanDocument) -> None:
    """Print a page block by block: kept text plain, removed text struck through with its rule.

    Text that a guard brought back has the guard's name before it.
    """
    out = console()
    out.print(Text(one_line(document.origin.path + " " + document.origin.locator), style="bold"))
    for name, value in fact_lines(document):
        out.print(Text(f"  {name:<13} {one_line(value)}", style="dim"))
    out.print()
    for verdict in document.verdicts:
        text = safe(document.page.blocks[verdict.block].text)
        if verdict.ruling is Ruling.KEEP:
            guard = f"[{verdict.rule} · {verdict.score:.2f}] "
            is_back = verdict.rule.startswith(GUARD)
            out.print(Text(guard if is_back else "", style="dim") + Text(text))
        else:
            tag = Text(f"[{verdict.label} · {verdict.rule} · {verdict.score:.2f}] ", style="yellow")
            out.print(tag + Text(text, style="strike dim"))
    out.print()


def fact_lines(document: CleanDocument) -> Iterable[tuple[str, str]]:
    """Yield what is known of a document, with where it was found."""
    facts, page = document.facts, document.page
    published = facts.published_at.isoformat() if facts.published_at else None
    for name, value, source in (
        ("title", facts.title, facts.title_source),
        ("authors", ", ".join(facts.authors), facts.authors_source),
        ("editors", ", ".join(facts.editors), None),
        ("agency", facts.agency, facts.agency_source),
        ("dateline", facts.dateline, None),
        ("published", published, facts.published_source),
        ("language", facts.language, facts.language_source),
        ("paywall", facts.paywall, facts.paywall_evidence),
        ("completeness", facts.completeness, facts.completeness_evidence),
        ("encoding", page.encoding, page.encoding_source),
        ("warnings", "; ".join(page.warnings), None),
    ):
        if value:
            yield name, f"{value} ({source})" if source else value


def print_outcome(outcome: CleanDocument | Rejected) -> None:
    """Print a cleaned page, or why there is none."""
    if isinstance(outcome, CleanDocument):
        print_document(outcome)
    else:
        _print_rejected(outcome)


def _print_rejected(rejected: Rejected) -> None:
    where = f"{rejected.path} {rejected.locator}".strip()
    console().print(Text(one_line(f"{where}: {rejected.reason}: {rejected.detail}"), style="red"))


def print_tree(value: Row, indent: int = 0) -> None:
    """Print nested facts, one a line; empty ones are left out."""
    out = console()
    pad = "  " * indent
    for key, item in value.items():
        if item in (None, "", [], {}):
            continue
        if isinstance(item, Mapping):
            out.print(f"{pad}{key}")
            print_tree(item, indent + 1)
        elif isinstance(item, list) and isinstance(item[0], Mapping):
            for number, row in enumerate(item, 1):
                out.print(f"{pad}{key} {number} of {len(item)}")
                print_tree(row, indent + 1)
        else:
            shown = ", ".join(map(_cell, item)) if isinstance(item, list) else _cell(item)
            out.print(Text(f"{pad}{key:<22} {shown}"), soft_wrap=True)


def print_trace(facts: Row) -> None:
    """Print the way of a document, a line a fact, a removed block and a copy."""
    article = facts["article"] or {}
    story = {key: article[key] for key in _STORY_FACTS if key in article}
    print_tree({"document": facts["document"], "article": story, "run": facts["run"] or {}})
    console().print(f"edition  {facts['edition']}")
    for name, columns in _TRACED.items():
        rows = [tuple(_cell(row[column]) for column in columns) for row in facts[name]]
        console().print(f"{name}: {len(rows)}")
        if rows:
            _print_aligned(("  " + row[0], *row[1:]) for row in rows)


_STORY_FACTS = ("story_id", "doc_id", "canonical_reason", "copy_count", "source_count", "sources")

_TRACED = {
    "origins": ("raw_path", "raw_locator", "raw_sha256", "url", "fetched_at", "run_id"),
    "removed": ("block", "label", "rule", "score", "text"),
    "story": (
        "doc_id",
        "match_kind",
        "matched_doc_id",
        "containment",
        "jaccard",
        "shared_shingles",
        "source",
        "title",
    ),
}
"""The lists of a trace, and the columns that are shown of each."""


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else one_line(value)


def print_verified(found: "Verified") -> None:
    """Print what was checked, and a line a finding."""
    out = console()
    for finding in found.findings:
        line = f"{finding.kind}: {finding.where}: {finding.detail}"
        out.print(Text(one_line(line), style="red"), soft_wrap=True)
    what = f"{len(found.findings):,} findings" if found.findings else "all in order"
    out.print(
        f"edition {found.edition}: {found.parts:,} parts, {found.documents:,} documents walked "
        f"back to raw, {found.remade:,} of them made anew: {what}",
        soft_wrap=True,
    )


def print_lines(lines: Iterable[str]) -> None:
    """Print what is hostile input, each as one line."""
    for line in lines:
        console().print(Text(one_line(line)), soft_wrap=True)


def print_furniture(rows: Iterable[Row]) -> None:
    """Print the lines that were learned to be furniture, by site."""
    found = [(one_line(r["site"]), f"{r['stories']} stories", one_line(r["line"])) for r in rows]
    if found:
        _print_aligned(found)
    else:
        console().print("No line is known to be furniture of a site.")


def print_schema(tables: Row) -> None:
    """Print tables, and of each column its type, unit, source and meaning."""
    for name, table in tables.items():
        console().print(Text(f"{name}: {table['meaning']}", style="bold"), soft_wrap=True)
        _print_aligned(
            (
                *("  " + column["name"], column["type"]),
                *(column.get("unit", ""), column["source"], column["meaning"]),
            )
            for column in table["columns"]
        )
        console().print()


def print_settings(rows: Iterable[Row], digest: str) -> None:
    """Print settings, values and where each came from."""
    _print_aligned(
        (row["key"], one_line(row["value"]), one_line(row["from"]), row["meaning"] or "")
        for row in rows
    )
    console().print(f"\nDigest of what can change a row: {digest}")


def _print_aligned(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns; a long one goes past the edge rather than lose its end."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console().print(Text(line.rstrip()), soft_wrap=True)
