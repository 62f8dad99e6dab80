"""Identifiers that sort by the time they were made, as the clients' own server mints them."""

import os
import time
from uuid import UUID

_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62


def uuid7() -> UUID:
    """Return a UUID of RFC 9562's version 7; Python has one of its own from 3.14."""
    random = int.from_bytes(os.urandom(10))
    milliseconds = time.time_ns() // 1_000_000
    low = (random & 0xFFF) << 64 | (random >> 12) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds << 80 | _VERSION | _VARIANT | low)
