"""The OpenAPI document: all routes, all schemas, in the form that tools read."""

import re
from dis import get_instructions
from types import FunctionType
from typing import Any

import jsonschema
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, TypeAdapter

from headwater.app import create_app
from headwater.settings import Settings
from headwater.web.describing import find_description
from headwater.web.openapi.document import is_of_api, list_operations

SCHEMAS = "/components/schemas/"
# Named by the clients' own server too, where tools that know its document look for them.
SHARED = {
    "BlockDocument",
    "BlockDocumentCreate",
    "BlockSchemaFilterCapabilities",
    "ConcurrencyLimit",
    "ConcurrencyLimitV2",
    "ConcurrencyLimitWithLeaseResponse",
    "DeploymentFilter",
    "Flow",
    "FlowFilterTags",
    "FlowRunCreate",
    "FlowRunFilter",
    "FlowRunFilterId",
    "FlowRunFilterStateType",
    "FlowRunResponse",
    "GlobalConcurrencyLimitResponse",
    "Log",
    "LogCreate",
    "LogFilterTextSearch",
    "OrchestrationResult",
    "State",
    "StateCreate",
    "StateDetails",
    "StateType",
    "TaskRun",
    "TaskRunFilterSubFlowRuns",
    "WorkPoolCreate",
    "WorkPoolFilterName",
    "WorkPoolResponse",
    "WorkQueueResponse",
    "WorkerFilterStatus",
    "WorkerResponse",
}


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if is_of_api(rule)]

    assert rules
    missing = [
        rule for rule in rules if find_description(app.view_functions[rule.endpoint]) is None
    ]
    assert missing == []


def test_a_view_parses_what_it_describes(app: Flask) -> None:
    parsing = {one.view: one.description for one in list_operations(app) if models_parsed(one.view)}

    assert len(parsing) > 30
    for view, description in parsing.items():
        described = {repr(kind) for kind in (description.body, description.query) if kind}
        assert models_parsed(view) == described, view


def models_parsed(view: Any) -> set[str]:
    """Return the types that a view's own code hands to `parse_body` and the like."""
    assert isinstance(view, FunctionType)
    found, parsing = set(), False
    for instruction in get_instructions(view):
        named = instruction.opname == "LOAD_GLOBAL"
        if parsing and named:
            kind = view.__globals__[instruction.argval]
            if isinstance(kind, TypeAdapter):
                found.add(repr(kind._type))
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                found.add(repr(kind))
        parsing = named and instruction.argval in {"parse_body", "parse_list", "parse_query"}
    return found


def test_the_document_is_one_that_tools_read(openapi: dict[str, Any]) -> None:
    operations = [one.ok() for one in schemathesis.openapi.from_dict(openapi).get_all_operations()]

    assert openapi["openapi"] == "3.1.0"
    assert len(operations) == sum(len(path) for path in openapi["paths"].values())
    for schema in openapi["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_reference_leads_to_a_schema_and_every_schema_is_referred_to(
    openapi: dict[str, Any],
) -> None:
    references = set(re.findall(r"'\$ref': '#(/[^']+)'", repr(openapi)))

    assert references == {SCHEMAS + name for name in openapi["components"]["schemas"]}


def test_schemas_have_the_names_of_the_clients_own_server(openapi: dict[str, Any]) -> None:
    assert SHARED - set(openapi["components"]["schemas"]) == set()


def test_an_operation_says_what_it_takes_gives_and_needs(openapi: dict[str, Any]) -> None:
    operation = openapi["paths"]["/flow_runs/{id}/set_state"]["post"]

    assert operation["tags"] == ["Flow runs"]
    assert operation["x-headwater-right"] == "runs:write"
    assert operation["parameters"][0] == {
        "in": "path",
        "name": "id",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    body = {"schema": {"$ref": f"#{SCHEMAS}SetState"}}
    assert operation["requestBody"] == {"content": {"application/json": body}, "required": True}
    for status in ("200", "201"):
        content = operation["responses"][status]["content"]["application/json"]
        assert content == {"schema": {"$ref": f"#{SCHEMAS}OrchestrationResult"}}
    assert {"422", "default"} < set(operation["responses"])


def test_our_own_routes_go_under_what_they_are_about(openapi: dict[str, Any]) -> None:
    operation = openapi["paths"]["/headwater/channels/filter"]["post"]

    assert operation["tags"] == ["Channels"]


def test_a_body_that_may_be_missing_is_not_required(openapi: dict[str, Any]) -> None:
    assert "required" not in openapi["paths"]["/flow_runs/filter"]["post"]["requestBody"]


def test_a_query_is_described_by_its_parameters(openapi: dict[str, Any]) -> None:
    parameters = openapi["paths"]["/flow_run_states/"]["get"]["parameters"]

    assert parameters[0] == {
        "in": "query",
        "name": "flow_run_id",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


def test_routes_that_only_the_older_major_has_are_tagged(openapi: dict[str, Any]) -> None:
    tagged = {
        path
        for path, methods in openapi["paths"].items()
        for operation in methods.values()
        if "2.20 only" in operation["tags"]
    }

    assert tagged
    of_old = ("/flow_run_notification_policies/", "/deployments/{id}/set_schedule_")
    of_old += ("/admin/database/",)
    assert all(path.startswith(of_old) for path in tagged)


def test_the_document_says_where_the_api_is_under_a_base_path(new_database: Any) -> None:
    settings = Settings.load(
        api_database_connection_url=new_database(), server_api_base_path="/headwater"
    )

    document = create_app(settings).test_client().get("/headwater/api/openapi.json").json

    assert document["servers"] == [{"url": "/headwater/api"}]


def test_who_has_the_document_is_told_so(client: FlaskClient) -> None:
    tag = client.get("/api/openapi.json").headers["ETag"]

    response = client.get("/api/openapi.json", headers={"If-None-Match": tag})

    assert (response.status_code, response.get_data()) == (304, b"")


@pytest.mark.parametrize("word", ["/api/flow_runs/{id}/set_state", "runs:write", "FlowRunFilterId"])
def test_the_page_shows_routes_rights_and_schemas(client: FlaskClient, word: str) -> None:
    assert word in client.get("/api/docs").get_data(as_text=True)


def test_the_page_links_to_each_schema_and_loads_nothing_from_elsewhere(
    client: FlaskClient, openapi: dict[str, Any]
) -> None:
    response = client.get("/api/docs")
    page = response.get_data(as_text=True)

    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"', page) == []
    assert "<style" not in page
    assert "<script>" not in page
    assert " style=" not in page
    places = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= places
    assert {f"schema-{name}" for name in openapi["components"]["schemas"]} <= places
