"""Triggers and actions as the wire has them."""

from typing import Any

REACTIVE = {"type": "event", "posture": "Reactive", "expect": ["a"]}
PROACTIVE = {"type": "event", "posture": "Proactive", "after": ["a"], "expect": ["b"], "within": 10}
NOTHING = {"type": "do-nothing"}


def metric_trigger(name: str = "successes", **more: Any) -> dict[str, Any]:
    query = {"name": name, "threshold": 0.5, "operator": "<", "range": 3600} | more
    return {"type": "metric", "match": {"prefect.resource.id": "prefect.flow-run.*"}} | {
        "metric": query
    }
