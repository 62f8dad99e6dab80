"""Kill -9 of the services process in the middle of actions: runs are made once, webhooks called."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from headwater import clock
from headwater.app import install
from headwater.automations.loop.calls import MOST_AT_ONCE
from headwater.automations.models import ActionState, AutomationAction
from headwater.db import migrations
from headwater.db.session import reading, write
from headwater.events.models import Event
from headwater.runs.models import FlowRun
from headwater.testing.storage import make_app
from tests.automations.actions.making import Make, write_firing
from tests.waiting import wait_until

FEW, MANY = (60, 5), (600, 100)  # firings and kills; many with --soak


@pytest.fixture
def app(new_database: Callable[[], str], home: Path) -> Iterator[Flask]:
    """An app of its own, since another process works on its database."""
    with make_app(new_database()) as app:
        migrations.upgrade()
        install(app)
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@contextmanager
def services(url: str, home: Path) -> Iterator[None]:
    """Run the services process; whatever happens, it is dead at the end."""
    command = [sys.executable, "-m", "headwater", "server", "services"]
    environment = {
        "PATH": os.environ["PATH"],
        "HEADWATER_HOME": str(home),
        "HEADWATER_API_DATABASE_CONNECTION_URL": url,
    }
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def count(*conditions: Any) -> int:
    with reading() as session:
        found = select(func.count()).select_from(AutomationAction).where(*conditions)
        return session.scalars(found).one()


def end_claims() -> None:
    """Let the time pass after which what the dead process had is taken over."""
    claimed = update(AutomationAction).where(AutomationAction.claim.is_not(None))
    write(lambda session: session.execute(claimed.values(due=clock.now())))


def test_runs_are_made_once_and_each_webhook_is_called(
    app: Flask,
    deployment: Any,
    make_block: Make,
    shared_slack: Any,
    home: Path,
    request: pytest.FixtureRequest,
) -> None:
    firings, kills = MANY if request.config.getoption("soak") else FEW
    seed = random.randrange(10**6)  # noqa: S311  # no secret
    print(f"seed {seed}")  # noqa: T201  # to run the same again
    shared_slack.forget()
    block = make_block("webhook", url=shared_slack.url)
    run = {"type": "run-deployment", "deployment_id": deployment["id"]}
    call = {"type": "call-webhook", "block_document_id": block, "payload": "p"}
    for _ in range(firings):
        write_firing(run, call)
    after = sorted(random.Random(seed).sample(range(1, 2 * firings - 10), kills))  # noqa: S311  # no secret
    url = app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
    ended = AutomationAction.state != ActionState.PENDING
    for number in after:
        with services(url, home):
            wait_until(lambda number=number: count(ended) >= number, 60, 0.002)
        end_claims()
    with services(url, home):
        wait_until(lambda: count(ended) == 2 * firings, 60)

    assert count(AutomationAction.state == ActionState.EXECUTED) == 2 * firings
    with reading() as session:
        runs = session.scalars(select(func.count()).select_from(FlowRun)).one()
        told = select(Event.payload).where(Event.event == "prefect.automation.action.executed")
        assert len(session.scalars(told).all()) == 2 * firings
    assert runs == firings
    called = [one.headers["webhook-id"] for one in shared_slack.requests]
    assert len(set(called)) == firings
    assert len(called) <= firings + kills * MOST_AT_ONCE
