"""What the server does with events."""

from headwater.events.service.receiving import READERS, Reader, receive

__all__ = ["READERS", "Reader", "receive"]
