"""What may be done to a flow run, as the rules see it, and how a page tells what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from headwater.api.runs import FINAL, StateCreate, StateDetails, StateType, foresee, parse

RETRY = StateCreate(
    type=StateType.SCHEDULED, name="AwaitingRetry", message="Retried from the run's page."
)
CANCEL = StateCreate(type=StateType.CANCELLING, message="Cancelled from the run's page.")
ENDED = {StateType.CANCELLING, *FINAL}  # what cannot be cancelled any more
NO_DEPLOYMENT = (
    "No retry from here: the run has no deployment, so nothing on a server could start it again."
)
PAUSES = {
    "suspend": "Suspend: its process ends before its next task, and a new one goes on later.",
    # As tried with 3.9's client, which looks for suspensions only.
    "pause": "Pause: its process stays and waits before its next task, if prefect 2 runs it. "
    "A flow of prefect 3 does not look for this, and goes on.",
}


@dataclass(frozen=True)
class Acts:
    """The acts that a run's page offers; *no_retry* says why that one is missing."""

    retry: bool = False
    no_retry: str | None = None
    cancel: bool = False
    pause: bool = False
    resume: bool = False
    wants_input: bool = False


def list_acts(row: Row[Any], now: datetime) -> Acts:
    """Return what the rules allow for a run, read with all its columns."""
    kind = row.state_type
    if kind in FINAL:
        reason = find_objection(row, RETRY, now)
        misses = reason is not None and kind != StateType.COMPLETED
        return Acts(retry=reason is None, no_retry=_explain(row, reason) if misses else None)
    return Acts(
        cancel=find_objection(row, CANCEL, now) is None,
        pause=bool(list_pauses(row, now)),
        resume=kind == StateType.PAUSED and find_objection(row, going_on(row), now) is None,
        wants_input=kind == StateType.PAUSED and bool(input_keys(row)),
    )


def list_pauses(row: Row[Any], now: datetime) -> list[str]:
    """Return the keys of PAUSES that the run may enter."""
    return [
        way for way in PAUSES if find_objection(row, pausing(way, timedelta(0), now), now) is None
    ]


def pausing(way: str, timeout: timedelta, now: datetime) -> StateCreate:
    """Return the state of a run that pauses; it fails if nobody resumes it within *timeout*."""
    suspends = way == "suspend"
    details = StateDetails(pause_timeout=now + timeout, pause_reschedule=suspends)
    name = "Suspended" if suspends else "Paused"
    message = f"{name} from the run's page."
    return StateCreate(type=StateType.PAUSED, name=name, message=message, state_details=details)


def going_on(row: Row[Any]) -> StateCreate:
    """Return the state in which a paused run goes on."""
    suspended = (parse(row.state_details) or {}).get("pause_reschedule")
    return StateCreate(type=StateType.SCHEDULED if suspended else StateType.RUNNING)


def input_keys(row: Row[Any]) -> dict[str, str]:
    """Return under which keys a paused run keeps what input it waits for."""
    keys: dict[str, str] | None = (parse(row.state_details) or {}).get("run_input_keyset")
    return keys or {}


def find_objection(row: Row[Any], proposed: StateCreate, now: datetime) -> str | None:
    """Return why the rules would leave the run where it is, or None."""
    decision = foresee(row, proposed, now=now)
    return None if decision.entered is not None else decision.reason or "The rules refuse it."


def _explain(row: Row[Any], reason: str | None) -> str:
    return NO_DEPLOYMENT if row.deployment_id is None else f"No retry: {reason}"


def say_result(name: str, decision: Any, state: dict[str, Any] | None) -> tuple[str, bool]:
    """Return what became of a proposal, and whether it is what was asked for."""
    now_in = state["name"] if state else "without a state"
    if decision.entered is None:
        return f"{name} stays {now_in}: {decision.reason}", False
    if decision.reason:
        return f"{name} is {now_in} now. {decision.reason}", True
    return f"{name} is {now_in} now.", True
