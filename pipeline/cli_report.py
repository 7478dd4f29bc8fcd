"""The command that shows an edition to people: ``report``."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli_options import CLEAN, json_option, raw_option, settings_of
from pipeline.objects import Place, place

OUT = "report"
_NEWEST = 10_000


@click.command()
@click.argument("clean", type=place, default=CLEAN)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUT,
    show_default=True,
    help="The folder to write; a report that is there is replaced, anything else is refused.",
)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Pages of the stories of one day alone, e.g. 2013-11-02.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=_NEWEST,
    show_default=True,
    help="Pages of so many stories at most, the newest; 0: of all.",
)
@click.option("--open", "is_opened", is_flag=True, help="Open it in the browser.")
@raw_option
@json_option
@click.pass_obj
def report(
    obj: dict[str, Any],
    clean: Place,
    out: Path,
    raw: Place,
    *,
    day: datetime | None,
    limit: int,
    is_opened: bool,
    as_json: bool,
) -> None:
    """Write the edition in CLEAN as web pages: stories, copies, what was taken out and why.

    \b
    copydesk report --open                 clean/ into report/, and look at it
    copydesk report out --out /tmp/desk --day 2013-11-02
    copydesk report s3://news/clean --limit 0

    The pages need no server and no network. Sums, outlets and pictures are of the whole edition,
    whatever has a page, but the graph of a day and the lists are of the stories that have one. It
    reads the published files alone, and so works while a run is writing.
    """
    from pipeline import reporting, terminal
    from pipeline.escape import one_line
    from pipeline.report.words import count

    display, notify = terminal.progress(quiet=as_json)
    with display:
        made = reporting.report(
            clean,
            out,
            raw=raw,
            day=day.date() if day else None,
            limit=limit or None,
            drift=settings_of(obj).drift,
            notify=notify,
        )
    if as_json:
        terminal.dump(asdict(made))
    else:
        some = "" if made.stories == made.all_stories else f" of {made.all_stories:,}"
        refused = f", {count(made.rejected, 'record')} refused" if made.rejected else ""
        click.echo(
            f"edition {made.edition}: {made.stories:,}{some} stories, {made.documents:,} raw "
            f"documents{refused} in {made.files:,} files, {made.bytes / 1e6:,.1f} MB"
        )
        click.echo(one_line(made.index.as_uri()))
    if is_opened:
        click.launch(made.index.as_uri())
