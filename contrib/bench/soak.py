"""`make soak`: loads Headwater for long, and looks whether anything grows, fails or is lost."""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from contrib.bench.databases import Databases
from contrib.bench.places import add_places, open_each
from contrib.bench.processes import Usage, usage
from contrib.bench.servers import HEADWATER, running
from contrib.bench.workloads import Report, load

PARTS = 10
CROWD = 64  # clients of the first part, so that a server has all the threads that it will have
GROWTH = 0.25  # of the own memory after the first part; caches are full by then
THREADS = 16  # that the pools of the web processes may still get: they fill as they are needed
FILES = 8  # more or less than before, which come and go with the loops' work
FILES_OF_THREAD = 3  # of its connection to SQLite


@dataclass(frozen=True)
class Part:
    """What a part of the load found, and what the server uses once it is quiet again."""

    report: Report
    usage: Usage


def soak(databases: Databases, folder: Path, port: int, runs: int, threads: int) -> list[str]:
    """Return what is wrong, in sentences."""
    place = databases.make("soak")
    with running(HEADWATER, place, port, folder) as server:
        print(f"{databases.title}: {runs:,} runs, {threads} at a time")
        parts: list[Part] = []
        for number in range(PARTS):
            clients = threads if number else max(threads, CROWD)
            share = max(runs // PARTS, clients)
            options = ("--runs", str(share), "--threads", str(clients))
            report = load(server.url, "lifecycle", *options)
            server.settle()
            parts.append(Part(report, usage(server.pid)))
            print(_show(parts[-1]))
        answer = requests.post(f"{server.url}/flow_runs/count", json={}, timeout=60)
        stored = int(answer.json())
    return list(find_faults(parts, stored))


def find_faults(parts: Sequence[Part], stored: int) -> Iterator[str]:
    sent = sum(part.report["runs"] for part in parts)
    if stored != sent:
        yield f"{sent:,} runs were made, {stored:,} are stored"
    for name in ("failed", "busy"):
        if count := sum(part.report[name] for part in parts):
            yield f"{count:,} requests {name}"
    first, last = parts[0].usage, parts[-1].usage
    if last.own > first.own * (1 + GROWTH):
        yield f"memory grew from {first.own:.0f} to {last.own:.0f} MB"
    more = max(0, last.threads - first.threads)
    if last.files > first.files + FILES + FILES_OF_THREAD * more:
        yield f"open files grew from {first.files} to {last.files}"
    if more > THREADS:
        yield f"threads grew from {first.threads} to {last.threads}"
    if last.processes != first.processes:
        yield f"there were {first.processes} processes, and are {last.processes}"


def _show(part: Part) -> str:
    used, report = part.usage, part.report
    slowest = max(latency["max"] for latency in report["latency_ms"].values())
    return (
        f"  {report['runs_per_s']:.0f} runs/s, slowest answer {slowest:.0f} ms, "
        f"failed {report['failed']}, busy {report['busy']}; {used.memory:.0f} MB "
        f"({used.own:.0f} without files), "
        f"{used.processes} processes, {used.threads} threads, {used.files} files"
    )


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m contrib.bench.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=16)
    add_places(parser, port=4290)
    return parser.parse_args()


def main() -> int:
    args = read_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped, too
    faults: list[str] = []
    for databases, folder in open_each(args):
        found = soak(databases, folder, args.port, args.runs, args.threads)
        faults += [f"{databases.title}: {fault}" for fault in found]
    print("\n".join(faults) or "Nothing failed, nothing was lost, nothing grew.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
