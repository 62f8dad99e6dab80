"""Teams' channel keeps the contract of channels."""

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
