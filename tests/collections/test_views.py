"""What clients look up of the packages that they may install."""

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

VIEW = "/api/collections/views/aggregate-worker-metadata"
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
KEYS = {"type", "display_name", "description", "install_command", "documentation_url", "logo_url"}
KEYS |= {"is_beta", "default_base_job_configuration"}


def test_each_kind_of_worker_is_under_its_package(client: FlaskClient) -> None:
    packages = client.get(VIEW).json

    assert {package: set(kinds) for package, kinds in packages.items()} == {
        "prefect": {"process"},
        "prefect-aws": {"ecs"},
        "prefect-azure": {"azure-container-instance"},
        "prefect-docker": {"docker"},
        "prefect-gcp": {"cloud-run", "cloud-run-v2", "vertex-ai"},
        "prefect-kubernetes": {"kubernetes"},
    }
    for kinds in packages.values():
        for kind, worker in kinds.items():
            assert worker.keys() == KEYS
            assert worker["type"] == kind


def test_a_template_uses_the_variables_that_it_has(client: FlaskClient) -> None:
    for kinds in client.get(VIEW).json.values():
        for worker in kinds.values():
            template = worker["default_base_job_configuration"]
            Draft202012Validator.check_schema(template["variables"])
            used = str(template["job_configuration"])
            for name in ("command", "env", "labels", "name"):
                assert name in template["variables"]["properties"]
                assert f"{{{{ {name} }}}}" in used


def test_an_older_client_finds_its_agents_there(client: FlaskClient) -> None:
    packages = client.get(VIEW, headers=OLD).json

    assert set(packages["prefect"]) == {"process", "prefect-agent"}


@pytest.mark.parametrize("view", ["zz", "aggregate-flow-metadata", "..", "%F0%9F%92%A9"])
def test_a_view_that_there_is_not_is_not_found(client: FlaskClient, view: str) -> None:
    assert client.get(f"/api/collections/views/{view}").status_code == 404


def test_the_view_that_is_missing_is_named(client: FlaskClient) -> None:
    assert client.get("/api/collections/views/zz").json == {
        "detail": "View zz not found in registry"
    }
