"""The routes that make, change, read and remove deployments."""

from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from headwater import clock
from headwater.db.session import reading, write
from headwater.deployments.queries import deployments as queries
from headwater.deployments.routes.answering import show_all
from headwater.deployments.schemas.answers import (
    Deployment,
    DeploymentBulkDeleteResponse,
    WorkQueue,
)
from headwater.deployments.schemas.deployments import DeploymentCreate, DeploymentUpdate
from headwater.deployments.schemas.filters import DeploymentsToDelete
from headwater.deployments.schemas.shown import Shown
from headwater.deployments.service import deployments as service
from headwater.deployments.service import places, removals
from headwater.runs.queries.lists import deployments_wanted
from headwater.runs.schemas.lists import DeploymentPage, RunsWanted
from headwater.runs.schemas.pages import DeploymentPaginationResponse, NumberedDeploymentPage
from headwater.web.caller import Major, current_caller
from headwater.web.context import current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("deployments_api", __name__, url_prefix="/api/deployments")


@blueprint.post("/")
@needs("deployments:write")
@describes(
    "Make a deployment, or change the flow's one of that name.",
    body=DeploymentCreate,
    answers={200: Deployment, 201: Deployment},
)
def post_deployment() -> Response:
    new, workspace, now = parse_body(DeploymentCreate), current_workspace(), clock.now()
    vault, caller = current_vault(), current_caller()

    def unit(session: Session) -> tuple[Shown, bool]:
        made, is_new = service.create(session, workspace, new, vault, major=caller.major, now=now)
        row = service.get(session, workspace, made)
        return show_all(session, workspace, [row], caller, now)[0], is_new

    shown, is_new = write(unit)
    return answer(shown, 201 if is_new else 200)


@blueprint.patch("/<uuid:deployment_id>")
@needs("deployments:write")
@describes("Change a deployment; what is absent stays.", body=DeploymentUpdate, answers={204: None})
def patch_deployment(deployment_id: UUID) -> Response:
    wanted, workspace, now = parse_body(DeploymentUpdate), current_workspace(), clock.now()
    vault, major = current_vault(), current_caller().major
    write(
        lambda session: service.update(
            session, workspace, deployment_id, wanted, vault, major=major, now=now
        )
    )
    return no_content()


@blueprint.get("/<uuid:deployment_id>")
@needs("deployments:read")
@describes("Read a deployment.", answers={200: Deployment})
def get_deployment(deployment_id: UUID) -> Response:
    workspace, caller, now = current_workspace(), current_caller(), clock.now()
    with reading() as session:
        row = service.get(session, workspace, deployment_id)
        return answer(show_all(session, workspace, [row], caller, now)[0])


@blueprint.get("/name/<flow_name>/<deployment_name>")
@needs("deployments:read")
@describes("Read a deployment by its flow's name and its own.", answers={200: Deployment})
def get_deployment_by_name(flow_name: str, deployment_name: str) -> Response:
    workspace, caller, now = current_workspace(), current_caller(), clock.now()
    with reading() as session:
        row = service.get_by_name(session, workspace, flow_name, deployment_name)
        return answer(show_all(session, workspace, [row], caller, now)[0])


@blueprint.post("/filter")
@needs("deployments:read")
@describes("List deployments.", body=DeploymentPage, answers={200: list[Deployment]})
def post_deployment_filter() -> Response:
    wanted, workspace = parse_body(DeploymentPage), current_workspace()
    caller, now = current_caller(), clock.now()
    page = (wanted.sort, wanted.page_limit, wanted.offset)
    with reading() as session:
        condition = deployments_wanted(workspace, wanted, session.get_bind().dialect.name)
        rows = queries.list_deployments(session, condition, *page)
        return answer(show_all(session, workspace, rows, caller, now))


@blueprint.post("/paginate")
@needs("deployments:read")
@describes(
    "List a page of deployments, and count all.",
    body=NumberedDeploymentPage,
    answers={200: DeploymentPaginationResponse},
    only=Major.THREE,
)
def post_deployment_page() -> Response:
    wanted, workspace = parse_body(NumberedDeploymentPage), current_workspace()
    caller, now = current_caller(), clock.now()
    page = (wanted.sort, wanted.page_limit, wanted.offset)
    with reading() as session:
        condition = deployments_wanted(workspace, wanted, session.get_bind().dialect.name)
        rows = queries.list_deployments(session, condition, *page)
        count = queries.count_deployments(session, condition)
        return answer(wanted.show(show_all(session, workspace, rows, caller, now), count))


@blueprint.post("/count")
@needs("deployments:read")
@describes("Count deployments.", body=RunsWanted, answers={200: int})
def post_deployment_count() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = deployments_wanted(current_workspace(), wanted, dialect)
        return answer(queries.count_deployments(session, condition))


@blueprint.delete("/<uuid:deployment_id>")
@needs("deployments:write")
@describes("Remove a deployment, and its runs that have not begun.", answers={204: None})
def delete_deployment(deployment_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: removals.delete(session, workspace, deployment_id, now=now))
    return no_content()


@blueprint.post("/bulk_delete")
@needs("deployments:write")
@describes(
    "Remove the deployments that meet a filter.",
    body=DeploymentsToDelete,
    answers={200: DeploymentBulkDeleteResponse},
    only=Major.THREE,
)
def post_deployment_bulk_delete() -> Response:
    wanted, workspace, now = parse_body(DeploymentsToDelete), current_workspace(), clock.now()
    deleted = write(lambda session: removals.bulk_delete(session, workspace, wanted, now=now))
    return answer({"deleted": deleted})


@blueprint.get("/<uuid:deployment_id>/work_queue_check")
@needs("deployments:read")
@describes(
    "List the queues of old, which choose by tags, that would run a deployment.",
    answers={200: list[WorkQueue]},
)
def get_work_queue_check(deployment_id: UUID) -> Response:
    with reading() as session:
        return answer(places.list_matching(session, current_workspace(), deployment_id))
