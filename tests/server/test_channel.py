"""A worker's channel of a running server, as the clients open it."""

import json
from uuid import uuid4

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SECONDS = 10
CAPABILITIES = ["worker_heartbeat.v1", "work_pool_snapshot.v1"]


def greeting(**more):
    payload = {
        "consumer_id": str(uuid4()),
        "worker_name": "w1",
        "worker_type": "process",
        "heartbeat_interval_seconds": 30,
        "supported_channel_versions": ["work_pool_worker_channel.v1"],
        "requested_capabilities": CAPABILITIES,
    }
    head = {"type": "worker.hello.v1", "id": str(uuid4()), "sent_at": "2026-01-01T00:00:00Z"}
    return json.dumps(head | {"payload": payload | more})


def test_a_worker_follows_its_pool_until_that_is_gone(start):
    server = start("--workers", "2")
    server.wait_until_ready()
    pool = f"{server.url}/api/work_pools/B%C3%A4ume%20%2B%20more"
    requests.post(
        f"{server.url}/api/work_pools/", json={"name": "Bäume + more"}, timeout=SECONDS
    ).raise_for_status()

    with connect(
        pool.replace("http://", "ws://") + "/workers/connect", subprotocols=["prefect"]
    ) as worker:
        worker.send('{"type": "auth", "token": null}')
        assert json.loads(worker.recv(SECONDS)) == {"type": "auth_success"}
        worker.send(greeting())
        ready = json.loads(worker.recv(SECONDS))["payload"]
        assert ready["initial_snapshot"]["work_pool"]["name"] == "Bäume + more"

        change = {"concurrency_limit": 5}
        requests.patch(pool, json=change, timeout=SECONDS).raise_for_status()
        told = json.loads(worker.recv(SECONDS))["payload"]
        assert told["work_pool"]["concurrency_limit"] == 5

        requests.delete(pool, timeout=SECONDS).raise_for_status()
        with pytest.raises(ConnectionClosed) as end:
            worker.recv(SECONDS)
    assert (end.value.rcvd.code, end.value.rcvd.reason) == (1008, "authorization_failed")
