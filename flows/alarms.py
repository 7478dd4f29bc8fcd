"""Automations of the service: people are told of amber and red, dead runs are ended."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from prefect import get_client
from prefect.automations import Automation
from prefect.blocks.notifications import AppriseNotificationBlock
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import State, StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from flows.__main__ import HEARTBEAT_SECONDS
from pipeline.errors import SettingsError

_SILENT = timedelta(seconds=3 * HEARTBEAT_SECONDS)
FLOWS = ("ingest", "compact", "verify", "rebuild-check")
ZOMBIES, TOLD, CRASHED, SILENT = (
    "copydesk: end runs that no longer live",
    "copydesk: tell people of warnings and failures",
    "copydesk: tell people of crashes",
    "copydesk: tell people when no ingest ends",
)
_BLOCK = "copydesk-notify"
_NEXT = "the next run takes up what is left"


class CopydeskNotification(AppriseNotificationBlock):
    """Tells people by whatever Apprise knows: e-mail, chat, push, plain webhooks.

    Prefect's server finds this class by the entry point ``prefect.collections``.
    """

    _block_type_name: ClassVar[str] = "Copydesk notification"
    _block_type_slug: ClassVar[str] = "copydesk-notification"

    def block_initialization(self) -> None:
        """Set up the client; what runs tell is plain text, never markup."""
        super().block_initialization()
        from apprise import NotifyFormat

        for service in self._apprise_client:
            service.notify_format = NotifyFormat.TEXT


def set_up(addresses: Sequence[str], silence: timedelta) -> None:
    """Make the automations of the service, each anew, on the server that Prefect is pointed at.

    ``addresses`` are told of warnings, failures and crashes, and when no ingest has ended for
    ``silence``; see ``check``.
    """
    _replace(_end_zombies(), wanted=True)
    blocks = []
    for number, address in enumerate(addresses, 1):
        block = CopydeskNotification(url=address, notify_type="warning")
        block.save(f"{_BLOCK}-{number}", overwrite=True)
        blocks.append(block)
    _forget_blocks(len(blocks) + 1)
    _replace(_tell_of_outcomes(blocks), wanted=bool(blocks))
    _replace(_tell_of_crashes(blocks), wanted=bool(blocks))
    _replace(_tell_of_silence(blocks, silence), wanted=bool(blocks))


def end_left(*, stopped: bool = False) -> int:
    """Mark the runs as crashed that a service which died has left; return how many.

    Only one service runs on a server, so whatever it ran before it started is dead, and would hold
    the one place that the limit of its deployment leaves. Runs of work pools are their workers'.
    With ``stopped`` they are cancelled: this service ends, and has ended them.
    """
    states = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    wanted = FlowRunFilter(
        tags=FlowRunFilterTags(all_=["copydesk"]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
    )
    told = f"the service that ran it {'was stopped' if stopped else 'ended'}; {_NEXT}"
    state: State[Any] = Cancelled(message=told) if stopped else Crashed(message=told)
    with get_client(sync_client=True) as client:
        left = [r for r in client.read_flow_runs(flow_run_filter=wanted) if not r.work_pool_name]
        for run in left:
            if not stopped:
                client.update_flow_run(run.id, tags=sorted({*run.tags, "red"}))
            client.set_flow_run_state(run.id, state)
    return len(left)


def check(addresses: Sequence[str]) -> None:
    """Raise SettingsError at an address that Apprise does not understand; no address is shown."""
    from apprise import Apprise

    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True  # it tells the address, password and all
    try:
        for number, address in enumerate(addresses, 1):
            try:
                known = Apprise.instantiate(address)
            except Exception:  # noqa: BLE001 - whatever it stumbles over, the address is wrong
                known = None
            if known is None:
                told = f"watch.notify: address {number} of {len(addresses)} is none of Apprise's"
                raise SettingsError(told)
    finally:
        log.disabled = before


def _forget_blocks(number: int) -> None:
    """Delete the blocks of addresses that are no longer told, from this number on."""
    slug = CopydeskNotification._block_type_slug  # noqa: SLF001 - our own
    with get_client(sync_client=True) as client, suppress(ObjectNotFound):
        while True:
            block = client.read_block_document_by_name(f"{_BLOCK}-{number}", slug)
            client.delete_block_document(block.id)
            number += 1


def _replace(automation: Automation, *, wanted: bool) -> None:
    """Put an automation in the place of one of its name, unless that is the same.

    One that is deleted forgets the runs that it watches.
    """
    with suppress(ValueError, ObjectNotFound):  # the first time
        before: Any = Automation.read(name=automation.name)
        if wanted and _same(before, automation):
            return
        before.delete()
    if wanted:
        automation.create()


def _same(one: Automation, other: Automation) -> bool:
    parts = [a.model_dump(mode="json", include={"trigger", "actions"}) for a in (one, other)]
    for part in parts:
        part["trigger"].pop("id", None)
    return parts[0] == parts[1]


def _end_zombies() -> Automation:
    """A run whose process died with its runner says nothing any more, and nobody else tells."""
    trigger = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=_SILENT,
    )
    told = f"no sign of life for {_SILENT.seconds} s; {_NEXT}"
    action = ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message=told)
    return Automation(name=ZOMBIES, trigger=trigger, actions=[action])


def _tell_of_outcomes(blocks: Sequence[CopydeskNotification]) -> Automation:
    trigger = EventTrigger(
        expect={f"copydesk.{flow}.{told}" for flow in FLOWS for told in ("warning", "failed")},
        posture=Posture.Reactive,
        threshold=1,
    )
    body = "{{ event.payload.body }}\n{{ flow_run|ui_url }}"
    return _telling(TOLD, trigger, blocks, "{{ event.payload.subject }}", body)


def _tell_of_crashes(blocks: Sequence[CopydeskNotification]) -> Automation:
    """A run that died tells nothing itself."""
    trigger = EventTrigger(
        expect={"prefect.flow-run.Crashed"},
        match_related=ResourceSpecification({"prefect.resource.id": "prefect.tag.copydesk"}),
        posture=Posture.Reactive,
        threshold=1,
    )
    body = "{{ flow_run.name }}: {{ flow_run.state.message }}\n{{ flow_run|ui_url }}"
    return _telling(CRASHED, trigger, blocks, "Copydesk {{ flow.name }}: crashed", body)


def _tell_of_silence(blocks: Sequence[CopydeskNotification], silence: timedelta) -> Automation:
    """A run that hangs, and a schedule that is paused, tell nothing either."""
    trigger = EventTrigger(
        expect={"copydesk.ingest.*"}, posture=Posture.Proactive, threshold=1, within=silence
    )
    hours = silence.total_seconds() / 3600
    subject = f"Copydesk ingest: none has ended for {hours:g} hours"
    body = "It hangs, or its schedule is paused: see the list of runs."
    return _telling(SILENT, trigger, blocks, subject, body)


def _telling(
    name: str,
    trigger: EventTrigger,
    blocks: Sequence[CopydeskNotification],
    subject: str,
    body: str,
) -> Automation:
    actions = [
        SendNotification(
            block_document_id=block._block_document_id,  # noqa: SLF001 - Prefect has no other way
            subject=subject,
            body=body,
        )
        for block in blocks
    ]
    return Automation(name=name, trigger=trigger, actions=actions)
