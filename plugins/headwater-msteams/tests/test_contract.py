"""Teams' channel keeps the contract of channels."""

import pytest

from headwater.testing.channels import ChannelContract
from headwater_msteams.channel import TeamsWebhook


class TestTeams(ChannelContract):
    channel_class = TeamsWebhook
    answer = (202, "")
    gone = (404, '{"error": {"code": "WorkflowNotFound", "message": "It is not there."}}')

    def settings_for(self, url):
        return {
            "url": f"{url}/workflows/0a1b2c/triggers/manual/paths/invoke?sig=verysecretsignature"
        }

    def test_a_hundred_go_in_an_hour_and_not_all_at_once(self):
        by_second, by_hour = [quota.rate for quota in self.open("https://a.test").quotas()]

        assert by_second.per_second == 4
        assert by_hour.burst + 3600 * by_hour.per_second == pytest.approx(100)
