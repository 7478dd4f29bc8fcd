"""The flow ``compact``: the parts that a day's runs left are folded."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows import showing
from flows.parameters import Given, chosen
from pipeline.objects import place


@flow(
    name="compact",
    description="Fold the parts that many runs left in clean/; no row changes.",
    flow_run_name=showing.name_run,
    persist_result=False,
)
def compact(clean: str = "clean", settings: Given | None = None) -> State[Any]:
    """Fold the parts of every partition; readers see the edition before until it is done.

    Args:
        clean: Folder or s3:// address of the store.
        settings: Left out, those of copydesk.toml and the environment hold.
    """
    from pipeline import tending

    with showing.told(clean):
        held, home = chosen(settings), place(clean)
        notify = showing.progress_bar(lambda *_: None)
        with showing.in_time(held.watch.run_hours):
            report, gone = tending.compact(home, held, notify=notify)
    return showing.end(showing.COMPLETED, home, f"{gone} parts folded; edition {report.edition}")
