"""The flow ``ingest``: the stages of the engine in order, as tasks that the Prefect UI can show.

A task is a stage or a batch of some hundred files; documents never pass through Prefect. What is
done already is asked of the ledger in ``clean/``, not of Prefect's cache, which cannot see that
code or settings changed.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State

from flows import showing
from flows.parameters import Given, chosen
from pipeline.drift.alarms import NEW, Alarm
from pipeline.errors import PipelineError
from pipeline.escape import one_line
from pipeline.objects import Place, place
from pipeline.planning import Choice
from pipeline.report.run_report import Account
from pipeline.settings import Settings

PAGES = 10_000
"""Stories at most, the newest, that get a page of their own in the report of a run."""
progress: ContextVar[Any] = ContextVar("progress", default=lambda *_: None)
"""Who is told of progress beside the Prefect UI: the terminal that started the flow, if any."""


@flow(
    name="ingest",
    description="Bring clean/ up to date with raw/.",
    flow_run_name=showing.name_run,
    persist_result=False,
)
def ingest(
    raw: str = "raw",
    clean: str = "clean",
    settings: Given | None = None,
    since: date | None = None,
    until: date | None = None,
) -> State[Any]:
    """Run the line over ``raw`` into ``clean``; the final state says what was done.

    Args:
        raw: Folder or s3:// address of the raw files.
        clean: Folder or s3:// address of the result.
        settings: Left out, those of copydesk.toml and the environment hold.
        since: Only raw files last changed on this day (UTC) or later; the others wait.
        until: Only raw files last changed before this day (UTC); the others wait.
    """
    with showing.told(clean):
        held = chosen(settings)
        with showing.in_time(held.watch.run_hours):
            return _run(place(raw), place(clean), held, Choice(since=since, until=until))


def _run(raw: Place, clean: Place, settings: Settings, choice: Choice) -> State[Any]:
    from flows.stages import run_stages
    from pipeline import drifting, reporting, watching
    from pipeline.report import run_report

    notify = showing.progress_bar(progress.get())
    report = run_stages(raw, clean, settings, notify, choice)
    concerns: Sequence[str] = ()
    headline = f"edition {report.edition} is published"
    try:
        # The edition is published: whatever fails from here on is no failure of the run.
        alarms = [a for a in drifting.news(clean, settings.drift, raw) if a.state == NEW]
        account = watching.recount(clean, report, settings, alarms)
        headline, concerns = run_report.headline(account), account.concerns
        _show(account, alarms)
        if settings.watch.report and (report.row.stored or account.changes):
            pages = Path(settings.watch.report)
            made = reporting.report(
                clean, pages, raw=raw, limit=PAGES, drift=settings.drift, notify=progress.get()
            )
            showing.link_pages(made.index)
    except Exception as error:  # noqa: BLE001 - an error of ours must not hide what is published
        told = error if isinstance(error, PipelineError) else f"{type(error).__name__}: {error}"
        concerns = (*concerns, f"not all of it could be shown: {told}")
    for concern in concerns:
        get_run_logger().warning("%s", one_line(concern))
    outcome = showing.WARNING if concerns else showing.COMPLETED
    told = "; ".join([headline, *concerns])
    return showing.end(outcome, clean, told, {"run_id": report.row.run_id}, report)


def _show(account: Account, alarms: Sequence[Alarm]) -> None:
    showing.log_refusals(account)
    if account.run["stored"] or account.run["rejected"] or account.changes or alarms:
        showing.show(account)
    for alarm in alarms:
        showing.tell_of_drift(alarm)
