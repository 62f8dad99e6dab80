"""Opens and closes alerts in Opsgenie and in Jira Service Management, which follows it."""

from headwater.api import hookimpl
from headwater_opsgenie.channel import OpsgenieWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[OpsgenieWebhook]]:
    return [OpsgenieWebhook]
