"""The channel of AWS SNS keeps the contract of channels."""

from headwater.testing.channels import ChannelContract, Limit
from headwater_sns.channel import AwsSns

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts.fifo"


class TestSns(ChannelContract):
    channel_class = AwsSns
    answer = (200, "<PublishResponse><MessageId>1</MessageId></PublishResponse>")
    gone = (404, "<Error><Code>NotFound</Code><Message>Topic does not exist</Message></Error>")
    limits = (Limit("title", 99, lambda body: body["Subject"]),)

    def key_in(self, request):
        return request.body["MessageDeduplicationId"]

    def settings_for(self, url):
        return {
            "access_key_id": "AKIDEXAMPLEAKIDEX",
            "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "session_token": "FwoGZXIvYXdzEXAMPLE//token==",
            "topic_arn": TOPIC,
            "base_url": url,
        }
