"""The bodies of what is done to many runs or flows at once."""

from typing import Annotated

from pydantic import ConfigDict, Field

from headwater.runs.schemas.flow_runs import FlowRunFilter
from headwater.runs.schemas.flows import FlowFilter
from headwater.runs.schemas.states import StateCreate
from headwater.shapes import Shape

MOST = 50
Limit = Annotated[int, Field(ge=1, le=MOST)]


class FlowsToDelete(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    flows: FlowFilter | None = None
    limit: Limit = MOST


class FlowRunsToDelete(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_runs: FlowRunFilter | None = None
    limit: Limit = MOST


class FlowRunsToMove(FlowRunsToDelete):
    state: StateCreate
    force: bool = False
