"""The filters of templates that are about addresses."""

import re
from typing import Any
from urllib.parse import quote

from headwater.automations.rules.views import Resource, View
from headwater.sandbox import Filters

_FLOW_RUN = re.compile(r"flow-run/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
# As the clients print them.
_PAGES = {
    "flow": "flows/flow/{id}",
    "flow-run": "runs/flow-run/{id}",
    "task-run": "runs/task-run/{id}",
    "deployment": "deployments/deployment/{id}",
    "work-pool": "work-pools/work-pool/{id}",
    "work-queue": "work-queues/work-queue/{id}",
    "concurrency-limit": "concurrency-limits/concurrency-limit/{id}",
    "block-document": "blocks/block/{id}",
    "automation": "automations/automation/{id}",
}


def filters_of(public_url: str) -> Filters:
    """Return the filters that only templates of automations have."""

    def ui_url(thing: Any) -> str:
        return find_page(thing, public_url) or ""

    def ui_resource_events_url(thing: Any) -> str:
        if isinstance(thing, Resource):
            resource = thing.id
        elif isinstance(thing, View) and thing.resource_kind in _PAGES:
            resource = f"prefect.{thing.resource_kind}.{thing['id']}"
        else:
            return ""
        return f"{public_url}/events?resource={quote(resource, safe='/:')}"

    return {
        "ui_url": ui_url,
        "ui_resource_events_url": ui_resource_events_url,
        "flow_run_id": find_flow_run,
    }


def find_page(thing: Any, public_url: str) -> str | None:
    """Return the address of what a template sees, None for what has none."""
    kind, id_ = _name(thing)
    if kind == "event":
        day = thing["occurred"].date().isoformat()
        return f"{public_url}/events/event/{day}/{id_}"
    if kind not in _PAGES:
        return None
    return f"{public_url}/{_PAGES[kind].format(id=id_)}"


def _name(thing: Any) -> tuple[str | None, str]:
    if isinstance(thing, Resource):
        kind, _, id_ = thing.id.rpartition(".")
        return kind.removeprefix("prefect."), id_
    if isinstance(thing, View):
        return thing.resource_kind, str(thing.get("id"))
    return None, ""


def find_flow_run(text: Any) -> str:
    """Return the id of the flow run that an address within a text is of, or an empty text."""
    found = _FLOW_RUN.search(str(text))
    return found[1] if found else ""
