"""A thousand task runs by one map, and one that has them all as its input."""

import json

from prefect import flow, task
from prefect.runtime import flow_run

COUNT = 1_000
seen = {"runs": {}}


@task
def square(number):
    return number * number


@task
def total(numbers):
    return sum(numbers)


@flow(name="mapping")
def mapping():
    seen["runs"]["mapping"] = flow_run.id
    return total(square.map(range(COUNT)))


if __name__ == "__main__":
    seen["result"] = mapping()
    print(json.dumps(seen))
