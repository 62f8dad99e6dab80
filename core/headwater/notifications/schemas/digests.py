"""What several news are told as: one message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One of the news in a digest: the first message of a group that is repeated, too."""

    flow_run_id: UUID
    flow_name: str
    flow_run_name: str
    state_name: str
    state_timestamp: datetime
    recovered: bool


@dataclass(frozen=True)
class Digest:
    """News of one group, those of *since* until *until*.

    *counts* are how many there are by the state that was entered, the worst first, *recovered* how
    many problems are over, *open_problems* how many go on. *first* are some of the *total*.
    *dedup_key* is that of the message, where it is not the group's.
    """

    group_id: UUID
    label: str
    why: Literal["grouped", "quiet", "repeat"]
    since: datetime
    until: datetime
    total: int
    counts: dict[str, int]
    recovered: int
    open_problems: int
    kind: str
    severity: str
    first: Sequence[Line]
    dedup_key: str | None = None
