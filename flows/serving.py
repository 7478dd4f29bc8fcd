"""The whole service in one command: Prefect's server with its UI, and the flows on their schedules.

``python -m flows.serving [RAW] [CLEAN] --every 15m``. Everything lies in ``.prefect/`` below the
working folder, as for ``python -m flows``: what that has run is seen in the UI.
"""

import asyncio
import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.__main__ import embed
from flows.server import SERVED, addressed, pages, server
from pipeline.errors import PipelineError, SettingsError
from pipeline.store import disk

if TYPE_CHECKING:
    from pipeline.settings import Watch

HOST = "127.0.0.1"
PORT = 4200
LOCK = "serve.lock"
REPORT = "report"
SETTLE_SECONDS = 60
"""Younger files wait for the next run: somebody may still be writing them."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("raw", default="raw")
@click.argument("clean", default="clean")
@click.option("--every", metavar="TIME", help="Pause between ingests: 15m, 2h, 1d. Default: 15m.")
@click.option("--cron", metavar="EXPR", help='In place of --every: "5 * * * *", in UTC.')
@click.option("--verify-cron", default="30 4 * * *", show_default=True, help="When to verify.")
@click.option("--compact-cron", default="0 4 * * *", show_default=True, help="When to fold parts.")
@click.option(
    "--check-cron",
    default="30 5 * * 0",
    show_default=True,
    help="When to see what a rebuild would change.",
)
@click.option(
    "--host",
    default=HOST,
    show_default=True,
    help="Address to listen on; Dask workers on other machines must reach it.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option(
    "--report-port",
    "beside",
    type=click.IntRange(0, 65535),
    help="Where the pages of the edition are served; 0: nowhere.  [default: the next one]",
)
@click.option(
    "--database",
    metavar="URL",
    envvar="DESK_DATABASE",
    show_envvar=True,
    help="Prefect's database: postgresql+asyncpg://USER:PASSWORD@HOST/NAME. Default: SQLite.",
)
def main(
    raw: str,
    clean: str,
    *,
    every: str | None,
    cron: str | None,
    verify_cron: str,
    compact_cron: str,
    check_cron: str,
    host: str,
    port: int,
    beside: int | None,
    database: str | None,
) -> None:
    """Start Prefect's server with its UI and run the flows on their schedules until Ctrl-C.

    \b
    copydesk serve
    copydesk serve archive/ out/ --every 1h --port 4300
    copydesk serve --cron "5 6-22 * * *"

    RAW is brought into CLEAN every 15 minutes, one run at a time; files younger than a minute wait
    for the next. What changed is written as web pages to report/ (`watch.report`), which are served
    beside the UI. Each night the parts of CLEAN are folded and it is verified; each week it is told
    what a rebuild would change. Whoever `watch.notify` names is told of warnings, failures and
    crashes. Everything of Prefect's lies in .prefect/ below the working folder.
    """
    from pipeline import terminal

    if every is not None and cron is not None:
        raise click.UsageError("--every and --cron: choose one")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        home = Path.cwd() / ".prefect"
        embed(os.environ, home)
        os.environ.update(addressed(host, port))
        if database:
            os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = checked_database(database)
        settle(os.environ)
        crons = {"compact": compact_cron, "verify": verify_cron, "check": check_cron}
        when: dict[str, Mapping[str, Any]] = {
            name: {"cron": checked_cron(text)} for name, text in crons.items()
        }
        pause = {"interval": interval("15m" if every is None else every)}
        when["ingest"] = pause if cron is None else {"cron": checked_cron(cron)}
        watch = _checked(raw, clean)
        home.mkdir(exist_ok=True)
        # A second service would take the runs of the first for dead.
        with (
            disk.lock(home / LOCK, 0),
            _pages(watch.report, host, min(port + 1, 65535) if beside is None else beside) as told,
            server(home, host, port),
        ):
            _prepare(watch, when["ingest"])
            click.echo(told + f"Prefect's UI: http://{host}:{port}  (Ctrl-C ends it)")
            try:
                work(raw, clean, when)
            finally:
                _end()
    except PipelineError as error:
        raise SystemExit(terminal.print_error(error)) from error
    except KeyboardInterrupt:
        pass
    click.echo("Ended.")


def interval(text: str) -> timedelta:
    """Return the time that ``15m``, ``2h`` or ``1d`` stands for. Raises SettingsError."""
    found = re.fullmatch(r"(\d+)\s*([smhd])", text.strip())
    if not found or not int(found[1]):
        raise SettingsError(f"--every {text}: write 30s, 15m, 2h or 1d")
    try:
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError as error:
        raise SettingsError(f"--every {text}: longer than any clock runs") from error


def checked_cron(text: str) -> str:
    """Return a cron expression as it is. Raises SettingsError when it is none."""
    from prefect.client.schemas.schedules import CronSchedule
    from pydantic import ValidationError

    try:
        return CronSchedule(cron=text).cron
    except ValidationError as error:
        raise SettingsError(f'"{text}": no cron expression; write such as "5 * * * *"') from error


def checked_database(url: str) -> str:
    """Return the address of a database as it is. Raises SettingsError when it is none of ours."""
    if not url.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite:")):
        raise SettingsError("--database: write postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
    return url


def settle(environ: Any) -> None:
    """Let young files wait, and write the pages, unless the user has said something about it."""
    from pipeline.settings import load

    said_by = load(environ=environ)[1]
    for name, value in (
        ("reading.settle_seconds", str(SETTLE_SECONDS)),
        ("watch.report", REPORT),
    ):
        if said_by[name] == "default":
            environ["COPYDESK_" + name.upper().replace(".", "__")] = value


def _checked(raw: str, clean: str) -> "Watch":
    """Return what is watched. Raises SettingsError at what no run could use."""
    from flows import alarms
    from pipeline.engine import check_folders
    from pipeline.objects import place
    from pipeline.settings import load
    from pipeline.site_folder import check

    check_folders(place(raw), place(clean))
    watch = load()[0].watch
    if watch.report:
        try:
            check(Path(watch.report), place(raw), place(clean))
        except SettingsError as error:
            raise SettingsError(f"watch.report: {error}") from error
    alarms.check(_addresses(watch))
    return watch


def _addresses(watch: "Watch") -> list[str]:
    return [address.get_secret_value() for address in watch.notify]


@contextmanager
def _pages(folder: str, host: str, port: int) -> Iterator[str]:
    """Serve the pages, if there are to be any; yield what is said of it."""
    if not folder or not port:
        yield ""
        return
    with pages(Path(folder), host, port) as address:
        os.environ[SERVED] = address
        yield f"Pages of the edition, once there is one: {address}\n"


def _end() -> None:
    """Say of the runs that end with the service that they were stopped."""
    from flows import alarms

    with suppress(Exception):  # the server may be what died
        alarms.end_left(stopped=True)


def _prepare(watch: "Watch", schedule: Mapping[str, Any]) -> None:
    from flows import alarms

    pause = schedule.get("interval", timedelta(days=1))
    alarms.set_up(_addresses(watch), silence=max(3 * pause, timedelta(hours=1)))
    ended = alarms.end_left()
    if ended:
        click.echo(f"{ended} runs that a service before this one left are marked as crashed.")


def work(raw: str, clean: str, when: Mapping[str, Mapping[str, Any]]) -> None:
    """Run the flows when they are due, one ingest at a time, until Ctrl-C."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.types.entrypoint import EntrypointType

    from flows.checking import rebuild_check, verify
    from flows.ingest import ingest
    from flows.tending import compact

    places = {"raw": raw, "clean": clean}
    # A run that is still at work reads what has come since, or the next one does.
    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    by_name = EntrypointType.MODULE_PATH
    plans: tuple[tuple[Any, str, Mapping[str, Any]], ...] = (
        (ingest, "scheduled", when["ingest"]),
        (compact, "nightly", when["compact"]),
        (verify, "daily", when["verify"]),
        (rebuild_check, "weekly", when["check"]),
    )
    deployments = [
        flow.to_deployment(
            name,
            parameters={k: v for k, v in places.items() if k in flow.parameters.properties},
            concurrency_limit=alone,
            entrypoint_type=by_name,
            tags=["copydesk"],
            **schedule,
        )
        for flow, name, schedule in plans
    ]
    runner = _runner()
    for deployment in deployments:
        runner.add_deployment(deployment)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(runner.start())


def _runner() -> Any:
    from prefect.runner import Runner

    class Stoppable(Runner):
        async def start(self, *args: Any, **options: Any) -> None:
            self._serving: Any = asyncio.current_task()
            await super().start(*args, **options)

        def handle_sigterm(self, *_: Any, **__: Any) -> None:
            """End as Ctrl-C does: Prefect's own way out leaves what comes after it undone.

            Not by SIGINT itself, which a job in the background of a script ignores.
            """
            asyncio.get_running_loop().call_soon_threadsafe(self._serving.cancel)

    return Stoppable(name="copydesk", pause_on_shutdown=True)


if __name__ == "__main__":
    main(prog_name="copydesk serve")
