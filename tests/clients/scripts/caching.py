"""Tasks with cache keys: found again within a run and by another run, run out, refreshed, failed.

The newer client keeps caches itself, the older one asks the server for the state of a key.
"""

import json
import time
from datetime import timedelta

import prefect
from prefect import flow, task
from prefect.runtime import flow_run

seen = {"runs": {}, "calls": []}
BRIEF = 0.5  # seconds that a cache lasts


def key_of(_context, parameters):
    return f"{prefect.__version__}-{parameters['number']}"


def brief_key(_context, parameters):
    return f"brief-{key_of(_context, parameters)}"


def failing_key(_context, parameters):
    return f"failing-{key_of(_context, parameters)}"


@task(cache_key_fn=key_of, cache_expiration=timedelta(hours=1), persist_result=True)
def squared(number):
    seen["calls"].append(f"squared {number}")
    return number * number


@task(cache_key_fn=brief_key, cache_expiration=timedelta(seconds=BRIEF), persist_result=True)
def brief(number):
    seen["calls"].append(f"brief {number}")
    return number


@task(cache_key_fn=failing_key, persist_result=True)
def failing(number):
    seen["calls"].append(f"failing {number}")
    raise ValueError(number)


@task(persist_result=True)
def plain(number):
    seen["calls"].append(f"plain {number}")
    return number


@flow(name="fills")
def fills():
    seen["runs"]["fills"] = flow_run.id
    states = [squared(number, return_state=True) for number in (2, 2, 3)]
    states += [failing(4, return_state=True), failing(4, return_state=True)]
    states += [plain(5, return_state=True)]
    return [state.name for state in states]


@flow(name="finds")
def finds():
    """Finds what the other flow's run left, and nothing that has run out or is to be made anew."""
    seen["runs"]["finds"] = flow_run.id
    found = squared(2, return_state=True)
    fresh = squared.with_options(refresh_cache=True)(2, return_state=True)
    first = brief(1, return_state=True)
    time.sleep(BRIEF + 0.1)  # until the cache has run out, which nothing but time makes it do
    late = brief(1, return_state=True)
    handed = [future.wait() or future for future in squared.map([3, 2])]
    return {
        "found": found.name,
        "fresh": fresh.name,
        "brief": [first.name, late.name],
        "mapped": [future.result() if hasattr(future, "result") else None for future in handed],
    }


if __name__ == "__main__":
    seen["fills"] = fills()
    seen["finds"] = finds()
    print(json.dumps(seen))
