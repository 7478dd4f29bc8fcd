"""The flow ``verify``: whether ``clean/`` is in order, back to the raw bytes."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from pipeline.objects import place
from pipeline.settings import Settings, load

_SHOWN = 20


@flow(name="verify", description="Check clean/ back to the raw bytes.", persist_result=False)
def verify(
    raw: str = "raw", clean: str = "clean", sample: int = 1_000, settings: Settings | None = None
) -> State[Any]:
    """Walk the tables whole and ``sample`` documents back to ``raw``; fails when anything is off.

    Raw files that vanished or changed are told of and fail nothing: they are the user's.
    """
    from pipeline import verifying

    found = verifying.verify(place(raw), place(clean), settings or load()[0], sample=sample)
    off = [f for f in found.findings if f.kind not in verifying.RAW_GONE]
    log = get_run_logger()
    for finding in (off + [f for f in found.findings if f not in off])[:_SHOWN]:
        log.warning("%s: %s: %s", finding.kind, finding.where, finding.detail)
    told = f"edition {found.edition}: {found.parts} parts, {found.documents} documents checked"
    gone = len(found.findings) - len(off)
    if off:
        return Failed(message=f"{told}; {len(off)} findings, first {off[0].kind} {off[0].where}")
    return Completed(message=f"{told}; all in order" + (f", {gone} raw files changed" * bool(gone)))
