"""Crashes deep in a tree of flows: by an exit, by cancellation, by a signal that ends the process.

Prints its runs before the last of these.
"""

import asyncio
import json
import os
import signal
import sys
import time
from threading import Event

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run

seen = {"runs": {}, "endings": {}}
begun = Event()  # set by the task that is to be cancelled


@task
def well():
    return "well"


@task
def leave():
    sys.exit(3)


@task
def end_process():
    """Do as the operator of the machine does, who stops all that runs."""
    print(json.dumps(seen), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(600):  # the signal reaches a thread between two steps, not amid one
        time.sleep(0.1)


@flow(name="leaves-below")
def leaves_below():
    well()
    leave()


@flow(name="left")
def left():
    seen["runs"]["left"] = flow_run.id
    leaves_below()


@task
async def endless():
    begun.set()
    await asyncio.sleep(600)  # until it is cancelled


@flow(name="cancelled")
async def cancelled():
    """Is cancelled by the loop that it runs in."""
    seen["runs"]["cancelled"] = flow_run.id
    await endless()


async def cancel_soon():
    running = asyncio.create_task(cancelled())
    while not begun.is_set():
        await asyncio.sleep(0.05)
    running.cancel()
    await running


@flow(name="ended-below")
def ended_below():
    get_run_logger().warning("the end is near")
    end_process()


@flow(name="ended")
def ended():
    seen["runs"]["ended"] = flow_run.id
    ended_below()


if __name__ == "__main__":
    for name, crash in (("left", left), ("cancelled", lambda: asyncio.run(cancel_soon()))):
        try:
            crash()
        except BaseException as error:  # noqa: BLE001  # it is what this script is about
            seen["endings"][name] = type(error).__name__
    ended()
