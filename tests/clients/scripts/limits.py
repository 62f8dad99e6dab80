"""Global limits, rates and limits of tags: how many had a slot at once, by the script's count.

    limits.py PREFIX

The limits are called PREFIX-slots (2), PREFIX-rate (1, one slot comes back in a second), and the
tag PREFIX-tag (2).
"""

import json
import sys
import threading
import time
from contextlib import contextmanager

from prefect import flow, tags, task
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.runtime import flow_run

PREFIX = sys.argv[1]
WORK = 0.3  # seconds that a slot is held, so that those who may hold one do so at once
seen = {"runs": {}, "peaks": {}, "done": {}}
lock, inside = threading.Lock(), {}


@contextmanager
def counted(what):
    with lock:
        inside[what] = inside.get(what, 0) + 1
        seen["peaks"][what] = max(seen["peaks"].get(what, 0), inside[what])
    try:
        yield
    finally:
        with lock:
            inside[what] -= 1
            seen["done"][what] = seen["done"].get(what, 0) + 1


@task
def hold(number):
    with concurrency(f"{PREFIX}-slots", occupy=1), counted("slots"):
        time.sleep(WORK)


@task
def tagged(number):
    with counted("tag"):
        time.sleep(WORK)


@flow(name="limited")
def limited():
    seen["runs"]["limited"] = flow_run.id
    with concurrency([f"{PREFIX}-slots", "nobody-made-it"], occupy=2), counted("both"):
        pass
    # 2.20 locks itself out for ever where a task is the first to ask for slots while others log.
    with concurrency(f"{PREFIX}-slots", occupy=1):
        pass
    with tags(f"{PREFIX}-tag"):
        futures = [tagged.submit(number) for number in range(4)]
    futures += [hold.submit(number) for number in range(4)]
    for future in futures:
        future.result()
    started = time.monotonic()
    for _ in range(3):
        rate_limit(f"{PREFIX}-rate")
    seen["rate"] = time.monotonic() - started


if __name__ == "__main__":
    limited()
    print(json.dumps(seen))
