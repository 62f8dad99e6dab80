"""Triggers as the wire has them."""

from typing import Any


def metric_trigger(name: str = "successes", **more: Any) -> dict[str, Any]:
    query = {"name": name, "threshold": 0.5, "operator": "<", "range": 3600} | more
    return {"type": "metric", "match": {"prefect.resource.id": "prefect.flow-run.*"}} | {
        "metric": query
    }
