"""The commands that look back: ``verify``, ``drift`` and ``restore``."""

from dataclasses import asdict
from typing import Any

import click

from pipeline import escape
from pipeline.cli_options import CLEAN, RAW, clean_option, json_option, raw_option, settings_of
from pipeline.objects import Place, place

OFF, ALARMS = 1, 3
_SAMPLE = 1_000


@click.command()
@click.argument("raw", type=place, default=RAW)
@click.argument("clean", type=place, default=CLEAN)
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=_SAMPLE,
    show_default=True,
    help="Documents that are walked back to their raw bytes; the tables are checked whole.",
)
@click.option("--all", "every", is_flag=True, help="Walk back every document.")
@click.option(
    "--ignore-raw", is_flag=True, help="Raw files that are gone or changed are no failure."
)
@json_option
@click.pass_obj
def verify(
    obj: dict[str, Any],
    raw: Place,
    clean: Place,
    *,
    sample: int,
    every: bool,
    ignore_raw: bool,
    as_json: bool,
) -> None:
    """Check CLEAN: files, hashes, counts, and documents back to their bytes in RAW.

    \b
    copydesk verify                    the tables whole, 1,000 documents back to raw/
    copydesk verify raw clean --all
    copydesk verify --json --ignore-raw

    Each finding is a line: which check, where, what. Exits with 1 when anything is off, also when
    a raw file has vanished or changed since it was read, unless --ignore-raw. Works on the
    published edition alone, also while a run is writing the next one.
    """
    from pipeline import terminal, verifying

    display, notify = terminal.progress(quiet=as_json)
    with display:
        found = verifying.verify(
            raw, clean, settings_of(obj), sample=None if every else sample, notify=notify
        )
    if as_json:
        terminal.dump(asdict(found))
    else:
        terminal.print_verified(found)
    off = [f for f in found.findings if not (ignore_raw and f.kind in verifying.RAW_GONE)]
    if off:
        raise SystemExit(OFF)


@click.command()
@click.argument("clean", type=place, default=CLEAN)
@click.option("--strict", is_flag=True, help="Exit with 3 while an alarm is new or lasts.")
@raw_option
@json_option
@click.pass_obj
def drift(obj: dict[str, Any], clean: Place, raw: Place, *, strict: bool, as_json: bool) -> None:
    """Tell which sources are no longer what they were: templates change, feeds fall silent.

    \b
    copydesk drift
    copydesk drift out/ --json
    copydesk drift --strict && echo "all sources are as ever"

    Each source's newest runs are held against its own weeks before: words kept, text removed,
    title, author and date found, paywalls, garbled text, refusals, and how many documents come.
    A break is new in the run that tells it, lasts until it is mended, and is the new normal after
    drift.accept_days. A source is judged when three weeks of it are known, its silence after two.
    Works on the published edition alone.
    """
    from pipeline import drifting, terminal

    settings = settings_of(obj).drift
    known = drifting.known(clean, settings, raw)
    found = known.alarms if known else ()
    if as_json:
        terminal.dump([{**asdict(alarm), "key": alarm.key} for alarm in found])
    else:
        terminal.print_lines(drifting.lines(found) if found else [drifting.quiet(known, settings)])
    if strict and any(alarm.state != "mended" for alarm in found):
        raise SystemExit(ALARMS)


@click.command()
@click.argument("id_", metavar="ID")
@clean_option
@json_option
def restore(id_: str, clean: Place, *, as_json: bool) -> None:
    """Print the text of a page with nothing cut: kept blocks and removed ones, in their order.

    ID is a doc_id, the first six or more of its digits, a URL or a raw path.

    \b
    copydesk restore 5a31c0
    copydesk restore raw-path.html --json
    """
    from pipeline import terminal
    from pipeline.store import browse

    blocks = browse.restore(browse.open_shelf(clean), id_)
    if as_json:
        terminal.dump(blocks)
        return
    for block in blocks:
        click.echo(escape.safe(block["text"]))
