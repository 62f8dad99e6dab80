"""The channel: how it sends, and what apprise's words mean."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.api import BroadcastChannel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater_apprise.payload import compose, kind_of
from headwater_apprise.settings import OFF, AppriseSettings, read_enabled

WHOLE = "all"  # where the service tells one, or none apart
SHORTEST = 0.1  # seconds that any of several has
LATE = "there was no time left"
_STATUS = re.compile(r"\berror=([3-5]\d\d)\b")


class AppriseBridge(BroadcastChannel[AppriseSettings]):
    """Sends notifications over a service that apprise knows. The address guard does not hold."""

    slug = "apprise"
    title = "Apprise"
    settings_model = AppriseSettings
    longest = 15.0  # seconds, after which nobody waits for the library any more

    def targets(self) -> list[str]:
        bridge, service = self._open()
        return bridge.find_targets(service) or [WHOLE]

    def show_target(self, target: str) -> str:
        # All of it is of the URL, and that a secret.
        return f"recipient {self.targets().index(target) + 1}"

    def send_to(
        self, targets: Sequence[str], message: Message, key: str
    ) -> Mapping[str, DeliveryError]:
        # apprise takes no key: a message is repeated when it is not known if the first got through.
        self.http.last = None
        end = time.monotonic() + self.longest
        failed: dict[str, DeliveryError] = {}
        for count, target in enumerate(targets):
            bridge, service = self._open()  # anew, since what hangs may be at work still
            if target != WHOLE:
                bridge.choose(service, target)
            title, body = compose(message, service.title_maxlen, service.body_maxlen)
            kind = kind_of(message, self.settings.notify_type)
            left = max(end - time.monotonic(), SHORTEST)
            outcome = bridge.send(service, title, body, kind, left)
            if outcome.delivered:
                continue
            failed[target] = self._explain(outcome.service, outcome.timed_out, outcome.said)
            if outcome.timed_out:
                failed |= dict.fromkeys(targets[count + 1 :], DeliveryError(LATE))
                break
        if list(failed) == [WHOLE]:
            raise failed[WHOLE]
        return failed

    def _open(self) -> tuple[Any, Any]:
        """Return the library's bridge, and the service behind the URL."""
        if not read_enabled():
            raise DeliveryError(OFF, permanent=True)
        from headwater_apprise import bridge  # late, since it takes long to load

        try:
            return bridge, bridge.open_service(self.settings.url.get_secret_value())
        except bridge.UnusableError as error:
            text = f"apprise cannot use the URL: {self.settings.mask(str(error))}"
            raise DeliveryError(text, permanent=True) from None

    def _explain(self, service: str, timed_out: bool, said: list[str]) -> DeliveryError:
        """Return the failure, by the statuses of HTTP that stand in what was *said*, if any do.

        Of several, of recipients that are not told apart, one that may pass decides.
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
