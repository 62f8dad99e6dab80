"""The tables of flow runs and of their states."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from headwater.db.base import ONLY, Base
from headwater.runs.models.states import Run, State

# What loops look for, in the words of the partial indexes: a query that repeats them may use one.
WAITING = "state_type IN ('SCHEDULED', 'PAUSED', 'CANCELLING')"
CANCELLED = "state_type = 'CANCELLED'"
DUE = "state_type = 'SCHEDULED' AND work_queue_id IS NOT NULL"
HELD = "state_type IN ('PENDING', 'RUNNING', 'CANCELLING') AND work_queue_id IS NOT NULL"
SKIPPABLE = "state_type = 'SCHEDULED' AND skip_at IS NOT NULL"
NAMED = "state_type = 'SCHEDULED' AND work_queue_id IS NULL AND work_queue_name IS NOT NULL"


def _partial(condition: str, *columns: str, name: str | None = None) -> Index:
    """Index the few rows that meet a condition, so that the others cost nothing."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def _only(dialect: str, name: str | None, *columns: Any, **options: Any) -> SchemaItem:
    """Index columns on one kind of database alone."""
    return Index(name, *columns, info={ONLY: dialect}, **options).ddl_if(dialect=dialect)


_START = ("workspace_id", "expected_start_time", "id")
_FLOW = ("flow_id", "expected_start_time")
# With the state, which tells most rows that a list of failed runs need not look at.
_BEGUN = ("workspace_id", text("coalesce(start_time, expected_start_time)"), "id", "state_type")
# What a history is made of. SQLite, which reads a page for each row, finds it all in an index; on
# PostgreSQL that would refuse long names of states, and gain little.
_HISTORY = ("state_type", "state_name", "start_time", "total_run_time", "state_timestamp")
_TRIGRAMS = {"postgresql_using": "gin", "postgresql_ops": {"name": "gin_trgm_ops"}}


class FlowRun(Base, Run):
    __tablename__ = "flow_run"

    flow_id: Mapped[UUID] = mapped_column(ForeignKey("flow.id", ondelete="CASCADE"))
    flow_version: Mapped[str | None]
    # No foreign keys to deployments and queues: each insert would pay for them.
    deployment_id: Mapped[UUID | None]
    deployment_version: Mapped[str | None]
    work_queue_id: Mapped[UUID | None]
    work_queue_name: Mapped[str | None]
    parameters: Mapped[dict[str, Any]]
    context: Mapped[dict[str, Any]]
    job_variables: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None]
    # No foreign key: task runs point back at flow runs, and a circle cannot be migrated.
    parent_task_run_id: Mapped[UUID | None]
    auto_scheduled: Mapped[bool]
    infrastructure_document_id: Mapped[UUID | None]
    infrastructure_pid: Mapped[str | None]
    created_by: Mapped[dict[str, Any] | None]
    # Of a schedule's run: who has not begun it by then, is not to.
    skip_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("flow_id", "idempotency_key"),
        Index(None, "workspace_id", "state_type", "expected_start_time", "id"),
        Index("ix_flow_run_begun", *_BEGUN),
        _only("postgresql", None, *_START),
        _only("sqlite", "ix_flow_run_history", *_START, *_HISTORY),
        _only("postgresql", None, *_FLOW),
        # Sorted by any of its times, a flow's runs need no look at their rows on SQLite; the newest
        # of them, which clients ask for, none at the others.
        _only("sqlite", "ix_flow_run_of_flow", *_FLOW, "id", "workspace_id", "start_time"),
        _only("sqlite", None, "flow_id", "id"),
        _only("postgresql", "ix_flow_run_name", "name", **_TRIGRAMS),
        _only("sqlite", "ix_flow_run_name", "workspace_id", "id", "name"),
        _partial(WAITING, "state_type", "next_scheduled_start_time"),
        _partial(CANCELLED, "state_timestamp"),
        _partial(SKIPPABLE, "skip_at"),
        _partial("deployment_id IS NOT NULL", "deployment_id"),
        _partial("parent_task_run_id IS NOT NULL", "parent_task_run_id"),
        _partial("work_queue_id IS NOT NULL", "work_queue_id"),
        # For handing runs out: those of a queue by their time, and those that hold its slots.
        _partial(DUE, "work_queue_id", "next_scheduled_start_time", name="ix_flow_run_due"),
        _partial(HELD, "work_queue_id", "state_type", name="ix_flow_run_held"),
        _partial(NAMED, "work_queue_name", "next_scheduled_start_time", name="ix_flow_run_named"),
    )


class FlowRunState(Base, State):
    __tablename__ = "flow_run_state"

    flow_run_id: Mapped[UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))

    __table_args__ = (Index(None, "flow_run_id", "timestamp"),)
