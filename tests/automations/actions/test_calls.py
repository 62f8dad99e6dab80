"""Webhooks that actions call: what goes out, what is kept, and when they are called again."""

from datetime import timedelta
from typing import Any

import pytest

from headwater import clock
from headwater.automations.service import webhooks
from headwater.automations.service.doing import CLAIM
from headwater.automations.service.webhooks import LONGEST_BODY
from headwater.ids import uuid7
from headwater.notifications.http import HttpClient
from tests.automations.actions.making import Make, make_event

SOON = timedelta(seconds=10)


@pytest.fixture
def call(make_block: Make, slack: Any) -> Any:
    """An action that calls the fake service."""
    secret = {"x-token": "s3cret-token"}
    block = make_block("webhook", url=f"{slack.url}/hook", method="PUT", headers=secret)
    payload = "{{ event.payload.rows }} rows"
    return {"type": "call-webhook", "block_document_id": block, "payload": payload}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpClient.__init__, "__kwdefaults__", {"longest": 0.3})


def test_a_webhook_is_called_with_the_payload_as_it_is(do: Make, call: Any, slack: Any) -> None:
    slack.headers = {"x-answer": "1", "via": "proxy", "x-forwarded-for": "1.2.3.4"}
    done = do(call, event=make_event())

    (request,) = slack.requests
    assert (request.method, request.content) == ("PUT", b"5 rows")
    assert request.headers["x-token"] == "s3cret-token"
    assert request.headers["webhook-id"] == done.invocation
    assert "content-type" not in request.headers
    assert (done.state, done.details["status_code"]) == ("executed", 200)
    assert done.details["response_body"] == "ok"
    kept = done.details["response_headers"]
    assert kept["x-answer"] == "1"
    assert not {"via", "x-forwarded-for"} & kept.keys()


@pytest.mark.parametrize("status", [302, 404, 500])
def test_whatever_is_answered_is_an_execution(do: Make, call: Any, slack: Any, status: int) -> None:
    slack.status, slack.text = status, "é" * 2 * LONGEST_BODY
    done = do(call, event=make_event())

    assert (done.state, done.details["status_code"]) == ("executed", status)
    assert len(done.details["response_body"]) == LONGEST_BODY
    assert len(slack.requests) == 1


def test_what_is_kept_of_an_answer_has_no_secrets(do: Make, call: Any, slack: Any) -> None:
    slack.echoes = True
    done = do(call, event=make_event())

    assert "********" in done.details["response_body"]
    assert "s3cret-token" not in str(done.details)


def test_a_webhook_that_nobody_answers_is_called_again_with_the_same_id(
    impatient: None, fire: Make, act: Make, outcomes: Make, call: Any, slack: Any
) -> None:
    slack.hangs = True
    ids = fire(call, event=make_event())
    again = act()
    (waiting,) = outcomes(ids)
    assert (waiting["state"], waiting["attempts"]) == ("pending", 1)
    assert clock.now() < again < clock.now() + SOON

    slack.hangs = False
    act(again)
    (done,) = outcomes(ids)
    assert (done["state"], done["attempts"]) == ("executed", 2)
    assert {one.headers["webhook-id"] for one in slack.requests} == {done["invocation"]}


def test_a_webhook_that_cannot_be_reached_fails_in_the_end(
    fire: Make, act: Make, outcomes: Make, make_block: Make, events: Make
) -> None:
    block = make_block("webhook", url="http://127.0.0.1:1/closed")
    ids = fire({"type": "call-webhook", "block_document_id": block, "payload": ""})
    due, tries = clock.now(), 0
    while due is not None:
        due, tries = act(due), tries + 1

    (done,) = outcomes(ids)
    assert (done["state"], done["attempts"], tries) == ("failed", 5, 5)
    assert done["reason"].startswith("Webhook call failed: cannot reach the service")
    assert events()[-1].event == "prefect.automation.action.failed"


def test_a_call_that_meets_a_fault_of_the_server_fails_in_the_end(
    fire: Make, act: Make, outcomes: Make, call: Any, events: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(webhooks, "send", break_down)
    ids = fire(call, event=make_event())
    due, tries = clock.now(), 0
    while due is not None and tries < 6:
        due, tries = act(due), tries + 1

    (done,) = outcomes(ids)
    assert (done["state"], done["attempts"], tries) == ("failed", 5, 5)
    assert done["reason"] == "The server met a fault: RuntimeError; its log says more."
    assert events()[-1].payload["reason"] == done["reason"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"url": "ftp://a"}, "Webhook call failed: the address is no http or https URL"),
        ({"url": "http://a", "method": "DANCE"}, "The webhook block was invalid: method: "),
        ({"url": "http://127.0.0.1:1", "allow_private_urls": False}, "Webhook call failed: "),
    ],
)
def test_a_call_that_can_never_be_is_tried_once(
    do: Make, make_block: Make, data: Any, reason: str
) -> None:
    block = make_block("webhook", **data)
    done = do({"type": "call-webhook", "block_document_id": block, "payload": ""})

    assert (done.state, done.attempts) == ("failed", 1)
    assert done.reason.startswith(reason)


def test_a_call_whose_process_died_is_made_again_when_its_claim_ends(
    fire: Make, act: Make, outcomes: Make, call: Any, slack: Any, set_actions: Make
) -> None:
    ids = fire(call, event=make_event())
    begun = clock.now()
    set_actions(claim=uuid7(), due=begun + CLAIM, attempts=1)

    assert act(begun) == begun + CLAIM
    assert slack.requests == []
    act(begun + CLAIM)
    (done,) = outcomes(ids)
    assert (done["state"], done["attempts"], len(slack.requests)) == ("executed", 2, 1)


def test_slow_webhooks_keep_no_other_action_waiting(
    impatient: None, fire: Make, executor: Any, outcomes: Make, call: Any, slack: Any
) -> None:
    slack.hangs = True
    calls = fire(*[call] * 6, event=make_event())
    other = fire({"type": "do-nothing"})
    executor.tick(clock.now())

    assert [one["state"] for one in outcomes(other)] == ["executed"]
    assert sum(one["attempts"] for one in outcomes(calls)) == 4
    assert executor.wait(30)
