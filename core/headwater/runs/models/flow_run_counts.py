"""The table of how many flow runs there are."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base


class FlowRunCount(Base):
    """How many runs one counter has counted in a type of state: the sum of all is what there is.

    Triggers of flow_run keep it, so that whoever changes runs cannot forget to. On PostgreSQL each
    connection is a counter, named by its process, since who counts in the same row waits for the
    other's commit; 0 is nobody's. On SQLite, with one writer at a time, all is counted by 0.
    """

    __tablename__ = "flow_run_count"

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    state_type: Mapped[str] = mapped_column(primary_key=True)  # "" of runs without a state
    counter: Mapped[int] = mapped_column(primary_key=True)
    runs: Mapped[int] = mapped_column(BigInteger)
