"""What listens while the service runs: Prefect's server with its UI, and the report."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from flows.__main__ import HEARTBEAT_SECONDS
from pipeline.crew import end_with_parent
from pipeline.errors import SettingsError

SERVED = "DESK_REPORT_URL"
"""Names, for the runs of the service, where the pages of the edition are served."""
_START_SECONDS = 300
_STOP_SECONDS = 30


def addressed(host: str, port: int) -> Mapping[str, str]:
    """Return what points Prefect and its UI at the server that is started here."""
    address = f"http://{host}:{port}/api"
    return {
        "PREFECT_API_URL": address,
        "PREFECT_SERVER_UI_API_URL": address,
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 24 * 3600),
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
    }


@contextmanager
def server(home: Path, host: str, port: int) -> Iterator[None]:
    """Run Prefect's server until the block is left. Raises SettingsError when it does not start."""
    _bound(host, port, "--host or --port").close()
    log = home / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", host]
    click.echo("Starting Prefect's server; the first time may take a minute ...", err=True)
    with log.open("ab") as file:
        # Of its own session: Ctrl-C must reach the flows first, then the server.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, "--port", str(port)],
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509 - one call into libc
        )
        try:
            _wait_for(process, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", log: Path) -> None:
    from prefect.client.orchestration import get_client

    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SettingsError(f"Prefect's server ended at once; see {log}")
        with get_client(sync_client=True) as client:
            if client.api_healthcheck() is None:
                return
        time.sleep(0.5)
    raise SettingsError(f"Prefect's server does not answer; see {log}")


@contextmanager
def pages(folder: Path, host: str, port: int) -> Iterator[str]:
    """Serve the report in ``folder``, now or once there is one, until the block is left.

    A browser follows no link from a page of the web, as Prefect's UI is one, to a file. Yields the
    address. Raises SettingsError when the port is taken.
    """
    import uvicorn
    from starlette.applications import Starlette
    from starlette.staticfiles import StaticFiles

    folder.mkdir(parents=True, exist_ok=True)
    files = Starlette()
    files.mount("/", StaticFiles(directory=folder, html=True))
    listening = _bound(host, port, "--report-port")
    listening.listen()  # at once: the server's own thread may take its time
    web = uvicorn.Server(uvicorn.Config(files, log_level="error", lifespan="off"))
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listening.getsockname()[1]}/"
    finally:
        web.should_exit = True
        thread.join(_STOP_SECONDS)
        listening.close()


def _bound(host: str, port: int, option: str) -> socket.socket:
    """Return a socket of an address that nobody else listens on. Raises SettingsError."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        told = f"{host} port {port}: {error.strerror}; choose another by {option}"
        raise SettingsError(told) from error
    return found
