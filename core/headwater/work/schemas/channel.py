"""Frames between a worker and its pool's channel; names and rules are the clients' (3.9)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Discriminator, Field, TypeAdapter, model_validator

from headwater.criteria import Few
from headwater.shapes import LATE, Shape
from headwater.texts import ChosenJson, ChosenKey, Moment, Whole
from headwater.work.schemas.pools import Template

VERSION = "work_pool_worker_channel.v1"
CAPABILITIES = ("worker_heartbeat.v1", "work_pool_snapshot.v1")
Word = Annotated[ChosenKey, Field(min_length=1)]
Words = Annotated[Few[Word], Field(min_length=1)]
Seconds = Annotated[Whole, Field(ge=1)]


class _Strict(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(_Strict):
    """Who a worker is, and what it wants of the channel."""

    consumer_id: UUID
    worker_name: Word
    worker_type: Word
    heartbeat_interval_seconds: Seconds
    supported_channel_versions: Words
    requested_capabilities: Words
    work_queue_names: Few[Word] = []
    handled_cleanup_kinds: Few[Word] = []
    max_cleanup_concurrency: Annotated[Whole, Field(ge=0)] = 0
    create_pool_if_not_found: bool = False
    default_base_job_template: Template = {}
    worker_metadata: ChosenJson | None = None

    @model_validator(mode="after")
    def _wants_the_least(self) -> "Hello":
        if missing := set(CAPABILITIES) - set(self.requested_capabilities):
            raise ValueError(f"{', '.join(sorted(missing))} must be requested")
        return self


class Beat(_Strict):
    consumer_id: UUID
    worker_name: Word
    heartbeat_interval_seconds: Seconds


class CleanupOperation(_Strict):
    """What a worker has to say of work that it was never given: no server has to give any."""

    message_id: UUID
    reservation_token: Word
    reason: Word | None = None


class _Frame(_Strict):
    id: UUID
    sent_at: Moment


class HelloFrame(_Frame):
    type: Literal["worker.hello.v1"]
    payload: Hello


class BeatFrame(_Frame):
    type: Literal["worker.heartbeat.v1"]
    payload: Beat


class CleanupFrame(_Frame):
    type: Literal["cleanup.ack.v1", "cleanup.release.v1", "cleanup.renew.v1"]
    payload: CleanupOperation


FRAME: TypeAdapter[HelloFrame | BeatFrame | CleanupFrame] = TypeAdapter(
    Annotated[HelloFrame | BeatFrame | CleanupFrame, Discriminator("type")], config=LATE
)


def refuse(frame: CleanupFrame) -> dict[str, Any]:
    """Return what is answered to *frame*."""
    return {
        "request_frame_id": frame.id,
        "message_id": frame.payload.message_id,
        "operation": frame.type.split(".")[1],
        "status": "unauthorized",
        "lease_expires_at": None,
        "reason": "cleanup_delivery_not_accepted",
        "detail": None,
    }
