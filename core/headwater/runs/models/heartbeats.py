"""The table of the heartbeats of flow runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Tenant


class FlowRunHeartbeat(Base, Tenant):
    """The last heartbeat of a run, which came in its Running state *state_id*.

    It *occurred* by the client's clock, and was *received* by ours. *gap* is the number of seconds
    to the one before, *frequency* how many are between them as far as is known. Without another the
    run counts as silent at *silent_at*. No foreign key: each beat would lock its run.
    """

    __tablename__ = "flow_run_heartbeat"

    flow_run_id: Mapped[UUID] = mapped_column(primary_key=True)
    state_id: Mapped[UUID]
    occurred: Mapped[datetime]
    received: Mapped[datetime]
    gap: Mapped[float | None]
    frequency: Mapped[float | None]
    silent_at: Mapped[datetime] = mapped_column(index=True)
