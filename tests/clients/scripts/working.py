"""Flows for workers: one that ends, one that somebody cancels, and two that wait for a person."""

import time

from prefect import flow, pause_flow_run, suspend_flow_run
from prefect.input import RunInput


class Approval(RunInput):
    """What the runs ask for."""

    count: int


@flow(name="adds", log_prints=True)
def adds(x: int = 1):
    print(f"x is {x}")
    return x


@flow(name="idles")
def idles():
    for _ in range(6000):  # Ctrl-C reaches it between two steps
        time.sleep(0.1)


@flow(name="pauses", log_prints=True)
def pauses():
    approval = pause_flow_run(wait_for_input=Approval, timeout=600, poll_interval=1)
    print(f"count is {approval.count}")


@flow(name="suspends", log_prints=True, persist_result=True)
def suspends():
    approval = suspend_flow_run(wait_for_input=Approval, timeout=600)
    print(f"count is {approval.count}")
