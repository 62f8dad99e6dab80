"""What the tests of notifications begin with: a channel, a policy, and news of a run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event
from uuid import uuid4

import pytest
from click.testing import CliRunner

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.cli import main
from headwater.db.session import reading, write
from headwater.notifications import outbox
from headwater.notifications.loop import Mailroom
from headwater.notifications.queries import claims as queries
from headwater.notifications.routes.channels import KINDS
from headwater.notifications.schemas import News
from headwater.settings import Settings
from headwater.web.context import VAULT
from headwater_slack.channel import SlackWebhook
from tests.cli.conftest import serving

STARTED = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture
def make_news():
    """Make news of a failed run, but for what is told otherwise."""

    def make(**changes):
        values = {
            "workspace_id": DEFAULT_WORKSPACE,
            "flow_id": uuid4(),
            "flow_name": "daily-etl",
            "flow_run_id": uuid4(),
            "flow_run_name": "fuzzy-leopard",
            "parameters": {"day": "2026-11-24"},
            "tags": ["daily-etl"],
            "state_id": uuid4(),
            "state_type": "FAILED",
            "state_name": "Failed",
            "state_timestamp": STARTED,
            "state_message": "boom",
        }
        return News(**values | changes)

    return make


@pytest.fixture
def tell(make_news):
    """Announce that runs failed: one for each dictionary of changes to the usual news."""

    def announce(*several):
        for changes in several or ({},):
            news = make_news(**changes)
            write(lambda session, news=news: outbox.announce(session, news, now=clock.now()))

    return announce


@pytest.fixture
def make_channel(client, slack):
    """Make a Slack channel and return its id."""

    def make(name="ops", **settings):
        body = {"type": "slack", "name": name, "settings": {"url": slack.url, **settings}}
        response = client.post("/api/headwater/channels/", json=body)
        assert response.status_code == 201, response.text
        return response.json["id"]

    return make


@pytest.fixture
def pager(client, fakes):
    """Make a channel of PagerDuty, which works while that of Slack does not; return its id."""
    settings = {"integration_key": "e93facc04764012d7bfb002500d5d1a6", "base_url": fakes.pagerduty}
    body = {"type": "pagerduty", "name": "on-call", "settings": settings}
    return client.post("/api/headwater/channels/", json=body).json["id"]


@pytest.fixture
def make_policy(client):
    """Make a policy and return its id."""

    def make(channel_id, state_names=("Failed",), tags=(), **more):
        body = {"block_document_id": channel_id, "state_names": state_names, "tags": tags, **more}
        response = client.post("/api/flow_run_notification_policies/", json=body)
        assert response.status_code == 201, response.text
        return response.json["id"]

    return make


@pytest.fixture
def make_own(client):
    """Make a policy with all that there is, and return it."""

    def make(*channel_ids, **more):
        body = {"channel_ids": channel_ids, **more}
        response = client.post("/api/headwater/policies/", json=body)
        assert response.status_code == 201, response.text
        return response.json

    return make


@pytest.fixture
def make_named(client):
    """Make something that policies name in a field; return its id."""

    def make(field):
        name = f"named-{uuid4()}"
        if field == "work_pool_ids":
            body, path = {"name": name, "type": "process"}, "work_pools"
        elif field == "deployment_ids":
            body, path = {"name": name, "flow_id": make("flow_ids")}, "deployments"
        else:
            body, path = {"name": name}, "flows"
        answer = client.post(f"/api/{path}/", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json["id"]

    return make


@pytest.fixture
def patch_at_once(app):
    """Patch one thing with each of several bodies, at the same moment."""

    def patch(url, *bodies):
        ready = Barrier(len(bodies))

        def send(body):
            client = app.test_client()
            ready.wait()
            return client.patch(url, json=body).status_code

        with ThreadPoolExecutor(len(bodies)) as pool:
            assert set(pool.map(send, bodies)) == {200}

    return patch


@pytest.fixture
def policy(make_channel, make_policy):
    return make_policy(make_channel())


@pytest.fixture
def mailroom(app, client):
    """The delivery loop, without the process that it runs in; as fast as it can."""
    settings = Settings.load(notifications_limit_rates=False)
    return Mailroom(settings, app.extensions[KINDS], app.extensions[VAULT])


@pytest.fixture
def make_mailroom(app, client):
    """Make the loop of a server with other settings."""

    def make(count=None, **settings):
        kinds, vault = app.extensions[KINDS], app.extensions[VAULT]
        return Mailroom(Settings.load(**settings), kinds, vault, count)

    return make


@pytest.fixture
def send_due(mailroom):
    """Send all that is due at a time, and wait until it is; return when more will be."""

    def send(now=None, mailroom=mailroom):
        now = now or clock.now()
        while True:
            mailroom.tick(now)
            assert mailroom.wait(20)
            with reading() as session:
                if not queries.has_due(session, now, []):
                    return mailroom.tick(now)

    return send


@pytest.fixture
def deliveries(client):
    """Return the deliveries that there are, each with its tries, the first first."""

    def look():
        shown = client.post("/api/headwater/notifications/filter", json={}).json
        each = [client.get(f"/api/headwater/notifications/{one['id']}").json for one in shown]
        return list(reversed(each))

    return look


@pytest.fixture
def blocked(monkeypatch):
    """Hold up everything that is sent, until set."""
    go, real = Event(), SlackWebhook.send

    def send(channel, message, key):
        assert go.wait(20)
        real(channel, message, key)

    monkeypatch.setattr(SlackWebhook, "send", send)
    yield go
    go.set()


@pytest.fixture
def headwater(app, client):
    """Run the command against the server; return its exit code and what it said."""
    with serving(app) as url:

        def run(*arguments, typed="", **environment):
            runner = CliRunner(env={"HEADWATER_API_URL": url, **environment})
            done = runner.invoke(main, arguments, input=typed, prog_name="headwater")
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            return done.exit_code, done.output

        yield run


@pytest.fixture
def health(client):
    """Return the health of a channel by its name."""

    def look(name="ops"):
        return client.get(f"/api/headwater/channels/{name}").json["health"]

    return look


@pytest.fixture
def channel_events(client):
    """Return the names of the events about channels, the first first."""

    def look():
        always = {"since": "2026-01-01T00:00:00Z", "until": "2126-01-01T00:00:00Z"}
        wanted = {"filter": {"event": {"prefix": ["headwater.channel."]}, "occurred": always}}
        found = client.post("/api/events/filter", json=wanted).json["events"]
        return [one["event"].removeprefix("headwater.channel.") for one in reversed(found)]

    return look


@pytest.fixture
def operated(make_channel, make_mailroom, fakes):
    """The loop of a server whose operators are told over a channel of their own."""
    make_channel("operators", url=fakes.slack + "OPERATORS")
    return make_mailroom(
        notifications_operators_channel="operators", notifications_limit_rates=False
    )
