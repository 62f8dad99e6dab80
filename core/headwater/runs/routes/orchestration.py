"""What clients are told of a proposal to change a run's state."""

from typing import Any

from flask import Response

from headwater.runs.rules.transitions import Decision, Status
from headwater.runs.schemas.shown import Shown
from headwater.web.wire import answer


def show_decision(decision: Decision[Any], state: Shown | None) -> Shown:
    details: dict[str, Any] = {"type": f"{decision.status.lower()}_details"}
    if decision.status is not Status.ACCEPT:
        details["reason"] = decision.reason
    if decision.status is Status.WAIT:
        details["delay_seconds"] = decision.delay_seconds
    return {"state": state, "status": decision.status, "details": details}


def answer_decision(decision: Decision[Any], state: Shown | None) -> Response:
    """Answer 201 when a state was written, be it another one than the client proposed."""
    status = 201 if decision.entered is not None else 200
    return answer(show_decision(decision, state), status)
