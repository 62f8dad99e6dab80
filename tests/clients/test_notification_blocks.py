"""The clients' own notification blocks are channels: their plugins read what the clients keep."""

from collections.abc import Callable
from typing import Any

from headwater_opsgenie.settings import OpsgenieSettings
from headwater_pagerduty.settings import PagerDutySettings

PLUGINS = {"opsgenie-webhook": "opsgenie", "pager-duty-webhook": "pagerduty"}


def test_blocks_that_a_client_saves_are_channels(
    start: Callable[..., Any], major: str, reader: Any
) -> None:
    ran = start(major, "notification_blocks.py").finish()

    assert ran.returncode == 0, ran.console
    kept = {
        slug: reader.get(f"block_documents/{id_}", include_secrets="true")["data"]
        for slug, id_ in ran.seen.items()
    }
    channels = [reader.get(f"headwater/channels/{id_}") for id_ in ran.seen.values()]
    assert {one["type"]: one["plugin"] for one in channels} == PLUGINS
    pager = PagerDutySettings.model_validate(kept["pager-duty-webhook"])
    assert pager.integration_key.get_secret_value() == "e93facc04764012d7bfb002500d5d1a6"
    assert (pager.region_name, pager.source, pager.component) == ("eu", "Prefect", "Notification")
    assert str(pager.clickable_url) == "https://example.com/runbook"
    assert pager.custom_details == {"disk_space_left": "145GB"}
    genie = OpsgenieSettings.model_validate(kept["opsgenie-webhook"])
    assert (genie.target_team, genie.tags, genie.priority) == (["data"], ["etl"], "P3")
