"""Which events a filter means."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from headwater.events.rules.matching import Told, means
from headwater.events.rules.text import Terms, parse
from headwater.events.schemas.filters import EventFilter

ID = "8f4b6d62-7c8e-4a8f-9f5e-0d2c5f7f8a11"
TOLD = Told(
    UUID(ID),
    datetime(2026, 1, 1, 12, tzinfo=UTC),
    "prefect.flow-run.Completed",
    {"prefect.resource.id": "prefect.flow-run.1", "colour": "red", "empty": ""},
    [
        {"prefect.resource.id": "prefect.flow.2", "prefect.resource.role": "flow", "team": "a"},
        {"prefect.resource.id": "prefect.tag.x", "prefect.resource.role": "tag", "team": "b"},
    ],
    {"note": ["It is 50% Done", {"n": 7}]},
)
YES: list[dict[str, Any]] = [
    {},
    {"occurred": {"since": "2026-01-01T12:00:00Z", "until": "2026-01-01T12:00:00Z"}},
    {"event": {"prefix": ["other", "prefect.flow-run."]}},
    {"event": {"name": ["prefect.flow-run.Completed"], "exclude_name": ["x"]}},
    {"event": {"name": [], "prefix": [], "exclude_prefix": ["prefect.task"]}},
    {"event": None, "resource": None, "related": None, "any_resource": None, "text": None},
    {"id": {"id": [ID]}},
    {"id": {"id": []}},
    {"resource": {"id": ["prefect.flow-run.1", "x"]}},
    {"resource": {"id_prefix": ["prefect.flow-run"]}},
    {"resource": {"labels": {"colour": "red", "prefect.resource.id": []}}},
    {"resource": {"labels": {"colour": "r*"}}},
    {"resource": {"labels": {"colour": "r?d"}}},
    {"resource": {"labels": {"colour": "*r*?*d*"}}},
    {"resource": {"labels": {"colour": "*"}}},
    {"resource": {"labels": {"colour": ["blue", "red"]}}},
    {"resource": {"labels": {"colour": "!blue"}}},
    {"resource": {"labels": {"colour": ["!red", "!blue"]}}},
    {"resource": {"labels": {"empty": ""}}},
    {"related": {"id": ["prefect.flow.2"], "role": ["flow"]}},
    {"related": {"resources_in_roles": [["x", "flow"], ["prefect.tag.x", "tag"]]}},
    {"related": {"labels": {"team": "a", "prefect.resource.role": "flow"}}},
    {"related": [{"id": ["prefect.flow.2"]}, {"id": ["prefect.tag.x"]}]},
    {"related": {"role": [""], "id": ["prefect.flow-run.1"]}},
    {"related": []},
    {"any_resource": {"id": ["prefect.tag.x"]}},
    {"any_resource": {"id": ["prefect.flow-run.1"]}},
    {"any_resource": [{"id_prefix": ["prefect.tag."]}, {"labels": {"colour": "red"}}]},
    {"text": {"query": ""}},
    {"text": {"query": "nothing DONE"}},
    {"text": {"query": '+done +"50% done" -failed'}},
    {"text": {"query": "7 -"}},
    {"text": {"query": "colour"}},
]
NO: list[dict[str, Any]] = [
    {"occurred": {"since": "2026-01-01T12:00:00.000001Z"}},
    {"occurred": {"until": "2026-01-01T11:59:59.999999Z"}},
    {"event": {"prefix": ["prefect.flow_run"]}},
    {"event": {"prefix": ["PREFECT."]}},
    {"event": {"prefix": ["%"]}},
    {"event": {"name": ["prefect.flow-run.*"]}},
    {"event": {"exclude_prefix": ["x", "prefect."]}},
    {"event": {"exclude_name": ["prefect.flow-run.Completed"]}},
    {"id": {"id": ["00000000-0000-0000-0000-000000000001"]}},
    {"resource": {"id": ["prefect.flow-run"]}},
    {"resource": {"id_prefix": ["prefect.flow."]}},
    {"resource": {"labels": {"colour": "RED"}}},
    {"resource": {"labels": {"colour": "r[e]d"}}},
    {"resource": {"labels": {"colour": "?r*d"}}},
    {"resource": {"labels": {"colour": []}}},
    {"resource": {"labels": {"colour": "!r*"}}},
    {"resource": {"labels": {"none": "!x"}}},
    {"resource": {"labels": {"team": "a"}}},
    {"related": {"id": ["prefect.flow-run.1"]}},
    {"related": {"id": ["prefect.flow.2"], "role": ["tag"]}},
    {"related": {"resources_in_roles": [["prefect.flow.2", "tag"]]}},
    {"related": {"labels": {"team": "a", "prefect.resource.role": "tag"}}},
    {"related": {"labels": {"prefect.resource.role": "fl*"}}},
    {"related": [{"id": ["prefect.flow.2"]}, {"id": ["prefect.tag.y"]}]},
    {"any_resource": {"id": ["prefect.tag.x"], "labels": {"team": "a"}}},
    {"any_resource": [{"id": ["prefect.tag.x"]}, {"labels": {"colour": "blue"}}]},
    {"text": {"query": "nothing"}},
    {"text": {"query": "done -completed"}},
    {"text": {"query": '"done it"'}},
    {"text": {"query": "done +nothing"}},
]


@pytest.mark.parametrize(("wanted", "yes"), [(w, True) for w in YES] + [(w, False) for w in NO])
def test_a_filter_means_all_that_it_asks_for(wanted: dict[str, Any], yes: bool) -> None:
    assert means(EventFilter.model_validate(wanted), TOLD) is yes


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("a B", Terms(("a", "b"), (), ())),
        ("+a -b !c", Terms((), ("a",), ("b", "c"))),
        ('"a b" -"c d', Terms(("a b",), (), ("c d",))),
        (r'"a \" \\ \b"', Terms((r'a " \ \b',), (), ())),
        ("- + ! ", Terms((), (), ())),
    ],
)
def test_a_query_has_terms(query: str, terms: Terms) -> None:
    assert parse(query) == terms


@pytest.mark.parametrize(
    "wanted",
    [
        {"related": {}},
        {"related": {"id": [], "role": None, "labels": {}}},
        {"any_resource": [{"id_prefix": []}]},
    ],
)
def test_what_asks_for_nothing_leaves_out_nothing(wanted: dict[str, Any]) -> None:
    alone = replace(TOLD, related=[])

    assert means(EventFilter.model_validate(wanted), alone)


@pytest.mark.parametrize("pattern", ["*" * 500 + "x", "*a" * 100 + "*x", "?*" * 100 + "x"])
def test_many_stars_cost_no_more_than_one(pattern: str) -> None:
    told = replace(TOLD, resource={"colour": "a" * 10_000})
    wanted = {"resource": {"labels": {"colour": pattern}}}

    assert not means(EventFilter.model_validate(wanted), told)
