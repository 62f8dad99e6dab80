"""The timeline of a run: when its tasks ran, what led to what, a row for each task if many."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.base import db
from headwater.db.session import write
from headwater.ids import uuid7
from headwater.runs.models import TaskRun

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def run(make_run):
    return make_run(state="RUNNING")


@pytest.fixture
def url(run):
    return f"/runs/flow-run/{run['id']}"


@pytest.fixture
def keep_tasks(run):
    """Keep task runs of a task that took a second each, as many as wanted, the given last."""

    def keep(number, task="extract-1", state="COMPLETED", given=(), after=0.0):
        rows = []
        for count in range(number):
            begin = START + timedelta(seconds=after + count)
            row = {"id": uuid7(), "workspace_id": DEFAULT_WORKSPACE, "created": begin}
            row |= {"updated": begin, "name": f"{task}-{count}", "task_key": task}
            row |= {"dynamic_key": str(count), "flow_run_id": UUID(run["id"])}
            inputs = {"rows": [{"input_type": "task_run", "id": str(one)} for one in given]}
            row |= {"task_inputs": inputs, "tags": [], "labels": {}, "empirical_policy": {}}
            row |= {"run_count": 1, "flow_run_run_count": 1, "total_run_time": 1.0}
            row |= {"state_type": state, "state_name": state.capitalize(), "start_time": begin}
            row |= {"state_id": uuid7(), "state_timestamp": begin, "expected_start_time": begin}
            row |= {"end_time": begin + timedelta(seconds=1)}
            rows.append(row)
        write(lambda session: session.execute(insert(TaskRun.__table__), rows))
        return [row["id"] for row in rows]

    return keep


def rows_of(page):
    chart = page.text[page.text.index('id="gantt"') :]
    chart = chart[: chart.index("</section>")]
    return [
        " ".join(re.sub("<[^>]+>", " ", row.split('<svg class="lane"')[0]).split())
        for row in re.split(r'<li data-row="\d+">', chart)[1:]
    ]


def test_each_task_run_has_a_row_that_tells_when_it_ran_and_what_it_was_given(
    view, url, keep_tasks
):
    first, second = keep_tasks(2)
    keep_tasks(1, "load-1", "FAILED", given=(first, second), after=2)

    page = view(url)

    rows = rows_of(page)
    assert rows[0] == "extract-1-0 : Completed, after 0.00 s, for 1.00 s"
    assert rows[2] == (
        "load-1-0 : Failed, after 2.00 s, for 1.00 s, given results of extract-1-0, extract-1-1"
    )
    assert page.text.count('<g data-from="') == 2
    assert '<g data-from="1" data-to="2">' in page.text


def test_a_subflow_has_a_row_with_its_own_runs_name_and_times(
    view, make_run, make_task_run, url, run
):
    task = make_task_run(run, state="RUNNING", name="placeholder")
    child = make_run("inner", "RUNNING", name="the-child", parent_task_run_id=task["id"])

    page = view(url)

    (row,) = rows_of(page)
    assert row.startswith("the-child subflow : Running, after ")
    assert f'id="bar-{child["id"]}"' in page.text


def test_of_a_thousand_task_runs_there_is_a_row_for_each_task_and_each_on_demand(
    view, url, keep_tasks, statements
):
    keep_tasks(998)
    keep_tasks(2, "load-1", "FAILED", after=998)
    keep_tasks(1, "end-1", after=1_000)
    statements.clear()

    page = view(url)
    whole = view(page.link("Show all 1,001"))

    assert rows_of(page) == [
        "extract \N{MULTIPLICATION SIGN} 998 : 998 Completed, after 0.00 s, for 16 min 38 s",
        "load \N{MULTIPLICATION SIGN} 2 : 2 Failed, after 16 min 38 s, for 2.00 s",
        "end-1-0 : Completed, after 16 min 40 s, for 1.00 s",
    ]
    assert len(rows_of(whole)) == 1_001
    assert len(statements) <= 16, statements
    assert len(page.text) < 80_000
    assert rows_of(view(whole.link("A row for each task"))) == rows_of(page)


def test_a_task_some_of_whose_runs_failed_is_seen_as_failed(view, url, keep_tasks, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.timeline.EACH", 3)
    keep_tasks(5)
    (failed,) = keep_tasks(1, "extract-2", "FAILED")

    text = view(url).text

    assert f'id="bar-{failed}"' in text
    assert 'data-state="FAILED"' in text[text.index('id="gantt"') :]


def test_what_has_not_begun_is_counted_only(view, url, run, make_task_run):
    make_task_run(run, 1)
    make_task_run(run, 2)

    assert "No task run has begun." in view(url).text
    make_task_run(run, 3, "RUNNING")
    assert "2 of 3 task runs have not begun." in view(url).text


def test_a_running_run_is_followed(view, fetch, url, run, make_task_run, client):
    make_task_run(run, 1, "COMPLETED", name="first")
    page = view(url)

    make_task_run(run, 2, "RUNNING", name="second")
    news = fetch(page.asks("gantt"))
    later = fetch(page.asks("gantt"))

    assert [row.split()[0] for row in rows_of(news)] == ["first", "second"]
    assert "<html" not in news.text
    assert later.status == 200  # its bar has grown


def test_a_run_that_rests_sends_nothing(view, fetch, make_run, make_task_run):
    paused = make_run(state="PAUSED")
    make_task_run(paused, 1, "COMPLETED")

    page = view(f"/runs/flow-run/{paused['id']}")

    assert fetch(page.asks("gantt")).status == 204


@pytest.mark.parametrize(
    "inputs",
    [{"x": 3}, {"x": ["y"]}, {"x": [{"id": 3}]}, {"x": [{}]}, {"__parents__": [{"id": "me"}]}],
)
def test_inputs_of_any_shape_are_drawn(view, url, keep_tasks, inputs):
    (task,) = keep_tasks(1)
    table = TaskRun.__table__
    with db.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == task).values(task_inputs=inputs))

    page = view(url)

    assert page.status == 200
    assert "<g data-from" not in page.text


def test_the_news_take_three_statements(view, fetch, url, keep_tasks, statements):
    keep_tasks(5)
    page = view(url)
    statements.clear()

    fetch(page.asks("gantt"))

    assert len(statements) == 3, statements


def test_without_scripts_its_address_leads_to_the_run(view, url):
    page = view(f"{url}/timeline?timeline=all")

    assert page.status == 303
    assert page.headers["Location"] == f"{url}?timeline=all#gantt"
