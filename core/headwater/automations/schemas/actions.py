"""Actions on the wire: what is done when a trigger fires."""

import json
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Tag,
    model_validator,
)

from headwater.automations.schemas.templates import check_parameters, check_template
from headwater.automations.schemas.triggers import PlusSeconds
from headwater.incidents.schemas.severity import Severity
from headwater.runs.schemas.states import StateType
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenString

Source = Literal["selected", "inferred"]


def _check(name: str) -> AfterValidator:
    return AfterValidator(lambda text: check_template(text, name))


def _to_text(payload: Any) -> Any:
    return json.dumps(payload, indent=2) if isinstance(payload, dict) else payload


Body = Annotated[ChosenString, _check("body")]
Subject = Annotated[ChosenString, _check("subject")]
Title = Annotated[ChosenString, _check("title")]
Description = Annotated[ChosenString, _check("description")]
Payload = Annotated[ChosenString, BeforeValidator(_to_text), _check("payload")]
Parameters = Annotated[ChosenJson, AfterValidator(check_parameters)]


class Action(Shape):
    # What clients send beyond it is not kept, as with their own servers.
    model_config = ConfigDict(extra="ignore", frozen=True)


class OnOne(Action):
    """On the one that is named, or on the one that the event is about."""

    target: ClassVar[str]

    source: Source = "selected"

    @model_validator(mode="after")
    def name_one_or_infer_it(self) -> Self:
        named = getattr(self, self.target) is not None
        if self.source == "selected" and not named:
            raise ValueError(f"{self.target} is required")
        if self.source == "inferred" and named:
            raise ValueError(f"{self.target} is not allowed")
        return self


class _OnDeployment(OnOne):
    target = "deployment_id"
    deployment_id: UUID | None = None


class _OnWorkPool(OnOne):
    target = "work_pool_id"
    work_pool_id: UUID | None = None


class _OnWorkQueue(OnOne):
    target = "work_queue_id"
    work_queue_id: UUID | None = None


class _OnAutomation(OnOne):
    target = "automation_id"
    automation_id: UUID | None = None


class DoNothing(Action):
    type: Literal["do-nothing"] = "do-nothing"


class RunDeployment(_OnDeployment):
    """*schedule_after* is seconds."""

    type: Literal["run-deployment"] = "run-deployment"
    parameters: Parameters | None = None
    job_variables: ChosenJson | None = None
    schedule_after: PlusSeconds = 0.0


class PauseDeployment(_OnDeployment):
    type: Literal["pause-deployment"] = "pause-deployment"


class ResumeDeployment(_OnDeployment):
    type: Literal["resume-deployment"] = "resume-deployment"


class PauseWorkPool(_OnWorkPool):
    type: Literal["pause-work-pool"] = "pause-work-pool"


class ResumeWorkPool(_OnWorkPool):
    type: Literal["resume-work-pool"] = "resume-work-pool"


class PauseWorkQueue(_OnWorkQueue):
    type: Literal["pause-work-queue"] = "pause-work-queue"


class ResumeWorkQueue(_OnWorkQueue):
    type: Literal["resume-work-queue"] = "resume-work-queue"


class PauseAutomation(_OnAutomation):
    type: Literal["pause-automation"] = "pause-automation"


class ResumeAutomation(_OnAutomation):
    type: Literal["resume-automation"] = "resume-automation"


class ChangeFlowRunState(Action):
    type: Literal["change-flow-run-state"] = "change-flow-run-state"
    name: ChosenString | None = None
    state: StateType
    message: ChosenString | None = None
    force: bool = False


class CancelFlowRun(Action):
    type: Literal["cancel-flow-run"] = "cancel-flow-run"


class SuspendFlowRun(Action):
    type: Literal["suspend-flow-run"] = "suspend-flow-run"


class ResumeFlowRun(Action):
    type: Literal["resume-flow-run"] = "resume-flow-run"


class DeleteFlowRun(Action):
    type: Literal["delete-flow-run"] = "delete-flow-run"


class CallWebhook(Action):
    """*payload* is a template; an object is kept as its JSON."""

    type: Literal["call-webhook"] = "call-webhook"
    block_document_id: UUID
    payload: Payload = ""


class SendNotification(Action):
    """*subject* and *body* are templates."""

    type: Literal["send-notification"] = "send-notification"
    block_document_id: UUID
    subject: Subject = "Prefect automated notification"
    body: Body


class DeclareIncident(Action):
    """*title* and *description* are templates. The clients know no fields of it."""

    type: Literal["declare-incident"] = "declare-incident"
    title: Title = "{{ automation.name }}"
    description: Description = ""
    severity: Severity = Severity.MAJOR


def _kind_of(action: Any) -> str:
    if isinstance(action, Action):
        return str(getattr(action, "type", ""))
    # Nothing is what an action without a type does, as with the clients' own servers.
    return str(action.get("type", "do-nothing")) if isinstance(action, dict) else "do-nothing"


AnyAction = Annotated[
    Annotated[DoNothing, Tag("do-nothing")]
    | Annotated[RunDeployment, Tag("run-deployment")]
    | Annotated[PauseDeployment, Tag("pause-deployment")]
    | Annotated[ResumeDeployment, Tag("resume-deployment")]
    | Annotated[PauseWorkPool, Tag("pause-work-pool")]
    | Annotated[ResumeWorkPool, Tag("resume-work-pool")]
    | Annotated[PauseWorkQueue, Tag("pause-work-queue")]
    | Annotated[ResumeWorkQueue, Tag("resume-work-queue")]
    | Annotated[PauseAutomation, Tag("pause-automation")]
    | Annotated[ResumeAutomation, Tag("resume-automation")]
    | Annotated[ChangeFlowRunState, Tag("change-flow-run-state")]
    | Annotated[CancelFlowRun, Tag("cancel-flow-run")]
    | Annotated[SuspendFlowRun, Tag("suspend-flow-run")]
    | Annotated[ResumeFlowRun, Tag("resume-flow-run")]
    | Annotated[DeleteFlowRun, Tag("delete-flow-run")]
    | Annotated[CallWebhook, Tag("call-webhook")]
    | Annotated[SendNotification, Tag("send-notification")]
    | Annotated[DeclareIncident, Tag("declare-incident")],
    Discriminator(_kind_of),
]
