"""Which events fire which triggers, case by case, and that the clients' own server agrees."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.rules.armed import Armed, Seen
from headwater.automations.rules.ordering import Place, order
from headwater.automations.rules.rehearsals import Rehearsal
from headwater.automations.rules.windows import Fired
from headwater.automations.schemas.triggers import Trigger

FOLDER = Path(__file__).parent
CASES = json.loads((FOLDER / "cases.json").read_text())
THEIRS = json.loads((FOLDER / "theirs.json").read_text())
START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
THEIR_LATENESS = 17  # seconds: theirs looks once in a window of ten, and every five
_TRIGGER: TypeAdapter[Any] = TypeAdapter(Trigger)


class Run:
    """One automation, told of events as they come; the time passes between them."""

    def __init__(self, trigger: Any) -> None:
        parsed = _TRIGGER.validate_python(trigger)
        self._rehearsal = Rehearsal(Armed(uuid4(), DEFAULT_WORKSPACE, parsed, START), now=START)
        self._known: dict[UUID, Seen] = {}
        self._waiting: list[Place] = []
        self.fired: list[Fired] = []

    def tell(self, seen: Seen, follows: UUID | None) -> None:
        if seen.id in self._known:  # as the log leaves it out
            return
        number, before = len(self._known), set(self._known)
        self._known[seen.id] = seen
        place = Place(
            number, seen.id, seen.workspace, seen.occurred, seen.received, seen.event, follows
        )
        known = before - {one.id for one in self._waiting}
        found = order([place, *self._waiting], known, now=seen.received)
        self._waiting = list(found.waiting)
        for one in found.ready:
            self.fired += self._rehearsal.tell(self._known[one.id])

    def pass_until(self, end: datetime) -> None:
        self.fired += self._rehearsal.pass_until(end)


def evaluate(case: Any) -> list[list[Any]]:
    """Return the number of the event that each firing names, and its seconds after the start."""
    run, ids, live = Run(case["trigger"]), [], "until" in case
    details = [(*event, {})[2] for event in case["events"]]
    for number, more in enumerate(details):
        ids.append(ids[more["again"]] if "again" in more else UUID(int=number + 1))
    for number, (offset, name, *_) in enumerate(case["events"]):
        more = details[number]
        arrives = more.get("arrives", offset) if live else number / 100
        received = START + timedelta(seconds=arrives)
        if live:
            run.pass_until(received)
        seen = Seen(
            ids[number],
            DEFAULT_WORKSPACE,
            START + timedelta(seconds=offset),
            received,
            name,
            {"prefect.resource.id": "r"} | more.get("labels", {}),
            more.get("related", []),
        )
        run.tell(seen, ids[more["follows"]] if "follows" in more else None)
    if live:
        run.pass_until(START + timedelta(seconds=case["until"]))
    return [
        [None if one.event is None else ids.index(one.event), (one.at - START).total_seconds()]
        for one in run.fired
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_fires(case: Any) -> None:
    fired = evaluate(case)

    timed = bool(case["fires"]) and isinstance(case["fires"][0], list)
    assert (fired if timed else [by for by, _ in fired]) == case["fires"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_clients_own_server_agrees_unless_we_say_why_not(case: Any) -> None:
    theirs = THEIRS[case["name"]]

    ours = [one if isinstance(one, list) else [one, None] for one in case["fires"]]
    alike = len(ours) == len(theirs) and all(
        by == their_by and (at is None or at <= their_at <= at + THEIR_LATENESS)
        for (by, at), (their_by, their_at) in zip(ours, theirs, strict=True)
    )
    assert alike != ("because" in case), theirs
