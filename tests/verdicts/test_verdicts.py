"""The rules' verdicts beside those of the clients' own servers, asked for each transition.

What they said is kept in verdicts-*.json, by contrib/equality/verdicts.py; where we mean it
otherwise is said here, with the reason.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contrib.equality.transitions import Case, list_cases
from headwater.runs.rules.flow_runs import decide_flow_run
from headwater.runs.rules.task_runs import decide_task_run
from headwater.runs.rules.transitions import Decision, Run, Transition
from headwater.runs.schemas.policies import FlowRunPolicy, TaskRunPolicy
from headwater.runs.schemas.states import State, StateCreate, StateType, make_state

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
RELEASES = {"2.20": (2, 20, 27), "3.9": (3, 9, 1)}
HERE = Path(__file__).parent
CASES = {case.key: case for case in list_cases()}
VERDICTS = {major: json.loads((HERE / f"verdicts-{major}.json").read_text()) for major in RELEASES}
ASKED = [(major, key) for major in RELEASES for key in CASES if key in VERDICTS[major]]
# By major: how transitions begin that we mean otherwise, and why.
RETRIED = "a cancelled run can be run again, as 3.9 has it: only a cancelling one is held back"
LOST = "a second COMPLETED must not lose the result of the first, as 3.9 has it"
FAULT = "their server fails where a state's data is no object; ours does not"
MEANT: dict[str, dict[str, str]] = {
    "2.20": {
        "flow_run, by itself: CANCELLED to": RETRIED,
        "flow_run, of a deployment: CANCELLED to": RETRIED,
        "flow_run, reported: CANCELLED to": RETRIED,
        "flow_run, with a result kept: COMPLETED to COMPLETED": LOST,
        "flow_run, with a result inline: COMPLETED to SCHEDULED": FAULT,
        "flow_run, with a result inline: COMPLETED to PENDING": FAULT,
        "flow_run, with a result inline: COMPLETED to RUNNING": FAULT,
    },
    "3.9": {},
}


def state(sent: Mapping[str, Any]) -> State:
    return make_state(StateCreate.model_validate(sent), uuid4(), NOW)


def decide(case: Case, client: tuple[int, ...]) -> tuple[Decision[Any], State]:
    before, after = state(case.before), state(case.after)
    if case.kind == "flow_run":
        policy = FlowRunPolicy.model_validate(case.policy)
        run = Run(
            policy=policy,
            run_count=case.run_count,
            deployment_id=uuid4() if case.deployment else None,
            infrastructure_pid=case.pid,
        )
        transition = Transition(run, before, after, NOW, client=client)
        return decide_flow_run(transition, force=case.force), before
    of_flow = None if case.flow_run is None else state({"type": case.flow_run})
    task_run = Run(
        policy=TaskRunPolicy.model_validate(case.policy),
        run_count=case.run_count,
        in_flow_run=of_flow is not None,
        flow_run_state=of_flow,
        flow_run_starts=int(case.flow_run == StateType.RUNNING),
    )
    of_task = Transition(task_run, before, after, NOW, client=client)
    return decide_task_run(of_task, force=case.force), before


def verdict(case: Case, client: tuple[int, ...]) -> list[str]:
    decision, before = decide(case, client)
    after = decision.entered or before
    return [str(decision.status), str(after.type), after.name]


@pytest.mark.parametrize(("major", "key"), ASKED)
def test_the_rules_say_what_the_clients_own_server_says(major: str, key: str) -> None:
    said = verdict(CASES[key], RELEASES[major])

    if not key.startswith(tuple(MEANT[major])):
        assert said == VERDICTS[major][key]
        return
    # There the newer major says what we say to both, where it is without fault.
    assert said in (VERDICTS[major][key], verdict(CASES[key], RELEASES["3.9"]))


def test_what_is_meant_otherwise_is_otherwise() -> None:
    for major, reasons in MEANT.items():
        for beginning in reasons:
            of_them = [key for key in CASES if key.startswith(beginning)]
            differ = [
                key
                for key in of_them
                if verdict(CASES[key], RELEASES[major]) != VERDICTS[major][key]
            ]
            assert differ, beginning


@pytest.mark.parametrize("major", RELEASES)
def test_every_transition_was_asked_for(major: str) -> None:
    assert list(VERDICTS[major]) == list(CASES)
