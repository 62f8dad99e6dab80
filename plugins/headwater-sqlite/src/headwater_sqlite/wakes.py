"""Wakes other threads and processes, over a page of memory that all of them map."""

import mmap
import os
import time
from collections.abc import Collection
from threading import Lock, local
from zlib import crc32

SLOTS, WIDTH = 512, 8  # of a page of 4 kB; topics that share a slot wake each other
LOOK_EVERY = 0.02  # seconds; a look costs a microsecond and no call to the kernel


class Wakes:
    """Each topic has a place on the page, which changes with each signal. Nothing is kept of
    what was signalled, so a page from before is as good as a new one."""

    def __init__(self, database: str) -> None:
        self._path = f"{database}.wakes"
        self._page: mmap.mmap | None = None
        self._mutex = Lock()
        self._seen = local()  # by each thread that waits

    def signal(self, topic: str) -> None:
        place = _place(topic)
        self._open()[place : place + WIDTH] = os.urandom(WIDTH)  # whoever writes, never the same

    def wait(self, topics: Collection[str], timeout: float) -> Collection[str]:
        page, places = self._open(), {topic: _place(topic) for topic in topics}
        end = time.monotonic() + timeout
        while True:
            now = {topic: page[place : place + WIDTH] for topic, place in places.items()}
            seen: dict[str, bytes] = getattr(self._seen, "marks", {})
            if heard := [topic for topic, mark in now.items() if seen.get(topic) != mark]:
                self._seen.marks = now
                return heard
            left = end - time.monotonic()
            if left <= 0:
                return ()
            time.sleep(min(left, LOOK_EVERY))

    def close(self) -> None:
        """Let go of the page; who waits right now keeps it as long."""
        with self._mutex:
            self._page = None

    def _open(self) -> mmap.mmap:
        page = self._page
        if page is not None:
            return page
        with self._mutex:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.ftruncate(descriptor, SLOTS * WIDTH)  # leaves what is there
                self._page = page = mmap.mmap(descriptor, SLOTS * WIDTH)
            finally:
                os.close(descriptor)
        return page


def _place(topic: str) -> int:
    return crc32(topic.encode()) % SLOTS * WIDTH
