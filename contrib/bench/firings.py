"""How soon triggers fire: events at a rate, for automations that each expect some of them.

    python -m contrib.bench.firings [--rate 300] [--seconds 30] [--automations 50]

Starts Headwater on SQLite, or on the database of HEADWATER_API_DATABASE_CONNECTION_URL. A lag is
the time from when an event was received to when its firing was written, which its id tells.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import requests

from contrib.equality.servers import free_port, headwater

BATCHES = 10  # a second
ARMED = 50  # automations, while task runs come
EVERY = 10  # so many events of an automation fire it
SETTLED = 5.0  # seconds in which the last event has fired


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=300, help="events a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--automations", type=int, default=50)
    wanted = parser.parse_args()
    with TemporaryDirectory() as folder, headwater(Path(folder), free_port()) as url:
        for number in range(wanted.automations):
            create(url, number)
        sent = send(url, wanted.rate, wanted.seconds, wanted.automations)
        time.sleep(SETTLED)
        lags = sorted(read_lags(url))
    took = f"{len(lags)} firings of {sent} events, {wanted.automations} automations"
    if len(lags) < 2:
        raise SystemExit(took)
    hundredths = quantiles(lags, n=100)
    print(
        f"{took}: lag {hundredths[49]:.3f} s in the middle, {hundredths[98]:.3f} s of 99 in 100, "
        f"{lags[-1]:.3f} s at most"
    )


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


def send(url: str, rate: int, seconds: int, automations: int) -> int:
    """Send events, evenly over time and automations; return how many."""
    begun, sent = time.monotonic(), 0
    with requests.Session() as session:
        for batch in range(seconds * BATCHES):
            time.sleep(max(0.0, begun + batch / BATCHES - time.monotonic()))
            events = [make_event((sent + one) % automations) for one in range(rate // BATCHES)]
            session.post(f"{url}/events", json=events, timeout=60).raise_for_status()
            sent += len(events)
    return sent


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
    main()
