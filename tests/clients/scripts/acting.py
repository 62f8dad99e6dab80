"""Makes automations of all kinds of actions, has real runs set them off, and waits for the effects.

Runs with either major of the client; its argument is the address of a web service. Prints one JSON
object: what became of the runs and of all that was paused.
"""

import asyncio
import json
import sys
from datetime import timedelta

import prefect
from prefect import flow
from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.events import actions
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Pending, Running

MAJOR = prefect.__version__.partition(".")[0]
NAME = f"acts-{MAJOR}"
NEWER = hasattr(actions, "ResumeFlowRun")
MESSAGE = "{{ flow_run.name }} of {{ flow.name }} is {{ flow_run.state.name }}"
PAYLOAD = '{"run": "{{ flow_run.id }}", "rows": {{ flow_run.parameters.rows }}}'
TYPED = {
    "rows": "{{ flow_run.parameters.rows }}",
    "half": "{{ flow_run.parameters.half }}",
    "many": "{{ flow_run.parameters.many }}",
    "all": "{{ flow_run.parameters }}",
    "text": "{{ flow_run.parameters.rows }} rows",
    "name": "{{ flow_run.name }}",
}
LONGEST = 300  # seconds


@flow(name=NAME, flow_run_name="the-{rows}")
def acts(rows: int, half: float, many: list):
    if rows > 3:
        raise ValueError("too many")


async def automate(name: str, state: str, *does: actions.Action, **fields) -> Automation:
    trigger = EventTrigger(expect={f"prefect.flow-run.{state}"}, **fields)
    return await Automation(name=f"{NAME}-{name}", trigger=trigger, actions=list(does)).create()


def tagged(tag: str) -> dict[str, str]:
    return {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{tag}-{MAJOR}"}


async def wait_until(ask):
    """Return what *ask* gives as soon as that is true."""
    while not (found := await ask()):
        await asyncio.sleep(0.2)
    return found


class Scene:
    """What is acted on."""

    def __init__(self, client) -> None:
        self.client = client

    async def set_up(self) -> None:
        client = self.client
        pool = await client.create_work_pool(WorkPoolCreate(name=NAME, type="process"))
        self.pool_id = pool.id
        self.queue = await client.create_work_queue(name=NAME, work_pool_name=NAME)
        # Not of the flow whose runs set off what is done here.
        flow_id = await client.create_flow_from_name(f"{NAME}-other")
        self.paused, self.made, self.moved = [
            await client.create_deployment(flow_id=flow_id, name=name, work_pool_name=NAME)
            for name in ("paused", "made", "moved")
        ]
        self.other = await automate("other", "Nothing", actions.DoNothing())

    async def switched(self) -> list[bool]:
        """Say whether the deployment, the pool, the queue and the automation are paused."""
        deployment = await self.client.read_deployment(self.paused)
        pool = await self.client.read_work_pool(NAME)
        queue = await self.client.read_work_queue(self.queue.id)
        other = await self.client.read_automation(self.other.id)
        return [deployment.paused, pool.is_paused, queue.is_paused, not other.enabled]

    async def are_all(self, paused: bool) -> bool:
        return set(await self.switched()) == {paused}

    async def begin(self, tag: str, *states):
        """Make a run of a deployment with a tag, which goes through *states*."""
        run = await self.client.create_flow_run_from_deployment(
            self.moved, tags=[f"{tag}-{MAJOR}"], name=tag
        )
        for state in states:
            await self.client.set_flow_run_state(run.id, state)
        return run.id

    async def until(self, run_id, *names: str) -> str:
        async def find():
            run = await self.client.read_flow_run(run_id)
            return run.state.name in names and run.state

        state = await wait_until(find)
        return f"{state.name}: {state.message}" if state.message else state.name


async def switch(scene: Scene, url: str) -> dict[str, object]:
    """Have a run that completes pause all and tell of it, and one that fails resume all."""
    mail = CustomWebhookNotificationBlock(
        name=NAME, url=f"{url}/notified", json_data={"said": ["{{subject}}", "{{body}}"]}
    )
    hook = Webhook(method="POST", url=f"{url}/called", headers={"X-Key": "a"})
    mail_id, hook_id = await mail.save(f"{NAME}-mail"), await hook.save(f"{NAME}-hook")
    related = {"prefect.resource.role": "flow", "prefect.resource.name": NAME}
    targets = [
        ("Deployment", {"deployment_id": scene.paused}),
        ("WorkPool", {"work_pool_id": scene.pool_id}),
        ("WorkQueue", {"work_queue_id": scene.queue.id}),
        ("Automation", {"automation_id": scene.other.id}),
    ]
    pausing, resuming = (
        [getattr(actions, f"{verb}{kind}")(**target) for kind, target in targets]
        for verb in ("Pause", "Resume")
    )
    telling = [
        actions.RunDeployment(deployment_id=scene.made, parameters=TYPED),
        actions.SendNotification(block_document_id=mail_id, subject="Done", body=MESSAGE),
        actions.CallWebhook(block_document_id=hook_id, payload=PAYLOAD),
    ]
    await automate("pauses", "Completed", *pausing, *telling, match_related=related)
    await automate("resumes", "Failed", *resuming, match_related=related)

    given = {"half": 0.5, "many": [1, {"a": None}]}
    await asyncio.to_thread(acts, rows=3, **given)
    await wait_until(lambda: scene.are_all(paused=True))
    await asyncio.to_thread(acts, rows=4, **given, return_state=True)
    await wait_until(lambda: scene.are_all(paused=False))
    of_made = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[scene.made]))
    (made,) = await wait_until(lambda: scene.client.read_flow_runs(flow_run_filter=of_made))
    return {"made": made.parameters}


async def move(scene: Scene) -> dict[str, object]:
    """Have runs cancelled, changed, suspended, resumed and deleted as they go along."""
    skip = actions.ChangeFlowRunState(state="COMPLETED", name="Skipped", message="by rule")
    await automate("cancels", "Scheduled", actions.CancelFlowRun(), match_related=tagged("cancel"))
    await automate("skips", "Scheduled", skip, match_related=tagged("skip"))
    await automate("suspends", "Running", actions.SuspendFlowRun(), match_related=tagged("suspend"))
    cancelled, skipped = await scene.begin("cancel"), await scene.begin("skip")
    suspended = await scene.begin("suspend", Pending(), Running())
    seen = {
        "cancel": await scene.until(cancelled, "Cancelled"),
        "skip": await scene.until(skipped, "Skipped"),
        "suspend": await scene.until(suspended, "Suspended"),
    }
    if NEWER:
        again = tagged("suspend")
        await automate("resumes-run", "Suspended", actions.ResumeFlowRun(), match_related=again)
        await automate(
            "deletes", "Completed", actions.DeleteFlowRun(), match_related=tagged("delete")
        )
        resumed = await scene.begin("suspend", Pending(), Running())
        seen["resume"] = await scene.until(resumed, "Resuming", "Scheduled")
        deleted = await scene.begin("delete", Completed())

        async def is_gone():
            try:
                await scene.client.read_flow_run(deleted)
            except ObjectNotFound:
                return True

        seen["delete"] = await wait_until(is_gone)
    return seen


async def watch(scene: Scene) -> dict[str, object]:
    """Have a run cancelled that does not complete within ten seconds, and no other."""
    late = EventTrigger(
        posture=Posture.Proactive,
        after={"prefect.flow-run.Running"},
        expect={"prefect.flow-run.Completed"},
        for_each={"prefect.resource.id"},
        match_related=tagged("watched"),
        within=timedelta(seconds=10),
    )
    cancels = [actions.CancelFlowRun()]
    await Automation(name=f"{NAME}-late", trigger=late, actions=cancels).create()
    in_time = await scene.begin("watched", Pending(), Running(), Completed())
    hangs = await scene.begin("watched", Pending(), Running())
    return {
        "hangs": await scene.until(hangs, "Cancelled", "Cancelling"),
        "in time": await scene.until(in_time, "Completed", "Cancelled"),
    }


async def main(url: str) -> None:
    async with get_client() as client:
        scene = Scene(client)
        await scene.set_up()
        seen = await asyncio.gather(switch(scene, url), move(scene), watch(scene))
    print(json.dumps({name: value for part in seen for name, value in part.items()}))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(sys.argv[1]), LONGEST))
