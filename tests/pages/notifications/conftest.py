"""A channel, and what is told over it."""

import pytest

from headwater import clock
from headwater.notifications.loop import Mailroom
from headwater.notifications.routes.channels import KINDS
from headwater.settings import Settings
from headwater.web.context import VAULT


@pytest.fixture
def make_channel(client, slack):
    """Make a channel over Slack, and a policy that tells of failed runs over it; return its id."""

    def make(name="ops", path=""):
        settings = {"url": f"{slack.url}/{path}"}
        body = {"type": "slack", "name": name, "settings": settings}
        channel = client.post("/api/headwater/channels/", json=body).json["id"]
        policy = {"block_document_id": channel, "state_names": ["Failed"], "tags": []}
        client.post("/api/flow_run_notification_policies/", json=policy)
        return channel

    return make


@pytest.fixture
def deliver(app):
    """Try once what is due."""

    def tick():
        mailroom = Mailroom(Settings.load(), app.extensions[KINDS], app.extensions[VAULT])
        mailroom.tick(clock.now())
        assert mailroom.wait(20)

    return tick


@pytest.fixture
def dead(client, make_channel, make_run, deliver, slack):
    """The id of a delivery that was given up, of a run called fuzzy."""
    make_channel()
    make_run(state="FAILED", name="fuzzy")
    slack.status, slack.text = 404, "<b>no_service</b>"
    deliver()
    slack.status, slack.text = 200, "ok"
    return client.post("/api/headwater/notifications/filter", json={}).json[0]["id"]
