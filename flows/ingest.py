"""The flow ``ingest``: the stages of the engine in order, as tasks that the Prefect UI can show.

A task is a stage or a batch of some hundred files; documents never pass through Prefect. What is
done already is asked of the ledger in ``clean/``, not of Prefect's cache, which cannot see that
code or settings changed.
"""

from contextvars import ContextVar
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from pipeline.objects import place
from pipeline.settings import Settings, load

progress: ContextVar[Any] = ContextVar("progress", default=lambda *_: None)
"""Who is told of progress beside the Prefect UI: the terminal that started the flow, if any."""


@flow(name="ingest", description="Bring clean/ up to date with raw/.", persist_result=False)
def ingest(raw: str = "raw", clean: str = "clean", settings: Settings | None = None) -> State[Any]:
    """Run the line over ``raw`` into ``clean``; the final state says what was done.

    Both are folders or ``s3://`` addresses.
    Without ``settings`` those of ``copydesk.toml`` and the environment hold.
    """
    # A worker that only lists the flow need not load the line.
    from flows.stages import report_message, run_stages

    report = run_stages(place(raw), place(clean), settings or load()[0], progress.get())
    return Completed(message=report_message(report), data=report)
