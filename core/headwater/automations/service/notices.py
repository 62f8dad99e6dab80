"""Puts what an automation says into the outbox of notifications.

The action is executed then: from there on the ledger keeps each try, tries again for days, and
says who gave up. An action that waited for that would be pending just as long.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.automations.rules.links import find_page
from headwater.automations.rules.outcomes import Result
from headwater.automations.rules.targets import find_first
from headwater.automations.rules.views import View
from headwater.automations.service.blocks import read_block
from headwater.automations.service.preparing import Job
from headwater.db.vault import Vault
from headwater.errors import ActionError
from headwater.notifications import outbox
from headwater.notifications.channels import Kind, Message, Severity
from headwater.notifications.service.channels import Kinds


def put(
    session: Session,
    job: Job,
    channel_id: UUID,
    result: Result,
    *,
    vault: Vault,
    kinds: Kinds,
    url: str,
    now: datetime,
) -> None:
    """Raise ActionError for a block that nobody sends with."""
    block = read_block(session, job.workspace_id, channel_id, vault, job.told.type)
    if block.type_slug not in kinds.by_slug:
        raise ActionError("The referenced block was not a notification block")
    result.relate("block-document", channel_id, "block", block.name)
    result.relate("block-type", block.type_slug, "block-type")
    message = Message(
        kind=Kind.NEWS,
        severity=Severity.INFO,
        title=job.ready.texts["subject"],
        body=job.ready.texts["body"],
        fields={},
        link=_link_of(job, url),
        dedup_key=f"automation-{job.id}",
        happened=datetime.fromisoformat(job.occasion.firing["triggered"]),
    )
    delivery_id = outbox.announce_message(
        session, job.workspace_id, channel_id, message, job.id, now=now
    )
    result.details["delivery"] = str(delivery_id)


def _link_of(job: Job, url: str) -> str:
    """Return where to look: at the run, if there is one, else at the automation."""
    automation, event = job.occasion.automation, job.occasion.event
    run_id = None if event is None else find_first(event, "flow-run")
    kind, id_ = ("automation", automation["id"]) if run_id is None else ("flow-run", run_id)
    return find_page(View(kind, {"id": id_}), url) or url
