"""Saves blocks of mails, short messages and webhooks, and loads those named in its arguments.

Runs with either major and sends nothing. Its first argument is the webhook's address. Prints one
JSON object: the ids of the blocks that it saved by their types, and what those that it loaded have.
"""

import json
import sys

import prefect
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SendgridEmail, TwilioSMS

MAJOR = prefect.__version__.partition(".")[0]
MAIL = {"api_key": "SG.abc.def", "sender_email": "f@example.com", "to_emails": ["a@example.com"]}
SMS = {"account_sid": "AC" + "a" * 32, "auth_token": "b" * 32}
NUMBERS = {"from_phone_number": "18001234567", "to_phone_numbers": ["18004242424"]}

if __name__ == "__main__":
    url, mail, sms, hook = sys.argv[1:]
    blocks = [
        SendgridEmail(**MAIL),
        TwilioSMS(**SMS, **NUMBERS),
        CustomWebhookNotificationBlock(
            name="theirs",
            url=f"{url}/{{{{tok}}}}",
            json_data={"by": "{{name}}", "text": ["{{subject}}", 1], "key": "{{tok}}"},
            headers={"X-Key": "key {{tok}}"},
            cookies={"a": "b"},
            secrets={"tok": "s3cret-token"},
        ),
    ]
    saved = {block.get_block_type_slug(): str(block.save(f"sent-{MAJOR}")) for block in blocks}
    mail = SendgridEmail.load(mail)
    sms = TwilioSMS.load(sms)
    hook = CustomWebhookNotificationBlock.load(hook)
    loaded = [
        mail.api_key.get_secret_value(),
        mail.to_emails,
        sms.auth_token.get_secret_value(),
        sms.to_phone_numbers,
        hook.url,
        hook.headers,
        hook.secrets.get_secret_value(),
    ]
    sys.stdout.write(json.dumps({"saved": saved, "loaded": loaded}))
