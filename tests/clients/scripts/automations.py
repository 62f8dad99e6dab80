"""Makes, reads, changes and deletes automations as the SDK has it, with either major.

Prints one JSON object of what it saw.
"""

import asyncio
import json
from uuid import UUID

import prefect
from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import CompoundTrigger, EventTrigger, Posture

MAJOR = int(prefect.__version__.partition(".")[0])


def new(name: str) -> Automation:
    one, two = (
        EventTrigger(expect={f"{name}.{event}"}, posture=Posture.Reactive) for event in "ab"
    )
    both = CompoundTrigger(require=1, within=60, triggers=[one, two])
    return Automation(name=name, description="new", trigger=both, actions=[DoNothing()])


def fails(error: Exception, call, *arguments, **named) -> bool:
    try:
        call(*arguments, **named)
    except error:
        return True
    return False


def use() -> dict[str, object]:
    name = f"sync-{MAJOR}"
    made = new(name).create()
    read = Automation.read(id=made.id)
    same = read == Automation.read(name=name)
    read.description = "changed"
    read.update()
    seen = {
        "same": same,
        "within": [read.trigger.within.total_seconds(), read.trigger.require],
        "changed": Automation.read(id=made.id).description,
        "disabled": [read.disable(), Automation.read(id=made.id).enabled],
        "enabled": [read.enable(), Automation.read(id=made.id).enabled],
        "deleted": read.delete(),
        "gone by name": fails(ValueError, Automation.read, name=name),
        "gone switched": read.disable() if MAJOR > 2 else False,
    }
    # 2.20 has no answer there to what is not found.
    return seen | {"gone by id": MAJOR == 2 or fails(ValueError, Automation.read, id=UUID(int=1))}


async def use_asynchronously() -> dict[str, object]:
    name = f"async-{MAJOR}"
    first, second = await new(name).create(), await new(name).create()
    async with get_client() as client:
        found = await client.read_automations_by_name(name)
        none = await client.read_automations_by_name(f"no-{name}")
        await client.pause_automation(first.id)
        read = await client.read_automation(first.id)
    both = {one.id for one in found} == {first.id, second.id}
    return {"both": both, "none": none, "paused": read.enabled, "ends": await second.delete()}


if __name__ == "__main__":
    sync = use()
    print(json.dumps({"sync": sync, "async": asyncio.run(use_asynchronously())}))
