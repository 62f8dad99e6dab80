"""Makes, changes and deletes an object of each kind, and listens to what is told of them.

Prints the events of each kind as JSON.
"""

import asyncio
import json
from collections import defaultdict

import prefect
from prefect.artifacts import create_markdown_artifact
from prefect.automations import Automation
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import (
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitUpdate,
    VariableCreate,
    VariableUpdate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.events import emit_event
from prefect.events.actions import DoNothing
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.events.schemas.automations import EventTrigger

MAJOR = prefect.__version__.partition(".")[0]
NAME, LAST = f"tells{MAJOR}", f"told{MAJOR}"
LONGEST = 120  # seconds


async def tell() -> None:
    async with get_client() as client:
        await client.create_variable(VariableCreate(name=NAME, value="a"))
        await client.update_variable(VariableUpdate(name=NAME, value="b"))
        await client.delete_variable_by_name(NAME)
        document = await Secret(value="a").save(NAME)
        await Secret(value="b").save(NAME, overwrite=True)
        await client.delete_block_document(document)
        limit = GlobalConcurrencyLimitCreate(name=NAME, limit=1)
        await client.create_global_concurrency_limit(limit)
        more = GlobalConcurrencyLimitUpdate(limit=2)
        await client.update_global_concurrency_limit(NAME, more)
        await client.delete_global_concurrency_limit_by_name(NAME)
        await client.create_work_pool(WorkPoolCreate(name=NAME, type="process"))
        queue = await client.create_work_queue(name=NAME, work_pool_name=NAME)
        await client.update_work_queue(queue.id, description="changed")
        flow_id = await client.create_flow_from_name(NAME)
        in_pool = {"work_pool_name": NAME, "work_queue_name": NAME}
        deployment = await client.create_deployment(flow_id=flow_id, name=NAME, **in_pool)
        await client.delete_deployment(deployment)
        await client.delete_work_queue_by_id(queue.id)
        await client.update_work_pool(NAME, WorkPoolUpdate(is_paused=True))
        await client.delete_work_pool(NAME)
        trigger = EventTrigger(expect={"nothing"})
        automation = await Automation(name=NAME, trigger=trigger, actions=[DoNothing()]).create()
        await client.pause_automation(automation.id)
        await client.delete_automation(automation.id)
        await create_markdown_artifact(markdown="a", key=NAME)
    await asyncio.to_thread(emit_event, event=LAST, resource={"prefect.resource.id": LAST})


async def main() -> None:
    told = defaultdict(list)
    names = EventFilter(event=EventNameFilter(prefix=["prefect.", LAST]))
    async with get_events_subscriber(filter=names) as subscriber:
        telling = asyncio.create_task(tell())
        async for event in subscriber:
            if event.event == LAST:
                break
            if NAME in json.dumps(dict(event.resource)):
                _, kind, what = event.event.split(".", 2)
                told[kind].append(what)
        await telling
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), LONGEST))
