"""The flow ``compact``: the parts that a day's runs left are folded."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows import showing
from pipeline.objects import place
from pipeline.settings import Settings, load


@flow(
    name="compact",
    description="Fold the parts that many runs left in clean/; no row changes.",
    flow_run_name=showing.name_run,
    persist_result=False,
)
def compact(clean: str = "clean", settings: Settings | None = None) -> State[Any]:
    """Fold the parts of every partition; readers see the edition before until it is done.

    Args:
        clean: Folder or s3:// address of the store.
        settings: Left out, those of copydesk.toml and the environment hold.
    """
    from pipeline import tending

    chosen, home = settings or load()[0], place(clean)
    with showing.told(home):
        report, gone = tending.compact(home, chosen, notify=showing.begin(lambda *_: None))
    return showing.end(showing.COMPLETED, home, f"{gone} parts folded; edition {report.edition}")
