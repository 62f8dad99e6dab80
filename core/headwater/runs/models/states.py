"""The columns of a state, where it is one of a run's history and where it is the run's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Entity, Tenant


class State(Tenant):
    """A state that a run entered. It never changes."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    name: Mapped[str]
    timestamp: Mapped[datetime]
    message: Mapped[str | None]
    data: Mapped[Any | None]
    state_details: Mapped[dict[str, Any]]


class Run(Entity, Tenant):
    """What flow runs and task runs have in common.

    A run carries its whole current state, so that reading a run needs no join, and a lock on its
    row is a lock on its state. Only a run that was made without one has none.
    """

    name: Mapped[str]
    tags: Mapped[list[str]]
    labels: Mapped[dict[str, Any]]
    empirical_policy: Mapped[dict[str, Any]]
    run_count: Mapped[int]
    expected_start_time: Mapped[datetime | None]
    next_scheduled_start_time: Mapped[datetime | None]
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]
    total_run_time: Mapped[float]
    state_id: Mapped[UUID | None]
    state_type: Mapped[str | None]
    state_name: Mapped[str | None]
    state_timestamp: Mapped[datetime | None]
    state_message: Mapped[str | None]
    state_data: Mapped[Any | None]
    state_details: Mapped[dict[str, Any] | None]
