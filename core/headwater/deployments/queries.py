"""Conditions over deployments."""

from typing import Any

from sqlalchemy import ColumnElement, or_

from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.deployments.models import Deployment
from headwater.deployments.schemas import DeploymentFilter

deployment = Deployment.__table__


def conditions_of_deployments(
    wanted: DeploymentFilter, flow_name: ColumnElement[Any], dialect: str
) -> Condition:
    """*flow_name* is the name of the deployment's flow, a column or a subquery."""
    c = deployment.c
    conditions = [
        *meet(c.id, wanted.id),
        *meet(c.name, wanted.name),
        *meet(c.paused, wanted.paused),
        *meet_tags(c.tags, wanted.tags, dialect),
        *meet(c.work_queue_name, wanted.work_queue_name),
    ]
    if wanted.is_schedule_active is not None and wanted.is_schedule_active.eq_ is not None:
        conditions.append(c.paused.is_(not wanted.is_schedule_active.eq_))
    either = wanted.flow_or_deployment_name
    if either is not None and either.like_ is not None:
        conditions.append(or_(*meet(c.name, either), *meet(flow_name, either)))
    return join(wanted, conditions)
