"""PagerDuty's channel keeps the contract of channels."""

from headwater.testing.alerting import AlertingContract
from headwater.testing.channels import Limit
from headwater_pagerduty.channel import PagerDutyWebhook


class TestPagerDuty(AlertingContract):
    channel_class = PagerDutyWebhook
    answer = (202, '{"status":"success","message":"Event processed","dedup_key":"x"}')
    gone = (400, "Invalid routing key")
    limits = (Limit("title", 1024, lambda body: body["payload"]["summary"]),)

    def settings_for(self, url):
        return {"integration_key": "e93facc04764012d7bfb002500d5d1a6", "base_url": url}

    def alert_in(self, request):
        return request.body["dedup_key"], request.body["event_action"] == "resolve"
