"""The supervisor with children of the tests' own: what it does when they end, and when told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

SCRIPT = """
import logging, os, signal, sys, time
from headwater.errors import StartError
from headwater.loops.supervisor import Child, Supervisor

logging.basicConfig(stream=sys.stdout, format="%(message)s")

def say(text):
    os.write(1, (text + chr(10)).encode())

def wait(report):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    report.ready()
    say(f"waits {os.getpid()}")
    while not stopped:
        time.sleep(0.01)
    say("stopped")

def work(report):
    report.ready()
    say("worked")

def fail(report):
    raise OSError("no luck")

def ignore(report):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    report.ready()
    say("ignores")
    time.sleep(60)

children = [Child(name, globals()[name]) for name in sys.argv[1:]]
try:
    Supervisor(children, lambda: say("told"), grace=1).run()
except StartError as error:
    say(f"StartError: {error}")
    sys.exit(1)
"""


class Supervised:
    def __init__(self, *children: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *children],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self._lines = self.process.stdout

    def read(self) -> str:
        return self._lines.readline().rstrip("\n")

    def rest(self) -> list[str]:
        """Wait for the end, and return what was said until then."""
        lines = self._lines.read().splitlines()
        self.process.wait()
        return lines


@pytest.fixture
def run() -> Iterator[Callable[..., Supervised]]:
    with ExitStack() as stack:

        def start(*children: str) -> Supervised:
            supervised = Supervised(*children)
            stack.enter_context(supervised.process)
            stack.callback(supervised.process.kill)
            return supervised

        yield start


def test_children_are_told_once_and_waited_for(run: Callable[..., Supervised]) -> None:
    supervised = run("wait")
    assert supervised.read().startswith("waits")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        supervised.process.send_signal(number)

    assert supervised.rest() == ["told", "stopped"]
    assert supervised.process.returncode == 0


def test_a_child_that_cannot_start_ends_all_with_the_reason(
    run: Callable[..., Supervised],
) -> None:
    supervised = run("wait", "fail")
    lines = supervised.rest()

    assert lines[-1] == "StartError: fail cannot start: OSError: no luck"
    assert supervised.process.returncode == 1


def test_a_killed_child_is_started_anew_at_once(run: Callable[..., Supervised]) -> None:
    supervised = run("wait")
    pid = int(supervised.read().split()[1])
    os.kill(pid, signal.SIGKILL)

    assert supervised.read() == "wait ended (SIGKILL); it is started anew in 0.0 s"
    assert supervised.read().startswith("waits")
    supervised.process.terminate()
    assert supervised.rest() == ["told", "stopped"]


def test_a_child_that_keeps_ending_is_started_ever_more_rarely(
    run: Callable[..., Supervised],
) -> None:
    begun = time.monotonic()
    supervised = run("work")
    said = [supervised.read() for _ in range(7)]

    assert said == [
        "worked",
        "work ended (exit status 0); it is started anew in 0.0 s",
        "worked",
        "work ended (exit status 0); it is started anew in 0.5 s",
        "worked",
        "work ended (exit status 0); it is started anew in 1.0 s",
        "worked",
    ]
    assert time.monotonic() - begun > 1.5
    supervised.process.terminate()
    assert supervised.rest()[-1] == "told"
    assert supervised.process.returncode == 0


def test_a_child_that_does_not_stop_is_killed(run: Callable[..., Supervised]) -> None:
    supervised = run("ignore")
    assert supervised.read() == "ignores"
    supervised.process.terminate()

    assert supervised.rest() == ["told", "ignore does not stop: killed"]
    assert supervised.process.returncode == 0
