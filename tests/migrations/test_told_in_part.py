"""A server of before knows no deliveries that were told in part: those are dead to it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import insert, select, update

from headwater.db import migrations
from headwater.db.base import db
from headwater.notifications.models import Delivery, DeliveryAttempt, Notification
from headwater.testing.storage import make_app

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_what_was_told_in_part_is_dead_to_a_server_of_before(
    new_database: Callable[[], str],
) -> None:
    notification, delivery, workspace = uuid4(), uuid4(), uuid4()
    with make_app(new_database()):
        migrations.upgrade()
        told = {"policy_id": uuid4(), "state_id": uuid4(), "flow_run_id": uuid4(), "news": {}}
        told |= {"fallback_channel_ids": [], "workspace_id": workspace, "created": NOW}
        sent = {"notification_id": notification, "channel_id": uuid4(), "due": NOW, "created": NOW}
        sent |= {"workspace_id": workspace, "attempts": 1, "failures": 1}
        tried = {"delivery_id": delivery, "number": 1, "started": NOW, "outcome": "partly"}
        with db.engine.begin() as connection:
            connection.execute(insert(Notification), told | {"id": notification})
            connection.execute(
                insert(Delivery), sent | {"id": delivery, "state": "partly", "told": ["a"]}
            )
            connection.execute(insert(DeliveryAttempt), tried | {"workspace_id": workspace})
        migrations.downgrade("0030")
        with db.engine.connect() as connection:
            assert connection.scalar(select(Delivery.state)) == "dead"
            assert connection.scalar(select(DeliveryAttempt.outcome)) == "failed"

        migrations.upgrade()
        with db.engine.begin() as connection:
            connection.execute(update(Delivery).values(state="partly"))
            assert connection.scalar(select(Delivery.told)) is None
