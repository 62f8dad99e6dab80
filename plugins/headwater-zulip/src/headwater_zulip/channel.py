"""The channel: how it sends, and what Zulip's answers mean."""

from collections.abc import Mapping

from headwater.api import Channel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_zulip.payload import compose
from headwater_zulip.settings import ZulipSettings


class Zulip(Channel[ZulipSettings]):
    """Sends notifications to a channel or to people of Zulip, as a bot."""

    slug = "zulip"
    title = "Zulip"
    settings_model = ZulipSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        form = {**self.settings.place_of(message)}
        form["content"] = compose(message, self.settings.notify_type)
        return {"Form": as_json(form)}

    def send(self, message: Message, key: str) -> None:
        # It takes no key: a message is repeated when the answer to the first was never seen.
        form = {
            **self.settings.place_of(message),
            "content": compose(message, self.settings.notify_type),
        }
        answer = self.http.post_form(self.settings.address, form, self.settings.login)
        if not (answer.status == 200 and answer.said.get("result") == "success"):
            raise _refusal(answer)


def _refusal(answer: Answer) -> DeliveryError:
    said = answer.said
    code = f" ({said['code']})" if said.get("code") else ""
    reason = f"{said['msg']}{code}" if said.get("msg") else None
    return refusal("Zulip", answer, reason, wait=said.get("retry-after"))
