"""Identifiers that sort by the time they were made, as the clients' own server mints them."""

import os
import time
from uuid import UUID

_MILLISECOND = 1_000_000  # nanoseconds
_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62


def uuid7() -> UUID:
    """Return a UUID of RFC 9562's version 7; Python has one of its own from 3.14.

    Its 12 bits after the milliseconds are the next of the time (method 3 of the RFC's 6.2), so that
    ids of one process made a quarter of a microsecond apart are in order, too.
    """
    milliseconds, rest = divmod(time.time_ns(), _MILLISECOND)
    fraction = (rest << 12) // _MILLISECOND
    random = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | random)
