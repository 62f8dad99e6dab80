"""Kill -9 of the services process in the middle of its deliveries: none is lost."""

import os
import random
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, update

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.app import install
from headwater.db import migrations
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.notifications import outbox
from headwater.notifications.loop import MOST_AT_ONCE
from headwater.notifications.models import Delivery, DeliveryAttempt, Notification, Outcome
from headwater.notifications.routes.channels import KINDS
from headwater.notifications.schemas.channels import ChannelCreate
from headwater.notifications.schemas.policies import PolicyCreate
from headwater.notifications.schemas.states import DeliveryState
from headwater.notifications.service import channels, policies
from headwater.testing.storage import make_app
from headwater.web.context import current_vault
from tests.waiting import wait_until

CHANNELS = 4
FEW, MANY = (300, 3), (5_000, 10)  # news and kills; many with --soak
DELAY = 0.1  # seconds that the fake takes to answer


@pytest.fixture
def app(new_database, home):
    """An app of its own, since another process works on its database."""
    with make_app(new_database()) as app:
        migrations.upgrade()
        install(app)
        yield app


@pytest.fixture
def load(request):
    """Return how many news there are, and how often the process is killed."""
    return MANY if request.config.getoption("soak") else FEW


@pytest.fixture
def announced(app, fakes, make_news, load):
    """Announce failures, evenly over CHANNELS channels that answer slowly."""
    kinds, vault, now = app.extensions[KINDS], current_vault(), clock.now()

    def prepare(session):
        for number in range(CHANNELS):
            settings = {"url": f"{fakes.slack}CHANNEL{number}X"}
            new = ChannelCreate(type="slack", name=f"channel-{number}", settings=settings)
            channel = channels.create(session, DEFAULT_WORKSPACE, new, vault, kinds, now=now)
            wanted = PolicyCreate(
                state_names=[], tags=[f"tag-{number}"], block_document_id=channel.id
            )
            policies.create(session, DEFAULT_WORKSPACE, wanted, now=now)
        for number in range(load[0]):
            news = make_news(flow_run_name=f"run-{number}", tags=[f"tag-{number % CHANNELS}"])
            outbox.announce(session, news, now=now)

    write(prepare)
    fakes.control("slack", delay_s=DELAY)


@contextmanager
def services(url, home):
    """Run the services process; whatever happens, it is dead at the end."""
    command = [sys.executable, "-m", "headwater", "server", "services"]
    environment = {
        "PATH": os.environ["PATH"],
        "HEADWATER_HOME": str(home),
        "HEADWATER_API_DATABASE_CONNECTION_URL": url,
        "HEADWATER_NOTIFICATIONS_LIMIT_RATES": "false",
    }
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def count(state):
    with reading() as session:
        return session.scalar(
            select(func.count()).select_from(Delivery).where(Delivery.state == state)
        )


def end_claims():
    """Let the time pass after which what the dead process had is taken over."""
    claimed = update(Delivery).where(Delivery.state == DeliveryState.SENDING)
    write(lambda session: session.execute(claimed.values(due=clock.now())))


def names_with_an_answer_unseen():
    unseen = (
        select(Notification.news)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .join(DeliveryAttempt, DeliveryAttempt.delivery_id == Delivery.id)
        .where(DeliveryAttempt.outcome == Outcome.UNSEEN)
    )
    with reading() as session:
        return {parse(news)["flow_run_name"] for news in session.scalars(unseen)}


def whole_requests(fakes):
    """Return what came but for what a kill cut off."""
    return [entry for entry in fakes.log() if entry["body"] is not None]


def names_told(requests):
    titles = [entry["body"]["blocks"][0]["text"]["text"] for entry in requests]
    return Counter(title.removeprefix("daily-etl / ").removesuffix(": Failed") for title in titles)


def test_none_is_lost_and_only_what_was_never_answered_is_repeated(
    app, announced, fakes, home, load
):
    news, kills = load
    seed = random.randrange(10**6)  # noqa: S311  # no secret
    print(f"seed {seed}")  # noqa: T201  # to run the same again
    after = sorted(random.Random(seed).sample(range(5, news - MOST_AT_ONCE), kills))  # noqa: S311  # no secret
    url = app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
    for number in after:
        with services(url, home):
            wait_until(lambda number=number: len(fakes.log()) >= number, news, news / 10_000)
        end_claims()
    with services(url, home):
        wait_until(lambda: count(DeliveryState.SENT) == news, news)

    requests = whole_requests(fakes)
    told = names_told(requests)
    assert set(told) == {f"run-{number}" for number in range(news)}
    repeated = {name for name, times in told.items() if times > 1}
    assert repeated <= names_with_an_answer_unseen()
    assert sum(told.values()) <= news + kills * MOST_AT_ONCE
    assert all(entry["notes"] == [] for entry in requests)
