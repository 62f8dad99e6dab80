"""The clients' own commands for automations: what the newer has, and what both have."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import yaml

from tests.clients.commands import Shell

NOBODY = str(UUID(int=1))
NEWER = pytest.mark.parametrize("major", ["3.9"], indirect=True, scope="module")


def describe(name: str, **fields: Any) -> dict[str, Any]:
    """Return what a file says of an automation."""
    trigger = {"type": "event", "posture": "Reactive", "expect": [f"{name}.*"], "threshold": 2}
    return {"name": name, "trigger": trigger, "actions": [{"type": "do-nothing"}], **fields}


@pytest.fixture
def create(shells: Callable[[str], Shell]) -> Callable[..., None]:
    """Return what makes automations of those names, as the newer client does alone."""

    def make(*names: str) -> None:
        shells("3.9")("automation", "create", "-j", json.dumps([describe(one) for one in names]))

    return make


@pytest.fixture
def find(reader: Any) -> Callable[[str], Any]:
    """Return what reads the automations of a name, the last that was changed first."""

    def read(name: str) -> Any:
        return reader.filter("automations", automations={"name": {"any_": [name]}})

    return read


@NEWER
def test_a_file_makes_one_automation_or_several(
    shell: Shell, find: Callable[[str], Any], major: str
) -> None:
    of = [f"{kind}-{major}" for kind in ("yaml", "yml-1", "yml-2", "json", "list")]
    single = describe(of[0], description="A *good* one", tags=["a"], enabled=False)
    files: dict[str, Any] = {
        "one.yaml": yaml.safe_dump(single),
        "two.yml": yaml.safe_dump({"automations": [describe(of[1]), describe(of[2])]}),
        "one.json": json.dumps(describe(of[3])),
        "list.json": json.dumps([describe(of[4])]),
    }
    said = []
    for name, text in files.items():
        (shell.folder / name).write_text(text)
        said.append(shell("automation", "create", "--from-file", name))

    made = [find(name) for name in of]
    assert [len(one) for one in made] == [1] * 5
    assert said[0] == f"Created automation '{of[0]}' with id {made[0][0]['id']}\n"
    assert "Created 2 automation(s):" in said[1]
    (first,) = made[0]
    assert (first["description"], first["tags"], first["enabled"]) == ("A *good* one", ["a"], False)
    assert (first["trigger"]["expect"], first["trigger"]["threshold"]) == ([f"{of[0]}.*"], 2)


@NEWER
def test_what_cannot_be_made_is_told_and_keeps_nothing_else_from_being_made(
    shell: Shell, find: Callable[[str], Any]
) -> None:
    # The client finds the first at fault, the server the second, which would run for ever.
    bad = [describe("no-trigger", trigger={"type": "event"}), describe("loops")]
    bad[0]["trigger"] = {"type": "nonsense"}
    bad[1]["trigger"] |= {"expect": ["prefect.flow-run.*"], "threshold": 1}
    bad[1]["actions"] = [{"type": "run-deployment", "source": "inferred"}]

    said = shell.refuse("automation", "create", "-j", json.dumps([*bad, describe("good")]))

    assert "Failed to create 2 automation(s):" in said
    assert "- no-trigger: " in said
    assert "- loops: " in said
    assert "infinite loop" in said
    assert "- 'good' with id" in said
    assert [len(find(name)) for name in ("no-trigger", "loops", "good")] == [0, 0, 1]


@NEWER
def test_what_is_no_file_of_automations_is_told(shell: Shell) -> None:
    (shell.folder / "a.txt").write_text("")

    assert "File not found: b.yaml" in shell.refuse("automation", "create", "-f", "b.yaml")
    assert "not recognized" in shell.refuse("automation", "create", "-f", "a.txt")
    assert "Invalid JSON" in shell.refuse("automation", "create", "-j", "{")


@NEWER
def test_an_automation_is_replaced_by_its_id(
    shell: Shell, create: Callable[..., None], find: Callable[[str], Any]
) -> None:
    create("before")
    (before,) = find("before")
    (shell.folder / "after.yaml").write_text(yaml.safe_dump(describe("after", tags=["new"])))
    update = ("automation", "update", "--id")

    assert "Updated automation 'after'" in shell(*update, before["id"], "-f", "after.yaml")
    (after,) = find("after")
    assert (after["id"], after["tags"], find("before")) == (before["id"], ["new"], [])
    assert f"{NOBODY!r} not found" in shell.refuse(*update, NOBODY, "-f", "after.yaml")
    assert "failed validation" in shell.refuse(*update, before["id"], "-j", "{}")


def test_automations_are_listed(shell: Shell, create: Callable[..., None], major: str) -> None:
    name = f"listed-{major}"
    create(name)

    shown = shell("automation", "ls")

    (line,) = [line for line in shown.splitlines() if name in line and "True" in line]
    assert "Do nothing" in line


def test_an_automation_is_shown_as_it_is(
    shell: Shell, create: Callable[..., None], find: Callable[[str], Any], major: str
) -> None:
    name = f"shown-{major}"
    create(name)
    (kept,) = find(name)
    inspect = ("automation", "inspect")

    by_id = json.loads(shell(*inspect, "--id", kept["id"], "--json"))
    (as_json,) = json.loads(shell(*inspect, name, "--json"))
    (as_yaml,) = yaml.safe_load(shell(*inspect, name, "--yaml"))

    assert by_id == as_json == as_yaml
    same = ("id", "name", "description", "enabled", "actions")
    assert [by_id[field] for field in same] == [kept[field] for field in same]
    same = ("type", "posture", "expect", "threshold", "within")
    assert [by_id["trigger"][one] for one in same] == [kept["trigger"][one] for one in same]
    assert "Automation(" in shell(*inspect, name)
    for missing in ([f"no-{name}"], ["--id", NOBODY]):
        assert "not found" in shell.refuse(*inspect, *missing)


def test_an_automation_is_paused_and_resumed(
    shell: Shell, create: Callable[..., None], find: Callable[[str], Any], major: str
) -> None:
    name = f"switched-{major}"
    create(name, name)
    first, second = find(name)

    def are_enabled() -> list[bool]:
        return [automation["enabled"] for automation in find(name)]

    shell("automation", "pause", name)  # which asks: there are two of the name
    assert are_enabled() == [False, False]
    shell("automation", "resume", "--id", first["id"])
    assert sorted(are_enabled()) == [False, True]
    shell("automation", "disable", "--id", first["id"])
    assert are_enabled() == [False, False]
    shell("automation", "enable", name)
    assert are_enabled() == [True, True]
    for missing in ([f"no-{name}"], ["--id", NOBODY]):
        assert "not found" in shell.refuse("automation", "pause", *missing)
        assert "not found" in shell.refuse("automation", "resume", *missing)
    assert {first["id"], second["id"]} == {automation["id"] for automation in find(name)}


def test_an_automation_is_deleted_by_name_or_id_and_none_of_several(
    shell: Shell, create: Callable[..., None], find: Callable[[str], Any], major: str
) -> None:
    name = f"deleted-{major}"
    create(name, name)

    assert "Multiple automations found" in shell.refuse("automation", "delete", name)
    assert len(find(name)) == 2
    shell("automation", "delete", "--id", find(name)[0]["id"])
    assert len(find(name)) == 1
    shell("automation", "delete", name)
    assert find(name) == []
    assert "not found" in shell.refuse("automation", "delete", name)
    shell.refuse("automation", "delete", "--id", NOBODY)


@NEWER
def test_all_are_deleted_at_once(shell: Shell, create: Callable[..., None], reader: Any) -> None:
    create(*(f"many-{number}" for number in range(12)))

    assert "Deleted " in shell("automation", "delete", "--all")

    assert reader.filter("automations") == []
    assert "No automations found" in shell("automation", "delete", "--all")
