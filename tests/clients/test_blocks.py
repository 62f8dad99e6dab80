"""Blocks as people use them: saved, loaded, overwritten and deleted by the clients themselves."""

import json
from collections.abc import Callable
from typing import Any

URL = "https://hooks.slack.com/services/t00000000/b00000000/xxxxxxxxxxxxxxxxxxxxxxxx"
OLD_KINDS = {"json": {"a": [1, None]}, "string": "text", "time": "2026-11-26T10:00:00+00:00"}


def test_blocks_are_saved_loaded_and_overwritten(
    start: Callable[..., Any], major: str, reader: Any
) -> None:
    ran = start(major, "blocks_save_and_load.py").finish()

    assert ran.returncode == 0, ran.console
    assert "WARNING" not in ran.console
    assert "ERROR" not in ran.console
    # What is not there yet, and what is there already, is all that was refused.
    assert {status for _, _, status in ran.refusals()} <= {404, 409}
    seen = dict(ran.seen)
    login = reader.get(f"block_documents/{seen.pop('login_document')}")
    assert seen == {
        "refused": True,
        "slack": URL,
        "secret": "second",
        "host": "db2",
        "user": "ada",
        "password": "lovelace",
        "spare": "inline",
        "same_login": True,
        "deleted": True,
        "kinds": ["Login", "Plain"],
        "door": 2,
        "keys": {"front": "brass", "back": "steel"},
        "spares": ["silver"],
    } | (OLD_KINDS if major == "2.20" else {})
    assert login["data"] == {"user": "ada", "password": "********"}
    shown = json.dumps(reader.filter("block_documents"))
    assert [
        word for word in ("lovelace", "hidden", "brass", "steel", "silver") if word in shown
    ] == []
    assert "xxxxxxxx" not in shown


def test_blocks_are_registered_by_the_clients_commands(
    start: Callable[..., Any], major: str, reader: Any
) -> None:
    ran = start(major, "blocks_register.py").finish()

    assert ran.returncode == 0, ran.console
    (code, notifications), (own_code, own), (refused, refusal) = ran.seen
    assert (code, "Slack Webhook" in notifications) == (0, True), notifications
    assert (own_code, "Successfully registered 2 blocks" in own) == (0, True), own
    assert (refused, "protected block" in refusal) == (1, True), refusal
    lid, crate = (reader.get(f"block_types/slug/{slug}-{major[0]}") for slug in ("lid", "crate"))
    assert crate["description"] == "Has one thing & <another>."
    of_lid = {"block_schemas": {"block_type_id": {"any_": [lid["id"]]}}}
    [schema] = reader.filter("block_schemas", **of_lid)
    assert schema["fields"]["properties"]["weight"]["default"] == 1.5
