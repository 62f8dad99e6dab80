"""Opens channels for tries, and keeps what one is opened with until its block changes.

To read and decrypt it each time is a quarter of what a delivery costs.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from headwater.db.session import reading
from headwater.db.vault import Vault
from headwater.notifications.channels import Channel
from headwater.notifications.service.channels import Kinds, Opened, read_channel

MOST = 1_000  # channels of which it is kept


class Openings:
    """Of one process; any number of threads open channels with it."""

    def __init__(self, kinds: Kinds, vault: Callable[[], Vault], *, allow_private: bool) -> None:
        self._kinds = kinds
        self._vault = vault
        self._allow_private = allow_private
        self._kept: dict[UUID, Opened] = {}

    def open(self, workspace: UUID, channel_id: UUID, version: datetime | None) -> Channel[Any]:
        """Return the channel, ready to send. *version* is that of its block, None without a block.

        Raise DeliveryError as `read_channel` does.
        """
        found = self._kept.get(channel_id)
        if found is None or found.version != version:
            with reading() as session:
                found = read_channel(session, workspace, channel_id, self._vault(), self._kinds)
            self._keep(channel_id, found)
        return found.open(allow_private=self._allow_private)

    def _keep(self, channel_id: UUID, found: Opened) -> None:
        if len(self._kept) >= MOST:
            self._kept.clear()
        if found.version is None:
            self._kept.pop(channel_id, None)
        else:
            self._kept[channel_id] = found
