"""The command ``copydesk``.

Exit codes: 0 done, 1 failed, 2 usage, 3 rejects under ``--strict``, 4 locked by another run,
130 stopped by Ctrl-C or SIGTERM.
"""

import os
import signal
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli_checking import drift, restore, verify
from pipeline.cli_options import (
    CLEAN,
    RAW,
    clean_option,
    json_option,
    report_facts,
    settings_of,
)
from pipeline.cli_report import report
from pipeline.cli_tending import compact, forget, rebuild
from pipeline.errors import PipelineError, SettingsError
from pipeline.objects import Place, place

REJECTS, INTERRUPTED = 3, 130
DAY = click.DateTime(["%Y-%m-%d"])


class _Group(click.Group):
    """Turns the line's own errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            from pipeline.terminal import print_error

            ctx.exit(print_error(error))
        except KeyboardInterrupt:
            click.echo("copydesk: stopped; the next run goes on from what is published", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="copydesk")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a setting, e.g. --set dedup.rows=4; see `copydesk config`.",
)
@click.pass_context
def main(ctx: click.Context, pairs: tuple[str, ...]) -> None:
    """Raw news files in, one canonical Parquet record a story out.

    \b
    copydesk ingest raw clean        bring clean/ up to date with raw/
    copydesk show raw/page.html      see what is kept of one file, and why the rest is not
    copydesk trace 5a31c0            the way of a document from the raw bytes to its story
    copydesk status                  what is in clean/, and how the last run went
    copydesk report --open           clean/ as web pages, with pictures and every cut to see
    copydesk rebuild                 all of raw/ anew, after an update or with other settings
    """
    # To be ended by the system is to be stopped: workers go, and nothing is half done.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ctx.obj = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise click.UsageError(f"--set {pair}: write KEY=VALUE")
        ctx.obj[key] = value


@main.command()
@click.argument("raw", type=place, default=RAW)
@click.argument("clean", type=place, default=CLEAN)
@click.option("--dry-run", is_flag=True, help="Only say what would be read.")
@click.option("--limit", type=click.IntRange(1), help="Open at most so many raw files.")
@click.option("--workers", type=click.IntRange(1), help="Cleaning processes; default: one a core.")
@click.option("--rescan", is_flag=True, help="Open files that the ledger knows, too.")
@click.option(
    "--from", "since", type=DAY, help="Only raw files last changed on this day (UTC) or later."
)
@click.option("--to", "until", type=DAY, help="Only raw files last changed before this day (UTC).")
@click.option("--strict", is_flag=True, help="Exit with 3 when this run rejected a record.")
@json_option
@click.pass_obj
def ingest(
    obj: dict[str, Any],
    raw: Place,
    clean: Place,
    *,
    dry_run: bool,
    limit: int | None,
    workers: int | None,
    rescan: bool,
    since: datetime | None,
    until: datetime | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Clean what is new in RAW, compare it with all that is known, publish it in CLEAN.

    \b
    copydesk ingest                        raw/ into clean/
    copydesk ingest archive/ out/ --dry-run
    copydesk ingest --limit 1000 --workers 4
    copydesk --set reading.settle_seconds=60 ingest
    copydesk ingest --from 2026-01-01 --to 2026-02-01     a backfill, a month at a time

    RAW is read only. A second run over the same files opens none of them. A run that is stopped
    at any point is finished, or undone, by the next.
    """
    from pipeline import drifting, engine, terminal
    from pipeline.planning import Choice

    first, end = since and since.date(), until and until.date()
    choice = Choice(limit=limit, rescan=rescan, since=first, until=end)
    settings = settings_of({**obj, "work.workers": workers} if workers else obj)
    if dry_run:
        todo = engine.look(raw, clean, settings, choice)
        terminal.dump(_plan_facts(todo)) if as_json else terminal.print_plan(todo)
        return
    display, notify = terminal.progress(quiet=as_json)
    with display:
        report = engine.ingest(raw, clean, settings, notify=notify, choice=choice)
    news = drifting.news(clean, settings.drift, raw)
    if as_json:
        terminal.dump({**report_facts(report), "drift": [asdict(alarm) for alarm in news]})
    else:
        terminal.print_report(report, clean)
        terminal.print_lines(drifting.lines(news))
    if strict and report.row.rejected:
        raise SystemExit(REJECTS)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--raw",
    type=click.Path(path_type=Path, file_okay=False),
    default=RAW,
    help="The raw folder that FILE lies in; else its own folder is taken.",
)
@click.option("--at", "locator", metavar="LOCATOR", help="Only the record at line:N or offset:N.")
@json_option
@click.pass_obj
def show(obj: dict[str, Any], file: Path, raw: Path, locator: str | None, *, as_json: bool) -> None:
    """Clean one raw FILE and show it: kept text, and each removed block struck through.

    \b
    copydesk show raw/001.txt
    copydesk show raw/feed.jsonl.gz --at line:12 --json

    Nothing is written.
    """
    from pipeline import looking, terminal

    outcomes = looking.clean_file(file, raw, settings_of(obj), locator)
    shown = 0
    if as_json:
        rows = [looking.facts(outcome) for outcome in outcomes]
        shown = len(rows)
        terminal.dump(rows)
    else:
        for outcome in outcomes:
            terminal.print_outcome(outcome)
            shown += 1
    if not shown:
        raise SettingsError(f"{file}: there is no record at {locator}")


@main.command()
@click.argument("id_", metavar="ID")
@clean_option
@json_option
def trace(id_: str, clean: Place, *, as_json: bool) -> None:
    """Show the way of a document: raw bytes, decoding, blocks, matches, story, run.

    ID is a doc_id or story_id, the first six or more of its digits, a URL or a raw path.

    \b
    copydesk trace 5a31c0
    copydesk trace agency/2013-11-02.html --json
    """
    from pipeline import terminal
    from pipeline.store import browse

    facts = browse.trace(browse.open_shelf(clean), id_)
    terminal.dump(facts) if as_json else terminal.print_trace(facts)


@main.command()
@click.argument("clean", type=place, default=CLEAN)
@click.option("--furniture", is_flag=True, help="List the lines learned to be page furniture.")
@json_option
@click.pass_obj
def status(obj: dict[str, Any], clean: Place, *, furniture: bool, as_json: bool) -> None:
    """Show what is in CLEAN, how the last run went, and what an older version cleaned.

    It reads the published files alone, and so works while a run is writing.

    \b
    copydesk status
    copydesk status --furniture
    copydesk status out/ --json
    """
    from pipeline import drifting, terminal
    from pipeline.batch import pipeline_digest
    from pipeline.store import browse

    shelf = browse.open_shelf(clean)
    if furniture:
        lines = browse.furniture(shelf)
        terminal.dump(lines) if as_json else terminal.print_furniture(lines)
        return
    settings = settings_of(obj)
    facts = browse.status(shelf, pipeline_digest(settings))
    facts["drift"] = [f"{a.state}: {a.told}" for a in drifting.alarms(clean, settings.drift)]
    terminal.dump(facts) if as_json else terminal.print_tree(facts)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, metavar="[RAW] [CLEAN]", type=click.UNPROCESSED)
@click.pass_obj
def serve(obj: dict[str, Any], arguments: tuple[str, ...]) -> None:
    """Run the service until Ctrl-C: Prefect's server and UI, and all flows on their schedules.

    \b
    copydesk serve                               ingest every 15 minutes, UI on port 4200
    copydesk serve archive/ out/ --every 1h --port 4300
    copydesk serve --cron "5 6-22 * * *" --database postgresql+asyncpg://...
    python -m flows.serving --help               every option

    CLEAN is verified each night; each week it is told what a rebuild would change. Whoever
    `watch.notify` names is told of warnings, failures and crashes.
    """
    from pipeline.settings import PREFIX, load

    load(obj)  # a wrong setting is told here, not by a flow run at night
    named = {f"{PREFIX}{k.upper().replace('.', '__')}": v for k, v in obj.items()}
    environ = {**os.environ, **named}
    # A process of its own: Prefect reads its environment when it is imported.
    os.execve(sys.executable, [sys.executable, "-m", "flows.serving", *arguments], environ)  # noqa: S606


@main.command()
@click.argument("table", required=False)
@click.option("--markdown", is_flag=True, help="Print the whole data dictionary.")
@json_option
def schema(table: str | None, *, markdown: bool, as_json: bool) -> None:
    """Show the columns of every TABLE in clean/, or of one, with type, unit, source and meaning.

    \b
    copydesk schema
    copydesk schema articles --json
    copydesk schema --markdown > docs/data-dictionary.md
    """
    from pipeline import terminal
    from pipeline.store import browse, dictionary

    if markdown:
        click.echo(dictionary.markdown(), nl=False)
        return

    facts = browse.schema(table)
    terminal.dump(facts) if as_json else terminal.print_schema(facts)


@main.command()
@json_option
@click.pass_obj
def config(obj: dict[str, Any], *, as_json: bool) -> None:
    """Show every setting, its value, and where that came from.

    A flag (--set) goes before the environment (COPYDESK_DEDUP__ROWS=4), that before copydesk.toml
    in the working folder, that before the default.

    \b
    copydesk config
    copydesk --set dedup.rows=4 config --json
    """
    from pipeline import terminal
    from pipeline.settings import explain, load

    settings, came_from = load(obj)
    rows = explain(settings, came_from)
    digest = settings.digest()
    if as_json:
        terminal.dump({"digest": digest, "settings": rows})
    else:
        terminal.print_settings(rows, digest)


def _plan_facts(todo: Any) -> dict[str, Any]:
    return {
        "files": todo.files,
        "to_read": todo.fresh,
        "known": todo.known,
        "deferred": todo.deferred,
        "refused": [asdict(rejected) for rejected in todo.rejected],
    }


for _command in (report, verify, drift, restore, rebuild, compact, forget):
    main.add_command(_command)


if __name__ == "__main__":
    main()
