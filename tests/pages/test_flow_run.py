"""The page of one flow run, and the addresses that lead to it."""

from datetime import timedelta
from uuid import uuid4

import pytest


@pytest.fixture
def url(make_run):
    run = make_run(name="fuzzy-leopard")
    return f"/runs/flow-run/{run['id']}"


def test_a_run_shows_its_flow_state_tags_parameters_and_message(view, make_run):
    run = make_run(
        "daily-etl",
        "FAILED",
        message="no such table: <orders>, see https://example.com/x?a=1&b=2.",
        tags=["prod"],
        parameters={"day": "<monday>", "big": 2**70},
    )

    page = view(f"/runs/flow-run/{run['id']}")

    assert f"<h1>{run['name']}</h1>" in page.text
    assert page.link("daily-etl").startswith("/flows/")
    assert 'data-state="FAILED"' in page.text
    assert "&lt;orders&gt;" in page.text
    assert '<a href="https://example.com/x?a=1&amp;b=2" rel="noopener noreferrer">' in page.text
    assert "&#34;&lt;monday&gt;&#34;" in page.text
    assert str(2**70) in page.text


def test_a_run_shows_its_deployment_and_its_work_pool(view, make_run, client):
    other = view(f"/runs/flow-run/{make_run('daily-etl')['id']}").text
    client.post("/api/work_pools/", json={"name": "ann's", "type": "process"})
    flow = client.post("/api/flows/", json={"name": "daily-etl"}).json["id"]
    body = {"name": "bob's", "flow_id": flow, "work_pool_name": "ann's"}
    deployment = client.post("/api/deployments/", json=body).json["id"]
    run = client.post(f"/api/deployments/{deployment}/create_flow_run", json={}).json

    text = view(f"/runs/flow-run/{run['id']}").text

    assert "<dt>Deployment</dt><dd>bob&#39;s</dd>" in text
    assert "<dt>Work pool</dt><dd>ann&#39;s</dd>" in text
    assert "<dt>Deployment</dt>" not in other
    assert "<dt>Work pool</dt>" not in other


def test_its_states_stand_in_order_with_how_long_each_lasted(view, make_run, client):
    run = make_run()
    for kind in ("RUNNING", "COMPLETED"):
        client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": {"type": kind}})

    text = view(f"/runs/flow-run/{run['id']}").text
    states = text[text.index('id="timeline"') :]

    assert states.index("Pending") < states.index("Running") < states.index("Completed")


def test_task_runs_are_listed_and_counted_by_state(view, make_run, make_task_run):
    run = make_run()
    make_task_run(run, 1, "FAILED", name="extract-<1>")
    make_task_run(run, 2, "RUNNING", name="load")

    page = view(f"/runs/flow-run/{run['id']}")

    assert page.names == ["load", "extract-<1>"]
    assert f"/runs/flow-run/{run['id']}/task-runs?state=FAILED" in page.text
    assert "All 2" in page.text


def test_a_subflow_run_and_its_parent_lead_to_each_other(view, make_run, make_task_run):
    parent = make_run(name="the-parent")
    task = make_task_run(parent, name="placeholder")
    child = make_run("inner", name="the-child", parent_task_run_id=task["id"])

    of_parent = view(f"/runs/flow-run/{parent['id']}")
    of_child = view(f"/runs/flow-run/{child['id']}")
    of_task = view(f"/runs/task-run/{task['id']}")

    assert of_parent.link("the-child") == f"/runs/flow-run/{child['id']}"
    assert of_child.link("the-parent") == f"/runs/flow-run/{parent['id']}"
    assert of_task.link("Open the subflow run") == f"/runs/flow-run/{child['id']}"
    assert of_task.link("the-parent") == f"/runs/flow-run/{parent['id']}"


def test_htmx_gets_the_live_part_alone_and_nothing_while_nothing_is_new(
    view, fetch, url, client, make_task_run
):
    page = view(url)

    unchanged = fetch(page.asks("run"))
    make_task_run({"id": url.rpartition("/")[2]}, state="RUNNING", name="load")
    changed = fetch(page.asks("run"))

    assert unchanged.status == 204
    assert changed.names == ["load"]
    assert "<html" not in changed.text
    assert 'id="log"' not in changed.text


def test_a_run_that_ended_long_ago_is_followed_no_more(view, fetch, make_run, monkeypatch):
    run = make_run(state="COMPLETED")
    url = f"/runs/flow-run/{run['id']}"
    asked = view(url).asks("run")

    monkeypatch.setattr("headwater_panel_runs.shown.AFTERGLOW", timedelta(0))
    ended = fetch(asked)

    assert ended.status == 200
    assert "data-live" not in ended.text
    assert "data-live" not in view(url).text


def test_a_long_parameter_is_folded_and_a_huge_one_cut(view, make_run):
    run = make_run(parameters={"long": "x" * 5_000, "huge": "y" * 100_000, "many": [1] * 100})

    text = view(f"/runs/flow-run/{run['id']}").text

    assert text.count("<details") == 3
    assert "x" * 5_000 in text
    assert "y" * 60_000 not in text
    assert f'href="/api/flow_runs/{run["id"]}"' in text


@pytest.mark.parametrize(
    "address", ["/runs/flow-run/{}", "/runs/task-run/{}", "/runs/flow-run/{}/task-runs"]
)
def test_a_run_that_is_not_there_is_a_404_page(view, address):
    page = view(address.format(uuid4()))

    assert page.status == 404
    assert "run not found" in page.text
    assert "<!doctype html>" in page.text


@pytest.mark.parametrize(
    ("printed", "ours"),
    [
        ("/flow-runs/flow-run/{}", "/runs/flow-run/{}"),
        ("/flow-runs/task-run/{}", "/runs/task-run/{}"),
        ("/flow-runs", "/runs"),
    ],
)
def test_addresses_that_older_clients_print_lead_to_ours(view, printed, ours):
    run_id = uuid4()

    page = view(printed.format(run_id))

    assert page.status == 303
    assert page.headers["Location"] == ours.format(run_id)


def test_all_links_stand_below_the_base_path(client, make_run):
    run = make_run(state="COMPLETED", tags=["x"])

    pages = ["/", "/runs", "/flows", f"/flows/{run['flow_id']}", "/plugins", "/nothing"]
    pages += [f"/runs/flow-run/{run['id']}{act}" for act in ("", "/state", "/delete", "/cancel")]
    for url in (*pages, "/runs/bulk/delete?flow=daily"):
        page = client.get(url, environ_overrides={"SCRIPT_NAME": "/base"}).text
        addresses = [part.split('"')[0] for part in page.split('="/')[1:]]
        assert [one for one in addresses if not one.startswith("base/")] == [], url


def test_all_task_runs_are_listed_in_pages(view, make_run, make_task_run, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.task_run_list.PAGE", 2)
    run = make_run()
    for number in range(5):
        make_task_run(run, number, "FAILED" if number == 4 else "COMPLETED", name=f"task-{number}")
    url = f"/runs/flow-run/{run['id']}/task-runs?state=COMPLETED"

    first = view(url)
    second = view(first.link("Older task runs"))

    assert first.names == ["task-3", "task-2"]
    assert second.names == ["task-1", "task-0"]
    assert "Older task runs" not in second.text


def test_a_task_run_shows_its_states_inputs_and_logs(view, make_run, make_task_run, log):
    run = make_run()
    source = str(uuid4())
    inputs = {"rows": [{"input_type": "task_run", "id": source}], "day": [], "odd": [{"id": 3}]}
    task = make_task_run(run, state="RUNNING", name="load", task_inputs=inputs)
    other = make_task_run(run, 1, name="other")
    log(run, "of the task", task=task)
    log(run, "of another", task=other)
    log(run, "of the flow")

    page = view(f"/runs/task-run/{task['id']}")

    assert page.lines == ["of the task"]
    assert f'href="/runs/task-run/{source}"' in page.text
    assert "Running" in page.text


@pytest.mark.parametrize("tasks", [1, 8])
def test_the_page_takes_eight_statements_and_its_news_five(
    view, fetch, make_run, make_task_run, log, statements, tasks
):
    parent = make_task_run(make_run())
    run = make_run(parent_task_run_id=parent["id"])
    for number in range(tasks):
        task = make_task_run(run, number, "COMPLETED")
        make_run("inner", parent_task_run_id=task["id"])
        log(run, "a line", task=task)
    statements.clear()

    page = view(f"/runs/flow-run/{run['id']}")
    of_page = len(statements)
    fetch(page.asks("run"))

    assert of_page <= 8
    assert len(statements) - of_page <= 5


def test_a_task_runs_page_takes_three_statements(view, make_run, make_task_run, statements):
    task = make_task_run(make_run())
    statements.clear()

    view(f"/runs/task-run/{task['id']}")

    assert len(statements) <= 3
