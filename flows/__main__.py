"""Run the flow ``ingest`` once on Prefect's embedded server: ``python -m flows [RAW] [CLEAN]``.

Nothing must be started first. The user's own Prefect profile, database and API address are left
alone: everything lies in ``.prefect/`` below the working folder.
"""

import atexit
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import click

HEARTBEAT_SECONDS = 30
"""How often a run of the service says that it lives: the least that Prefect allows."""
_SECONDS = "300"
"""Time for the embedded server to start: a fresh database on a busy machine needs about 50."""


def embed(environ: MutableMapping[str, str], home: Path) -> None:
    """Point Prefect at a server of its own; to be called before Prefect is imported."""
    for name in [name for name in environ if name.startswith("PREFECT_")]:
        del environ[name]
    own = {
        "DO_NOT_TRACK": "1",
        "MPLCONFIGDIR": str(home / "matplotlib"),  # its cache of fonts
        "PREFECT_HOME": str(home),
        "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": _SECONDS,
    }
    environ.update(own)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("raw", default="raw")
@click.argument("clean", default="clean")
def main(raw: str, clean: str) -> None:
    """Run the flow once over RAW into CLEAN and print what it did."""
    # Registered first, so run last.
    atexit.register(silence)
    embed(os.environ, Path.cwd() / ".prefect")
    click.echo("Starting Prefect's embedded server; the first time may take a minute ...", err=True)
    from pipeline import terminal
    from pipeline.errors import PipelineError
    from pipeline.objects import place

    try:
        from flows.ingest import ingest, progress
    except PipelineError as error:
        raise SystemExit(terminal.print_error(error)) from error
    display, notify = terminal.progress(quiet=False)
    progress.set(notify)
    with display:
        try:
            report: Any = ingest(raw, clean, return_state=True).result()
        except PipelineError as error:
            raise SystemExit(terminal.print_error(error)) from error
    terminal.print_report(report, place(clean))


def silence() -> None:
    """Say nothing more; for the end of a process.

    Prefect's threads outlive the interpreter and hold DuckDB's types, of which DuckDB's binding
    then complains over the whole terminal.
    """
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


if __name__ == "__main__":
    main()
