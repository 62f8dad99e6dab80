"""Tasks and flows that are tried again: after which delays, how often, and when not."""

import json
import time

from prefect import flow, task
from prefect.runtime import flow_run, task_run
from prefect.tasks import exponential_backoff

seen = {"runs": {}, "times": {}, "flow_times": []}


def note():
    seen["times"].setdefault(task_run.task_name, []).append(time.monotonic())


def is_worth_it(task, task_run, state):
    """Look whether another attempt may help."""
    return "ConnectionError" in state.message


@task(name="in vain", retries=3, retry_delay_seconds=[0, 1, 1.2])
def in_vain():
    note()
    raise ConnectionError("nobody there")


@task(name="hopeless", retries=3, retry_condition_fn=is_worth_it)
def hopeless():
    note()
    raise LookupError("no such thing")


@task(name="hopeful", retries=1, retry_condition_fn=is_worth_it)
def hopeful():
    note()
    if task_run.run_count < 2:
        raise ConnectionError("not yet")
    return "there"


@task(name="backing off", retries=2, retry_delay_seconds=exponential_backoff(0.8))
def backing_off():
    note()
    if task_run.run_count < 3:
        raise ConnectionError("not yet")
    return "there"


@task(name="too slow", retries=1, retry_delay_seconds=0.1, timeout_seconds=0.2)
def too_slow():
    note()
    for _ in range(50):  # its timeout reaches a thread between two steps
        time.sleep(0.02)


@task(name="steady")
def steady():
    note()
    return "steady"


@flow(name="tries")
def tries():
    seen["runs"]["tries"] = flow_run.id
    tasks = (in_vain, hopeless, hopeful, backing_off, too_slow)
    states = {each.name: each(return_state=True).name for each in tasks}
    return json.dumps(states)


@flow(name="again", retries=2, retry_delay_seconds=1)
def again():
    """Is tried three times; what its tasks did well is done again, too."""
    seen["runs"]["again"] = flow_run.id
    seen["flow_times"].append(time.monotonic())
    steady()
    if flow_run.run_count < 3:
        raise RuntimeError(f"time {flow_run.run_count}")
    return flow_run.run_count


@flow(name="never", retries=1, retry_delay_seconds=0)
def never():
    seen["runs"]["never"] = flow_run.id
    raise RuntimeError("never")


if __name__ == "__main__":
    seen["tries"] = json.loads(tries())
    seen["again"] = again()
    seen["never"] = never(return_state=True).name
    print(json.dumps(seen))
