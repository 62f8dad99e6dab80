"""Threads that send: there are as many as have something to do, and they are used again."""

import threading
from threading import Barrier, Event, Thread, current_thread

import pytest

from headwater.notifications.loop import senders as module
from headwater.notifications.loop.senders import Senders
from tests.waiting import wait_until


@pytest.fixture
def senders(monkeypatch):
    monkeypatch.setattr(module, "IDLE", 0.2)  # so that none is left to the next test
    yield Senders()
    wait_until(lambda: not list_senders())


def list_senders():
    return [thread for thread in threading.enumerate() if thread.name == "sender"]


def test_a_thread_that_is_done_is_used_again(senders, monkeypatch):
    monkeypatch.setattr(module, "IDLE", 2.0)
    seen = list[Thread]()
    for count in range(1, 4):
        senders.begin(lambda: seen.append(current_thread()))
        wait_until(lambda count=count: len(seen) == count and senders._free == 1)

    assert len(set(seen)) == 1


def test_what_is_held_up_keeps_nothing_else_from_its_turn(senders):
    go, together, done = Event(), Barrier(5), list[int]()
    senders.begin(lambda: go.wait(20))
    for number in range(4):
        senders.begin(lambda number=number: (together.wait(20), done.append(number)))
    together.wait(20)
    wait_until(lambda: len(done) == 4)

    assert not go.is_set()
    go.set()


def test_a_thread_that_waited_long_enough_ends_and_the_next_work_is_done(senders):
    done = list[int]()
    for number in range(3):
        senders.begin(lambda number=number: done.append(number))
        wait_until(lambda: not list_senders())

    assert done == [0, 1, 2]


def test_work_that_raises_takes_no_other_along(senders, monkeypatch):
    told, done = list[object](), list[int]()
    monkeypatch.setattr("threading.excepthook", told.append)
    senders.begin(lambda: 1 / 0)
    wait_until(lambda: told)
    senders.begin(lambda: done.append(1))
    wait_until(lambda: done)
