"""The page of one task run: its states, what went in, its logs."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement, Row

from headwater.api import current_workspace, now, reading, render_live, wants_fragment
from headwater.api.runs import (
    get_task_run,
    get_task_run_and_flow_run,
    list_task_run_states,
    parse,
)
from headwater_panel_runs import logs
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.elsewhere import find_events
from headwater_panel_runs.shown import ShownRun, ShownState, show_run, show_states

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class ShownInput:
    """An argument of the task, and the task runs or flow runs that it came from."""

    name: str
    task_runs: tuple[str, ...]
    flow_runs: tuple[str, ...]


@dataclass(frozen=True)
class ShownTaskRun:
    """What a task run's page follows."""

    run: ShownRun
    flow_run_id: UUID | None
    flow_run_name: str | None
    task_key: str
    inputs: list[ShownInput]
    states: list[ShownState]
    live: bool


@blueprint.get("/runs/task-run/<uuid:run_id>")
def show_task_run(run_id: UUID) -> Response:
    moment, workspace, place = now(), current_workspace(), place_of(run_id)
    with reading() as session:
        row = get_task_run_and_flow_run(session, workspace, run_id)
        states = show_states(list_task_run_states(session, workspace, run_id))
        log = None
        if not wants_fragment():
            condition = condition_of(workspace, row, place)
            log = logs.read_last(session, condition, moment, logs.parse_position("before"))
    shown = show_task_run_row(row, states, moment)
    return render_live(
        "headwater_panel_runs/task_run.html",
        "headwater_panel_runs/_task_run.html",
        shown=shown,
        run=shown.run,
        shown_run=shown,
        now=moment,
        log=log,
        place=place,
        live=shown.live and logs.parse_position("before") is None,
        levels=logs.LEVELS,
        level_names=logs.NAMES,
        events_url=find_events(f"prefect.task-run.{run_id}"),
    )


@blueprint.get("/runs/task-run/<uuid:run_id>/logs")
def show_task_run_log(run_id: UUID) -> Response:
    moment, workspace, place = now(), current_workspace(), place_of(run_id)
    with reading() as session:
        row = get_task_run(session, workspace, run_id)
        condition = condition_of(workspace, row, place)
        live = show_run(row).is_live(moment)
        return logs.answer_lines(session, condition, place, live=live, now=moment)


def show_task_run_row(row: Row[Any], states: list[ShownState], moment: datetime) -> ShownTaskRun:
    run = show_run(row)
    return ShownTaskRun(
        run=run,
        flow_run_id=row.flow_run_id,
        flow_run_name=row.flow_run_name,
        task_key=row.task_key,
        inputs=show_inputs(parse(row.task_inputs) or {}),
        states=states,
        live=run.is_live(moment),
    )


def show_inputs(inputs: dict[str, list[dict[str, Any]]]) -> list[ShownInput]:
    return [
        ShownInput(name, _ids(sources, "task_run"), _ids(sources, "flow_run"))
        for name, sources in inputs.items()
    ]


def condition_of(workspace: UUID, row: Row[Any], place: logs.LogPlace) -> ColumnElement[bool]:
    """Return the task run's lines; its flow run bounds the search, by which lines are found."""
    return place.condition(workspace, row.flow_run_id, row.id)


def place_of(run_id: UUID) -> logs.LogPlace:
    return logs.parse_place(".show_task_run", ".show_task_run_log", run_id)


def _ids(sources: list[dict[str, Any]], kind: str) -> tuple[str, ...]:
    """Return the ids of one kind; clients may have sent anything in their place."""
    ids = (str(source.get("id")) for source in sources if source.get("input_type") == kind)
    return tuple(text for text in ids if _ID.fullmatch(text))
