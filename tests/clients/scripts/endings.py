"""Runs that end in other ways than well: cancelled, failed by what they return, crashed."""

import json

from prefect import flow, task
from prefect.exceptions import CancelledRun
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

seen = {"runs": {}, "states": {}}


@task
def stop():
    raise CancelledRun("enough")


@task
def skip():
    return Completed(name="Skipped", message="nothing to do")


@task
def die():
    raise SystemExit(3)


@flow(name="returns-cancelled")
def returns_cancelled():
    seen["runs"]["returns-cancelled"] = flow_run.id
    return Cancelled(message="by hand")


@flow(name="returns-failed")
def returns_failed():
    seen["runs"]["returns-failed"] = flow_run.id
    return Failed(message="by hand")


@flow(name="returns-named")
def returns_named():
    seen["runs"]["returns-named"] = flow_run.id
    skip(return_state=True)
    return Completed(name="Skipped", message="nothing to do")


@flow(name="stops")
def stops():
    seen["runs"]["stops"] = flow_run.id
    stop()


@flow(name="fails-with-its-tasks")
def fails_with_its_tasks():
    """Returns the states of tasks, which decide."""
    seen["runs"]["fails-with-its-tasks"] = flow_run.id
    return [skip(return_state=True), failing(return_state=True)]


@task
def failing():
    raise ValueError("bad")


@flow(name="crashes")
def crashes():
    seen["runs"]["crashes"] = flow_run.id
    die()


if __name__ == "__main__":
    for ending in (
        returns_cancelled,
        returns_failed,
        returns_named,
        stops,
        fails_with_its_tasks,
        crashes,
    ):
        try:
            state = ending(return_state=True)
        except BaseException as error:  # noqa: BLE001  # it is what this script is about
            seen["states"][ending.name] = type(error).__name__
        else:
            seen["states"][ending.name] = state.name
    print(json.dumps(seen))
