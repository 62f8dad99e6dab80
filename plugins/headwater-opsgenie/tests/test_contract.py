"""Opsgenie's channel keeps the contract of channels."""

import re
from urllib.parse import unquote

from headwater.testing.alerting import AlertingContract
from headwater.testing.channels import Limit
from headwater_opsgenie.channel import OpsgenieWebhook


class TestOpsgenie(AlertingContract):
    channel_class = OpsgenieWebhook
    answer = (202, '{"result":"Request will be processed","took":0.3,"requestId":"x"}')
    gone = (401, '{"message":"Could not authenticate","took":0.1,"requestId":"x"}')
    limits = (Limit("title", 130, lambda body: body["message"]),)

    def settings_for(self, url):
        return {"apikey": "eb243592-faa2-4ba2-a551-1afdf565c889", "base_url": url}

    def alert_in(self, request):
        if found := re.fullmatch(r"/v2/alerts/([^/]+)/close\?identifierType=alias", request.path):
            return unquote(found[1]), True
        return request.body["alias"], False
