"""The page that does one thing to many runs: those of the list's filter, some at once.

What is confirmed is what is done: the form names the runs that it showed.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, render_template, request, url_for
from pydantic import ValidationError

from headwater.api import (
    NotFoundError,
    add_notice,
    current_workspace,
    needs,
    now,
    reading,
    write,
)
from headwater.api.pages import see
from headwater.api.runs import (
    MOST_AT_ONCE,
    FlowRunFilter,
    FlowRunsToDelete,
    IdsOrNot,
    StateCreate,
    bulk_delete_flow_runs,
    count_flow_runs,
    list_newest_flow_runs,
    set_flow_run_state,
)
from headwater_panel_runs.acts import CANCEL, ENDED
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.run_acts import parse_state, remove_logs
from headwater_panel_runs.shown import FLOW_RUN_STATES, show_run
from headwater_panel_runs.wanted import WantedRuns, parse_wanted, write_place

DONE = {"cancel": "cancelled", "state": "set", "delete": "deleted"}
ACTS = {"cancel": "Cancel", "state": "Set the state of", "delete": "Delete"}
REASONS = 3  # of runs that stayed as they were


@blueprint.get("/runs/bulk/<act>")
@needs("runs:write")
def show_bulk(act: str) -> Response:
    _check(act)
    return _page(act)


@blueprint.post("/runs/bulk/<act>")
@needs("runs:write")
def post_bulk(act: str) -> Response:
    _check(act)
    runs = _parse_ids()
    if act == "delete":
        text, went_well = delete_runs(runs), True
    else:
        try:
            wanted = CANCEL if act == "cancel" else parse_state()
        except ValidationError as error:
            return _page(act, error.errors(include_url=False)[0]["msg"], 422)
        force = act == "state" and "force" in request.form
        text, went_well = move_runs(runs, wanted, force=force, done=DONE[act])
    add_notice(text, went_well=went_well)
    query: dict[str, Any] = parse_wanted(request.args, now()).query(before=None)
    if following := request.form.get("following"):
        return see(url_for(".show_bulk", act=act, **query | {"before": following}))
    return see(url_for(".show_runs", **query))


def move_runs(
    runs: list[UUID], proposed: StateCreate, *, force: bool, done: str
) -> tuple[str, bool]:
    """Move each run in a unit of its own; say how many went, and why others did not."""
    workspace, moved = current_workspace(), 0
    reasons: Counter[str] = Counter()
    for run_id in runs:
        reason = _move(workspace, run_id, proposed, force=force, moment=now())
        if reason is None:
            moved += 1
        else:
            reasons[reason] += 1
    text = f"{_count(moved)} {done}."
    if reasons:
        said = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(REASONS))
        text += f" {_count(reasons.total())} stayed as they were: {said}"
    return text, not reasons


def _move(
    workspace: UUID, run_id: UUID, proposed: StateCreate, *, force: bool, moment: datetime
) -> str | None:
    """Return why a run stayed where it was, or None."""
    try:
        decision, _ = write(
            lambda session: set_flow_run_state(
                session, workspace, run_id, proposed, force=force, now=moment
            )
        )
    except NotFoundError:
        return "It is gone."
    return None if decision.entered is not None else decision.reason or "The rules refuse it."


def delete_runs(runs: list[UUID]) -> str:
    workspace = current_workspace()
    wanted = FlowRunsToDelete(flow_runs=FlowRunFilter(id=IdsOrNot(any_=runs)))
    deleted = write(lambda session: bulk_delete_flow_runs(session, workspace, wanted))
    if deleted:
        remove_logs(workspace, deleted)
    return f"{_count(len(deleted))} deleted."


def narrow(act: str, wanted: WantedRuns) -> WantedRuns | None:
    """Return those runs that the act can be for; None: there can be none."""
    if act != "cancel":
        return wanted
    states = tuple(one for one in wanted.states or FLOW_RUN_STATES if one not in ENDED)
    return replace(wanted, states=states) if states else None


def _page(act: str, error: str | None = None, status: int = 200) -> Response:
    moment, workspace = now(), current_workspace()
    wanted = parse_wanted(request.args, moment)
    found, rows = narrow(act, wanted), []
    count = 0
    if found is not None:
        with reading() as session:
            dialect = session.get_bind().dialect.name
            count = count_flow_runs(session, found.whole_condition(workspace, dialect, moment))
            condition = found.condition(workspace, dialect, moment)
            rows = list(list_newest_flow_runs(session, condition, MOST_AT_ONCE, found.states))
    last = rows[-1] if count > len(rows) else None
    page = render_template(
        "headwater_panel_runs/bulk.html",
        act=act,
        verb=ACTS[act],
        runs=[show_run(row) for row in rows],
        count=count,
        following=last and write_place((last.expected_start_time, last.id)),
        most=MOST_AT_ONCE,
        wanted=wanted,
        states=FLOW_RUN_STATES,
        given=request.form,
        error=error,
        now=moment,
    )
    return make_response(page, status)


def _check(act: str) -> None:
    if act not in ACTS:
        abort(404)


def _parse_ids() -> list[UUID]:
    try:
        runs = [UUID(text) for text in request.form.getlist("run")]
    except ValueError:
        abort(400, "One of the runs has no id.")
    if not 0 < len(runs) <= MOST_AT_ONCE:
        abort(400, f"The form names {len(runs)} runs, but 1 to {MOST_AT_ONCE} go at once.")
    return runs


def _count(runs: int) -> str:
    return f"{runs} run{'' if runs == 1 else 's'}"
