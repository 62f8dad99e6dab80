"""Tells what became of a flow run: to the event log, and to who is to be notified."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events import log
from headwater.events.schemas import Event
from headwater.notifications import outbox
from headwater.notifications.schemas.news import News
from headwater.runs.schemas.states import State

# An event names the one before it only while readers may still wait for that.
FOLLOWS_WITHIN = timedelta(minutes=5)
LONGEST_MESSAGE = 100_000  # characters of a state's message, in a label


def tell(
    session: Session,
    run: Mapping[str, Any],
    flow_name: str,
    left: State | None,
    entered: State,
    *,
    watched: bool,
    now: datetime,
) -> None:
    """Append the event of a state change, and put it before the notification policies, if there
    are any (*watched*).

    *run* has the columns of the run as they are now. The shape of the event is that of prefect
    3.9's own server.
    """
    tags = run["tags"] if isinstance(run["tags"], list) else parse(run["tags"])
    event = make_event(run, flow_name, tags, left, entered)
    log.append_new(session, run["workspace_id"], event, now=now)
    if not watched:
        return
    news = News(
        workspace_id=run["workspace_id"],
        flow_id=run["flow_id"],
        flow_name=flow_name,
        flow_run_id=run["id"],
        flow_run_name=run["name"],
        parameters=run["parameters"],
        tags=tags,
        state_id=entered.id,
        state_type=entered.type,
        state_name=entered.name,
        state_timestamp=entered.timestamp,
        state_message=entered.message,
    )
    outbox.announce(session, news, now=now)


def make_event(
    run: Mapping[str, Any], flow_name: str, tags: list[str], left: State | None, entered: State
) -> Event:
    follows = None
    if left is not None and entered.timestamp - left.timestamp < FOLLOWS_WITHIN:
        follows = left.id
    return Event.model_construct(
        occurred=entered.timestamp,
        event=f"prefect.flow-run.{entered.name}",
        resource={
            "prefect.resource.id": f"prefect.flow-run.{run['id']}",
            "prefect.resource.name": run["name"],
            "prefect.run-count": str(run["run_count"]),
            "prefect.state-message": (entered.message or "")[:LONGEST_MESSAGE],
            "prefect.state-name": entered.name,
            "prefect.state-timestamp": entered.timestamp.isoformat(),
            "prefect.state-type": entered.type,
        },
        related=[
            {
                "prefect.resource.id": f"prefect.flow.{run['flow_id']}",
                "prefect.resource.role": "flow",
                "prefect.resource.name": flow_name,
            },
            *(
                {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
                for tag in sorted(tags)
            ),
        ],
        payload={
            "intended": {"from": left.type if left else None, "to": entered.type},
            "initial_state": _brief(left),
            "validated_state": _brief(entered),
        },
        id=entered.id,
        follows=follows,
    )


def _brief(state: State | None) -> dict[str, str] | None:
    if state is None:
        return None
    brief = {"type": str(state.type), "name": state.name}
    return brief | ({"message": state.message[:LONGEST_MESSAGE]} if state.message else {})
