"""A flow that says who it is and waits for a task; somebody ends the process meanwhile."""

import json
import time

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run


@task
def nap():
    print(json.dumps({"run": flow_run.id}), flush=True)
    for _ in range(600):  # Ctrl-C reaches a thread between two steps, not amid one
        time.sleep(0.1)


@flow(name="waits")
def waits():
    get_run_logger().info("before")
    nap()


if __name__ == "__main__":
    waits()
