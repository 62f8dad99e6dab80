"""Opsgenie's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_opsgenie.channel import OpsgenieWebhook


class TestOpsgenie(ChannelContract):
    channel_class = OpsgenieWebhook
    answer = (202, '{"result":"Request will be processed","took":0.3,"requestId":"x"}')
    gone = (401, '{"message":"Could not authenticate","took":0.1,"requestId":"x"}')

    def settings_for(self, url):
        return {"apikey": "eb243592-faa2-4ba2-a551-1afdf565c889", "base_url": url}
