"""The page that lets a paused run go on, with a form where it waits for an input."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

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
from headwater.api.runs import get_flow_run_and_parent, get_input, parse, resume
from headwater_panel_runs.acts import find_objection, going_on, input_keys
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.run_input import PREFIX, Field, Filled, make_fields, read_form
from headwater_panel_runs.shown import show_run


@dataclass(frozen=True)
class Question:
    """What a paused run asks; *schema* is None for one that only waits for somebody's word."""

    row: Row[Any]
    schema: Any
    fields: list[Field]
    description: str | None


@blueprint.get("/runs/flow-run/<uuid:run_id>/resume")
@needs("runs:write")
def show_resume(run_id: UUID) -> Response:
    with reading() as session:
        question = read_question(session, current_workspace(), run_id)
    return _page(question, Filled({}, {}), 200)


@blueprint.post("/runs/flow-run/<uuid:run_id>/resume")
@needs("runs:write")
def post_resume(run_id: UUID) -> Response:
    workspace, moment = current_workspace(), now()
    with reading() as session:
        question = read_question(session, workspace, run_id)
    filled = Filled({}, {})
    if question.fields:
        filled = read_form(question.fields, request.form, question.schema)
        if filled.errors or filled.others:
            return _page(question, filled, 422)
    done = write(lambda session: resume(session, workspace, run_id, filled.value, now=moment))
    name = question.row.name
    if done.is_refused:
        return _page(question, Filled(filled.value, {}, (str(done.reason),)), 422)
    if done.is_written and done.state:
        reason = f" {done.reason}" if done.reason else ""
        went_well = done.reason is None
        add_notice(f"{name} is {done.state['name']} now.{reason}", went_well=went_well)
    else:
        add_notice(f"{name} was not resumed: {done.reason}", went_well=False)
    return see(url_for(".show_flow_run", run_id=run_id))


def read_question(session: Session, workspace: UUID, run_id: UUID) -> Question:
    row = get_flow_run_and_parent(session, workspace, run_id)
    keys = input_keys(row) if row.state_type == "PAUSED" else {}
    if not keys:
        return Question(row, None, [], None)
    schema = _read(session, workspace, run_id, keys.get("schema"))
    description = _read(session, workspace, run_id, keys.get("description"))
    return Question(row, schema, make_fields(schema), str(description) if description else None)


def _read(session: Session, workspace: UUID, run_id: UUID, key: str | None) -> Any:
    """Return what the run keeps under a key, None for what it does not, or what is no JSON."""
    if key is None:
        return None
    try:
        return json.loads(get_input(session, workspace, run_id, key))
    except (NotFoundError, ValueError):
        return None


def _page(question: Question, filled: Filled, status: int) -> Response:
    given = None
    if request.method == "POST":
        given = {field.name: request.form.get(PREFIX + field.name, "") for field in question.fields}
    objection = "It is not paused."
    if question.row.state_type == "PAUSED":
        objection = find_objection(question.row, going_on(question.row), now()) or ""
    page = render_template(
        "headwater_panel_runs/resume.html",
        run=show_run(question.row),
        question=question,
        prefix=PREFIX,
        given=given,
        filled=filled,
        objection=objection,
        timeout=_timeout(question.row),
        now=now(),
    )
    return make_response(page, status)


def _timeout(row: Row[Any]) -> str | None:
    text: str | None = (parse(row.state_details) or {}).get("pause_timeout")
    return text
