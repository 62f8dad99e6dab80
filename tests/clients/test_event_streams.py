"""The stream of events, as the clients' command line and their SDK have it."""

import json
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from contrib.equality.servers import free_port
from headwater.testing.processes import running_server
from tests.clients.commands import EVENTS, Commands, Shell, interrupt, killed_at_last, wait_until


@pytest.fixture(scope="module")
def streamed(run: Callable[..., Any], major: str) -> Any:
    return run(major, "streaming.py", **EVENTS).seen


def test_what_was_stored_comes_first_then_what_happens_each_once(streamed: Any) -> None:
    assert streamed["counted"] == [str(number) for number in range(120)]


def test_a_listener_hears_what_its_filter_says(streamed: Any) -> None:
    assert streamed["heard"] == {
        "all": ["placed", "sent", "closed"],
        "name": ["placed", "closed"],
        "resource": ["placed", "sent", "closed"],
        "large": ["placed"],
        "customers": ["placed", "closed"],
    }


def test_an_event_comes_with_all_that_it_was_emitted_with(streamed: Any, major: str) -> None:
    assert (streamed["ids"], streamed["follows"], streamed["size"]) == (True, True, "S")
    assert streamed["payload"] == {"weight": 1.5, "parts": [{"no": 1}]}
    assert streamed["related"] == [[f"shop-{major[0]}.bob", "clerk"]]


def test_the_command_line_shows_events_as_they_come(
    prefect: Commands, shells: Callable[[str], Shell], major: str
) -> None:
    told, resource = f"door.opened.{major}", f"door-{major}"

    def read(name: str) -> str:
        return (prefect.folder / name).read_text()

    def find_lines(name: str) -> list[str]:
        return [line for line in read(name).splitlines() if told in line]

    def are_listening() -> bool:
        assert [process.poll() for process in started] == [None, None], read("text")
        return all("filtering events" in read(name) for name in ("text", "json"))

    with ExitStack() as processes:
        started: list[subprocess.Popen[bytes]] = []
        for name in ("text", "json"):
            stream = ("events", "stream", "--format", name)
            settings = {"PYTHONUNBUFFERED": "1", **EVENTS}
            started.append(prefect.start(*stream, console=name, **settings))
            processes.enter_context(killed_at_last(started[-1]))
        wait_until(are_listening)
        payload = json.dumps({"times": [1, None]})
        emit = ("event", "emit", told, "--resource-id", resource, "--payload", payload)
        said = shells("3.9")(*emit)
        wait_until(lambda: find_lines("text") and find_lines("json"))
        for process in started:
            interrupt(process)

    (text,), (line,) = find_lines("text"), find_lines("json")
    assert text.split()[1:] == [told, resource]
    event = json.loads(line)
    assert event["id"] in said
    assert (event["event"], event["payload"]) == (told, {"times": [1, None]})


def test_the_whole_accounts_events_are_the_clouds_alone(shell: Shell) -> None:
    said = shell.refuse("events", "stream", "--account")

    assert "api_url and api_key must be provided" in said


def test_all_kinds_of_objects_tell_of_themselves(start: Callable[..., Any], major: str) -> None:
    ran = start(major, "telling.py", **EVENTS).finish()

    assert ran.returncode == 0, ran.console
    told = ran.seen
    if major == "3.9":
        assert told.pop("artifact") == ["created"]
    else:
        assert told.pop("block") == ["secret.save.called"] * 2
    assert told == {
        "variable": ["created", "updated", "deleted"],
        "block-document": ["created", "updated", "deleted"],
        "concurrency-limit": ["created", "updated", "deleted"],
        "work-pool": ["created", "not-ready", "paused", "deleted"],
        "work-queue": ["created", "updated", "deleted"],
        "flow": ["created"],
        "deployment": ["created", "deleted"],
        "automation": ["created", "updated", "deleted"],
        "artifact-collection": ["created"],
    }


@pytest.mark.parametrize("major", ["3.9"], indirect=True, scope="module")  # 2.20 emits by SDK alone
def test_the_command_line_emits_all_that_an_event_may_have(shell: Shell, reader: Any) -> None:
    resource = {"prefect.resource.id": "emitted.1", "prefect.resource.name": "ACME", "a": "b"}
    related = [{"prefect.resource.id": "emitted.2", "prefect.resource.role": "buyer"}]
    emit = ("event", "emit", "emitted.whole")
    whole = ("--resource", json.dumps(resource), "--related", json.dumps(related))
    assert "Successfully emitted" in shell(*emit, *whole)
    assert "Successfully emitted" in shell(*emit, "-r", "prefect.resource.id=emitted.3")
    assert "must be valid JSON" in shell.refuse(*emit, "--resource-id", "x", "--payload", "{")
    assert "must include 'prefect.resource.id'" in shell.refuse(*emit, "-r", "a=b")

    def find() -> Any:
        wanted = {"event": {"name": ["emitted.whole"]}, "order": "ASC"}
        found = reader.post("events/filter", filter=wanted)["events"]
        return found if len(found) == 2 else None

    first, second = wait_until(find)
    assert (first["resource"], first["related"]) == (resource, related)
    assert second["resource"] == {"prefect.resource.id": "emitted.3"}


# The listener of 2.20 gives up where nobody answers at the server's port.
def test_a_server_that_is_started_anew_keeps_neither_who_emits_nor_who_listens(
    new_database: Callable[[], str],
    start: Callable[..., Any],
    tmp_path: Path,
) -> None:
    url, port = new_database(), str(free_port())
    api, server = f"http://127.0.0.1:{port}/api", (url, tmp_path / "home", "--port", port)
    with ExitStack() as processes:
        with running_server(*server):
            started = start("3.9", "surviving.py", PREFECT_API_URL=api)
            processes.enter_context(killed_at_last(started.process))
            wait_until(lambda: "going" in started.read("out") or started.process.poll())
        with running_server(*server):
            resource = {"prefect.resource.id": "stop"}
            stop = {"event": "survived.stop", "resource": resource}
            stop |= {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat()}
            requests.post(f"{api}/events", json=[stop], timeout=60).raise_for_status()
            ran = started.finish()

    assert ran.returncode == 0, ran.console
    heard = [int(number) for number in ran.seen["heard"]]
    assert sorted(heard) == list(range(ran.seen["emitted"]))
