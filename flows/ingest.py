"""The flow ``ingest``: the stages of the engine in order, as tasks that the Prefect UI can show.

A task is a stage or a batch of some hundred files; documents never pass through Prefect. What is
done already is asked of the ledger in ``clean/``, not of Prefect's cache, which cannot see that
code or settings changed.
"""

from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.utilities.timeout import timeout

from flows import showing
from pipeline.escape import one_line
from pipeline.objects import Place, place
from pipeline.planning import Choice
from pipeline.settings import Settings, load

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
    settings: Settings | None = None,
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
    # A worker that only lists the flow need not load the line.

    chosen, home = settings or load()[0], place(clean)
    with showing.told(home):
        try:
            with timeout((chosen.watch.run_hours * 3600) or None):
                return _run(place(raw), home, chosen, Choice(since=since, until=until))
        except TimeoutError as error:
            late = f"not done in {chosen.watch.run_hours:g} hours (watch.run_hours)"
            raise TimeoutError(late) from error


def _run(raw: Place, clean: Place, settings: Settings, choice: Choice) -> State[Any]:
    from flows.stages import run_stages
    from pipeline import drifting, reporting, watching
    from pipeline.drift.alarms import NEW
    from pipeline.report.run_report import headline

    notify = showing.begin(progress.get())
    report = run_stages(raw, clean, settings, notify, choice)
    alarms = [a for a in drifting.news(clean, settings.drift) if a.state == NEW]
    account = watching.recount(clean, report, settings, alarms)
    showing.log_refusals(account)
    if report.row.stored or report.row.rejected or account.changes or alarms:
        showing.show(account)
        if settings.watch.report:
            pages = Path(settings.watch.report)
            made = reporting.report(clean, pages, limit=PAGES, notify=progress.get())
            showing.link_pages(made.index)
    for alarm in alarms:
        showing.tell_of_drift(alarm)
    for concern in account.concerns:
        get_run_logger().warning("%s", one_line(concern))
    outcome = showing.WARNING if account.concerns else showing.COMPLETED
    told = "; ".join([headline(account), *account.concerns])
    return showing.end(outcome, clean, told, {"run_id": report.row.run_id}, report)
