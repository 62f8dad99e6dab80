"""What is done to one run from its pages: each a form of ours, each with its effect told."""

from uuid import uuid4

import pytest

ACTS = ("retry", "cancel", "pause", "resume", "state", "delete")


def url_of(run, act=""):
    return f"/runs/flow-run/{run['id']}" + (f"/{act}" if act else "")


@pytest.fixture
def run(make_run):
    return make_run(name="fuzzy")


@pytest.fixture
def deployed(make_run):
    """Make a run of a deployment, in a state."""
    return lambda state, **body: make_run(state=state, deployment_id=str(uuid4()), **body)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("data", [{}, {"csrf_token": "made-up"}])
def test_nothing_is_done_without_the_token_of_a_form(client, make_run, state_of, act, data):
    run = make_run(state="RUNNING")

    refused = client.post(url_of(run, act), data=data)

    assert refused.status_code == 403
    assert "<!doctype html>" in refused.text
    assert state_of(run) == "Running"


@pytest.mark.parametrize("act", ACTS)
def test_what_another_site_sends_is_not_done(client, make_run, state_of, view, act):
    run = make_run(state="RUNNING")
    token = view(url_of(run, "cancel")).text.split('name="csrf_token" value="')[1].split('"')[0]

    headers = {"Origin": "https://evil.example"}
    refused = client.post(url_of(run, act), data={"csrf_token": token}, headers=headers)

    assert refused.status_code == 403
    assert state_of(run) == "Running"


def test_a_run_is_cancelled_and_its_page_says_so(view, send, make_run, state_of):
    run = make_run(state="RUNNING", name="fuzzy")
    assert view(view(url_of(run)).link("Cancel…")).status == 200

    done = send(url_of(run, "cancel"))
    page = view(done.headers["Location"])

    assert done.status == 303
    assert state_of(run) == "Cancelling"
    assert page.notice == "fuzzy is Cancelling now."
    assert view(url_of(run)).notice == ""


def test_a_run_that_nobody_runs_is_cancelled_at_once_and_told_why(view, send, make_run, state_of):
    run = make_run(state="SCHEDULED", name="fuzzy")

    page = view(send(url_of(run, "cancel")).headers["Location"])

    assert state_of(run) == "Cancelled"
    assert page.notice.startswith("fuzzy is Cancelled now. Scheduled flow run has no")


def test_what_the_rules_refuse_is_told_with_their_reason(view, send, make_run, state_of):
    run = make_run(state="COMPLETED", name="fuzzy")

    done = send(url_of(run, "state"), url_of(run, "cancel"))
    page = view(done.headers["Location"])

    assert page.notice == "fuzzy stays Completed: Run is already in terminal state COMPLETED."
    assert 'data-went="badly"' in page.text
    assert "That is not possible now" in view(url_of(run, "cancel")).text


def test_a_failed_run_of_a_deployment_is_retried(view, send, deployed, state_of):
    run = deployed("FAILED")
    assert 'id="act-retry"' in view(url_of(run)).text

    done = send(url_of(run), url_of(run, "retry"))

    assert done.status == 303
    assert state_of(run) == "AwaitingRetry"


def test_a_run_without_deployment_offers_no_retry_and_says_why(view, send, make_run, state_of):
    run = make_run(state="FAILED", name="fuzzy")
    page = view(url_of(run))

    told = view(send(url_of(run, "state"), url_of(run, "retry")).headers["Location"])

    assert 'id="act-retry"' not in page.text
    assert "No retry from here: the run has no deployment" in page.text
    assert "Cannot reschedule a run without an associated deployment." in told.notice
    assert state_of(run) == "Failed"


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("RUNNING", {"pause", "cancel"}),
        ("PENDING", {"cancel"}),
        ("SCHEDULED", {"cancel"}),
        ("PAUSED", {"resume", "cancel"}),
        ("CANCELLING", set()),
        ("FAILED", {"retry"}),
        ("COMPLETED", {"retry"}),
    ],
)
def test_a_page_offers_what_the_rules_allow(view, deployed, state, offered):
    text = view(url_of(deployed(state))).text

    acts = {act for act in ACTS if f'id="act-{act}"' in text}
    assert acts == offered | {"state", "delete"}


def test_a_running_run_is_paused_and_goes_on(view, send, make_run, state_of, client):
    run = make_run(state="RUNNING")
    send(url_of(run, "pause"), way="pause", minutes="5")
    paused = client.get(f"/api/flow_runs/{run['id']}").json["state"]

    send(url_of(run), url_of(run, "resume"))

    assert paused["name"] == "Paused"
    assert paused["state_details"]["pause_timeout"] > paused["timestamp"]
    assert state_of(run) == "Running"


def test_a_run_of_a_deployment_is_suspended_and_scheduled_anew(view, send, deployed, state_of):
    run = deployed("RUNNING")
    assert 'value="suspend"' in view(url_of(run, "pause")).text
    send(url_of(run, "pause"), way="suspend", minutes="5")
    assert state_of(run) == "Suspended"

    send(url_of(run), url_of(run, "resume"))

    assert state_of(run) == "Resuming"


def test_a_run_without_deployment_is_not_offered_to_be_suspended(view, make_run):
    text = view(url_of(make_run(state="RUNNING"), "pause")).text

    assert 'value="pause"' in text
    assert 'value="suspend"' not in text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"way": "sleep", "minutes": "5"},
        {"way": "pause"},
        {"way": "pause", "minutes": "0"},
        {"way": "pause", "minutes": "-5"},
        {"way": "pause", "minutes": "9" * 400},
    ],
)
def test_a_pause_that_makes_no_sense_is_a_400(send, make_run, state_of, fields):
    run = make_run(state="RUNNING")

    assert send(url_of(run, "pause"), **fields).status == 400
    assert state_of(run) == "Running"


def test_a_pause_that_nobody_ended_in_time_fails_the_run(view, send, make_run, state_of, client):
    run = make_run(state="RUNNING", name="fuzzy")
    details = {"pause_timeout": "2020-01-01T00:00:00Z"}
    change = {"state": {"type": "PAUSED", "state_details": details}, "force": True}
    client.post(f"/api/flow_runs/{run['id']}/set_state", json=change)

    page = view(send(url_of(run), url_of(run, "resume")).headers["Location"])

    assert state_of(run) == "Failed"
    assert "has timed out and can no longer resume" in page.notice


def test_a_state_is_set_with_name_and_message(view, send, run, client):
    fields = {"type": "FAILED", "name": "Given up", "message": "nobody waits for it"}

    page = view(send(url_of(run, "state"), **fields).headers["Location"])
    state = client.get(f"/api/flow_runs/{run['id']}").json["state"]

    assert (state["type"], state["name"], state["message"]) == tuple(fields.values())
    assert page.notice == "fuzzy is Given up now."


def test_force_passes_the_rules(send, make_run, state_of):
    run = make_run(state="CANCELLING")
    wanted = {"type": "RUNNING"}

    send(url_of(run, "state"), **wanted)
    assert state_of(run) == "Cancelling"
    send(url_of(run, "state"), **wanted, force="on")
    assert state_of(run) == "Running"


@pytest.mark.parametrize("fields", [{}, {"type": "NONSENSE"}, {"type": "FAILED", "name": "a\0b"}])
def test_a_state_that_is_none_leads_back_to_the_form(send, run, state_of, fields):
    page = send(url_of(run, "state"), message="kept", **fields)

    assert page.status == 422
    assert 'class="error" role="alert"' in page.text
    assert ">kept</textarea>" in page.text
    assert state_of(run) == "Pending"


def test_a_run_is_deleted_after_a_word(view, send, run, log, client, session):
    log(run, "one", "two")
    asked = view(view(url_of(run)).link("Delete…"))

    done = send(url_of(run, "delete"))

    assert "There is no way back" in asked.text
    assert client.get(f"/api/flow_runs/{run['id']}").status_code == 404
    assert view(done.headers["Location"]).notice == "fuzzy is deleted."
    wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}}
    assert client.post("/api/logs/filter", json=wanted).json == []


@pytest.mark.parametrize("act", ACTS)
def test_acts_on_a_run_that_is_gone_are_a_404_page(send, run, act):
    gone = send(url_of(run, "delete"), url_of({"id": uuid4()}, act), type="FAILED", way="pause")

    assert gone.status == (404 if act != "pause" else 400)
    assert "<!doctype html>" in gone.text


def test_what_may_be_done_is_news(view, fetch, make_run, client):
    run = make_run(state="RUNNING")
    asked = view(url_of(run)).asks("run")

    client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": {"type": "COMPLETED"}})
    text = fetch(asked).text

    assert 'id="act-cancel"' not in text
    assert 'id="act-state"' in text


def test_setting_a_state_takes_seven_statements(send, run, statements):
    statements.clear()

    send(url_of(run, "state"), type="FAILED")

    assert len(statements) <= 2 + 5, statements
