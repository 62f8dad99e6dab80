#!/usr/bin/env python3
"""Load generator for any server that speaks the Prefect REST API.

One file and the standard library only (the events workload also needs ``websockets``), so that it
can be copied to where the load is to come from, and the same work put on two servers:

    python load.py --url http://127.0.0.1:4200/api lifecycle --runs 300 --threads 8
    python load.py --url http://127.0.0.1:4200/api logs --batches 40
    python load.py --url http://127.0.0.1:4200/api events --tasks 500
    python load.py --url http://127.0.0.1:4200/api seed --runs 500
    python load.py --url http://127.0.0.1:4200/api reads --repeat 100
    python load.py --url http://127.0.0.1:4200/api poll --scheduled 500 --polls 50

Each workload prints one JSON line: what was asked, how many requests failed (any failure makes the
exit status 1), how often the server turned a request away as busy (429 or 503, asked again as a
real client does), which routes it does not have, throughput, and latencies in milliseconds, taken
at the client on a kept-alive connection. ``client_cpu_s`` is what this program itself used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

TRIES, PAUSE = 40, 0.05  # of a request that finds the server busy; seconds
DROPS = 3  # connections in a row that may end under a request
DONE = (200, 201, 204)
BUSY, ABSENT = (429, 503), (404, 405, 501)
Report = dict[str, Any]


def now() -> str:
    return datetime.now(UTC).isoformat()


class Connection:
    """A kept-alive HTTP/1.1 connection, half as dear as http.client's: the servers under load
    share the machine with us."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or 80
        self._prefix = parts.path.rstrip("/")
        named = {"Host": f"{self._address[0]}:{self._address[1]}", **headers}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._socket: socket.socket | None = None

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body; raise OSError for a connection that ends."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._reader = self._socket.makefile("rb")
        head = f"{method} {self._prefix}{path} HTTP/1.1\r\n{self._headers}"
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        line = self._reader.readline()
        if not line:
            raise ConnectionResetError("the server closed the connection")
        headers = self._read_headers()
        payload = self._read_body(headers)
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return int(line.split(None, 2)[1]), payload

    def _read_headers(self) -> dict[bytes, bytes]:
        headers = {}
        while (line := self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        return headers

    def _read_body(self, headers: dict[bytes, bytes]) -> bytes:
        if headers.get(b"transfer-encoding") != b"chunked":
            return self._reader.read(int(headers.get(b"content-length", 0)))
        parts = []
        while size := int(self._reader.readline().split(b";")[0], 16):
            parts.append(self._reader.read(size))
            self._reader.readline()
        self._reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        if self._socket is not None:
            self._reader.close()
            self._socket.close()
            self._socket = None


class Api:
    """One client; it records the latency of every request."""

    def __init__(self, args: argparse.Namespace) -> None:
        headers = {"Content-Type": "application/json", "X-PREFECT-API-VERSION": "0.8.4"}
        if args.token:
            headers["Authorization"] = f"Bearer {args.token}"
        self._connection = Connection(args.url, headers)
        self.seconds: dict[str, list[float]] = {}
        self.failures: list[str] = []
        self.missing: set[str] = set()
        self.busy = 0

    def __call__(
        self, name: str, method: str, path: str, body: object = None, *, optional: bool = False
    ) -> Any:
        """Return the answer; None for a failure, or a route that may be missing and is."""
        if name in self.missing:
            return None
        data = b"" if body is None else json.dumps(body).encode()
        start = time.perf_counter()
        try:
            status, payload = self._ask_until_done(method, path, data)
        except OSError as error:
            self.failures.append(f"{name}: {error!r}")
            return None
        if optional and status in ABSENT:
            self.missing.add(name)
            return None
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        if status not in DONE:
            self.failures.append(f"{name}: {status} {payload[:160]!r}")
            return None
        return json.loads(payload) if payload else None

    def _ask_until_done(self, method: str, path: str, data: bytes) -> tuple[int, bytes]:
        drops = 0
        for left in reversed(range(TRIES)):
            try:
                answer = self._connection.ask(method, path, data)
            except OSError:
                self._connection.close()
                drops += 1
                if drops > DROPS:
                    raise
                continue
            drops = 0
            if answer[0] not in BUSY or not left:
                return answer
            self.busy += 1  # a real client waits and asks again; the wait is part of the latency
            self._connection.close()
            time.sleep(PAUSE)
        raise ConnectionError("the connection ended again and again")

    def close(self) -> None:
        self._connection.close()


def must(value: Any) -> Any:
    """Return what set-up needs: without it the workload cannot start."""
    if value is None:
        sys.exit("load.py: the server refused the set-up; is the URL right?")
    return value


def percentiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(1000 * value for value in values)

    def pick(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"n": len(ordered)} | {name: pick(share) for name, share in shares.items()}


def report(workload: str, apis: Sequence[Api], wall: float, **extra: object) -> Report:
    merged: dict[str, list[float]] = {}
    for api in apis:
        for name, values in api.seconds.items():
            merged.setdefault(name, []).extend(values)
    failures = [failure for api in apis for failure in api.failures]
    return {
        "workload": workload,
        "wall_s": round(wall, 3),
        **extra,
        "failed": len(failures),
        "first_failures": failures[:3],
        "busy": sum(api.busy for api in apis),
        "missing": sorted(set().union(*(api.missing for api in apis))),
        "client_cpu_s": round(time.process_time(), 2),
        "latency_ms": {name: percentiles(values) for name, values in sorted(merged.items())},
    }


def in_threads(count: int, work: Callable[[int], None]) -> float:
    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def make_flow(api: Api, name: str) -> str:
    flow_id: str = must(api("flow", "POST", "/flows/", {"name": name}))["id"]
    return flow_id


def make_run(api: Api, flow_id: str, kind: str) -> str:
    body = {"flow_id": flow_id, "state": {"type": kind, "name": kind.title()}}
    run_id: str = must(api("run", "POST", "/flow_runs/", body))["id"]
    return run_id


def log_line(run_id: str, message: str) -> dict[str, Any]:
    line = {"name": "prefect.flow_runs", "level": 20, "message": message, "timestamp": now()}
    return line | {"flow_run_id": run_id, "task_run_id": None}


def one_run(
    api: Api, flow_id: str, name: str, tags: list[str], log_lines: int, final: str = "COMPLETED"
) -> None:
    pending = {"type": "PENDING", "name": "Pending"}
    body = {"flow_id": flow_id, "name": name, "tags": tags, "state": pending}
    run = api("create", "POST", "/flow_runs/", body | {"parameters": {"n": 1, "who": "bench"}})
    if not run:
        return
    path, running = f"/flow_runs/{run['id']}", {"type": "RUNNING", "name": "Running"}
    api("set_state_running", "POST", f"{path}/set_state", {"state": running})
    if log_lines:
        lines = [log_line(run["id"], f"line {line} of {name}") for line in range(log_lines)]
        api("logs", "POST", "/logs/", lines)
    state = {"type": final, "name": final.title()}
    api("set_state_final", "POST", f"{path}/set_state", {"state": state})
    api("read", "GET", path)


def lifecycle(args: argparse.Namespace) -> Report:
    """Drive flow runs as clients do: create, Running, log lines, Completed, read."""
    first = Api(args)
    flow_id = make_flow(first, "bench-lifecycle")
    first.seconds.clear()
    apis = [Api(args) for _ in range(args.threads)]
    share = args.runs // args.threads

    def work(index: int) -> None:
        for number in range(share):
            one_run(apis[index], flow_id, f"run-{index}-{number}", ["bench"], args.log_lines)

    wall = in_threads(args.threads, work)
    runs = share * args.threads
    rates = {"runs": runs, "threads": args.threads, "runs_per_s": round(runs / wall, 2)}
    return report("lifecycle", [first, *apis], wall, **rates)


def logs(args: argparse.Namespace) -> Report:
    """Send batches of 200 log lines, as a chatty run does, and see them all stored."""
    api = Api(args)
    run_id = make_run(api, make_flow(api, "bench-logs"), "PENDING")
    api.seconds.clear()
    words = "x" * 120
    start = time.perf_counter()
    for batch in range(args.batches):
        lines = [log_line(run_id, f"{batch}-{number} {words}") for number in range(200)]
        api("logs", "POST", "/logs/", lines)
    wall = time.perf_counter() - start
    sent = args.batches * 200
    last = {"logs": {"flow_run_id": {"any_": [run_id]}}, "limit": 1, "offset": sent - 1}
    end = time.monotonic() + 60  # what is answered may be stored a little later
    while not api("read_logs", "POST", "/logs/filter", last):
        if time.monotonic() > end:
            api.failures.append("not every log line can be read back")
            break
        time.sleep(0.1)
    return report("logs", [api], wall, lines=sent, lines_per_s=round(sent / wall, 1))


def task_event(
    flow_run_id: str, task_run_id: str, key: str, state: str, follows: str | None
) -> dict[str, Any]:
    """Return a task-run state event as a 3.x client emits it."""
    stamp, name = now(), state.title()
    labels = {"prefect.resource.name": key, "prefect.run-count": "1", "prefect.state-message": ""}
    labels |= {"prefect.state-name": name, "prefect.state-type": state}
    labels |= {"prefect.state-timestamp": stamp, "prefect.orchestration": "client"}
    parent = {"prefect.resource.id": f"prefect.flow-run.{flow_run_id}"}
    task_run: dict[str, Any] = {
        "task_key": key,
        "dynamic_key": key,
        "name": key,
        "flow_run_id": flow_run_id,
    }
    task_run |= {"tags": ["bench"], "empirical_policy": {"retries": 0, "retry_delay": 0}}
    task_run |= {"task_inputs": {}, "flow_run_run_count": 1, "run_count": 1, "labels": {}}
    entered: dict[str, Any] = {
        "type": state,
        "name": name,
        "message": "",
        "state_details": {},
        "data": None,
    }
    return {
        "id": str(uuid.uuid4()),
        "occurred": stamp,
        "event": f"prefect.task-run.{name}",
        "follows": follows,
        "resource": {"prefect.resource.id": f"prefect.task-run.{task_run_id}", **labels},
        "related": [parent | {"prefect.resource.role": "flow-run"}],
        "payload": {
            "validated_state": entered,
            "initial_state": None,
            "intended": {"from": None, "to": state},
            "task_run": task_run,
        },
    }


def task_events(flow_run_id: str, tasks: int) -> list[str]:
    """Return the three events of each task, as JSON."""
    batch = []
    for number in range(tasks):
        task_run_id, previous = str(uuid.uuid4()), None
        for state in ("PENDING", "RUNNING", "COMPLETED"):
            event = task_event(flow_run_id, task_run_id, f"task-{number}", state, previous)
            previous = event["id"]
            batch.append(json.dumps(event))
    return batch


async def send_events(args: argparse.Namespace, batch: Sequence[str]) -> None:
    import websockets

    address = args.url.replace("http", "ws", 1) + "/events/in"
    async with websockets.connect(address, subprotocols=[websockets.Subprotocol("prefect")]) as ws:
        await ws.send(json.dumps({"type": "auth", "token": args.token}))
        await ws.recv()
        for event in batch:
            await ws.send(event)
        await (await ws.ping())


def events(args: argparse.Namespace) -> Report:
    """Send three events a task over the socket, until each task run reads as Completed."""
    api = Api(args)
    run_id = make_run(api, make_flow(api, "bench-events"), "RUNNING")
    api.seconds.clear()
    batch = task_events(run_id, args.tasks)
    start = time.perf_counter()
    asyncio.run(send_events(args, batch))
    sent = time.perf_counter() - start
    completed = {"state": {"type": {"any_": ["COMPLETED"]}}, "flow_run_id": {"any_": [run_id]}}
    end = time.monotonic() + 180
    while (count := api("count", "POST", "/task_runs/count", {"task_runs": completed})) is not None:
        if count == args.tasks:
            break
        if time.monotonic() > end:
            api.failures.append(f"{count} of {args.tasks} task runs completed")
            break
        time.sleep(0.05)
    wall = time.perf_counter() - start
    rates = {"send_s": round(sent, 3), "task_runs_per_s": round(args.tasks / wall, 1)}
    return report("events", [api], wall, tasks=args.tasks, events=len(batch), **rates)


def seed(args: argparse.Namespace) -> Report:
    """Make many finished runs over a few flows and tags, in mixed states, to be read."""
    first = Api(args)
    flows = [make_flow(first, f"seed-flow-{number}") for number in range(20)]
    apis = [Api(args) for _ in range(args.threads)]
    share = args.runs // args.threads
    ends = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]

    def work(index: int) -> None:
        dice = random.Random(index)  # noqa: S311  # the same runs each time
        for number in range(share):
            final = dice.choices(ends, [80, 12, 4, 4])[0]
            tags = [f"team-{dice.randrange(10)}"]
            one_run(apis[index], dice.choice(flows), f"seed-{index}-{number}", tags, 0, final)

    wall = in_threads(args.threads, work)
    runs = share * args.threads
    return report("seed", [first, *apis], wall, runs=runs, runs_per_s=round(runs / wall, 2))


def reads(args: argparse.Namespace) -> Report:
    """Ask what dashboards and CLIs ask for."""
    api = Api(args)
    flows = must(api("flows_filter", "POST", "/flows/filter", {"limit": 20}))
    api.seconds.clear()
    present = datetime.now(UTC)
    week = (present - timedelta(days=7)).isoformat()
    failed = {"state": {"type": {"any_": ["FAILED", "CRASHED"]}}, "start_time": {"after_": week}}
    span = {"history_start": week, "history_end": (present + timedelta(hours=1)).isoformat()}
    newest, by_tag = {"sort": "START_TIME_DESC", "limit": 50}, {"tags": {"all_": ["team-3"]}}
    only_failed = {"flow_runs": {"state": {"type": {"any_": ["FAILED"]}}}}
    start = time.perf_counter()
    for _ in range(args.repeat):
        flow = {"flows": {"id": {"any_": [random.choice(flows)["id"]]}}}  # noqa: S311  # load
        asked: dict[str, tuple[str, object]] = {
            "runs_latest_200": (
                "/flow_runs/filter",
                {"sort": "EXPECTED_START_TIME_DESC", "limit": 200},
            ),
            "runs_failed_by_tag": ("/flow_runs/filter", {"flow_runs": failed | by_tag} | newest),
            "runs_deep_page": ("/flow_runs/filter", newest | {"offset": args.offset}),
            "runs_by_name_like": (
                "/flow_runs/filter",
                {"flow_runs": {"name": {"like_": "seed-1-1"}}, "limit": 50},
            ),
            "runs_of_flow": ("/flow_runs/filter", flow | {"limit": 50}),
            "count_all": ("/flow_runs/count", {}),
            "count_failed": ("/flow_runs/count", only_failed),
            "history": ("/flow_runs/history", span | {"history_interval_seconds": 14400}),
            "flows_filter": ("/flows/filter", {"limit": 100}),
        }
        for name, (path, body) in asked.items():
            api(name, "POST", path, body, optional=True)
    wall = time.perf_counter() - start
    return report("reads", [api], wall, repeat=args.repeat)


def poll(args: argparse.Namespace) -> Report:
    """Let a worker ask its pool for due runs among many that are not due."""
    api = Api(args)
    pool = f"bench-pool-{uuid.uuid4().hex[:6]}"
    made = {"name": pool, "type": "process", "base_job_template": {}}
    if api("pool", "POST", "/work_pools/", made, optional=True) is None:
        return report("poll", [api], 0.0)
    flow_id = make_flow(api, "bench-poll")
    deployment = {"name": pool, "flow_id": flow_id, "work_pool_name": pool, "paused": True}
    deployment_id = must(api("deployment", "POST", "/deployments/", deployment))["id"]
    for number in range(args.scheduled):
        due = (datetime.now(UTC) + timedelta(hours=1 + number)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        path = f"/deployments/{deployment_id}/create_flow_run"
        api("schedule", "POST", path, {"state": state})
    api.seconds.clear()
    horizon = (datetime.now(UTC) + timedelta(seconds=10)).isoformat()
    start = time.perf_counter()
    for _ in range(args.polls):
        wanted = {"scheduled_before": horizon}
        api("get_scheduled", "POST", f"/work_pools/{pool}/get_scheduled_flow_runs", wanted)
        beat = {"name": "bench-worker", "heartbeat_interval_seconds": 30}
        api("heartbeat", "POST", f"/work_pools/{pool}/workers/heartbeat", beat)
    wall = time.perf_counter() - start
    rates = {"polls": args.polls, "polls_per_s": round(args.polls / wall, 1)}
    return report("poll", [api], wall, **rates)


WORKLOADS: dict[Callable[[argparse.Namespace], Report], dict[str, int]] = {
    lifecycle: {"runs": 200, "threads": 4, "log_lines": 5},
    logs: {"batches": 40},
    events: {"tasks": 300},
    seed: {"runs": 500, "threads": 4},
    reads: {"repeat": 10, "offset": 1000},
    poll: {"scheduled": 300, "polls": 50},
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True, help="of the API: http://127.0.0.1:4200/api")
    parser.add_argument("--token", help="an API key")
    commands = parser.add_subparsers(required=True)
    for work, options in WORKLOADS.items():
        command = commands.add_parser(work.__name__, help=work.__doc__)
        command.set_defaults(work=work)
        for option, default in options.items():
            command.add_argument(f"--{option.replace('_', '-')}", type=int, default=default)
    args = parser.parse_args()
    result = args.work(args)
    print(json.dumps(result))
    return 1 if result["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
