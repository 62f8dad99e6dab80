"""Fills the templates of policies from the facts of a run."""

import json
from dataclasses import dataclass
from string import Formatter
from typing import Any
from uuid import UUID

from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.templates import Templating
from headwater.sandbox import render


@dataclass(frozen=True)
class Templates:
    """What a policy says; None: Headwater's own words."""

    templating: str = Templating.PLAIN
    title: str | None = None
    body: str | None = None


def fill(template: str, templating: str, news: News, policy_id: UUID, link: str) -> str:
    """Return what a template says; ValueError says why a Jinja template says nothing."""
    values = _facts(news, policy_id, link)
    if templating == Templating.JINJA:
        more = {
            "flow_run_parameters": news.parameters,
            "tags": news.tags,
            "deployment_id": _text(news.deployment_id),
            "work_pool_id": _text(news.work_pool_id),
        }
        return render(template, values | more)
    values["flow_run_parameters"] = json.dumps(news.parameters, ensure_ascii=False)
    # Not str.format: what the values hold is never looked into.
    parts = Formatter().parse(template)
    return "".join(text + ("" if name is None else values[name]) for text, name, _, _ in parts)


def _facts(news: News, policy_id: UUID, link: str) -> dict[str, Any]:
    return {
        "flow_run_notification_policy_id": str(policy_id),
        "flow_id": str(news.flow_id),
        "flow_name": news.flow_name,
        "flow_run_url": link,
        "flow_run_id": str(news.flow_run_id),
        "flow_run_name": news.flow_run_name,
        "flow_run_state_type": news.state_type,
        "flow_run_state_name": news.state_name,
        "flow_run_state_timestamp": news.state_timestamp.isoformat(sep=" "),
        "flow_run_state_message": news.state_message or "",
    }


def _text(id_: UUID | None) -> str:
    return "" if id_ is None else str(id_)
