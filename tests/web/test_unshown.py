"""Addresses that clients print of what has no page: the command is named that shows it."""

import pytest
from flask.testing import FlaskClient

ID = "8d4d9f44-4bd3-4b0a-8d3e-3f2a3c1f0a11"


@pytest.mark.parametrize(
    ("path", "command"),
    [
        (f"/deployments/deployment/{ID}", f"headwater deployment inspect {ID}"),
        ("/deployments", "headwater deployment ls"),
        ("/work-pools/work-pool/my%20pool", "headwater work-pool inspect &#39;my pool&#39;"),
        (f"/work-pools/work-pool/a/worker/{ID}", "headwater work-pool inspect a"),
        (f"/work-queues/work-queue/{ID}", "prefect work-queue ls"),
        ("/blocks/catalog/slack-webhook/create", "prefect block type ls"),
        ("/settings/blocks/catalog", "prefect block type ls"),
        (f"/blocks/block/{ID}", f"headwater block inspect {ID}"),
        (
            f"/concurrency-limits/concurrency-limit/{ID}",
            f"headwater concurrency-limit inspect {ID}",
        ),
        ("/automations/automation/nightly", "headwater automation inspect nightly"),
        ("/events/stream", "prefect event stream"),
    ],
)
def test_the_command_is_named(client: FlaskClient, path: str, command: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert f"<code>{command}</code>" in response.text


@pytest.mark.parametrize("path", ["/deployment", "/work-pools/x", f"/runs/flow-run/{ID}"])
def test_of_other_addresses_nothing_is_known(client: FlaskClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "On the command line" not in response.text


def test_who_asks_by_api_is_told_nothing_else(client: FlaskClient) -> None:
    assert client.get("/api/deployments/deployment/x").json == {"detail": "Not Found"}
