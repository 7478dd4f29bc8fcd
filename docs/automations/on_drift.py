"""An automation to take over: what happens when a source changes (``copydesk.drift.alarm``).

``PREFECT_API_URL=http://127.0.0.1:4200/api python docs/automations/on_drift.py ADDRESS``

Each alarm is told to ADDRESS, any that Apprise knows, with the source and the document to look at;
and ``rebuild-check`` is asked for: if it finds that documents of earlier runs would have another
text now, it was not the site that changed. A second call puts the automation anew.
"""

import argparse
import os
import sys
from contextlib import suppress

from prefect import get_client
from prefect.automations import Automation
from prefect.events.actions import RunDeployment, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from flows.alarms import CopydeskNotification, check
from pipeline.errors import SettingsError

NAME = "my own: when a source changes"
CHECK = "rebuild-check/weekly"
"""The deployment that ``serve`` makes; that of a work pool is ``rebuild-check/pool-weekly``."""
BODY = """{{ event.payload.body }}
{% if event.payload.look %}Look at: {{ event.payload.look }}{% endif %}"""


def automation(address: str) -> Automation:
    """Return the automation; the block that holds the address is saved on the server."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(CHECK)
    block = CopydeskNotification(url=address, notify_type="warning")
    block_id = block.save("my-own-drift", overwrite=True)
    trigger = EventTrigger(
        expect={"copydesk.drift.alarm"},
        # Of some sources alone: match={"prefect.resource.id": "copydesk.source.*.example.org"}.
        posture=Posture.Reactive,
        threshold=1,
    )
    tell = SendNotification(
        block_document_id=block_id, subject="{{ event.payload.subject }}", body=BODY
    )
    # While one is at work the next is cancelled: many alarms make one check.
    rebuild = RunDeployment(source="selected", deployment_id=deployment.id)
    return Automation(name=NAME, trigger=trigger, actions=[tell, rebuild])


def main() -> int:
    """Put the automation on the server that ``PREFECT_API_URL`` names; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="whom to tell, e.g. mailto://... or json://host/path")
    address = parser.parse_args().address
    if not os.environ.get("PREFECT_API_URL"):
        parser.error("PREFECT_API_URL must name the server, as http://127.0.0.1:4200/api")
    try:
        check([address])
    except SettingsError as error:
        parser.error(str(error).replace("watch.notify", "ADDRESS"))
    try:
        made = automation(address)
    except ObjectNotFound:
        parser.error(f"the server has no deployment {CHECK}: start `copydesk serve` first")
    with suppress(ValueError, ObjectNotFound):  # the first time
        Automation.read(name=NAME).delete()
    made.create()
    return 0


if __name__ == "__main__":
    sys.exit(main())
