"""The routes that make runs of deployments, and give out those that are due."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.deployments.schemas.deployments import MOST_RUNS, DeploymentsToPoll
from headwater.deployments.service import readiness
from headwater.deployments.service import runs as service
from headwater.errors import BadRequestError
from headwater.runs.schemas.answers import FlowRunBulkCreateResponse, FlowRunResponse
from headwater.runs.schemas.flow_runs import RUNS_OF_DEPLOYMENT, DeploymentFlowRunCreate
from headwater.runs.schemas.shown import show_flow_run
from headwater.web.caller import Major
from headwater.web.context import current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.paging import Limited
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body, parse_list

blueprint = Blueprint("deployment_runs_api", __name__, url_prefix="/api/deployments")


@blueprint.post("/<uuid:deployment_id>/create_flow_run")
@needs("deployments:run")
@describes(
    "Make a run of a deployment, or return the one of the same idempotency key.",
    body=DeploymentFlowRunCreate,
    answers={200: FlowRunResponse, 201: FlowRunResponse},
)
def post_flow_run(deployment_id: UUID) -> Response:
    wanted, workspace, now = parse_body(DeploymentFlowRunCreate), current_workspace(), clock.now()
    vault = current_vault()
    run, created = write(
        lambda session: service.create(session, workspace, deployment_id, wanted, vault, now=now)
    )
    return answer(show_flow_run(run, now), 201 if created else 200)


@blueprint.post("/<uuid:deployment_id>/create_flow_run/bulk")
@needs("deployments:run")
@describes(
    "Make several runs of a deployment.",
    body=list[DeploymentFlowRunCreate],
    answers={200: FlowRunBulkCreateResponse},
    only=Major.THREE,
)
def post_flow_runs(deployment_id: UUID) -> Response:
    wanted, workspace, now = parse_list(RUNS_OF_DEPLOYMENT), current_workspace(), clock.now()
    if len(wanted) > MOST_RUNS:
        raise BadRequestError(f"Cannot create more than {MOST_RUNS} flow runs at once")
    vault = current_vault()
    results = write(
        lambda session: service.create_many(
            session, workspace, deployment_id, wanted, vault, now=now
        )
    )
    return answer({"results": results})


@blueprint.post("/get_scheduled_flow_runs")
@needs("runs:read")
@describes(
    "List the runs of deployments that are due, and note that somebody looked.",
    body=DeploymentsToPoll,
    answers={200: list[FlowRunResponse]},
)
def post_scheduled_flow_runs() -> Response:
    wanted, workspace, now = parse_body(DeploymentsToPoll), current_workspace(), clock.now()
    limit = Limited(limit=wanted.limit).page_limit
    ids = wanted.deployment_ids
    with reading() as session:
        rows = service.list_due(session, workspace, ids, wanted.scheduled_before, limit)
        polled = readiness.list_to_note(session, workspace, ids, now=now)
    if polled:
        write(lambda session: readiness.note_poll(session, workspace, polled, now=now))
    return answer([show_flow_run(row._asdict(), now) for row in rows])
