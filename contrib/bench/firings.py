"""How soon triggers fire: events at a rate, for automations that each expect some of them.

`python -m contrib.bench.firings` prints how soon, and fails where one fires too late. A lag is the
time from when an event was received to when its firing was written, which its id tells. Nothing
else may run on the machine meanwhile.
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import requests

from contrib.bench.places import add_places, open_each
from contrib.bench.servers import HEADWATER, running

BATCHES = 10  # a second
ARMED = 50  # automations, while task runs come
EVERY = 10  # so many events of an automation fire it
SETTLED = 5.0  # seconds in which the last event has fired
LATEST = 1.0  # seconds that a firing may take


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contrib.bench.firings")
    parser.add_argument("--rate", type=int, default=300, help="events a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--automations", type=int, default=50)
    add_places(parser, port=4297)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped, too
    faults: list[str] = []
    for databases, folder in open_each(args):
        place = databases.make(f"firings-{uuid4().hex}")
        with running(HEADWATER, place, args.port, folder) as server:
            lags = measure(server.url, args.rate, args.seconds, args.automations)
        faults += tell(databases.title, args.rate, lags, count_due(args))
    print("\n".join(faults) or "Every bar is met.")
    return 1 if faults else 0


def measure(url: str, rate: int, seconds: int, automations: int) -> list[float]:
    """Return the lags of all firings, in seconds, the least first."""
    for number in range(automations):
        create(url, number)
    send(url, rate, seconds, automations)
    time.sleep(SETTLED)
    return sorted(read_lags(url))


def count_due(args: argparse.Namespace) -> int:
    whole, more = divmod(args.rate // BATCHES * BATCHES * args.seconds, args.automations)
    return sum((whole + (number < more)) // EVERY for number in range(args.automations))


def tell(title: str, rate: int, lags: Sequence[float], due: int) -> list[str]:
    """Print what was found; return what falls short of the bars."""
    if len(lags) < 2:
        return [f"{title}: {len(lags)} of {due} fired"]
    hundredths = quantiles(lags, n=100)
    print(
        f"{title}: {len(lags)} firings at {rate} events/s: lag {hundredths[49]:.3f} s in the "
        f"middle, {hundredths[98]:.3f} s of 99 in 100, {lags[-1]:.3f} s at most"
    )
    faults = [] if len(lags) == due else [f"{len(lags)} of {due} fired"]
    if lags[-1] >= LATEST:
        faults.append(f"one fired {lags[-1]:.1f} s late")
    return [f"{title}: {fault}" for fault in faults]


def create(
    url: str, number: int, event: str = "", actions: Sequence[str] = (), **expected: Any
) -> None:
    """Arm an automation. It expects events of its own, or *event* and what else is *expected*."""
    trigger = {"type": "event", "posture": "Reactive", "threshold": EVERY, **expected}
    trigger["expect"] = [event or f"bench.{number}"]
    body = {
        "name": f"bench {number}",
        "trigger": trigger,
        "actions": [{"type": one} for one in actions],
    }
    requests.post(f"{url}/automations/", json=body, timeout=60).raise_for_status()


def arm(url: str) -> None:
    """Arm ARMED automations: half expect what never comes, half task runs whose names match."""
    for number in range(ARMED // 2):
        create(url, number, actions=["do-nothing"])
        expected = {"match": {"prefect.resource.name": f"task-*{number}"}, "within": 60}
        create(url, number, "prefect.task-run.Completed", ["do-nothing"], **expected)


def send(url: str, rate: int, seconds: int, automations: int) -> None:
    """Send events, evenly over time and automations."""
    begun, sent = time.monotonic(), 0
    with requests.Session() as session:
        for batch in range(seconds * BATCHES):
            time.sleep(max(0.0, begun + batch / BATCHES - time.monotonic()))
            events = [make_event((sent + one) % automations) for one in range(rate // BATCHES)]
            session.post(f"{url}/events", json=events, timeout=60).raise_for_status()
            sent += len(events)


def make_event(number: int) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": f"bench.{number}",
        "resource": {"prefect.resource.id": f"bench.{number}"},
        "related": [{"prefect.resource.id": "prefect.flow.1", "prefect.resource.role": "flow"}],
        "payload": {},
    }


def read_lags(url: str) -> list[float]:
    """Return the seconds from each event that fired to its firing."""
    wanted = {"filter": {"event": {"name": ["prefect.automation.triggered"]}}, "limit": 50}
    page = requests.post(f"{url}/events/filter", json=wanted, timeout=60).json()
    events = list(page["events"])
    while page["next_page"]:
        page = requests.get(page["next_page"], timeout=60).json()
        events += page["events"]
    return [written(one["id"]) - received(one["payload"]["triggering_event"]) for one in events]


def written(event_id: str) -> float:
    return (UUID(event_id).int >> 80) / 1000


def received(event: Any) -> float:
    return datetime.fromisoformat(event["received"]).timestamp()


if __name__ == "__main__":
    sys.exit(main())
