"""How long events of a resource take to be found, in a log of many.

    python -m contrib.bench.finding [--events 1000000] [--servers headwater prefect]

Runs of six days tell of themselves and of their tasks, to a server by its own API. Then it is asked
for some of it, five times each: milliseconds in the middle, and how many were found.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import requests

from contrib.bench.places import add_places, open_each
from contrib.bench.servers import SERVERS, Running, running

DAYS, BATCH, TIMES = 6, 500, 5  # less than events are kept
OF_RUN = 8  # events
FLOWS, POOLS = 200, 3
PATIENCE = 600.0  # seconds
LOOK = 1.0  # seconds between two
INDEXED = 90.0  # seconds after which what was told last is indexed, too
STATES = ("Pending", "Running", "Completed")
Body = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument(
        "--servers", nargs="+", choices=("headwater", "prefect"), default=["headwater"]
    )
    add_places(parser, 4291)
    given = parser.parse_args()
    for databases, folder in open_each(given):
        for name in given.servers:
            place = databases.make(name)
            with running(SERVERS[name], place, given.port, folder / databases.name) as server:
                print(f"{name} on {databases.name}, {given.events} events", flush=True)
                measure(server, given.events)


def measure(server: Running, events: int) -> None:
    end = datetime.now(UTC)
    begun = time.perf_counter()
    fill(server.url, events, end)
    wait_until_kept(server.url, events, end)
    print(f"  filled in {time.perf_counter() - begun:.0f} s")
    time.sleep(INDEXED)
    server.settle()
    for title, took, found in ask(server.url, events, end):
        print(f"  {title:44} {took * 1000:9.1f} ms {found:9}")


def fill(url: str, events: int, end: datetime) -> None:
    with requests.Session() as session:
        batch: list[Body] = []
        for number in range(events):
            batch.append(make_event(number, events, end))
            if len(batch) == BATCH or number == events - 1:
                session.post(f"{url}/events", json=batch, timeout=60).raise_for_status()
                batch = []


def wait_until_kept(url: str, events: int, end: datetime) -> None:
    """The clients' own server keeps what it was told some time later."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if post(url, "events/filter", {"filter": every(end, DAYS), "limit": 1})["total"] >= events:
            return
        time.sleep(LOOK)
    raise SystemExit("the server has not kept all that it was told")


def make_event(number: int, events: int, end: datetime) -> Body:
    """Half of a run's events are its own, half those of its two tasks."""
    # Several runs at a time.
    group, place = divmod(number, OF_RUN * 10)
    run, step = group * 10 + place % 10, place // 10
    flow = run % FLOWS
    ids = {"flow": flow, "deployment": flow, "work-queue": run % POOLS, "work-pool": run % POOLS}
    related = [
        labels(f"prefect.{kind}.{uuid_of(kind, one)}", kind, f"{kind}-{one}")
        for kind, one in ids.items()
    ]
    related.append(labels(f"prefect.tag.team-{run % 20}", "tag"))
    own = f"prefect.flow-run.{uuid_of('run', run)}"
    name = f"prefect.flow-run.{STATES[min(step, 2)]}"
    if step >= OF_RUN // 2:
        related[-1] = labels(own, "flow-run", f"run-{run}")
        own = f"prefect.task-run.{uuid_of('task', run * 2 + step % 2)}"
        name = f"bench.task-run.{STATES[1 + step // 6]}"
    occurred = end - timedelta(days=DAYS) * ((events - number) / events)
    return {
        "id": str(UUID(int=number + 1)),
        "occurred": occurred.isoformat(),
        "event": name,
        "resource": {
            "prefect.resource.id": own,
            "prefect.resource.name": f"run-{run}",
            "prefect.run-count": "1",
            "prefect.state-type": "RUNNING",
            "prefect.state-timestamp": occurred.isoformat(),
        },
        "related": related,
        "payload": {
            "intended": {"from": "PENDING", "to": "RUNNING"},
            "initial_state": {"type": "PENDING", "name": "Pending", "message": None},
            "validated_state": {"type": "RUNNING", "name": "Running", "message": None},
        },
    }


def labels(own: str, role: str, name: str = "") -> dict[str, str]:
    found = {"prefect.resource.id": own, "prefect.resource.role": role}
    return found | ({"prefect.resource.name": name} if name else {})


def uuid_of(kind: str, number: int) -> str:
    """Return one that looks random, so that neighbours are not beside each other."""
    mixed = (number * 0x9E3779B97F4A7C15 + len(kind)) % 2**64
    return str(UUID(int=(mixed << 64) | (mixed ^ 0x5555555555555555), version=4))


def every(end: datetime, days: float) -> Body:
    since = end - timedelta(days=days, hours=1)
    return {"occurred": {"since": since.isoformat(), "until": end.isoformat()}}


def list_filters(events: int) -> Iterator[tuple[str, Body]]:
    middle = events // OF_RUN // 2
    run = f"prefect.flow-run.{uuid_of('run', middle)}"
    flow, pool = (f"prefect.{kind}.{uuid_of(kind, 1)}" for kind in ("flow", "work-pool"))
    yield "all", {}
    yield "resource id", {"resource": {"id": [run]}}
    yield "resource id prefix, of one", {"resource": {"id_prefix": [run]}}
    yield "resource id prefix, of half", {"resource": {"id_prefix": ["prefect.flow-run."]}}
    yield "related id, of a run", {"related": {"id": [run]}}
    yield "related id, of a flow", {"related": {"id": [flow]}}
    yield "related id, of a work pool", {"related": {"id": [pool]}}
    yield "any resource id, of a run", {"any_resource": {"id": [run]}}
    yield "any resource prefix, of a run", {"any_resource": {"id_prefix": [run]}}
    yield (
        "related id of a flow, with an event name",
        {"related": {"id": [flow]}, "event": {"name": ["prefect.flow-run.Completed"]}},
    )
    yield "related id of a flow, with a role", {"related": {"id": [flow], "role": ["flow"]}}
    yield "related id of a run, with a role", {"related": {"id": [run], "role": ["flow-run"]}}
    yield "label with a star", {"resource": {"labels": {"prefect.resource.name": f"run-{middle}*"}}}
    yield "label that it is not", {"resource": {"labels": {"prefect.run-count": "!1"}}}
    yield "text", {"text": {"query": f"run-{middle}"}}


def ask(url: str, events: int, end: datetime) -> Iterator[tuple[str, float, int]]:
    for days, title in ((1, "one day"), (DAYS, "all")):
        for name, wanted in list_filters(events):
            body = {"filter": every(end, days) | wanted, "limit": 50}
            took, page = timed(url, "events/filter", body)
            yield f"{title}: {name}", took, page["total"]
    for name, wanted in list(list_filters(events))[1:7:3]:
        body = {"filter": every(end, DAYS) | wanted}
        took, counts = timed(url, "events/count-by/day", body)
        yield f"count by day: {name}", took, sum(one["count"] for one in counts)


def timed(url: str, path: str, body: Body) -> tuple[float, Any]:
    took: list[float] = []
    while len(took) < TIMES and sum(took) < TIMES * 2:  # the slow ones fewer times
        begun = time.perf_counter()
        answer = post(url, path, body)
        took.append(time.perf_counter() - begun)
    return median(took), answer


def post(url: str, path: str, body: Body) -> Any:
    answer = requests.post(f"{url}/{path}", json=body, timeout=PATIENCE)
    answer.raise_for_status()
    return answer.json()


if __name__ == "__main__":
    main()
