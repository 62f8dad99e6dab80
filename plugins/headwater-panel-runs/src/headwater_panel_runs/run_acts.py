"""The pages and forms that do something to one flow run. Each answers with the run's page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy import Row

from headwater.api import add_notice, current_workspace, needs, now, reading, write
from headwater.api.pages import see
from headwater.api.runs import (
    StateCreate,
    StateType,
    delete_flow_run,
    delete_logs,
    get_flow_run_and_parent,
    set_flow_run_state,
)
from headwater_panel_runs.acts import (
    CANCEL,
    PAUSES,
    RETRY,
    find_objection,
    list_pauses,
    pausing,
    say_result,
)
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import FLOW_RUN_STATES, show_run

MINUTES = 60  # that a pause lasts where nobody says otherwise
LONGEST_PAUSE = 525_600  # minutes: a year


@blueprint.post("/runs/flow-run/<uuid:run_id>/retry")
@needs("runs:write")
def retry_flow_run(run_id: UUID) -> Response:
    return propose(run_id, RETRY)


@blueprint.get("/runs/flow-run/<uuid:run_id>/cancel")
@needs("runs:write")
def show_cancel(run_id: UUID) -> str:
    row = read_run(run_id)
    return _page("cancel", row, objection=find_objection(row, CANCEL, now()))


@blueprint.post("/runs/flow-run/<uuid:run_id>/cancel")
@needs("runs:write")
def cancel_flow_run(run_id: UUID) -> Response:
    return propose(run_id, CANCEL)


@blueprint.get("/runs/flow-run/<uuid:run_id>/pause")
@needs("runs:write")
def show_pause(run_id: UUID) -> str:
    row, moment = read_run(run_id), now()
    ways = list_pauses(row, moment)
    objection = None
    if not ways:
        objection = find_objection(row, pausing("pause", timedelta(0), moment), moment)
    return _page("pause", row, ways=[(way, PAUSES[way]) for way in ways], objection=objection)


@blueprint.post("/runs/flow-run/<uuid:run_id>/pause")
@needs("runs:write")
def pause_flow_run(run_id: UUID) -> Response:
    way, minutes = request.form.get("way", ""), request.form.get("minutes", "")
    if way not in PAUSES:
        abort(400, f"way is one of {', '.join(PAUSES)}, not {way!r}")
    if not (minutes.isascii() and minutes.isdigit() and 0 < int(minutes[:9]) <= LONGEST_PAUSE):
        abort(400, f"A pause lasts 1 to {LONGEST_PAUSE:,} minutes, not {minutes!r}.")
    return propose(run_id, pausing(way, timedelta(minutes=int(minutes)), now()))


@blueprint.get("/runs/flow-run/<uuid:run_id>/state")
@needs("runs:write")
def show_set_state(run_id: UUID) -> str:
    return _page("set_state", read_run(run_id), states=FLOW_RUN_STATES, given={}, error=None)


@blueprint.post("/runs/flow-run/<uuid:run_id>/state")
@needs("runs:write")
def post_set_state(run_id: UUID) -> Response:
    try:
        wanted = parse_state()
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"]
        page = _page(
            "set_state",
            read_run(run_id),
            states=FLOW_RUN_STATES,
            given=request.form,
            error=message,
        )
        return make_response(page, 422)
    return propose(run_id, wanted, force="force" in request.form)


@blueprint.get("/runs/flow-run/<uuid:run_id>/delete")
@needs("runs:write")
def show_delete(run_id: UUID) -> str:
    return _page("delete", read_run(run_id))


@blueprint.post("/runs/flow-run/<uuid:run_id>/delete")
@needs("runs:write")
def post_delete(run_id: UUID) -> Response:
    workspace, name = current_workspace(), read_run(run_id).name
    write(lambda session: delete_flow_run(session, workspace, run_id))
    remove_logs(workspace, [run_id])
    add_notice(f"{name} is deleted.")
    return see(url_for(".show_runs"))


def parse_state() -> StateCreate:
    """Return the state that a form proposes; raise ValidationError."""
    said = {"type": request.form.get("type", "")}
    said |= {name: text for name in ("name", "message") if (text := request.form.get(name))}
    return StateCreate.model_validate(said)


def propose(run_id: UUID, proposed: StateCreate, *, force: bool = False) -> Response:
    """Put a state before the rules, and lead back to the run, which says what they decided."""
    workspace, moment, name = current_workspace(), now(), read_run(run_id).name
    decision, state = write(
        lambda session: set_flow_run_state(
            session, workspace, run_id, proposed, force=force, now=moment
        )
    )
    text, went_well = say_result(name, decision, state)
    add_notice(text, went_well=went_well)
    return see(url_for(".show_flow_run", run_id=run_id))


def remove_logs(workspace: UUID, runs: list[UUID]) -> None:
    """Remove the lines of runs that are gone, in parts, so that no writer waits for all."""
    while write(lambda session: delete_logs(session, workspace, runs)):
        pass


def read_run(run_id: UUID) -> Row[Any]:
    with reading() as session:
        return get_flow_run_and_parent(session, current_workspace(), run_id)


def _page(name: str, row: Row[Any], **context: object) -> str:
    template = f"headwater_panel_runs/{name}.html"
    return render_template(template, run=show_run(row), now=now(), kinds=StateType, **context)
