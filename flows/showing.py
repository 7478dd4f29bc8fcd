"""What Prefect's UI shows of a run beside its states: progress, artifacts, tags, events."""

import atexit
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.utilities.timeout import timeout
from prefect.variables import Variable

from flows.__main__ import silence
from flows.server import SERVED
from pipeline.crew import Notify
from pipeline.drift.alarms import Alarm, look
from pipeline.escape import one_line
from pipeline.objects import Place
from pipeline.report import run_report
from pipeline.report.run_report import Account

Light = Literal["green", "amber", "red"]

COMPLETED, WARNING, FAILED = "completed", "warning", "failed"
_LIGHTS: Mapping[str, Light] = {COMPLETED: "green", WARNING: "amber", FAILED: "red"}

_PAUSE_SECONDS = 2.0
"""Between two updates of the bar: a call to the server each."""
_ALWAYS = frozenset({"plan", "tell", "publish"})
"""Stages that a run of nothing new has, too."""
_STAGES = {
    "plan": 2,
    "judge": 62,
    "learn": 6,
    "apply": 5,
    "sign": 5,
    "sift": 8,
    "compare": 6,
    "tell": 3,
    "publish": 3,
}
"""Stages and their usual share of a run, per cent."""


def progress_bar(further: Notify) -> Notify:
    """Return what tells ``further`` of progress, and moves the progress artifact of this flow run.

    That is made when there is work to do: a run of nothing new leaves no artifact.
    """
    bar: Any = None  # Prefect types what it gives for async callers, too
    latest = 0.0

    def notify(stage: str, done: int, total: int) -> None:
        nonlocal bar, latest
        further(stage, done, total)
        now = time.monotonic()
        waits = done < total and now - latest < _PAUSE_SECONDS
        if waits or (bar is None and stage in _ALWAYS):
            return
        latest, told = now, f"{stage} {done:,} of {total:,}"
        if bar is None:
            bar = create_progress_artifact(0.0, key="progress", description=told)
        update_progress_artifact(bar, progress=percent(stage, done, total), description=told)

    return notify


def percent(stage: str, done: int, total: int) -> float:
    """Return how far a run is, of 100, in a stage of which so much is done."""
    share = min(1.0, done / total) if total else 1.0
    if stage not in _STAGES:  # a stage of a check stands for itself
        return 100 * share
    names = list(_STAGES)
    return sum(_STAGES[name] for name in names[: names.index(stage)]) + _STAGES[stage] * share


def show(of: Account) -> None:
    """Put the report of a run and its tables beside the run."""
    create_markdown_artifact(
        run_report.report(of), key="run-report", description=run_report.headline(of)
    )
    for key, table, told in (
        ("sources", run_report.source_table, "Sources of this run and how well they were read"),
        ("largest-stories", run_report.story_table, "Stories of most copies that this run touched"),
        ("removed-lines", run_report.removed_table, "Lines that were cut most often"),
        ("rejected-files", run_report.refused_table, "Records that were refused, and why"),
    ):
        rows = table(of)
        if rows:
            create_table_artifact(rows, key=key, description=told)


def link_pages(index: Path) -> None:
    """Put a link to the pages of the edition beside the run.

    Where nobody serves them it leads to a file, which browsers refuse: they show its path.
    """
    address = os.environ.get(SERVED) or index.as_uri()
    create_link_artifact(address, link_text=str(index), key="report", description=str(index))


def name_run() -> str:
    """Return the name of a flow run: its flow and the time."""
    return f"{flow_run.get_flow_name()} {datetime.now(UTC):%Y-%m-%d %H:%M}"


def end(
    outcome: str,
    clean: Place,
    told: str,
    details: Mapping[str, Any] | None = None,
    data: Any = None,
) -> State[Any]:
    """Mark the run, tell of its outcome, and return its final state."""
    told = one_line(told)
    mark(outcome, told.split(";", 1)[0])
    tell(outcome, clean, told, details)
    if outcome == FAILED:
        return Failed(message=told)
    if outcome == WARNING:
        return Completed(name="Warning", message=f"⚠ {told}", data=data)
    return Completed(message=told, data=data)


@contextmanager
def in_time(hours: float) -> Iterator[None]:
    """End what is done here after so many hours, if any. Raises TimeoutError.

    Whatever ends it later than that is the alarm's doing: a database that it interrupts tells of an
    error of its own.
    """
    began = time.monotonic()
    try:
        with timeout(hours * 3600 or None):
            yield
    except Exception as error:
        if hours and time.monotonic() - began >= hours * 3600:
            raise TimeoutError(f"not done in {hours:g} hours (watch.run_hours)") from error
        raise


@contextmanager
def told(clean: str) -> Iterator[None]:
    """Mark the run and tell of it when what is done here fails; be quiet at the process's end."""
    atexit.register(silence)
    try:
        yield
    except Exception as error:
        mark(FAILED)
        name = "" if isinstance(error, TimeoutError) else f"{type(error).__name__}: "
        tell(FAILED, clean, f"{name}{error}")
        raise


def mark(outcome: str, told: str = "") -> None:
    """Tag this flow run green, amber or red, and say in its name what it did, for the lists."""
    identifier = flow_run.get_id()
    if identifier:
        tags = sorted({*flow_run.get_tags(), _LIGHTS[outcome]})
        with get_client(sync_client=True) as client:
            name = f"{flow_run.get_name()} · {told}" if told else None
            client.update_flow_run(UUID(identifier), tags=tags, name=name)


def tell(
    outcome: str, clean: Place | str, told: str, details: Mapping[str, Any] | None = None
) -> None:
    """Emit the event ``copydesk.FLOW.OUTCOME``, which automations carry to people.

    An outcome that lasts is ``OUTCOME-again`` but for once a day: a mail each quarter of an hour
    would be read by nobody.
    """
    flow = flow_run.get_flow_name() or "flow"
    event = outcome if _is_news(flow, outcome) else f"{outcome}-again"
    emit_event(
        f"copydesk.{flow}.{event}",
        resource={"prefect.resource.id": f"copydesk.store.{clean}", "copydesk.flow": flow},
        payload={
            "subject": f"Copydesk {flow}: {outcome}",
            "body": one_line(told),
            "clean": str(clean),
            **(details or {}),
        },
    )


def _is_news(flow: str, outcome: str) -> bool:
    """Tell whether people have not been told of this outcome since it began, or for a day."""
    name = f"copydesk_told_{flow.replace('-', '_')}"
    before: Any = Variable.get(name)
    if outcome == COMPLETED:
        if before:
            Variable.unset(name)
        return True
    now = datetime.now(UTC)
    if before and before["outcome"] == outcome and now < datetime.fromisoformat(before["until"]):
        return False
    until = (now + timedelta(days=1)).isoformat()
    Variable.set(name, {"outcome": outcome, "until": until}, overwrite=True)
    return True


def tell_of_drift(alarm: Alarm) -> None:
    """Emit the event ``copydesk.drift.alarm`` of a source; once for each break, by its key."""
    emit_event(
        "copydesk.drift.alarm",
        resource={
            "prefect.resource.id": f"copydesk.source.{one_line(alarm.source)}",
            "copydesk.metric": alarm.metric,
        },
        payload={
            "subject": f"Copydesk: {one_line(alarm.source)} changed",
            "body": one_line(alarm.told),
            "key": one_line(alarm.key),
            "before": alarm.before,
            "now": alarm.now,
            "also": list(alarm.also),
            "raw_path": alarm.raw_path and one_line(alarm.raw_path),
            "look": (command := look(alarm)) and one_line(command),
        },
    )


def log_refusals(of: Account, most: int = 20) -> None:
    """Log the first records that were refused, with file and reason."""
    log = get_run_logger()
    for row in of.refused[:most]:
        where = f"{row['raw_path']} {row['raw_locator']}".strip()
        log.warning("rejected: %s: %s: %s", one_line(where), row["reason"], one_line(row["detail"]))
    more = of.run["rejected"] - most
    if more > 0:
        log.warning("rejected: %d more; see the artifact rejected-files", more)
