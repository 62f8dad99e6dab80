"""Runs that pause and are resumed, with what a person enters and without."""

from collections.abc import Callable
from typing import Any

import pytest

PAUSED_ONCE = ["Pending", "Running", "Paused", "Running", "Completed"]


@pytest.fixture(scope="module")
def ran(start: Callable[..., Any], major: str) -> Any:
    ran = start(major, "pausing.py").finish()
    assert ran.returncode == 0, ran.console
    return ran


@pytest.fixture
def runs(ran: Any, reader: Any) -> Any:
    return {name: reader.flow_run(run_id) for name, run_id in ran.seen["runs"].items()}


def states_of(reader: Any, run: Any) -> list[str]:
    return [state["name"] for state in reader.states(run)]


def test_a_run_goes_on_with_what_was_entered(ran: Any, runs: Any, reader: Any) -> None:
    assert ran.seen["asks"] == [3, "none", 7]
    assert states_of(reader, runs["asks"]) == [
        "Pending", "Running", "Paused", "Running", "Paused", "Running", "Completed",
    ]  # fmt: skip


def test_an_input_that_does_not_fit_is_refused_and_the_run_stays_paused(ran: Any) -> None:
    [refused, *taken] = ran.seen["answers"]

    assert refused[:2] == ["1", "REJECT"]
    assert "count" in refused[2]
    assert [answer[:2] for answer in taken] == [
        ["1", "ACCEPT"], ["2", "ACCEPT"], ["coffee", "ACCEPT"],
    ]  # fmt: skip


def test_schema_and_answer_stay_with_the_run(runs: Any, reader: Any) -> None:
    found = reader.inputs(runs["asks"]["id"])

    assert {"paused-1-schema", "paused-1-response", "paused-2-schema", "paused-2-response"} <= set(
        found
    )
    assert found["paused-1-response"] == {"count": 3}
    assert found["paused-1-schema"]["required"] == ["count"]


def test_a_pause_knows_its_key_and_its_end(runs: Any, reader: Any) -> None:
    first, second = (
        state["state_details"] for state in reader.states(runs["asks"]) if state["name"] == "Paused"
    )

    assert (first["pause_key"], second["pause_key"]) == ("1", "2")
    assert first["run_input_keyset"]["response"] == "paused-1-response"
    assert first["pause_timeout"] is not None
    assert sorted(runs["asks"]["empirical_policy"]["pause_keys"]) == ["1", "2"]


def test_the_task_run_of_a_subflow_pauses_with_it(runs: Any, reader: Any) -> None:
    [placeholder] = reader.task_runs(runs["outer"]["id"])

    assert states_of(reader, runs["inner"]) == PAUSED_ONCE
    assert states_of(reader, placeholder) == ["Pending", *PAUSED_ONCE]
    assert states_of(reader, runs["outer"]) == ["Pending", "Running", "Completed"]


def test_a_pause_that_nobody_ends_fails_the_run(ran: Any, reader: Any) -> None:
    run = reader.flow_run(ran.seen["lonely"])

    assert run["state_type"] == "FAILED"
    assert "never resumed" in run["state"]["message"]


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("pausing", ran) == []
