"""PagerDuty's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_pagerduty.channel import PagerDutyWebhook


class TestPagerDuty(ChannelContract):
    channel_class = PagerDutyWebhook
    answer = (202, '{"status":"success","message":"Event processed","dedup_key":"x"}')
    gone = (400, "Invalid routing key")

    def settings_for(self, url):
        return {"integration_key": "e93facc04764012d7bfb002500d5d1a6", "base_url": url}
