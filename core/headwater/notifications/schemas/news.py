"""What happened to a flow run, as the outbox keeps it until it is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class News:
    """A flow run entered a state. *parameters* may be an `orjson.Fragment`, as rows have them."""

    workspace_id: UUID
    flow_id: UUID
    flow_name: str
    flow_run_id: UUID
    flow_run_name: str
    parameters: Any
    tags: list[str]
    state_id: UUID
    state_type: str
    state_name: str
    state_timestamp: datetime
    state_message: str | None
    deployment_id: UUID | None = None
    work_pool_id: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """Return what fails and recovers: the deployment where there is one, else the flow."""
        return self.deployment_id or self.flow_id

    @property
    def is_over(self) -> bool:
        """Say if what failed before works again, now that a run of it has completed."""
        return self.state_type == "COMPLETED"
