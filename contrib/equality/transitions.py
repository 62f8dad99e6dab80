"""The transitions whose verdicts are compared: a run as it is, a state that is proposed.

    python -m contrib.equality.verdicts [--majors 3.9 2.20]

asks the clients' own servers for each of them, and writes what they say to tests/verdicts/.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

TYPES = (
    "SCHEDULED",
    "PENDING",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    "CRASHED",
    "PAUSED",
    "CANCELLING",
)
KEPT = {"type": "reference", "storage_key": "x"}
NOT_KEPT = {"type": "unpersisted"}
TRANSITION = "01a96f4e-4d3e-7a52-9d1e-6a1d8d4f3b11"
LATER = "2199-01-01T00:00:00Z"
EARLIER = "2020-01-01T00:00:00Z"


@dataclass(frozen=True)
class Case:
    """One proposal. States are as clients send them. *flow_run*: the type that a task run's flow
    run is in, None: it has none."""

    kind: str  # flow_run, task_run
    fact: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    force: bool = False
    deployment: bool = False
    pid: str | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    flow_run: str | None = "RUNNING"

    @property
    def made_in(self) -> Mapping[str, Any]:
        """Return the state to make the run in: 2.20's SQLite can make none that has a result."""
        return state("RUNNING") if "data" in self.before else self.before

    @property
    def run_count(self) -> int:
        return int(self.made_in["type"] == "RUNNING")

    @property
    def key(self) -> str:
        force = " forced" if self.force else ""
        return f"{self.kind}, {self.fact}: {_say(self.before)} to {_say(self.after)}{force}"


def _say(state: Mapping[str, Any]) -> str:
    return str(state["type"]) + (f" {state['name']}" if "name" in state else "")


def state(kind: str, name: str | None = None, data: Any = None, **details: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"type": kind}
    made |= {"name": name} if name else {}
    made |= {"data": data} if data is not None else {}
    return made | ({"state_details": details} if details else {})


# The facts with which states are forced, too: more would ask the same again.
FORCED = {"by itself", "in a running flow", "suspended", "said twice"}


def list_cases() -> list[Case]:
    cases = [*_flow_run_cases(), *_task_run_cases()]
    forced = [case for case in cases if case.fact in FORCED or "result" in case.fact]
    return [*cases, *(replace(case, force=True) for case in forced)]


def _pairs(kind: str, fact: str, **more: Any) -> Iterator[Case]:
    for before in TYPES:
        for after in TYPES:
            yield Case(kind, fact, _plain(before), state(after), **more)


def _retries(kind: str) -> Iterator[Case]:
    for retries in (0, 1):
        for after in TYPES:
            policy = {"retries": retries}
            yield Case(
                kind, f"with {retries} retries", state("RUNNING"), state(after), policy=policy
            )


def _plain(kind: str) -> dict[str, Any]:
    # 2.20's loop over pauses stumbles over one that never ends.
    return state(kind, pause_timeout=LATER) if kind == "PAUSED" else state(kind)


def _flow_run_cases() -> Iterator[Case]:
    kind = "flow_run"
    yield from _pairs(kind, "by itself")
    yield from _pairs(kind, "of a deployment", deployment=True)
    for before in TYPES:
        process = {"deployment": True, "pid": "host:1"}
        yield Case(kind, "with a process", _plain(before), state("CANCELLING"), **process)
    yield from _retries(kind)
    for after in TYPES:
        for result, data in (("kept", KEPT), ("not kept", NOT_KEPT), ("inline", "a text")):
            yield Case(kind, f"with a result {result}", state("COMPLETED", data=data), state(after))
        suspended = state("PAUSED", "Suspended", pause_reschedule=True, pause_timeout=LATER)
        yield Case(kind, "suspended", suspended, state(after), deployment=True)
        yield Case(kind, "suspended by itself", suspended, state(after))
        over = state("PAUSED", pause_timeout=EARLIER)
        yield Case(kind, "paused for too long", over, state(after))
        resuming = state("SCHEDULED", "Resuming")
        yield Case(kind, "resuming", resuming, state(after), deployment=True, pid="host:1")
        yield Case(kind, "due later", state("SCHEDULED", scheduled_time=LATER), state(after))
        yield Case(
            kind, "pending until later", state("PENDING", scheduled_time=LATER), state(after)
        )
    for before in TYPES:
        yield Case(kind, "late", _plain(before), state("SCHEDULED", "Late"))
        yield Case(kind, "reported", _plain(before), state("PENDING", "Submitting"))
        again = state(before, transition_id=TRANSITION)
        yield Case(kind, "said twice", again, again)
        suspend = state("PAUSED", "Suspended", pause_reschedule=True, pause_timeout=LATER)
        yield Case(kind, "to suspend", _plain(before), suspend, deployment=True)
        yield Case(kind, "to suspend by itself", _plain(before), suspend)
    late = state("SCHEDULED", "Late")
    yield Case(kind, "late twice", late, late)
    reported = state("PENDING", "Submitting")
    yield Case(kind, "reported twice", reported, reported)
    yield Case(kind, "reported back", reported, state("PENDING"))
    yield Case(kind, "result again", state("COMPLETED", data=KEPT), state("COMPLETED", data=KEPT))


def _task_run_cases() -> Iterator[Case]:
    kind = "task_run"
    yield from _pairs(kind, "in a running flow")
    for before in TYPES:
        yield Case(kind, "without a flow", _plain(before), state("RUNNING"), flow_run=None)
    yield from _retries(kind)
    for flow_run in TYPES:
        for before in ("SCHEDULED", "PENDING", "PAUSED"):
            fact = f"in a flow that is {flow_run}"
            yield Case(kind, fact, state(before), state("RUNNING"), flow_run=flow_run)
    for after in TYPES:
        for result, data in (("kept", KEPT), ("not kept", NOT_KEPT)):
            yield Case(kind, f"with a result {result}", state("COMPLETED", data=data), state(after))
        yield Case(kind, "due later", state("SCHEDULED", scheduled_time=LATER), state(after))
    failed = state("FAILED", retriable=False)
    yield Case(kind, "not to be retried", state("RUNNING"), failed, policy={"retries": 1})
    for before in TYPES:
        for after in ("SCHEDULED", "PENDING", "RUNNING"):
            deferred = state(after, deferred=True)
            yield Case(kind, "in the background", state(before), deferred, flow_run=None)
