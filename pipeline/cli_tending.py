"""The commands that change a store between runs: ``rebuild``, ``compact`` and ``forget``."""

from dataclasses import asdict
from typing import Any

import click

from pipeline import escape
from pipeline.cli_options import (
    CLEAN,
    RAW,
    clean_option,
    json_option,
    report_facts,
    settings_of,
    yes_option,
)
from pipeline.objects import Place, place


@click.command()
@click.argument("raw", type=place, default=RAW)
@click.argument("clean", type=place, default=CLEAN)
@click.option(
    "--drop-missing",
    is_flag=True,
    help="Leave out what has no raw file any more; else it is carried over, with a warning.",
)
@click.option(
    "--take-over",
    is_flag=True,
    help="Write an s3:// CLEAN from this machine from now on; another one is refused then.",
)
@click.option("--check", "only_check", is_flag=True, help="Say what would change; change nothing.")
@yes_option
@json_option
@click.pass_obj
def rebuild(
    obj: dict[str, Any],
    raw: Place,
    clean: Place,
    *,
    drop_missing: bool,
    take_over: bool,
    only_check: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Read all of RAW anew and put a new edition in the place of the one in CLEAN.

    \b
    copydesk rebuild                         after an update, or with other settings
    copydesk --set dedup.rows=4 rebuild
    copydesk rebuild raw clean --drop-missing
    copydesk rebuild --check                 is it worth it?

    What the site furniture and the rare words of each document are told by is learned from all of
    RAW first. Readers see the old edition until the new one is whole, and the run says what is
    other. Forgotten documents stay forgotten.
    """
    from pipeline import rebuilding, terminal
    from pipeline.store import mirror

    if only_check:
        display, notify = terminal.progress(quiet=as_json)
        with display:
            found = rebuilding.check(raw, clean, settings_of(obj), notify=notify)
        terminal.dump(asdict(found)) if as_json else terminal.print_tree(asdict(found))
        return
    if take_over:
        mirror.take_over(clean)
    files, documents = rebuilding.missing_files(raw, clean)
    if files:
        fate = "be left out" if drop_missing else "be carried over"
        told = f"{files:,} raw files are gone; {documents:,} documents will {fate}"
        click.echo(told, err=True)
    display, notify = terminal.progress(quiet=as_json)

    def confirm(count: int) -> None:
        display.stop()
        told = f"{count:,} documents were not found in {raw} and will be left out"
        click.echo(escape.one_line(told), err=True)
        if not yes:
            click.confirm("Leave them out?", abort=True, err=True)
        display.start()

    with display:
        made = rebuilding.rebuild(
            raw,
            clean,
            settings_of(obj),
            drop_missing=drop_missing,
            confirm=confirm,
            notify=notify,
        )
    facts = {
        "carried_over": made.carried,
        "left_out": made.dropped,
        "documents_with_another_text": made.reworded,
        "damaged_parts_left_out": list(made.damaged),
        "changes": dict(made.changes),
    }
    if as_json:
        terminal.dump({**report_facts(made.report), **facts})
        return
    terminal.print_report(made.report, clean)
    terminal.print_tree({"against the edition before": facts})


@click.command()
@click.argument("clean", type=place, default=CLEAN)
@json_option
@click.pass_obj
def compact(obj: dict[str, Any], clean: Place, *, as_json: bool) -> None:
    """Fold the parts that many runs left in CLEAN; no row changes.

    \b
    copydesk compact
    copydesk compact out/ --json

    Each day of articles becomes one file, however many runs it came in: faster to open, and the
    same bytes for the same rows.
    """
    from pipeline import tending, terminal

    display, notify = terminal.progress(quiet=as_json)
    with display:
        report, gone = tending.compact(clean, settings_of(obj), notify=notify)
    if as_json:
        terminal.dump({**report_facts(report), "parts_folded": gone})
    else:
        click.echo(f"edition {report.edition}: {gone:,} parts folded")


@click.command()
@click.argument("wanted", metavar="ID|URL")
@clean_option
@yes_option
@json_option
@click.pass_obj
def forget(obj: dict[str, Any], wanted: str, clean: Place, *, yes: bool, as_json: bool) -> None:
    """Take a document out of CLEAN for good: tables, state and older editions.

    \b
    copydesk forget 5a31c0
    copydesk forget https://gazette.example/story --yes

    ID is a doc_id or the first six or more of its digits; a URL takes every document that was
    fetched from it. Stories are told anew without it. Its id stays in `forgotten`, so that the
    same bytes are refused when they are met again; the raw file is yours to delete.
    """
    from pipeline import engine, tending, terminal
    from pipeline.store import browse

    settings = settings_of(obj)
    engine.finish_left(clean, settings)
    found = browse.find_documents(browse.open_shelf(clean), wanted)
    if not yes:
        for row in found:
            told = f"{row['doc_id']}  {row['raw_path']}  {row['title'] or ''}"
            click.echo(escape.one_line(told), err=True)
        click.confirm(f"Forget {len(found):,} documents for good?", abort=True, err=True)
    ids = [row["doc_id"] for row in found]
    display, notify = terminal.progress(quiet=as_json)
    with display:
        report = tending.forget(clean, settings, ids, notify=notify)
    if as_json:
        terminal.dump({**report_facts(report), "forgotten": ids})
        return
    click.echo(f"edition {report.edition}: {len(ids):,} documents forgotten")
    for row in found:
        told = f"still in the raw folder: {row['raw_path']} {row['raw_locator']}".rstrip()
        click.echo(escape.one_line(told))
