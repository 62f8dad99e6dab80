"""The clients' blocks of chats are channels, and channels are blocks that the clients load."""

from collections.abc import Callable
from typing import Any

import requests

from headwater.testing.processes import ServerProcess
from headwater_discord.settings import DiscordSettings
from headwater_mattermost.settings import MattermostSettings
from headwater_msteams.settings import TeamsSettings

FLOW = "https://flows.example/workflows/0a1b2c/triggers/manual/paths/invoke?sp=run&sv=1.0&sig="
FLOW += "s" * 43
OURS = {
    "discord": "https://discord.com/api/webhooks/123/abc",
    "mattermost": "https://chat.example/hooks/abc",
    "msteams": FLOW,
}


def test_blocks_of_chats_are_the_same_on_both_sides(
    run: Callable[..., Any], major: str, reader: Any, server: ServerProcess
) -> None:
    names = {kind: f"{kind}-{major[0]}" for kind in OURS}
    for kind, url in OURS.items():
        body = {"type": kind, "name": names[kind], "settings": {"url": url}}
        making = f"{server.api_url}/headwater/channels/"
        requests.post(making, json=body, timeout=30).raise_for_status()
    seen = run(major, "chat_blocks.py", *names.values()).seen

    channels = [reader.get(f"headwater/channels/{id_}") for id_ in seen["saved"].values()]
    assert {one["type"]: one["plugin"] for one in channels} == {
        "discord-webhook": "discord",
        "mattermost-webhook": "mattermost",
        "ms-teams-webhook": "msteams",
    }
    kept = {
        slug: reader.get(f"block_documents/{id_}", include_secrets="true")["data"]
        for slug, id_ in seen["saved"].items()
    }
    discord = DiscordSettings.model_validate(kept["discord-webhook"])
    assert discord.address.get_secret_value() == (
        "https://discord.com/api/webhooks/123456789012345678/abc_DEF-1?wait=true"
    )
    assert discord.username == "News"
    mattermost = MattermostSettings.model_validate(kept["mattermost-webhook"])
    address = "http://chat.example:8065/sub/hooks/abc1"
    assert mattermost.address.get_secret_value() == address
    assert mattermost.channels == ["ops"]
    assert len(TeamsSettings.model_validate(kept["ms-teams-webhook"]).list_warnings()) == 1

    assert seen["loaded"] == ["123", "abc", "chat.example", 443, "abc", FLOW]
