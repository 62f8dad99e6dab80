"""The channel: what it keeps, how it sends, what a homeserver's answers mean."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import Field, SecretStr, field_validator

from headwater.api import Channel, ChannelSettings, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater.api.tones import NotifyType
from headwater_matrix.payload import compose

API = "/_matrix/client/v3"
ALIAS = "#"
# A room's id, in newer rooms without a server's name, or an alias.
_ROOM = re.compile(r"![^\s:]+(:[^\s/]+)?|#[^\s:]+:[^\s/]+")


class MatrixSettings(ChannelSettings):
    homeserver: str = Field(
        description="The URL of the homeserver's API, such as https://matrix.example.org.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )
    access_token: SecretStr = Field(description="The token of an account that is in the room.")
    room: str = Field(
        title="Room", description="The room's id, !abc:example.org, or its alias, #ops:example.org."
    )
    notify_type: NotifyType = "info"

    @field_validator("access_token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\s*[!-~]+\s*", token.get_secret_value()):
            raise ValueError("is no access token")
        return token

    @field_validator("room")
    @classmethod
    def _is_room(cls, room: str) -> str:
        if not _ROOM.fullmatch(room.strip()):
            raise ValueError("is neither a room's id, !abc:example.org, nor an alias, #ops:...")
        return room.strip()

    @property
    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token.get_secret_value().strip()}"}

    def address_of(self, *parts: str) -> SecretStr:
        """Return the address of what these parts of a path name."""
        path = "".join(f"/{quote(part, safe='')}" for part in parts)
        return SecretStr(f"{self.homeserver.rstrip('/')}{API}{path}")

    def list_warnings(self) -> list[str]:
        if self.homeserver.startswith("http://"):
            return ["Messages and the token go over http, which others on the way can read."]
        return []


class Matrix(Channel[MatrixSettings]):
    """Sends notifications to a room of Matrix."""

    slug = "matrix"
    title = "Matrix"
    settings_model = MatrixSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings.notify_type))}

    def send(self, message: Message, key: str) -> None:
        # With a key that the homeserver knows from this token, it posts no second message.
        place = self.settings.address_of("rooms", self._find_room(), "send", "m.room.message", key)
        content = json.dumps(compose(message, self.settings.notify_type)).encode()
        headers = {"Content-Type": "application/json", **self.settings.login}
        answer = self.http.request("PUT", place, content, headers)
        if not (answer.status == 200 and answer.said.get("event_id")):
            raise _refusal(answer)

    def _find_room(self) -> str:
        """Return the room's id. An alias is looked up each time, since it may come to move."""
        room = self.settings.room
        if not room.startswith(ALIAS):
            return room
        place = self.settings.address_of("directory", "room", room)
        answer = self.http.request("GET", place, headers=self.settings.login)
        found = answer.said.get("room_id")
        if answer.status != 200 or not isinstance(found, str) or not found:
            raise _refusal(answer, f" about {room}")
        return found


def _refusal(answer: Answer, about: str = "") -> DeliveryError:
    said = answer.said
    reason = (
        f"{said.get('error') or 'no reason'} ({said['errcode']})" if "errcode" in said else None
    )
    asked = said.get("retry_after_ms")  # of servers from before the header
    wait = asked / 1000 if isinstance(asked, int | float) else None
    return refusal(f"Matrix, asked{about}," if about else "Matrix", answer, reason, wait=wait)
