"""How soon notifications leave: one after its state change, and many that wait.

`python -m contrib.bench.deliveries` takes both, and fails where a bar is missed. Nothing else may
run on the machine meanwhile.
"""

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from contrib.bench.databases import Databases, Place
from contrib.bench.places import add_places, open_each
from contrib.bench.servers import HEADWATER, running
from contrib.bench.sink import Sink, running_sink

CHANNELS, SENDERS = 20, 2
FEW, MANY = 1_000, 100_000  # queued; FEW of them are waited for
BARE = 3.0  # seconds
BATCH = 500  # announced in one transaction
SAMPLES, LONGEST = 200, 250.0  # milliseconds that 95 % may take at most
LEAST = 0.30  # of the rate of bare requests
PATIENCE = 300.0  # seconds


def measure_latency(databases: Databases, folder: Path, port: int, samples: int) -> list[str]:
    """Return what is wrong: from asking for the state to the request's coming, server idle."""
    times = take_times(databases, folder, port, samples)
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    median, most = statistics.median(times) * 1000, max(times) * 1000
    print(
        f"{databases.title}: told after {median:.0f} ms, p95 {p95:.0f}, most {most:.0f} ({samples})"
    )
    return [f"p95 is {p95:.0f} ms"] if p95 >= LONGEST else []


def take_times(databases: Databases, folder: Path, port: int, samples: int) -> list[float]:
    """Return the seconds that each of the *samples* took."""
    place = databases.make(f"latency-{uuid4().hex}")
    with running_sink() as sink, running(HEADWATER, place, port, folder) as server:
        flow = _prepare(server.url, sink)
        return [_take(server.url, sink, flow, number) for number in range(samples)]


def _prepare(url: str, sink: Sink) -> str:
    settings = {"url": sink.url}
    made = _post(f"{url}/headwater/channels/", type="webhook", name="sink", settings=settings)
    channel = made["id"]
    policy = {"state_names": ["Failed"], "tags": [], "block_document_id": channel}
    _post(f"{url}/flow_run_notification_policies/", **policy)
    return str(_post(f"{url}/flows/", name="told")["id"])


def _take(url: str, sink: Sink, flow: str, number: int) -> float:
    run = _post(f"{url}/flow_runs/", flow_id=flow, state={"type": "RUNNING"})["id"]
    time.sleep(random.uniform(0.1, 0.4))  # noqa: S311  # at any point of whatever turns there are
    asked = time.time()
    _post(f"{url}/flow_runs/{run}/set_state", state={"type": "FAILED"})
    return sink.wait_for(number + 1, PATIENCE)[-1] - asked


def _post(url: str, **body: Any) -> Any:
    answer = requests.post(url, json=body, timeout=30)
    if not answer.ok:
        raise SystemExit(f"{url}: {answer.status_code} {answer.text}")
    return answer.json()


def measure_rate(databases: Databases, folder: Path, many: int) -> list[str]:
    """Return what is wrong: SENDERS processes, CHANNELS channels, FEW queued, and *many*."""
    faults, rates = [], {}
    with running_sink() as sink:
        bare, kept = _rate_bare(sink, keep=False), _rate_bare(sink, keep=True)
        for queued in (FEW, many):
            place = databases.make(f"rate-{uuid4().hex}")
            queue(place, folder, sink, queued)
            rates[queued] = take_rate(place, folder, sink, FEW)
            print(
                f"{databases.title}: {rates[queued]:.0f}/s of {queued:,} queued, "
                f"{rates[queued] / bare:.0%} of {bare:.0f}/s bare requests with a connection each, "
                f"{rates[queued] / kept:.0%} of {kept:.0f}/s over kept ones"
            )
            if rates[queued] < LEAST * max(bare, kept):
                share = rates[queued] / max(bare, kept)
                faults.append(f"{share:.0%} of bare requests with {queued:,} queued")
    if rates[many] < rates[FEW] * 0.9:  # what two runs of the same differ by
        faults.append(f"{rates[many]:.0f}/s of {many:,} queued, {rates[FEW]:.0f}/s of {FEW:,}")
    return faults


def _rate_bare(sink: Sink, *, keep: bool) -> float:
    """Return requests a second of as many processes as send, and a thread for each channel.

    Each has a connection of its own unless they *keep* theirs, as channels that are busy do.
    """
    sink.forget()
    spawn = multiprocessing.get_context("spawn")
    asking = [spawn.Process(target=_ask_bare, args=(sink.url, keep)) for _ in range(SENDERS)]
    for process in asking:
        process.start()
    for process in asking:
        process.join()
    return _per_second(sink.times())


def _ask_bare(url: str, keep: bool) -> None:
    end = time.monotonic() + BARE
    body = {"subject": "told", "body": "x" * 400}

    def ask() -> None:
        with requests.Session() as session:
            post = session.post if keep else requests.post
            while time.monotonic() < end:
                post(url, json=body, timeout=30)

    threads = [threading.Thread(target=ask) for _ in range(CHANNELS // SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _per_second(times: list[float]) -> float:
    # What processes take to start is not meant.
    times = times[len(times) // 10 :]
    return (len(times) - 1) / (times[-1] - times[0])


def take_rate(place: Place, folder: Path, sink: Sink, count: int) -> float:
    """Return how many of the first *count* came in a second."""
    sink.forget()
    with ExitStack() as stack:
        for _ in range(SENDERS):
            stack.enter_context(_sender(place, folder))
        return _per_second(sink.wait_for(count, PATIENCE)[:count])


@contextmanager
def _sender(place: Place, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "headwater", "server", "services"]
    with subprocess.Popen(
        command, env=_environment(place, folder), start_new_session=True
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _environment(place: Place, folder: Path) -> dict[str, str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith("HEADWATER_")}
    home = folder / "home"  # of all: the key of the channels' secrets lies there
    unbound = {"HEADWATER_NOTIFICATIONS_LIMIT_RATES": "false"}
    return inherited | HEADWATER.environment(home, place) | unbound


def queue(place: Place, folder: Path, sink: Sink, count: int, first: int = FEW) -> None:
    """Announce *count* failures, evenly over the channels, in a process of its own.

    So are *first* of them; the rest, a multiple, are copies.
    """
    arguments = [sys.executable, "-m", "contrib.bench.queueing", sink.url, str(count), str(first)]
    subprocess.run(arguments, env=_environment(place, folder), check=True)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m contrib.bench.deliveries", description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument(
        "--only", nargs="+", choices=("latency", "rate"), default=("latency", "rate")
    )
    add_places(parser, port=4295)
    return parser.parse_args()


def main() -> int:
    args = read_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped, too
    faults: list[str] = []
    for databases, folder in open_each(args):
        found = []
        if "latency" in args.only:
            found += measure_latency(databases, folder, args.port, args.samples)
        if "rate" in args.only:
            found += measure_rate(databases, folder, args.many)
        faults += [f"{databases.title}: {fault}" for fault in found]
    print("\n".join(faults) or "Every bar is met.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
