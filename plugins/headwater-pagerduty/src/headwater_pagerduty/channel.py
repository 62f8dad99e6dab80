"""The channel: how it sends, and what PagerDuty's answers mean."""

import re
from collections.abc import Mapping

from pydantic import SecretStr

from headwater.api import Channel, Kind, Message, Rate
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_pagerduty.payload import (
    Event,
    compose_change,
    compose_change_plainly,
    compose_resolve,
    compose_trigger,
    compose_trigger_plainly,
    is_change,
)
from headwater_pagerduty.settings import PagerDutySettings

HOSTS = {"us": "https://events.pagerduty.com", "eu": "https://events.eu.pagerduty.com"}
ALERTS, CHANGES = "/v2/enqueue", "/v2/change/enqueue"
ACCEPTED = 202
UNREADABLE = {400, 413, 422}
# Also 400, as `Invalid routing key` or in words about `routing_key`: no other form mends that.
UNKNOWN_KEY = re.compile("routing.key", re.IGNORECASE)


class PagerDutyWebhook(Channel[PagerDutySettings]):
    """Opens an alert in PagerDuty for what is wrong, and resolves it when that is over.

    What is no problem becomes a change event, which calls nobody.
    """

    slug = "pager-duty-webhook"
    title = "Pager Duty Webhook"
    settings_model = PagerDutySettings
    rate = Rate(2)
    closes_problems = True

    def preview(self, message: Message) -> Mapping[str, str]:
        if message.kind is Kind.RECOVERY:
            return {"JSON": as_json(compose_resolve(message, self.settings))}
        say = compose_change if is_change(message, self.settings) else compose_trigger
        return {"JSON": as_json(say(message, self.settings))}

    def send(self, message: Message, key: str) -> None:
        # The dedup key does what a key of the delivery would: an alert sent again adds to itself.
        if message.kind is Kind.RECOVERY:
            self._enqueue(ALERTS, compose_resolve(message, self.settings))
        elif is_change(message, self.settings):
            self._enqueue(
                CHANGES,
                compose_change(message, self.settings),
                compose_change_plainly(message, self.settings),
            )
        else:
            self._enqueue(
                ALERTS,
                compose_trigger(message, self.settings),
                compose_trigger_plainly(message, self.settings),
            )
        if message.kind is Kind.TEST:  # which leaves nothing open
            self._enqueue(ALERTS, compose_resolve(message, self.settings))

    def _enqueue(self, path: str, event: Event, plain: Event | None = None) -> None:
        """Send *event*, or *plain* once where PagerDuty finds fault with its form."""
        base = str(self.settings.base_url or HOSTS[self.settings.region_name])
        url = SecretStr(base.rstrip("/") + path)
        answer = self.http.post(url, event)
        if plain and answer.status in UNREADABLE and not UNKNOWN_KEY.search(answer.text):
            answer = self.http.post(url, plain)
        if answer.status != ACCEPTED:
            raise refusal("PagerDuty", answer, reason_of(answer))


def reason_of(answer: Answer) -> str:
    """Return PagerDuty's words: `{"message": "...", "errors": ["...", ...]}` or a text."""
    said = answer.json
    if not isinstance(said, dict):
        return answer.text
    errors = said.get("errors")
    listed = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return ": ".join(str(part) for part in (said.get("message"), listed) if part)
