"""The channel: how it sends, and what apprise's words mean."""

import re

from headwater.api import Channel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater_apprise.payload import compose, kind_of
from headwater_apprise.settings import OFF, AppriseSettings, read_enabled

_STATUS = re.compile(r"\berror=([3-5]\d\d)\b")


class AppriseBridge(Channel[AppriseSettings]):
    """Sends notifications over a service that apprise knows. The address guard does not hold."""

    slug = "apprise"
    title = "Apprise"
    settings_model = AppriseSettings
    longest = 15.0  # seconds, after which nobody waits for the library any more

    def send(self, message: Message, key: str) -> None:
        # apprise takes no key: a message is repeated when it is not known if the first got through.
        self.http.last = None
        if not read_enabled():
            raise DeliveryError(OFF, permanent=True)
        from headwater_apprise import bridge  # late, since it takes long to load

        settings = self.settings
        try:
            service = bridge.open_service(settings.url.get_secret_value())
        except bridge.UnusableError as error:
            text = f"apprise cannot use the URL: {settings.mask(str(error))}"
            raise DeliveryError(text, permanent=True) from None
        title, body = compose(message, service.title_maxlen, service.body_maxlen)
        kind = kind_of(message, settings.notify_type)
        outcome = bridge.send(service, title, body, kind, self.longest)
        if not outcome.delivered:
            raise self._explain(outcome.service, outcome.timed_out, outcome.said)

    def _explain(self, service: str, timed_out: bool, said: list[str]) -> DeliveryError:
        """Return the failure, by the statuses of HTTP that stand in what was *said*, if any do.

        Of several, for as many recipients, one that may pass decides.
        """
        if timed_out:
            return DeliveryError(f"{service}: nothing was heard within {self.longest:g} seconds")
        text = self.settings.mask("; ".join(said))
        answers = [Answer(int(status), text, None) for status in _STATUS.findall(text)]
        if not answers:
            return DeliveryError(f"{service}: {' '.join(text.split()) or 'no reason'}")
        errors = [(refusal(service, answer), answer) for answer in answers]
        error, self.http.last = min(errors, key=lambda each: each[0].permanent)
        return error
