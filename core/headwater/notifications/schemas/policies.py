"""Notification policies as the 2.20 clients send and read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from orjson import Fragment
from pydantic import ConfigDict

from headwater.db.json import Holds
from headwater.notifications.schemas.templates import Template
from headwater.shapes import Shape
from headwater.texts import ChosenString
from headwater.web.paging import Page


class PolicyCreate(Shape):
    """No state names: any state. No tags: any run, else one that has any of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="FlowRunNotificationPolicyCreate")

    is_active: bool = True
    state_names: list[ChosenString]
    tags: list[ChosenString]
    block_document_id: UUID
    message_template: Template | None = None


class PolicyUpdate(Shape):
    """A field that was not sent stays; null clears the template and changes nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="FlowRunNotificationPolicyUpdate")

    is_active: bool | None = None
    state_names: list[ChosenString] | None = None
    tags: list[ChosenString] | None = None
    block_document_id: UUID | None = None
    message_template: Template | None = None


class IsActive(Shape):
    model_config = ConfigDict(
        extra="forbid", frozen=True, title="FlowRunNotificationPolicyFilterIsActive"
    )

    eq_: bool | None = None


class PolicyFilter(Shape):
    """An empty filter asks for what is not active: 2.20's server has it so."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="FlowRunNotificationPolicyFilter")

    is_active: IsActive | None = IsActive(eq_=False)


class PoliciesWanted(Page):
    model_config = ConfigDict(extra="ignore", frozen=True)

    flow_run_notification_policy_filter: PolicyFilter | None = None

    @property
    def active(self) -> bool | None:
        """Return which of the two is asked for; None: both."""
        wanted = self.flow_run_notification_policy_filter
        return wanted.is_active.eq_ if wanted and wanted.is_active else None


@dataclass(frozen=True)
class Policy:
    __pydantic_config__ = ConfigDict(title="FlowRunNotificationPolicy")

    id: UUID
    created: datetime
    updated: datetime
    is_active: bool
    state_names: Annotated[Fragment, Holds(list[str])]
    tags: Annotated[Fragment, Holds(list[str])]
    block_document_id: UUID
    message_template: str | None
