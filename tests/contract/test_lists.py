"""All lists have the same limits, whatever they list."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

# They are short, and have no pages.
WHOLE = {"/api/headwater/channels/filter", "/api/task_workers/filter"}
# Limits of their own: 50 events, and the inputs of a run.
OTHERS = {"/api/events/filter", "/api/flow_runs/<uuid:run_id>/input/filter"}


def lists_of(app: Flask, end: str, automation: Any) -> list[str]:
    def is_list(rule: Rule) -> bool:
        return rule.rule.startswith("/api/") and rule.rule.endswith(end)

    found = {rule.rule for rule in app.url_map.iter_rules() if is_list(rule)} - WHOLE - OTHERS
    known = {"<work_pool_name>": "etl", "<uuid:automation_id>": str(automation)}
    for place, value in known.items():
        found = {rule.replace(place, value) for rule in found}
    return sorted(found)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"limit": -1}, "Invalid limit: must be greater than or equal to 0."),
        ({"limit": 201}, "Invalid limit: must be less than or equal to 200."),
        ({"offset": -1}, None),
        ({"offset": 2**63}, None),
    ],
)
def test_a_page_that_no_list_has_is_refused(
    app: Flask, edge: Any, body: Any, detail: str | None
) -> None:
    automation = edge.world.ids["automations"]
    ends = ["/filter", "/paginate"] if "limit" in body else ["/filter"]
    for path in [path for end in ends for path in lists_of(app, end, automation)]:
        response = edge.send("POST", path, json=body)

        assert response.status_code == 422, path
        assert detail is None or response.json == {"detail": detail}, path


def test_a_page_of_nothing_is_empty(app: Flask, edge: Any) -> None:
    automation = edge.world.ids["automations"]
    for path in lists_of(app, "/filter", automation):
        for body in ({"limit": 0}, {"offset": 10**12}):
            assert edge.send("POST", path, json=body).json == [], path
    for path in lists_of(app, "/paginate", automation):
        page = edge.send("POST", path, json={"limit": 0}).json
        assert (page["results"], page["pages"], page["page"], page["limit"]) == ([], 0, 1, 0), path


@pytest.mark.parametrize(
    "kind",
    [
        *("flows", "flow_runs", "task_runs", "work_pools", "work_queues", "variables"),
        *("artifacts", "block_schemas", "block_documents", "automations"),
    ],
)
def test_one_of_none_is_nobody(edge: Any, kind: str) -> None:
    assert edge.world
    path = f"/api/{kind}/filter"
    assert len(edge.send("POST", path, json={}).json) > 0

    for criterion in ({"id": {"any_": []}}, {"name": {"any_": []}}, {"tags": {"any_": []}}):
        response = edge.send("POST", path, json={kind: criterion})
        assert response.status_code == 422 or response.json == [], criterion
    if kind in {"flows", "flow_runs", "task_runs", "variables"}:
        all_of_none = edge.send("POST", path, json={kind: {"tags": {"all_": []}}})
        assert len(all_of_none.json) > 0
