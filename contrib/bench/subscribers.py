"""What many sockets cost: some who follow events, some who wait, and requests beside them.

`python -m contrib.bench.subscribers` prints the figures, and fails where a bar is missed. Nothing
else may run on the machine meanwhile.
"""

import argparse
import multiprocessing
import resource
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4

from contrib.bench.databases import Databases
from contrib.bench.listening import Heard, listen
from contrib.bench.load import Api, make_flow, make_run
from contrib.bench.places import add_places, open_each
from contrib.bench.processes import usage
from contrib.bench.servers import BIN, HEADWATER, Running, running

SERVER = replace(
    HEADWATER,
    command=lambda port: [
        *(str(BIN / "headwater"), "server", "start", "--workers", "2", "--port", str(port))
    ],
)
REQUESTS = 9  # a second
FEW = 16  # sockets, and connections, of which each process of the server gets some
TIMES, KILOBYTES = 2.0, 20.0  # slower than without sockets; memory of one: at most
PATIENCE = 600.0  # seconds


@dataclass(frozen=True)
class Wanted:
    subscribers: int
    idle: int
    rate: int
    seconds: int

    @property
    def sockets(self) -> int:
        return self.subscribers + self.idle


@dataclass(frozen=True)
class Found:
    """*alone*, *waiting* and *telling* are the p95 of requests, in milliseconds.

    *kilobytes* are those of one socket when all have been told, *megabytes* those that the server
    took when it did each thing for the first time.
    """

    alone: float
    waiting: float
    telling: float
    kilobytes: float
    megabytes: float
    heard: Heard


def measure(databases: Databases, folder: Path, port: int, wanted: Wanted) -> Found:
    place = databases.make(f"subscribers-{uuid4().hex}")
    with running(SERVER, place, port, folder) as server:
        cold = usage(server.pid).own
        _warm_up(server, replace(wanted, subscribers=FEW, idle=FEW, seconds=1))
        alone = _ask(server, wanted.seconds)
        before = usage(server.pid).own
        with _listening(server, wanted) as pipe:
            server.settle()
            waiting = _ask(server, wanted.seconds)
            pipe.send("send")
            telling = _ask(server, wanted.seconds)
            heard: Heard = pipe.recv()
            kilobytes = (usage(server.pid).own - before) * 1024 / wanted.sockets
    return Found(alone, waiting, telling, kilobytes, before - cold, heard)


def _warm_up(server: Running, few: Wanted) -> None:
    """Have each process do all of it once: what it does first is slow, and copies what it shares
    with the others."""
    with ThreadPoolExecutor(FEW) as pool:
        list(pool.map(lambda _: _ask(server, 3), range(FEW)))
    with _listening(server, few) as pipe:
        pipe.send("send")
        pipe.recv()
    server.settle()


@contextmanager
def _listening(server: Running, wanted: Wanted) -> Iterator[Any]:
    """Open the sockets in a process of their own; give its pipe, and close them at the end."""
    ours, theirs = multiprocessing.Pipe()
    arguments = (server.url, *vars(wanted).values(), theirs)
    spawning = multiprocessing.get_context("spawn")
    process = spawning.Process(target=listen, args=arguments, daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    yield ours
    ours.send("close")
    process.join(PATIENCE)


def _ask(server: Running, seconds: int) -> float:
    """Ask REQUESTS a second: a run, the last 20, a new state; return the p95 in milliseconds."""
    api = Api(Namespace(url=server.url, token=None))
    run = make_run(api, make_flow(api, "bench-subscribers"), "RUNNING")
    api.seconds.clear()
    state = {"state": {"type": "RUNNING"}, "force": True}
    kinds = (
        ("read", "GET", f"/flow_runs/{run}", None),
        ("filter", "POST", "/flow_runs/filter", {"limit": 20}),
        ("set_state", "POST", f"/flow_runs/{run}/set_state", state),
    )
    begun = time.monotonic()
    for number in range(REQUESTS * seconds):
        time.sleep(max(0.0, begun + number / REQUESTS - time.monotonic()))
        api(*kinds[number % len(kinds)])
    api.close()
    if api.failures:
        raise SystemExit(f"a request failed: {api.failures[0]}")
    return _p95([one for times in api.seconds.values() for one in times])


def _p95(seconds: Sequence[float]) -> float:
    """Return milliseconds; infinity of what was too little to say, since nobody heard of it."""
    return quantiles(seconds, n=20)[-1] * 1000 if len(seconds) > 1 else inf


def tell(title: str, wanted: Wanted, found: Found) -> list[str]:
    """Print what was found, and return what is wrong."""
    heard = found.heard
    print(
        f"{title}: p95 of requests {found.alone:.1f} ms without sockets, {found.waiting:.1f} with "
        f"{wanted.sockets:,} idle, {found.telling:.1f} at {wanted.rate} events/s "
        f"({found.telling / found.alone:.1f}x); {found.kilobytes:.1f} kB a socket, beside "
        f"{found.megabytes:.0f} MB for all that is done first; "
        f"{sum(heard.counts):,} of {heard.sent * wanted.subscribers:,} told, "
        f"p95 {_p95(heard.late):.0f} ms late"
    )
    missed = sum(1 for count in heard.counts if count != wanted.rate * wanted.seconds)
    faults = [f"{missed} subscribers were not told of all"] if missed else []
    if found.telling >= TIMES * found.alone:
        faults.append(f"requests are {found.telling / found.alone:.1f} times slower")
    if found.kilobytes > KILOBYTES:
        faults.append(f"a socket takes {found.kilobytes:.1f} kB")
    return [f"{title}: {fault}" for fault in faults]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contrib.bench.subscribers")
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--idle", type=int, default=500)
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=30, help="of each of three parts")
    add_places(parser, port=4296)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped, too
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server's, too
    wanted = Wanted(args.subscribers, args.idle, args.rate, args.seconds)
    faults: list[str] = []
    for databases, folder in open_each(args):
        faults += tell(databases.title, wanted, measure(databases, folder, args.port, wanted))
    print("\n".join(faults) or "Every bar is met.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
