"""The page of one flow run: its states, its task runs, its logs, its parameters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.api import (
    current_workspace,
    cursor_of,
    now,
    reading,
    render_live,
    wants_fragment,
)
from headwater.api.notifications import (
    DeliveriesWanted,
    DeliveryFilter,
    DeliveryShown,
    Ids,
    list_deliveries,
)
from headwater.api.runs import (
    count_task_runs_by_state,
    get_flow_run,
    get_flow_run_and_parent,
    get_log_line,
    list_flow_run_states,
    list_newest_task_runs,
    list_subflow_runs,
    parse,
    task_runs_of,
)
from headwater_panel_runs import logs, timeline
from headwater_panel_runs.acts import Acts, list_acts
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.elsewhere import find_events
from headwater_panel_runs.shown import (
    ShownRun,
    ShownState,
    in_order,
    show_run,
    show_states,
    show_values,
    total,
)

TASKS = 50
SUBFLOWS = 20
TOLD = 20
DELIVERY = "headwater_panel_notifications.show_delivery"  # if that panel is installed


@dataclass(frozen=True)
class ShownFlowRun:
    """What a flow run's page follows."""

    run: ShownRun
    flow_id: UUID
    parent_id: UUID | None
    parent_name: str | None
    deployment_name: str | None
    work_pool_name: str | None
    states: list[ShownState]
    tasks: list[ShownRun]
    counts: dict[str | None, int]
    subflows: list[ShownRun]
    acts: Acts
    live: bool


@blueprint.get("/runs/flow-run/<uuid:run_id>")
def show_flow_run(run_id: UUID) -> Response:
    moment, workspace = now(), current_workspace()
    place = place_of(run_id)
    with reading() as session:
        row = get_flow_run_and_parent(session, workspace, run_id)
        shown = read_flow_run(session, workspace, row, moment)
        log = drawn = None
        told: list[DeliveryShown] = []
        if not wants_fragment():
            count = total(shown.counts)
            whole = timeline.is_whole()
            drawn = timeline.read_timeline(
                session, workspace, shown.run, count, whole=whole, now=moment
            )
            condition = place.condition(workspace, run_id)
            told = list_told(session, workspace, run_id)
            log = logs.read_last(session, condition, moment, logs.parse_position("before"))
    return render_live(
        "headwater_panel_runs/flow_run.html",
        "headwater_panel_runs/_flow_run.html",
        shown=shown,
        parameters=show_values(parse(row.parameters) or {}) if log else [],
        task_counts=in_order(shown.counts),
        task_total=total(shown.counts),
        run=shown.run,
        shown_run=shown,
        now=moment,
        log=log,
        timeline=drawn,
        timeline_live=shown.live,
        timeline_cursor=drawn and cursor_of((drawn.shown, shown.live)),
        place=place,
        live=shown.live and logs.parse_position("before") is None,
        levels=logs.LEVELS,
        level_names=logs.NAMES,
        told=told,
        events_url=find_events(f"prefect.flow-run.{run_id}"),
    )


@blueprint.get("/runs/flow-run/<uuid:run_id>/logs")
def show_flow_run_log(run_id: UUID) -> Response:
    moment, workspace, place = now(), current_workspace(), place_of(run_id)
    with reading() as session:
        live = show_run(get_flow_run(session, workspace, run_id)).is_live(moment)
        condition = place.condition(workspace, run_id)
        return logs.answer_lines(session, condition, place, live=live, now=moment)


@blueprint.get("/runs/log/<int:position>")
def show_log_line(position: int) -> Response:
    """Show all of a line that is too long for the log."""
    with reading() as session:
        line = get_log_line(session, current_workspace(), position)
    return Response(line.message, mimetype="text/plain")


def list_told(session: Session, workspace: UUID, run_id: UUID) -> list[DeliveryShown]:
    """Return the latest deliveries that tell of a run, where a panel has pages of them."""
    if DELIVERY not in current_app.view_functions:
        return []
    of_run = DeliveryFilter(flow_run_id=Ids(any_=[run_id]))
    return list_deliveries(session, workspace, DeliveriesWanted(deliveries=of_run, limit=TOLD))


def read_flow_run(
    session: Session, workspace: UUID, row: Row[Any], moment: datetime
) -> ShownFlowRun:
    run = show_run(row)
    tasks = list_newest_task_runs(session, task_runs_of(workspace, run.id), TASKS)
    subflows = list_subflow_runs(session, workspace, run.id, SUBFLOWS)
    return ShownFlowRun(
        run=run,
        flow_id=row.flow_id,
        parent_id=row.parent_flow_run_id,
        parent_name=row.parent_flow_run_name,
        deployment_name=row.deployment_name,
        work_pool_name=row.work_pool_name,
        states=show_states(list_flow_run_states(session, workspace, run.id)),
        tasks=[show_run(task) for task in tasks],
        counts=count_task_runs_by_state(session, workspace, run.id),
        subflows=[show_run(subflow) for subflow in subflows],
        acts=list_acts(row, moment),
        live=run.is_live(moment),
    )


def place_of(run_id: UUID) -> logs.LogPlace:
    return logs.parse_place(".show_flow_run", ".show_flow_run_log", run_id)
