"""Opens channels for tries, and keeps what one is opened with until its block changes.

To read and decrypt it each time is a quarter of what a delivery costs, and a connection each time
is another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from headwater.db.session import reading
from headwater.db.vault import Vault
from headwater.notifications.channels import Channel
from headwater.notifications.http.alarms import Alarms
from headwater.notifications.http.lines import Lines
from headwater.notifications.service.channels import Kinds, Opened, read_channel

MOST = 1_000  # channels of which it is kept


@dataclass(frozen=True)
class _Ready:
    opened: Opened
    lines: Lines[Any] | None

    def close(self) -> None:
        if self.lines is not None:
            self.lines.close()


class Openings:
    """Of one process; any number of threads open channels with it."""

    def __init__(self, kinds: Kinds, vault: Callable[[], Vault], *, allow_private: bool) -> None:
        self._kinds = kinds
        self._vault = vault
        self._allow_private = allow_private
        self._alarms = Alarms()
        self._mutex, self._reading = Lock(), Lock()
        self._kept: dict[UUID, _Ready] = {}

    def open(self, workspace: UUID, channel_id: UUID, version: datetime | None) -> Channel[Any]:
        """Return the channel, ready to send. *version* is that of its block, None without a block.

        Raise DeliveryError as `read_channel` does.
        """
        ready = self._find(channel_id, version)
        if ready is None:
            # One at a time, or many that begin together each take a connection to the database.
            with self._reading:
                ready = self._find(channel_id, version) or self._read(workspace, channel_id)
        return ready.opened.open(allow_private=self._allow_private, lines=ready.lines)

    def close(self) -> None:
        """Close all connections that wait; those in use are closed when they come back."""
        with self._mutex:
            kept, self._kept = list(self._kept.values()), {}
        for ready in kept:
            ready.close()
        self._alarms.close()

    def _find(self, channel_id: UUID, version: datetime | None) -> _Ready | None:
        ready = self._kept.get(channel_id)
        return ready if ready is not None and ready.opened.version == version else None

    def _read(self, workspace: UUID, channel_id: UUID) -> _Ready:
        with reading() as session:
            found = read_channel(session, workspace, channel_id, self._vault(), self._kinds)
        if found.version is None:  # it is read each time, so nobody would come for a connection
            return _Ready(found, None)
        return self._keep(channel_id, _Ready(found, Lines(self._alarms)))

    def _keep(self, channel_id: UUID, ready: _Ready) -> _Ready:
        with self._mutex:
            dropped = list(self._kept.values()) if len(self._kept) >= MOST else []
            if dropped:
                self._kept.clear()
            elif channel_id in self._kept:
                dropped = [self._kept[channel_id]]
            self._kept[channel_id] = ready
        for each in dropped:
            each.close()
        return ready
