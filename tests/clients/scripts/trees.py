"""Trees of flows: called twice, nested, at once, failing below, tried again with those above."""

import asyncio
import json

from prefect import flow, get_run_logger, tags, task
from prefect.runtime import flow_run

seen = {"runs": {}, "tried": 0}


@task
def leaf(number):
    return number


@flow(name="depth")
def depth(left):
    """Calls itself until nothing is left."""
    get_run_logger().info("%d left", left)
    return leaf(left) if left == 0 else depth(left - 1)


@flow(name="fails-below")
def fails_below(why):
    leaf(1)
    raise ValueError(why)


@flow(name="counts")
def counts(number: int, factor: int = 2):
    return leaf(number) * factor


@flow(name="root")
def root():
    """Calls the same flow twice, one that fails, and one whose parameters are wrong."""
    seen["runs"]["root"] = flow_run.id
    first = leaf.submit(10)
    with tags("below"):
        twice = [counts(number) for number in (1, 2)]
    after = counts(first, factor=3, wait_for=[first])
    failed = fails_below("on purpose", return_state=True)
    wrong = counts("no number", return_state=True)
    return {
        "twice": twice,
        "after": after,
        "depth": depth(2),
        "failed": failed.name,
        "wrong": wrong.name,
    }


@flow(name="branch")
async def branch(number):
    await asyncio.sleep(0.1)  # so that the branches overlap
    return leaf(number)


@flow(name="at-once")
async def at_once():
    seen["runs"]["at-once"] = flow_run.id
    return await asyncio.gather(*(branch(number) for number in range(3)))


@flow(name="shaky-below")
def shaky_below():
    seen["tried"] += 1
    if seen["tried"] < 3:
        raise ConnectionError(f"time {seen['tried']}")
    return seen["tried"]


@flow(name="tries-again", retries=2, retry_delay_seconds=0.1)
def tries_again():
    """Is tried again as a whole, since its subflow fails; the first one is not called again."""
    seen["runs"]["tries-again"] = flow_run.id
    return [counts(5), shaky_below()]


@flow(name="ends-so")
def ends_so():
    """Fails as its subflow does."""
    seen["runs"]["ends-so"] = flow_run.id
    fails_below("all the way up")


if __name__ == "__main__":
    seen["root"] = root()
    seen["at_once"] = asyncio.run(at_once())
    seen["tries_again"] = tries_again()
    seen["ends_so"] = ends_so(return_state=True).name
    print(json.dumps(seen))
