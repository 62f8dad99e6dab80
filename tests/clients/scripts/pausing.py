"""Flows that pause: for a person's input, again under one key, within a subflow, for too long.

Who resumes them is a thread, which waits for each pause and answers it as a person would.
"""

import asyncio
import json
from threading import Thread

from prefect import flow, get_client, pause_flow_run, suspend_flow_run, task
from prefect.input import RunInput
from prefect.runtime import flow_run

seen = {"runs": {}, "answers": []}
OFTEN = 1  # seconds between two looks of a paused run, which counts in whole ones


class Approval(RunInput):
    """What the run asks for."""

    count: int
    reason: str = "none"


def resume(key, *inputs):
    """Resume the run that asks, at its pause with that key; each input is tried in turn."""
    thread = Thread(target=asyncio.run, args=(_resume(flow_run.id, key, inputs),))
    thread.start()
    return thread


async def _resume(run_id, key, inputs):
    async with get_client() as client:
        while not await _waits(client, run_id, key, with_input=inputs != (None,)):
            await asyncio.sleep(0.1)
        for given in inputs:
            result = await client.resume_flow_run(run_id, run_input=given)
            seen["answers"].append(
                [key, result.status.value, getattr(result.details, "reason", "")]
            )


async def _waits(client, run_id, key, *, with_input):
    state = (await client.read_flow_run(run_id)).state
    if not state.is_paused() or state.state_details.pause_key != key:
        return False
    schemas = await client.filter_flow_run_input(
        run_id, key_prefix=f"paused-{key}-schema", limit=1, exclude_keys=set()
    )
    return bool(schemas) or not with_input


@task
def step(number):
    return number


@flow(name="asks")
def asks():
    """Asks twice: for a form, whose first filling-in is refused, and for a plain number."""
    seen["runs"]["asks"] = flow_run.id
    step(1)
    person = resume("1", {"count": "many"}, {"count": 3})
    approval = pause_flow_run(wait_for_input=Approval, timeout=60, poll_interval=OFTEN)
    person.join()
    person = resume("2", {"value": 7})
    number = pause_flow_run(wait_for_input=int, timeout=60, poll_interval=OFTEN)
    person.join()
    step(2)
    return [approval.count, approval.reason, number]


@flow(name="inner")
def inner():
    seen["runs"]["inner"] = flow_run.id
    person = resume("coffee", None)
    pause_flow_run(timeout=60, poll_interval=OFTEN, key="coffee")
    person.join()
    return step(3)


@flow(name="outer")
def outer():
    """Waits for a subflow that pauses."""
    seen["runs"]["outer"] = flow_run.id
    return inner()


@flow(name="suspends")
def suspends():
    """Cannot be suspended, as nothing could start it again."""
    seen["runs"]["suspends"] = flow_run.id
    suspend_flow_run(timeout=60)


@flow(name="given-up")
def given_up():
    """Pauses, and nobody comes. Who notices first, client or server, is chance: not in `runs`."""
    seen["lonely"] = flow_run.id
    pause_flow_run(timeout=1, poll_interval=OFTEN)


if __name__ == "__main__":
    seen["asks"] = asks()
    seen["outer"] = outer()
    for ending in (suspends, given_up):
        try:
            state = ending(return_state=True)
        except BaseException as error:  # noqa: BLE001  # it is what this script is about
            seen[ending.name] = type(error).__name__
        else:
            seen[ending.name] = state.name
    print(json.dumps(seen))
