"""The page of a delivery over a channel that tells several, and its command."""

import pytest
from click.testing import CliRunner

from headwater.cli import main
from tests.cli.conftest import serving

ONE, NOBODY = "+18004242424", "+15005550001"
LEDGER = "/notifications"


@pytest.fixture
def partly(client, fakes, make_run, deliver):
    """The id of a delivery that was told to one of two numbers, of a run called fuzzy."""
    settings = {
        "account_sid": "AC" + "a" * 32,
        "auth_token": "b" * 32,
        "from_phone_number": "+18001234567",
        "to_phone_numbers": [ONE, NOBODY],
        "base_url": fakes.twilio,
    }
    body = {"type": "twilio", "name": "phones", "settings": settings}
    channel = client.post("/api/headwater/channels/", json=body).json["id"]
    policy = {"block_document_id": channel, "state_names": ["Failed"], "tags": []}
    client.post("/api/flow_run_notification_policies/", json=policy)
    make_run(state="FAILED", name="fuzzy")
    deliver()
    return client.post("/api/headwater/notifications/filter", json={}).json[0]["id"]


@pytest.fixture
def told(fakes):
    return lambda: [entry["body"]["To"] for entry in fakes.log()]


@pytest.fixture
def headwater(app, client):
    """Run a command on notifications against the server; return what it said."""
    with serving(app) as url:

        def run(*arguments):
            runner = CliRunner(env={"HEADWATER_API_URL": url})
            done = runner.invoke(main, ("notification", *arguments), prog_name="headwater")
            assert done.exit_code == 0, done.output
            return done.output

        yield run


def test_the_page_says_who_was_told_and_who_was_not(view, partly):
    page = view(f"{LEDGER}/delivery/{partly}").text

    assert "Told in part" in page
    assert "1 of 2, 1 refused for good" in page
    assert "Told some" in page
    assert "+1500***0001: Twilio answered 400: 21211" in page
    assert "Told in part" in view(f"{LEDGER}?state=partly").text


@pytest.mark.parametrize(
    ("fields", "again"), [({}, [NOBODY]), ({"everyone": "1"}, [ONE, NOBODY])], ids=["rest", "all"]
)
def test_it_is_sent_again_to_the_others_or_to_all(view, send, partly, deliver, told, fields, again):
    url = f"{LEDGER}/delivery/{partly}"
    page = view(url).text
    assert ("Send to the others" in page, "Send to all again" in page) == (True, True)
    send(url, f"{url}/resend", **fields)
    assert ("1 so far" in view(url).text) == (not fields)
    deliver()

    assert told()[2:] == again


def test_it_is_among_those_that_are_given_up(view, send, partly):
    assert view(f"{LEDGER}/resend").names == ["fuzzy"]
    done = send(f"{LEDGER}/resend")
    assert view(done.headers["Location"]).notice == "1 is sent again."


def test_the_command_says_it_and_sends_it_again(headwater, partly, deliver, told):
    shown = headwater("inspect", partly)
    assert "1 of 2, 1 refused for good" in shown
    assert "partly" in headwater("ls", "--state", "partly")
    assert headwater("resend", partly) == "1 notification will be sent again.\n"
    assert "1 so far" in headwater("inspect", partly)
    deliver()
    assert told()[2:] == [NOBODY]

    assert headwater("resend", "--all", "-y", "--everyone").startswith("1 notification will")
    deliver()
    assert told()[3:] == [ONE, NOBODY]
