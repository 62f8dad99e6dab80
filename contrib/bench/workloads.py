"""What is asked of the servers, and how much of it: each is given some seconds of work a round."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contrib.bench.firings import arm
from contrib.bench.servers import FLOOR, HEADWATER, PREFECT

LOAD = Path(__file__).parent / "load.py"
TINY = 8
Report = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """A call of load.py. *counts* says how many, by server: who is slow gets fewer, and who is not
    named does without."""

    name: str
    command: str
    option: str
    counts: dict[str, int]
    options: Sequence[str] = field(default=())
    tiny: int = TINY  # the count of `--quick`
    quick: Sequence[str] | None = None  # what it has in place of *options*
    prepare: Callable[[str], None] | None = None  # what is done to the server's URL before
    by_name: bool = False  # left out of a whole run

    def load(self, url: str, server: str, *, quick: bool = False) -> Report:
        count, options = self.counts[server], self.options
        if quick:
            count, options = self.tiny, options if self.quick is None else self.quick
        if self.prepare is not None:
            self.prepare(url)
        return load(url, self.command, f"--{self.option}", str(count), *options)


def load(url: str, command: str, *options: str) -> Report:
    """Run load.py in a process of its own, and return its report."""
    arguments = [sys.executable, str(LOAD), "--url", url, command, *options]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, check=False, text=True)
    if not done.stdout:
        raise SystemExit(f"load.py {command} broke off")
    report: Report = json.loads(done.stdout)
    return report


def _of(prefect: int, headwater: int, floor: int | None = None) -> dict[str, int]:
    counts = {PREFECT.name: prefect, HEADWATER.name: headwater}
    return counts if floor is None else counts | {FLOOR.name: floor}


def _lifecycle(threads: int, counts: dict[str, int]) -> Workload:
    name, options = f"lifecycle-{threads}", ("--threads", str(threads))
    return Workload(name, "lifecycle", "runs", counts, options, tiny=max(TINY, threads))


# In the order in which they are run; the memory is taken after the last lifecycle.
WRITES = (
    _lifecycle(1, _of(60, 400, 400)),
    _lifecycle(8, _of(80, 800, 800)),
    _lifecycle(32, _of(64, 1280, 1280)),
    Workload("logs", "logs", "batches", _of(30, 100, 100)),
    Workload("events", "events", "tasks", _of(100, 1000)),
    Workload(
        "poll", "poll", "polls", _of(30, 300), ("--scheduled", "2000"), quick=("--scheduled", "50")
    ),
    Workload("armed", "events", "tasks", _of(100, 1000), prepare=arm, by_name=True),
)
READS = Workload("reads", "reads", "repeat", _of(20, 100), tiny=2)
MANY, FEW = 100_000, 1_000  # runs stored for the reads
SEEDED = 500  # of them over the API
