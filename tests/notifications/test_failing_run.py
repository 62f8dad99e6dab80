"""The main job: when a run tagged daily-etl fails, the Slack webhook gets exactly one message."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from headwater import clock

HOOK = "XXXXXXXXXXXXXXXXXXXXXXXX"


@pytest.fixture
def told(make_channel, make_policy, fakes):
    """A policy for runs tagged daily-etl that fail, over Slack's fake."""
    return make_policy(make_channel(url=fakes.slack + HOOK), ["Failed"], ["daily-etl"])


@pytest.fixture
def run_to(client):
    """Let a run go through states; return its id."""

    def run(*states, tags=("daily-etl",)):
        flow = client.post("/api/flows/", json={"name": "daily-etl"}).json
        body = {"flow_id": flow["id"], "name": "fuzzy-leopard", "tags": tags}
        made = client.post("/api/flow_runs/", json=body).json
        for state in states:
            order = {"state": {"type": state, "message": "<!channel> rows < 0 & more\nline two"}}
            answer = client.post(f"/api/flow_runs/{made['id']}/set_state", json=order)
            assert answer.status_code in (200, 201), answer.text
        return made["id"]

    return run


def test_a_failing_run_gives_one_readable_message_with_a_link_that_opens(
    told, run_to, send_due, fakes, client
):
    run = run_to("PENDING", "RUNNING", "FAILED")
    send_due()
    send_due(clock.now())

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    sentence, _, message, second, link = entry["body"]["text"].split("\n")
    words = "The fuzzy-leopard run of the daily-etl flow entered a Failed state at "
    assert sentence.startswith(words)
    assert [message, second] == ["&lt;!channel&gt; rows &lt; 0 &amp; more", "line two"]
    url = link.removeprefix("<").partition("|")[0]
    assert url.endswith(f"/runs/flow-run/{run}")
    with client.get(urlsplit(url).path) as page:
        assert page.status_code == 200


def test_a_run_that_ends_well_or_has_other_tags_gives_none(told, run_to, send_due, fakes):
    run_to("PENDING", "RUNNING", "COMPLETED")
    run_to("PENDING", "RUNNING", "FAILED", tags=["other"])
    send_due()

    assert fakes.log() == []


def test_a_proposal_that_the_client_repeats_is_told_once(told, run_to, client, send_due, fakes):
    url = f"/api/flow_runs/{run_to('PENDING', 'RUNNING')}/set_state"
    state = {"type": "FAILED", "state_details": {"transition_id": str(uuid4())}}
    for _ in range(2):  # whose answer was lost, and who tries again
        client.post(url, json={"state": state})
    send_due()

    assert len(fakes.log()) == 1
