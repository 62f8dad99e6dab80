"""The routes of variables."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.variables import queries, service
from headwater.variables.schemas import (
    OldVariableCreate,
    OldVariableUpdate,
    Variable,
    VariableCreate,
    VariablesCounted,
    VariablesWanted,
    VariableUpdate,
)
from headwater.web.caller import Major, current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("variables_api", __name__, url_prefix="/api/variables")


@blueprint.post("/")
@needs("variables:write")
@describes("Create a variable.", body=VariableCreate, answers={201: Variable})
def post_variable() -> Response:
    new, workspace, now = _parse_new(), current_workspace(), clock.now()
    row = write(lambda session: service.create(session, workspace, new, now=now))
    return answer(row._asdict(), 201)


@blueprint.post("/filter")
@needs("variables:read")
@describes("List variables.", body=VariablesWanted, answers={200: list[Variable]})
def post_variable_filter() -> Response:
    wanted, workspace = parse_body(VariablesWanted), current_workspace()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = queries.variables_wanted(workspace, wanted.variables, dialect)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        rows = queries.list_variables(session, condition, *page)
    return answer([row._asdict() for row in rows])


@blueprint.post("/count")
@needs("variables:read")
@describes("Count variables.", body=VariablesCounted, answers={200: int})
def post_variable_count() -> Response:
    wanted, workspace = parse_body(VariablesCounted), current_workspace()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = queries.variables_wanted(workspace, wanted.variables, dialect)
        return answer(queries.count_variables(session, condition))


@blueprint.get("/<uuid:variable_id>")
@needs("variables:read")
@describes("Read a variable.", answers={200: Variable})
def get_variable(variable_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_variable(session, current_workspace(), variable_id)
    return answer(row._asdict())


@blueprint.get("/name/<name>")
@needs("variables:read")
@describes("Read a variable by its name.", answers={200: Variable})
def get_variable_by_name(name: str) -> Response:
    with reading() as session:
        row = queries.get_variable_by_name(session, current_workspace(), name)
    return answer(row._asdict())


@blueprint.patch("/<uuid:variable_id>")
@needs("variables:write")
@describes("Change a variable; what is absent stays.", body=VariableUpdate, answers={204: None})
def patch_variable(variable_id: UUID) -> Response:
    change, workspace, now = _parse_change(), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, variable_id, change, now=now))
    return no_content()


@blueprint.patch("/name/<name>")
@needs("variables:write")
@describes("Change a variable by its name.", body=VariableUpdate, answers={204: None})
def patch_variable_by_name(name: str) -> Response:
    change, workspace, now = _parse_change(), current_workspace(), clock.now()
    write(lambda session: service.update_by_name(session, workspace, name, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:variable_id>")
@needs("variables:write")
@describes("Delete a variable.", answers={204: None})
def delete_variable(variable_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, variable_id, now=now))
    return no_content()


@blueprint.delete("/name/<name>")
@needs("variables:write")
@describes("Delete a variable by its name.", answers={204: None})
def delete_variable_by_name(name: str) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete_by_name(session, workspace, name, now=now))
    return no_content()


def _parse_new() -> VariableCreate:
    old = current_caller().major is Major.TWO
    return parse_body(OldVariableCreate if old else VariableCreate)


def _parse_change() -> VariableUpdate:
    old = current_caller().major is Major.TWO
    return parse_body(OldVariableUpdate if old else VariableUpdate)
