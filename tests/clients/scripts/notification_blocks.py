"""Saves notification blocks as people do; runs with either major of the client. Sends nothing.

Prints one JSON object: the id of each block's document by the block's type.
"""

import json
import sys

import prefect
from prefect.blocks.notifications import OpsgenieWebhook, PagerDutyWebHook

MAJOR = prefect.__version__.partition(".")[0]
BLOCKS = [
    PagerDutyWebHook(
        integration_key="e93facc04764012d7bfb002500d5d1a6",
        api_key="u-not-needed",
        region_name="eu",
        clickable_url="https://example.com/runbook",
        custom_details={"disk_space_left": "145GB"},
    ),
    OpsgenieWebhook(
        apikey="eb243592-faa2-4ba2-a551-1afdf565c889", target_team=["data"], tags=["etl"]
    ),
]

if __name__ == "__main__":
    saved = {block.get_block_type_slug(): str(block.save(f"of-{MAJOR}")) for block in BLOCKS}
    sys.stdout.write(json.dumps(saved))
