"""Calls a webhook: what goes out, and what is kept of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from headwater.automations.rules.outcomes import Result
from headwater.automations.schemas.webhooks import WebhookBlock
from headwater.automations.service.blocks import read_block
from headwater.automations.service.preparing import Job
from headwater.db.vault import Vault
from headwater.errors import ActionError, DeliveryError
from headwater.notifications.http import HttpClient
from headwater.notifications.http.answers import Answer
from headwater.notifications.rules.masking import mask, secrets_of

SLUG = "webhook"
ID = "webhook-id"  # the same each time that a call is tried, as Standard Webhooks has it
LONGEST_BODY = 1_000  # characters kept of an answer's
# They say where an answer came along, or let one in, and nothing of what it means.
_UNTOLD = ("x-forwarded", "x-b3", "x-cloud-trace", "x-envoy", "x-prefect")
_UNTOLD_WHOLE = frozenset({"authorization", "set-cookie", "traceparent", "via"})


@dataclass(frozen=True)
class Call:
    """One call that is ready to go out."""

    block: WebhookBlock
    content: str
    invocation: str


def open_call(session: Session, job: Job, block_id: UUID, vault: Vault, result: Result) -> Call:
    """Raise ActionError for a block by which none can be called."""
    if job.fault is not None:
        raise job.fault
    found = read_block(session, job.workspace_id, block_id, vault, job.told.type)
    if found.type_slug != SLUG:
        raise ActionError("The referenced block was not a webhook block")
    try:
        block = WebhookBlock.model_validate(found.data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]  # the input may be a secret
        place = ".".join(map(str, first["loc"]))
        raise ActionError(f"The webhook block was invalid: {place}: {first['msg']}") from None
    result.relate("block-document", block_id, "block", found.name)
    result.relate("block-type", SLUG, "block-type")
    return Call(block, job.ready.texts["payload"], str(job.id))


def send(call: Call, result: Result, *, allow_private: bool) -> None:
    """Call once; raise DeliveryError where no answer was seen. Whatever is answered will do."""
    block = call.block
    client = HttpClient(allow_private=allow_private and block.allow_private_urls)
    headers = {ID: call.invocation}
    headers |= {name: value.get_secret_value() for name, value in block.headers.items()}
    try:
        answer = client.request(
            block.method, block.url, call.content.encode(errors="replace"), headers
        )
    except DeliveryError:
        if client.last is None:
            raise
        answer = client.last  # a redirect: an answer as any other, and nowhere gone to
    result.details |= _told_of(answer, [*secrets_of(block)])


def _told_of(answer: Answer, secrets: list[str]) -> Mapping[str, Any]:
    headers = {
        name: mask(value, secrets)
        for name, value in answer.headers.items()
        if name not in _UNTOLD_WHOLE and not name.startswith(_UNTOLD)
    }
    body = mask(answer.text, secrets)
    if len(body) > LONGEST_BODY:
        body = body[: LONGEST_BODY - 3] + "..."
    return {"status_code": answer.status, "response_body": body, "response_headers": headers}
