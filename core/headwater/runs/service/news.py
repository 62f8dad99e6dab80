"""Tells what became of a flow run: to the event log, and to who is to be notified."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events import log
from headwater.events.schemas import Event, Labels, make_resource
from headwater.notifications import outbox
from headwater.notifications.schemas.news import News
from headwater.runs.schemas.states import State, StateType

# An event names the one before it only while readers may still wait for that.
FOLLOWS_WITHIN = timedelta(minutes=5)
CREATORS = {"AUTOMATION", "DEPLOYMENT"}
LONGEST_MESSAGE = 100_000  # characters of a state's message, in a label


def tell(
    session: Session,
    run: Mapping[str, Any],
    around: Mapping[str, Any],
    left: State | None,
    entered: State,
    *,
    now: datetime,
) -> None:
    """Append the event of a state change, and put it before the notification policies, if there
    are any.

    *run* has the columns of the run as they are now, *around* what its statements find beside
    them. The shape of the event is that of prefect 3.9's own server.
    """
    tags = _list(run["tags"])
    event = _make_event(run, around, tags, left, entered)
    log.append_new(session, run["workspace_id"], event, now=now)
    if not around["is_watched"]:
        return
    news = News(
        workspace_id=run["workspace_id"],
        flow_id=run["flow_id"],
        flow_name=around["flow_name"],
        flow_run_id=run["id"],
        flow_run_name=run["name"],
        parameters=run["parameters"],
        tags=tags,
        state_id=entered.id,
        state_type=entered.type,
        state_name=entered.name,
        state_timestamp=entered.timestamp,
        state_message=entered.message,
        deployment_id=run["deployment_id"],
        work_pool_id=around["work_pool_id"],
    )
    outbox.announce(session, news, now=now)


def _make_event(
    run: Mapping[str, Any],
    around: Mapping[str, Any],
    tags: list[str],
    left: State | None,
    entered: State,
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
        related=[*_list_related(run, around), *_list_tags(around, tags), *_list_creators(run)],
        payload={
            "intended": {"from": left.type if left else None, "to": entered.type},
            "initial_state": _brief(left),
            "validated_state": _brief(entered),
        },
        id=entered.id,
        follows=follows,
    )


def _list_related(run: Mapping[str, Any], around: Mapping[str, Any]) -> list[Labels]:
    """Return what the run is of, but for what is gone."""
    pool_type = {"prefect.work-pool.type": around["work_pool_type"]}
    found: tuple[tuple[str, UUID | None, str | None, Labels], ...] = (
        ("flow", run["flow_id"], around["flow_name"], {}),
        ("deployment", run["deployment_id"], around["deployment_name"], {}),
        ("work-queue", run["work_queue_id"], around["queue_name"], {}),
        ("work-pool", around["work_pool_id"], around["work_pool_name"], pool_type),
        ("task-run", run["parent_task_run_id"], around["parent_name"], {}),
    )
    return [
        make_resource(f"prefect.{role}.{id_}", role=role, name=name) | more
        for role, id_, name, more in found
        if name is not None
    ]


def _list_tags(around: Mapping[str, Any], tags: list[str]) -> list[Labels]:
    """Return the tags of the run and of all that it is of."""
    of = ("flow_tags", "deployment_tags", "parent_tags")
    whole = {*tags, *(tag for name in of for tag in _list(around[name]))}
    return [make_resource(f"prefect.tag.{tag}", role="tag") for tag in sorted(whole)]


def _list_creators(run: Mapping[str, Any]) -> list[Labels]:
    """Return who made the run, where that is something with events of its own."""
    kept = run["created_by"]
    by = parse(kept) if isinstance(kept, Fragment) else kept
    if not by or by["type"] not in CREATORS:
        return []
    named = {"name": by["display_value"]} if by["display_value"] else {}
    return [make_resource(f"prefect.{by['type'].lower()}.{by['id']}", role="creator", **named)]


def _list(tags: Any) -> list[str]:
    return tags if isinstance(tags, list) else parse(tags) or []


def _brief(state: State | None) -> dict[str, str] | None:
    if state is None:
        return None
    brief = {"type": str(state.type), "name": state.name}
    if state.message:
        brief["message"] = state.message[:LONGEST_MESSAGE]
    if state.type is StateType.PAUSED:
        brief["pause_reschedule"] = str(state.details.pause_reschedule).lower()
    return brief
