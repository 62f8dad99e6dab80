"""What clients look up of the packages that they may install."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from headwater.app import create_app
from headwater.settings import Settings

VIEW = "/api/collections/views/aggregate-worker-metadata"
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
KEYS = {"type", "display_name", "description", "install_command", "documentation_url", "logo_url"}
KEYS |= {"is_beta", "default_base_job_configuration"}
TEMPLATE = {
    "job_configuration": {"image": "{{ image }}"},
    "variables": {"properties": {"image": {"type": "string"}}},
}
PLUGIN = f"""
from headwater.api import WorkPoolType, hookimpl

@hookimpl
def headwater_work_pool_types():
    nomad = WorkPoolType("nomad", "prefect-nomad", "<Nomad>", "Jobs.", {TEMPLATE}, is_beta=True)
    return [nomad, WorkPoolType("docker", "our-docker", "Ours", "")]
"""


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


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a plugin that declares kinds of work pools."""
    (tmp_path / "headwater_nomad_for_tests.py").write_text(PLUGIN)
    info = tmp_path / "headwater_nomad-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: headwater-nomad\nVersion: 0.1\n")
    entry = "[headwater.plugins]\nnomad = headwater_nomad_for_tests\n"
    (info / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("plugin")
def test_what_a_plugin_declares_is_there_in_place_of_what_is_known(
    new_database: Callable[[], str],
) -> None:
    app = create_app(Settings.load(api_database_connection_url=new_database()))

    packages = app.test_client().get(VIEW).json

    assert set(packages["prefect-nomad"]) == {"nomad"}
    nomad = packages["prefect-nomad"]["nomad"]
    assert nomad.keys() == KEYS
    assert nomad["default_base_job_configuration"] == TEMPLATE
    assert (nomad["install_command"], nomad["is_beta"]) == ("pip install prefect-nomad", True)
    assert packages["our-docker"]["docker"]["display_name"] == "Ours"
    assert "prefect-docker" not in packages
    assert set(packages["prefect"]) == {"process"}


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
