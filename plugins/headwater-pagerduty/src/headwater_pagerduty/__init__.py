"""Opens and resolves alerts in PagerDuty, through its Events API v2."""

from headwater.api import hookimpl
from headwater_pagerduty.channel import PagerDutyWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[PagerDutyWebhook]]:
    return [PagerDutyWebhook]
