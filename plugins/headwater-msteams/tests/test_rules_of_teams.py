"""The channel against the rules of Teams' workflows and old connectors, as the fake has them."""

import pytest

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_msteams.channel import TeamsSettings, TeamsWebhook
from tests.fakes.rules import LimitedContract

SIGNATURE = "s" * 43
NEW = "/powerautomate/automations/direct"
ALL_SETTINGS = {"include_image": True, "wrap": False, "notify_type": "warning"}


@pytest.fixture
def open_channel(fakes):
    def make(flow="0a1b2c", before="", signature=SIGNATURE, **settings):
        path = f"{before}/workflows/{flow}/triggers/manual/paths/invoke?sv=1.0&sig={signature}"
        return open_at(fakes.teams + path, **settings)

    return make


@pytest.fixture
def open_connector(fakes, monkeypatch):
    """Open a channel of a connector, which is known by its host; the fake's counts as one here."""

    def make(name):
        monkeypatch.setattr(TeamsSettings, "_host", "example.webhook.office.com")
        return open_at(f"{fakes.teams}/webhookb2/{name}/IncomingWebhook/c/d")

    return make


def open_at(url, **settings):
    return TeamsWebhook(TeamsSettings(url=url, **settings), HttpClient(allow_private=True))


class TestRulesOfTeams(LimitedContract):
    service, name = "teams", "Microsoft"
    taken = 202
    all_settings = ALL_SETTINGS
    burst = 4
    longest_wait = 1


@pytest.mark.parametrize("before", ["", NEW])
def test_a_message_is_taken_without_a_warning(open_channel, fakes, before):
    open_channel(before=before).send(MESSAGE, "key")

    assert fakes.answers() == [(202, [])]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"flow": "gone1"}, "Microsoft answered 404: WorkflowNotFound: "),
        ({"flow": "off1"}, "Microsoft answered 400: WorkflowTriggerIsNotEnabled: "),
        ({"signature": "wrong"}, "Microsoft answered 401: DirectApiAuthorizationRequired: "),
    ],
)
def test_a_workflow_that_is_gone_is_given_up(open_channel, fakes, settings, said):
    error = fail(open_channel(**settings))

    assert str(error).startswith(said)
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_workflow_may_answer_by_itself(open_channel, fakes):
    fakes.control("teams", next=[{"status": 200, "body": "posted"}])
    open_channel().send(MESSAGE, "key")

    assert len(fakes.log()) == 1


def test_a_connector_that_still_works_is_used(open_connector, fakes):
    open_connector("alive").send(MESSAGE, "key")

    assert fakes.log()[-1]["status"] == 200


def test_an_error_that_a_connector_hides_is_seen(open_connector):
    error = fail(open_connector("limited"))

    assert (error.limited, error.permanent) == (True, False)
    assert "HTTP error 429" in str(error)


def test_a_200_of_a_connector_that_says_nothing_is_no_success(open_connector, fakes):
    fakes.control("teams", next=[{"status": 200, "body": "who knows"}])

    assert not fail(open_connector("alive")).permanent


def test_a_connector_that_is_gone_says_what_to_do(open_connector):
    error = fail(open_connector("a@b"))

    assert error.permanent
    assert str(error).startswith("Microsoft answered 410: Connector retired. Microsoft has retired")
    assert "make a workflow" in str(error)
