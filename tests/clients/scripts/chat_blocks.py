"""Saves blocks of chats, and loads those named in its arguments; runs with either major.

It sends nothing. Prints one JSON object: the ids of the blocks that it saved by their types, and
what those that it loaded have.
"""

import json
import sys

import prefect
from prefect.blocks.notifications import DiscordWebhook, MattermostWebhook, MicrosoftTeamsWebhook

MAJOR = prefect.__version__.partition(".")[0]
FLOW = "https://prod-01.westeurope.logic.azure.com:443/workflows/0a1b2c/triggers/manual/paths/"
DISCORD = {"webhook_id": "123456789012345678", "webhook_token": "abc_DEF-1", "botname": "News"}
MATTERMOST = {"hostname": "chat.example", "token": "abc1", "channels": ["ops"], "path": "/sub"}
BLOCKS = [
    DiscordWebhook(**DISCORD),
    MattermostWebhook(**MATTERMOST),
    MicrosoftTeamsWebhook(url=f"{FLOW}invoke?api-version=2016-06-01&sp=run&sv=1.0&sig={'s' * 43}"),
]

if __name__ == "__main__":
    saved = {block.get_block_type_slug(): str(block.save(f"chat-{MAJOR}")) for block in BLOCKS}
    discord = DiscordWebhook.load(sys.argv[1])
    mattermost = MattermostWebhook.load(sys.argv[2])
    teams = MicrosoftTeamsWebhook.load(sys.argv[3])
    loaded = [
        discord.webhook_id.get_secret_value(),
        discord.webhook_token.get_secret_value(),
        mattermost.hostname,
        mattermost.port,
        mattermost.token.get_secret_value(),
        teams.url.get_secret_value(),
    ]
    sys.stdout.write(json.dumps({"saved": saved, "loaded": loaded}))
