"""Puts notifications into the outbox of an empty database, as state changes would.

`python -m contrib.bench.queueing URL COUNT FIRST`; the database is that of the settings.
"""

import sys
from uuid import uuid4

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from contrib.bench.deliveries import BATCH, CHANNELS
from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.app import create_app, install
from headwater.db import migrations
from headwater.db.session import write
from headwater.notifications import outbox
from headwater.notifications.models import Delivery, Notification
from headwater.notifications.routes.channels import KINDS
from headwater.notifications.schemas import News
from headwater.notifications.schemas.channels import ChannelCreate
from headwater.notifications.schemas.policies import PolicyCreate
from headwater.notifications.service import channels, policies
from headwater.settings import Settings
from headwater.web.context import current_vault

_DELIVERY = Delivery.__table__
_FIRST = (
    select(Notification.__table__)
    .order_by(Notification.created, Notification.id)
    .limit(bindparam("first"))
)
_THEIRS = select(_DELIVERY)


def queue(url: str, count: int, first: int) -> None:
    """Announce *first* failures, evenly over channels that all tell *url*, and copy them."""
    app = create_app(Settings.load())
    with app.app_context():
        migrations.upgrade()
        install(app)
        kinds, vault = app.extensions[KINDS], current_vault()

        def prepare(session: Session) -> None:
            for number in range(CHANNELS):
                name, settings = f"channel-{number}", {"url": url}
                new = ChannelCreate(type="webhook", name=name, settings=settings)
                now = clock.now()
                made = channels.create(session, DEFAULT_WORKSPACE, new, vault, kinds, now=now)
                tags = [f"tag-{number}"]
                wanted = PolicyCreate(state_names=[], tags=tags, block_document_id=made.id)
                policies.create(session, DEFAULT_WORKSPACE, wanted, now=now)

        def announce(session: Session, begin: int) -> None:
            for number in range(begin, min(begin + BATCH, first)):
                outbox.announce(session, make_news(number), now=clock.now())

        write(prepare)
        for begin in range(0, first, BATCH):
            write(lambda session, begin=begin: announce(session, begin))
        for _ in range(1, count // first):
            write(lambda session: copy(session, first))


def copy(session: Session, first: int) -> None:
    """Add as many as the *first* ones, which is sooner done than to announce them."""
    rows = session.execute(_FIRST, {"first": first}).all()
    ids = {row.id: uuid4() for row in rows}
    new = [row._asdict() | {"id": ids[row.id], "state_id": uuid4()} for row in rows]
    session.execute(insert(Notification.__table__), new)
    sent = session.execute(_THEIRS.where(_DELIVERY.c.notification_id.in_(ids))).all()
    copies = [
        row._asdict() | {"id": uuid4(), "notification_id": ids[row.notification_id]} for row in sent
    ]
    session.execute(insert(_DELIVERY), copies)


def make_news(number: int) -> News:
    return News(
        workspace_id=DEFAULT_WORKSPACE,
        flow_id=uuid4(),
        flow_name="told",
        flow_run_id=uuid4(),
        flow_run_name=f"run-{number}",
        parameters={},
        tags=[f"tag-{number % CHANNELS}"],
        state_id=uuid4(),
        state_type="FAILED",
        state_name="Failed",
        state_timestamp=clock.now(),
        state_message="Task run failed.",
    )


if __name__ == "__main__":
    queue(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
