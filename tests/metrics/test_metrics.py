"""What Prometheus is told of the server, on both databases."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from headwater.app import create_app
from headwater.db.session import reading, write
from headwater.ids import uuid7
from headwater.metrics.service.counts import BOUNDS
from headwater.settings import Settings

from .conftest import Read, post

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\bheadwater_\w+")


def families(client: FlaskClient) -> list[Metric]:
    return list(text_string_to_metric_families(client.get("/metrics").text))


def test_a_server_tells_nothing_unless_it_is_switched_on(tmp_path: Path) -> None:
    app = create_app(Settings.load(api_database_connection_url=f"sqlite:///{tmp_path}/x.db"))

    assert "/metrics" not in {rule.rule for rule in app.url_map.iter_rules()}


def test_a_server_with_a_secret_tells_those_who_give_it(tmp_path: Path) -> None:
    client = create_app(
        Settings.load(
            api_database_connection_url=f"sqlite:///{tmp_path}/x.db",
            server_metrics_enabled=True,
            server_api_auth_string="ann:secret",
        )
    ).test_client()

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", auth=("ann", "secret")).status_code == 200


def test_requests_are_counted_by_route_and_class_of_status(told: Read, client: FlaskClient) -> None:
    for _ in range(3):
        client.get("/api/health")
    client.get(f"/api/flow_runs/{uuid7()}")
    client.get("/api/nowhere")

    counted = "headwater_http_requests_total"
    assert told(counted, route="/api/health", status="2xx") == 3
    assert told(counted, route="/api/flow_runs/<uuid:run_id>", status="4xx") == 1
    assert told(counted, route="none", status="4xx") == 1


def test_units_of_work_are_timed(told: Read, client: FlaskClient) -> None:
    name = "headwater_database_unit_seconds"
    before = {kind: told(f"{name}_count", kind=kind) or 0 for kind in ("read", "write")}

    post(client, "flows/", {"name": "etl"})
    write(lambda session: None)

    assert (told(f"{name}_count", kind="write") or 0) == before["write"] + 2
    assert (told(f"{name}_count", kind="read") or 0) > before["read"]
    assert told(f"{name}_bucket", kind="write", le="+Inf") == told(f"{name}_count", kind="write")
    assert 0 < (told(f"{name}_sum", kind="write") or 0) < BOUNDS[-1]


def test_a_unit_that_fails_is_timed_too(told: Read) -> None:
    before = told("headwater_database_unit_seconds_count", kind="write") or 0

    def fail(_session: Session) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail)
    with pytest.raises(RuntimeError), reading():
        raise RuntimeError

    assert told("headwater_database_unit_seconds_count", kind="write") == before + 1


def test_a_database_that_is_away_keeps_no_count_from_being_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/x.db"
    app = create_app(Settings.load(api_database_connection_url=url, server_metrics_enabled=True))

    response = app.test_client().get("/metrics")

    assert response.status_code == 200
    assert "headwater_database_up 0.0" in response.text
    assert "headwater_build_info" in response.text
    assert "headwater_flow_runs" not in response.text


def test_who_asks_for_openmetrics_gets_it(client: FlaskClient) -> None:
    plain = client.get("/metrics")
    asked = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})

    assert plain.content_type.startswith("text/plain")
    assert asked.content_type.startswith("application/openmetrics-text")
    assert asked.text.endswith("# EOF\n")


def test_each_metric_is_in_the_docs_and_each_of_the_docs_is_told(client: FlaskClient) -> None:
    page = (ROOT / "docs/metrics.md").read_text()
    documented = re.findall(r"^\| `(headwater_\w+)`", page, re.MULTILINE)

    told = {family.name: family.type for family in families(client)}
    names = {f"{name}_total" if kind == "counter" else name for name, kind in told.items()}
    assert sorted(documented) == sorted(names)


def test_a_query_of_the_board_and_of_the_docs_asks_for_what_is_told(client: FlaskClient) -> None:
    board = json.loads((ROOT / "contrib/grafana/headwater.json").read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    variables = [one["query"]["query"] for one in board["templating"]["list"][1:]]
    alerts = re.findall("expr: (.*)}$", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    told = {family.name: family.type for family in families(client)}
    names = {f"{name}_total" if kind == "counter" else name for name, kind in told.items()}
    buckets = {f"{name}_bucket" for name, kind in told.items() if kind == "histogram"}

    asked = {name for query in [*queries, *variables, *alerts] for name in NAME.findall(query)}
    assert len(alerts) > 3
    assert asked <= names | buckets
    shown = {name.removesuffix("_bucket") for query in queries for name in NAME.findall(query)}
    assert shown == names
