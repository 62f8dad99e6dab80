"""Who evaluates triggers is killed between an event and its firing, or is not alone."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.app import install
from headwater.automations.loop.triggers import Triggers
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.automations.schemas.automations import AutomationCreate
from headwater.automations.service import automations
from headwater.db import migrations
from headwater.db.json import parse
from headwater.db.session import disconnect, reading, write
from headwater.events import log
from headwater.events.models import Event as Logged
from headwater.events.schemas import Event
from headwater.loops.models import Lease
from headwater.testing.storage import make_app
from tests.waiting import wait_until

FEW, MANY = 5, 100  # kills; many with --soak
BURST, BURSTS = 20, 5  # events told at once, and how often between two kills
EACH = {"posture": "Reactive", "expect": ["a"]}
EVERY_THIRD = {"posture": "Reactive", "expect": ["b"], "threshold": 3}
BOTH = {"type": "compound", "require": "all", "within": None, "triggers": [EACH, EACH]}
NAMES = ["a", "b", "x"]


@pytest.fixture
def app(new_database: Callable[[], str], home: Path) -> Iterator[Flask]:
    """An app of its own, since another process works on its database."""
    with make_app(new_database()) as app:
        migrations.upgrade()
        install(app)
        for name, trigger in (("each", EACH), ("third", EVERY_THIRD), ("both", BOTH)):
            make(name, trigger)
        Triggers().tick(clock.now())  # from here on all is to be evaluated
        yield app


def make(name: str, trigger: Any) -> None:
    body = {"name": name, "trigger": trigger, "actions": [{"type": "do-nothing"}]}
    new = AutomationCreate.model_validate(body)
    write(lambda session: automations.create(session, DEFAULT_WORKSPACE, new, now=clock.now()))


def tell(names: list[str]) -> list[UUID]:
    """Put events into the log; return the ids of those that fire by themselves."""
    now = clock.now()
    events = [
        Event(id=uuid4(), occurred=now, event=name, resource={"prefect.resource.id": "r"})
        for name in names
    ]
    write(lambda session: log.append(session, DEFAULT_WORKSPACE, events, now=now))
    return [event.id for event in events if event.event == "a"]


@contextmanager
def services(url: str, home: Path) -> Iterator[None]:
    """Run the services process until it is killed; its lease is over then."""
    environment = {
        "PATH": os.environ["PATH"],
        "HEADWATER_HOME": str(home),
        "HEADWATER_API_DATABASE_CONNECTION_URL": url,
    }
    command = [sys.executable, "-m", "headwater", "server", "services"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, 9)
        process.wait()
        past = datetime.now(UTC) - timedelta(seconds=1)
        write(lambda session: session.execute(update(Lease).values(expires=past)))


def count(table: Any) -> int:
    with reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def has_more_firings_than(before: int) -> bool:
    return count(AutomationFiring.__table__) > before


def read_firings() -> dict[str, list[str | None]]:
    """Return which events fired each automation."""
    with reading() as session:
        rows = session.execute(select(AutomationFiring.automation, AutomationFiring.firing)).all()
    found: dict[str, list[str | None]] = {"each": [], "third": [], "both": []}
    for row in rows:
        cause = parse(row.firing)["triggering_event"]
        found[parse(row.automation)["name"]].append(cause and cause["id"])
    return found


def assert_each_fired_once(told: list[UUID], all_of_b: int) -> None:
    fired = read_firings()
    assert Counter(fired["each"]) == Counter(map(str, told))
    assert len(fired["third"]) == all_of_b // 3
    assert Counter(fired["both"]) == Counter(map(str, told))
    firings = sum(map(len, fired.values()))
    assert count(AutomationFiring.__table__) == count(AutomationAction.__table__) == firings
    with reading() as session:
        triggered = select(func.count()).where(Logged.event == "prefect.automation.triggered")
        assert session.execute(triggered).scalar_one() == firings


def test_what_is_due_fires_once_whenever_who_evaluates_is_killed(
    app: Flask, home: Path, request: pytest.FixtureRequest
) -> None:
    kills = MANY if request.config.getoption("soak") else FEW
    seed = random.randrange(10**6)  # noqa: S311  # no secret
    print(f"seed {seed}")  # noqa: T201  # to run the same again
    dice = random.Random(seed)  # noqa: S311  # no secret
    url = app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
    told: list[UUID] = []
    all_of_b = 0
    for _ in range(kills):
        with services(url, home):
            fired = count(AutomationFiring.__table__)
            for _ in range(BURSTS):
                names = dice.choices(NAMES, k=BURST)
                told += tell(names)
                all_of_b += names.count("b")
            wait_until(partial(has_more_firings_than, fired))
            time.sleep(dice.uniform(0, 0.2))  # in the middle of what follows

    expected = 2 * len(told) + all_of_b // 3
    with services(url, home):
        wait_until(lambda: count(AutomationFiring.__table__) >= expected)

    assert_each_fired_once(told, all_of_b)


def test_what_is_due_fires_once_though_two_evaluate_it(app: Flask) -> None:
    told: list[UUID] = []
    all_of_b, rounds = 0, 30
    done = False

    def evaluate() -> None:
        with app.app_context():
            triggers = Triggers()
            while not done:
                triggers.tick(clock.now())

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(evaluate) for _ in range(2)]
        try:
            for number in range(rounds):
                names = [NAMES[(number + index) % 3] for index in range(BURST)]
                told += tell(names)
                all_of_b += names.count("b")
            expected = 2 * len(told) + all_of_b // 3
            wait_until(lambda: count(AutomationFiring.__table__) >= expected)
        finally:
            done = True
        for one in both:
            one.result()
    disconnect()

    assert_each_fired_once(told, all_of_b)
