"""The flows ``verify`` and ``rebuild-check``: whether ``clean/`` is in order, and up to date."""

from typing import Annotated, Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from pydantic import Field

from flows import showing
from flows.parameters import Given, chosen
from pipeline.escape import one_line
from pipeline.objects import place

_SHOWN = 20
_MUCH = 0.01
"""Share of the documents that a rebuild would change from which on it is worth a word."""


@flow(
    name="verify",
    description="Check clean/ back to the raw bytes.",
    flow_run_name=showing.name_run,
    persist_result=False,
)
def verify(
    raw: str = "raw",
    clean: str = "clean",
    sample: Annotated[int, Field(ge=0)] = 1_000,
    settings: Given | None = None,
) -> State[Any]:
    """Walk the tables whole and ``sample`` documents back to ``raw``; fails when anything is off.

    Raw files that vanished or changed are told of and fail nothing: they are the user's.

    Args:
        raw: Folder or s3:// address of the raw files.
        clean: Folder or s3:// address of the store.
        sample: Documents that are walked back to their raw bytes.
        settings: Left out, those of copydesk.toml and the environment hold.
    """
    from pipeline import verifying

    with showing.told(clean):
        held, home = chosen(settings), place(clean)
        notify = showing.progress_bar(lambda *_: None)
        with showing.in_time(held.watch.run_hours):
            found = verifying.verify(place(raw), home, held, sample=sample, notify=notify)
    off = [f for f in found.findings if f.kind not in verifying.RAW_GONE]
    log = get_run_logger()
    for finding in (off + [f for f in found.findings if f not in off])[:_SHOWN]:
        log.warning("%s: %s: %s", *map(one_line, (finding.kind, finding.where, finding.detail)))
    told = f"edition {found.edition}: {found.parts} parts, {found.documents} documents checked"
    if off:
        first = one_line(f"{off[0].kind} {off[0].where}")
        return showing.end(showing.FAILED, home, f"{told}; {len(off)} findings, first {first}")
    if found.findings:
        told += f"; all in order but {len(found.findings)} raw files that are gone or changed"
        return showing.end(showing.WARNING, home, told)
    return showing.end(showing.COMPLETED, home, f"{told}; all in order")


@flow(
    name="rebuild-check",
    description="Say what a rebuild of clean/ would change; change nothing.",
    flow_run_name=showing.name_run,
    persist_result=False,
)
def rebuild_check(
    raw: str = "raw", clean: str = "clean", settings: Given | None = None
) -> State[Any]:
    """Read all of ``raw`` into a folder beside ``clean``, hold the two against each other.

    Args:
        raw: Folder or s3:// address of the raw files.
        clean: Folder or s3:// address of the store.
        settings: Left out, those of copydesk.toml and the environment hold.
    """
    from pipeline import rebuilding

    with showing.told(clean):
        held, home = chosen(settings), place(clean)
        notify = showing.progress_bar(lambda *_: None)
        with showing.in_time(held.watch.run_hours):
            found = rebuilding.check(place(raw), home, held, notify=notify)
    told = (
        f"{found.documents} documents compared: {found.reworded} would have another text, "
        f"{found.regrouped} stand in another story; {found.gone} have no raw file any more, "
        f"{found.added} are not yet in clean/"
    )
    if found.share > _MUCH:
        return showing.end(showing.WARNING, home, f"{told}; `copydesk rebuild` is worth it")
    return showing.end(showing.COMPLETED, home, told)
