"""Why actions fail that cannot be done, and what is told of it."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.automations.actions.making import Make, make_event

NOBODY = str(UUID(int=1))
ACTIONS = "prefect.automation.action."


RUN = {"type": "run-deployment", "source": "selected", "deployment_id": NOBODY}
RUN_INFERRED = {"type": "run-deployment", "source": "inferred"}
POOL = {"type": "pause-work-pool", "source": "inferred"}
QUEUE = {"type": "pause-work-queue", "source": "inferred"}
VARIABLE = {"__prefect_kind": "workspace_variable", "variable_name": "x"}


@pytest.mark.parametrize(
    ("action", "event", "reason"),
    [
        (RUN, None, "Unexpected status from 'run-deployment' action: 404"),
        (RUN_INFERRED, None, "No event to infer the deployment"),
        (RUN_INFERRED, make_event(), "No deployment could be inferred"),
        (RUN_INFERRED, make_event("prefect.deployment.x"), "No deployment could be inferred"),
        (POOL, make_event(), "No work pool could be inferred"),
        (
            {"type": "pause-work-pool", "work_pool_id": NOBODY},
            None,
            f"Work pool {NOBODY} not found",
        ),
        (QUEUE, make_event(), "No work queue could be inferred"),
        (
            {"type": "pause-work-queue", "work_queue_id": NOBODY},
            None,
            "Unexpected status from 'pause-work-queue' action: 404",
        ),
        (
            {"type": "resume-automation", "source": "inferred"},
            make_event(),
            "No automation could be inferred",
        ),
        ({"type": "cancel-flow-run"}, make_event(), "No flow run could be inferred"),
        (
            {"type": "delete-flow-run"},
            make_event(f"prefect.flow-run.{NOBODY}"),
            "Unexpected status from 'delete-flow-run' action: 404",
        ),
        (
            {"type": "call-webhook", "block_document_id": NOBODY},
            None,
            "Unexpected status from 'call-webhook' action: 404",
        ),
        (
            {"type": "send-notification", "block_document_id": NOBODY, "body": "b"},
            None,
            "Unexpected status from 'send-notification' action: 404",
        ),
        (
            {"type": "send-notification", "block_document_id": NOBODY, "body": "{{ 1 / 0 }}"},
            None,
            "Template rendering failed: ZeroDivisionError('division by zero')",
        ),
        (
            RUN | {"parameters": {"a": VARIABLE}},
            None,
            "Unable to create flow run from deployment: Variable 'x' not found in workspace.",
        ),
    ],
)
def test_why_an_action_failed_is_told(
    do: Make, events: Make, action: Any, event: Any, reason: str
) -> None:
    done = do(action, event=event)

    assert (done.state, done.reason) == ("failed", reason)
    *_, told = events()
    assert (told.event, told.payload["reason"]) == (f"{ACTIONS}failed", reason)


def test_parameters_that_a_deployment_does_not_take_are_told(
    client: FlaskClient, flow: Any, do: Make
) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    body = {"name": "strict", "flow_id": flow["id"], "parameter_openapi_schema": schema}
    made = client.post("/api/deployments/", json=body | {"enforce_parameter_schema": True}).json

    done = do({"type": "run-deployment", "deployment_id": made["id"], "parameters": {"n": "x"}})

    assert done.reason.startswith("Validation error occurred for 'run-deployment' - ")
    assert done.details["status_code"] == 409
    assert done.details["validation_error"] in done.reason


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"type": "call-webhook"}, "The referenced block was not a webhook block"),
        (
            {"type": "send-notification", "body": "b"},
            "The referenced block was not a notification block",
        ),
    ],
)
def test_a_block_of_another_kind_is_refused(
    make_block: Make, do: Make, action: Any, reason: str
) -> None:
    block = make_block("secret", value="s3cret")

    assert do(action | {"block_document_id": block}).reason == reason


def test_an_action_that_fails_stops_no_other(
    deployment: Any, fire: Make, act: Make, outcomes: Make
) -> None:
    ids = fire(RUN, {"type": "do-nothing"}, RUN | {"deployment_id": deployment["id"]})
    act()

    assert [one["state"] for one in outcomes(ids)] == ["failed", "executed", "executed"]
