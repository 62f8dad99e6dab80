"""Asks the clients' own server which events fire which triggers, and keeps what it does.

    python -m contrib.triggers

The cases are in tests/automations/cases.json, its verdicts go to theirs.json beside it. It takes
a minute and a half, since what waits for events does so by the clock.
"""

import json
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import requests

from contrib.equality.servers import ROOT, free_port, prefect

CASES = ROOT / "tests/automations/cases.json"
THEIRS = ROOT / "tests/automations/theirs.json"
STEP = 0.5  # seconds between two events that are not waited for: at once they have no order
LOADED = 5.0  # seconds in which the server has learnt of all automations
STORED = 10.0  # seconds in which it has stored the last event

Case = dict[str, Any]


def main() -> None:
    cases = json.loads(CASES.read_text())
    with TemporaryDirectory() as folder, prefect("3.9", Path(folder), free_port()) as url:
        automations = {create(url, number, case): case for number, case in enumerate(cases)}
        time.sleep(LOADED)
        base = datetime.now(UTC)
        numbers = send_all(url, cases, base)
        time.sleep(max(case.get("until", 0) for case in cases) + STORED - since(base))
        fired = read_firings(url)
    verdicts: dict[str, list[Any]] = {case["name"]: [] for case in cases}
    for automation, cause, at in sorted(fired, key=lambda one: one[2]):
        seconds = round((at - base).total_seconds(), 1)
        verdicts[automations[automation]["name"]].append([numbers.get(cause), seconds])
    lines = [f" {json.dumps(name)}: {json.dumps(each)}" for name, each in verdicts.items()]
    THEIRS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def create(url: str, number: int, case: Case) -> str:
    body = {"name": case["name"], "trigger": mark(case["trigger"], number), "actions": []}
    answer = requests.post(f"{url}/automations/", json=body, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["id"])


def mark(trigger: Any, number: int) -> Any:
    """Let a trigger mean the events of its case alone."""
    if "triggers" in trigger:
        return trigger | {"triggers": [mark(one, number) for one in trigger["triggers"]]}
    return trigger | {"match": trigger.get("match", {}) | {"case": str(number)}}


def send_all(url: str, cases: list[Case], base: datetime) -> dict[str, int]:
    """Send the events of all cases, each when it is due; return which is which."""
    numbers: dict[str, int] = {}
    due: dict[float, list[Any]] = defaultdict(list)
    for number, case in enumerate(cases):
        ids: list[str] = []
        for index, (offset, name, *more) in enumerate(case["events"]):
            details = more[0] if more else {}
            ids.append(ids[details["again"]] if "again" in details else str(uuid4()))
            numbers.setdefault(ids[-1], index)
            at = details.get("arrives", offset) if "until" in case else index * STEP
            due[at].append((number, ids, index, offset, name, details))
    for at in sorted(due):
        time.sleep(max(0.0, at - since(base)))
        events = [make_event(base, *one) for one in due[at]]
        requests.post(f"{url}/events", json=events, timeout=60).raise_for_status()
    return numbers


def make_event(
    base: datetime,
    number: int,
    ids: list[str],
    index: int,
    offset: float,
    name: str,
    details: dict[str, Any],
) -> dict[str, Any]:
    labels = {"prefect.resource.id": "r"} | details.get("labels", {})
    return {
        "id": ids[index],
        "occurred": (base + timedelta(seconds=offset)).isoformat(),
        "event": name,
        "resource": labels | {"case": str(number)},
        "related": details.get("related", []),
        "payload": {},
        "follows": ids[details["follows"]] if "follows" in details else None,
    }


def read_firings(url: str) -> list[tuple[str, str | None, datetime]]:
    """Return which automations fired, by which events, and when."""
    wanted = {"filter": {"event": {"name": ["prefect.automation.triggered"]}}, "limit": 50}
    page = requests.post(f"{url}/events/filter", json=wanted, timeout=60).json()
    events = list(page["events"])
    while page["next_page"]:
        page = requests.get(page["next_page"], timeout=60).json()
        events += page["events"]
    return [
        (
            event["resource"]["prefect.resource.id"].rpartition(".")[2],
            (event["payload"]["triggering_event"] or {}).get("id"),
            datetime.fromisoformat(event["occurred"]),
        )
        for event in events
    ]


def since(base: datetime) -> float:
    return (datetime.now(UTC) - base).total_seconds()


if __name__ == "__main__":
    main()
