"""What 3.x clients tell of a task run in an event: the state it entered, and the run by then."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from headwater.events.schemas import Event
from headwater.runs.schemas.policies import TaskRunPolicy
from headwater.runs.schemas.states import StateDetails, StateType
from headwater.shapes import Shape
from headwater.texts import Moment, check_size

EVENTS = "prefect.task-run."
RESOURCE = "prefect.task-run."
FLOW_RUN = "prefect.flow-run."
# Databases add these up, and fail where a sum is out of their range.
LONGEST_TIME = 1e12  # seconds
Count = Annotated[int, Field(ge=0, lt=2**30)]


class _Told(Shape):
    # What clients add in later versions is no reason to lose what they told before.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ToldDetails(StateDetails):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ToldPolicy(TaskRunPolicy):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ToldState(_Told):
    type: StateType
    name: str | None = None
    message: str | None = None
    data: Any = None
    state_details: ToldDetails | None = None

    @property
    def details(self) -> StateDetails:
        return self.state_details or StateDetails()


class ToldTaskRun(_Told):
    """The columns of a task run; what was not told stays as it is."""

    name: str = ""
    task_key: Annotated[str, AfterValidator(check_size)]
    dynamic_key: Annotated[str, AfterValidator(check_size)]
    task_version: str | None = None
    tags: list[str] = []
    labels: dict[str, Any] | None = None
    empirical_policy: ToldPolicy = ToldPolicy()
    task_inputs: dict[str, list[dict[str, Any]]] = {}
    cache_key: str | None = None
    cache_expiration: Moment | None = None
    run_count: Count = 0
    flow_run_run_count: Count = 0
    expected_start_time: Moment | None = None
    next_scheduled_start_time: Moment | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    total_run_time: Annotated[float, Field(le=LONGEST_TIME, allow_inf_nan=False)] = 0.0


class ToldPayload(_Told):
    validated_state: ToldState
    task_run: ToldTaskRun


def is_told(event: Event) -> bool:
    """Say if the event is one of a task run whose client decides its states."""
    mine = event.event.startswith(EVENTS)
    return mine and event.resource.get("prefect.orchestration") == "client"


def task_run_id(event: Event) -> UUID:
    """Return the task run's id; raise ValueError where the resource is none of a task run."""
    return UUID(event.resource_id.removeprefix(RESOURCE))


def flow_run_id(event: Event) -> UUID | None:
    found = event.related_id("flow-run")
    return None if found is None else UUID(found.removeprefix(FLOW_RUN))
