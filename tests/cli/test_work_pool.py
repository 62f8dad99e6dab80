"""`headwater work-pool`, over HTTP to a server."""

import pytest


@pytest.fixture
def pool(client):
    body = {"name": "my pool", "type": "process", "concurrency_limit": 4}
    made = client.post("/api/work_pools/", json=body)
    assert made.status_code == 201
    queue = {"name": "fast", "priority": 1, "concurrency_limit": 2, "is_paused": True}
    client.post("/api/work_pools/my pool/queues", json=queue)
    return made.json


def test_pools_are_listed(asking, told, pool):
    assert [each["id"] for each in told("work-pool", "ls")] == [pool["id"]]
    titles, row = asking("work-pool", "ls").stdout.splitlines()
    assert titles.split() == ["NAME", "TYPE", "STATUS", "LIMIT", "ID"]
    assert row.split() == ["my", "pool", "process", "NOT_READY", "4", pool["id"]]


def test_a_pool_is_shown_with_its_queues(asking, told, pool):
    queues = told("work-pool", "inspect", "my pool")["queues"]
    assert {queue["name"] for queue in queues} == {"default", "fast"}

    shown = asking("work-pool", "inspect", "my pool").stdout
    assert "Type:        process\n" in shown
    assert "fast (priority 1) limit 2 paused\n" in shown


def test_a_pool_is_paused_and_resumed(asking, told, pool):
    assert asking("work-pool", "pause", "my pool").said == "Paused the work pool my pool.\n"
    assert told("work-pool", "inspect", "my pool")["is_paused"] is True
    assert "PAUSED" in asking("work-pool", "ls").stdout

    assert told("work-pool", "resume", "my pool")["is_paused"] is False


@pytest.mark.parametrize("name", ["none", "", "..", "my pool/queues/fast"])
@pytest.mark.parametrize("command", ["inspect", "pause", "resume"])
def test_a_pool_that_is_not_there_is_named(refusal, pool, command, name):
    line, code = refusal("work-pool", command, name)

    assert (line, code) == (f"there is no work pool '{name}'; see: headwater work-pool ls", 1)


def test_there_may_be_none(asking):
    assert asking("work-pool", "ls").said == "There are no work pools.\n"
