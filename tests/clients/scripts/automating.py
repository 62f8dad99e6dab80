"""Makes an automation that runs a deployment, emits its event, and waits for the run.

Prints one JSON object of what the run has of it.
"""

import asyncio
import json

import prefect
from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.events import emit_event
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger, Posture

MAJOR = int(prefect.__version__.partition(".")[0])
NAME = f"automated-{MAJOR}"
LONGEST = 60  # seconds


async def main() -> None:
    async with get_client() as client:
        flow_id = await client.create_flow_from_name(NAME)
        deployment_id = await client.create_deployment(flow_id=flow_id, name=NAME)
        trigger = EventTrigger(expect={f"order.placed.{MAJOR}"}, posture=Posture.Reactive)
        parameters = {"rows": "{{ event.payload.rows }}"}
        action = RunDeployment(deployment_id=deployment_id, parameters=parameters)
        automation = Automation(name=NAME, trigger=trigger, actions=[action])
        created = automation.create()
        created = await created if asyncio.iscoroutine(created) else created
        # In a thread, whose worker for events ends with it: what it has is sent by then.
        await asyncio.to_thread(tell)
        of_deployment = FlowRunFilterDeploymentId(any_=[deployment_id])
        wanted = FlowRunFilter(deployment_id=of_deployment)
        for _ in range(10 * LONGEST):
            runs = await client.read_flow_runs(flow_run_filter=wanted)
            if runs:
                break
            await asyncio.sleep(0.1)
        (run,) = runs
        seen = {
            "parameters": run.parameters,
            "made_by": [run.created_by.type, run.created_by.display_value],
            "is_the_automation": str(run.created_by.id) == str(created.id),
        }
        print(json.dumps(seen))


def tell() -> None:
    emit_event(
        event=f"order.placed.{MAJOR}",
        resource={"prefect.resource.id": f"shop.{MAJOR}"},
        payload={"rows": 5},
    )


if __name__ == "__main__":
    asyncio.run(main())
