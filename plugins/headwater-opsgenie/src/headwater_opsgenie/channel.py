"""The channel: how it sends, and what Opsgenie's answers mean."""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import SecretStr

from headwater.api import Channel, Kind, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_opsgenie.payload import (
    Alert,
    alias_of,
    compose,
    compose_note,
    compose_plainly,
)
from headwater_opsgenie.settings import SUCCESSOR, OpsgenieSettings

HOSTS = {
    "us": "https://api.opsgenie.com",
    "eu": "https://api.eu.opsgenie.com",
    "jsm": "https://api.atlassian.com/jsm/ops/integration",
}
ACCEPTED = 202  # and looked at later; what it then finds wrong, it tells nobody
UNREADABLE = {400, 413, 422}
ENDED = {404, 410}


class OpsgenieWebhook(Channel[OpsgenieSettings]):
    """Opens an alert in Opsgenie or Jira Service Management, and closes it when it is over."""

    slug = "opsgenie-webhook"
    title = "Opsgenie Webhook"
    settings_model = OpsgenieSettings
    closes_problems = True

    def preview(self, message: Message) -> Mapping[str, str]:
        if message.kind is Kind.RECOVERY:
            return {"JSON": as_json(compose_note(message))}
        return {"JSON": as_json(compose(message, self.settings))}

    def send(self, message: Message, key: str) -> None:
        # The alias does what a key of the delivery would: an alert sent again is only counted.
        if message.kind is Kind.RECOVERY:
            # Where all share an alert, the end of one problem is not the end of all.
            self._end(message, "notes" if self.settings.alias else "close")
            return
        answer = self._post("", compose(message, self.settings))
        if answer.status in UNREADABLE:
            answer = self._post("", compose_plainly(message, self.settings))
        self._check(answer)
        if message.kind is Kind.TEST:  # which leaves nothing open
            self._end(message, "close")

    def _end(self, message: Message, action: str) -> None:
        alias = quote(alias_of(message, self.settings), safe="", errors="replace")
        path = f"/{alias}/{action}?identifierType=alias"
        self._check(self._post(path, compose_note(message)))

    def _post(self, path: str, body: Alert) -> Answer:
        base = str(self.settings.base_url or HOSTS[self.settings.region_name])
        url = SecretStr(f"{base.rstrip('/')}/v2/alerts{path}")
        key = self.settings.apikey.get_secret_value()
        return self.http.post(url, body, {"Authorization": f"GenieKey {key}"})

    def _check(self, answer: Answer) -> None:
        if answer.status == ACCEPTED:
            return
        reason = reason_of(answer)
        if answer.status in ENDED and self.settings.region_name != "jsm":
            reason = f"{reason} ({SUCCESSOR})"
        raise refusal("Opsgenie", answer, reason)


def reason_of(answer: Answer) -> str:
    """Return its words: `{"message": "...", "errors": {"field": "...", ...}}` or a text."""
    said = answer.json
    if not isinstance(said, dict):
        return answer.text
    errors = said.get("errors")
    listed = "; ".join(map(str, errors.values())) if isinstance(errors, dict) else ""
    return ": ".join(str(part) for part in (said.get("message"), listed) if part)
