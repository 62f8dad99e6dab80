"""Runs say which pool and queue they wait in."""

import pytest


@pytest.fixture
def add_run(work):
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]
    return lambda status=201, **body: work.post("flow_runs/", {"flow_id": flow} | body, status)


def place(run):
    return run["work_pool_name"], run["work_queue_name"], run["work_pool_id"], run["work_queue_id"]


def test_a_run_of_a_pool_is_in_its_default_queue(work, add_run):
    pool = work.add_pool()

    run = add_run(work_pool_name="farm")

    wanted = ("farm", "default", pool["id"], pool["default_queue_id"])
    assert place(run) == place(work.get(f"flow_runs/{run['id']}")) == wanted
    (listed,) = work.post("flow_runs/filter", {"work_pools": {"name": {"any_": ["farm"]}}})
    assert place(listed) == wanted


def test_a_run_is_in_the_queue_that_it_names(work, add_run):
    work.add_pool()
    queue = work.add_queue("fast")

    run = add_run(work_pool_name="farm", work_queue_name="fast", idempotency_key="x")
    again = add_run(200, work_pool_name="farm", work_queue_name="fast", idempotency_key="x")

    assert place(run)[1::2] == ("fast", queue["id"])
    assert place(again) == place(run)


def test_a_run_of_no_pool_is_in_none(work, add_run):
    assert place(add_run(work_queue_name="plain")) == (None, "plain", None, None)


@pytest.mark.parametrize("named", [{}, {"work_queue_name": "x"}])
def test_an_unknown_pool_is_not_found(work, add_run, named):
    add_run(404, work_pool_name="nope", **named)


def test_a_run_is_in_no_queue_when_its_pool_is_gone(work, add_run):
    work.add_pool()
    run = add_run(work_pool_name="farm")

    work.delete("work_pools/farm")

    assert place(work.get(f"flow_runs/{run['id']}")) == (None, "default", None, None)
    assert place(work.post("flow_runs/filter", {})[0]) == (None, "default", None, None)
