"""Lets the servers take turns, and notes what each did and used."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from contrib.bench.databases import Databases, Place
from contrib.bench.fill import fill
from contrib.bench.servers import HEADWATER, Running, Server, running
from contrib.bench.workloads import FEW, MANY, READS, SEEDED, WRITES, Report, Workload, load

START, MEMORY = "start", "memory"
AFTER = "lifecycle"  # the workloads after which the memory is taken
WARM_UP = ("--runs", "32", "--threads", "8")  # the first requests are slow ones
BRIEFLY = ("wall_s", "megabytes", "failed", "busy", "missing")


@dataclass(frozen=True)
class Options:
    """*only* names workloads by their beginnings; empty: all."""

    folder: Path
    port: int
    rounds: int = 5
    only: Sequence[str] = ()
    quick: bool = False

    def wants(self, workload: str, *, by_name: bool = False) -> bool:
        if not self.only:
            return not by_name
        return any(workload.startswith(name) for name in self.only)


@dataclass(frozen=True)
class Record:
    """What one server did in one round. *cpu* and *database_cpu* are seconds: those of the server,
    and those of the database's own processes; *report* is what the load found."""

    database: str
    server: str
    round: int
    workload: str
    cpu: float = 0.0
    database_cpu: float = 0.0
    report: Report = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """One kind of database, and who is compared on it."""

    databases: Databases
    servers: Sequence[Server]
    options: Options

    def run(self) -> Iterator[Record]:
        yield from self._run_writes()
        if self.options.wants(READS.name):
            yield from self._run_reads()

    def _turns(self) -> Iterator[tuple[int, Server]]:
        """A B C, C B A, ...: nobody is always the first after a pause."""
        for number in range(self.options.rounds):
            for server in self.servers[:: -1 if number % 2 else 1]:
                yield number, server

    def _run_writes(self) -> Iterator[Record]:
        wanted = [work for work in WRITES if self.options.wants(work.name, by_name=work.by_name)]
        if not wanted and not self.options.wants(START):
            return
        for number, server in self._turns():
            place = self.databases.make(f"{server.name}-{number}")
            note = Note(self.databases.name, server, number)
            with self._running(server, place) as process:
                yield note(START, process.cpu, 0.0, {"wall_s": process.wall})
                if wanted:
                    load(process.url, "lifecycle", *WARM_UP)
                last = [work for work in wanted if work.name.startswith(AFTER)][-1:]
                for work in wanted:
                    if server.name in work.counts:
                        yield self._measure(work, process, note)
                    if work in last:
                        yield note(MEMORY, 0.0, 0.0, {"megabytes": process.memory()})

    def _run_reads(self) -> Iterator[Record]:
        readers = [server for server in self.servers if server.name in READS.counts]
        amount = FEW if self.options.quick else MANY
        stored = {server.name: self._fill(server, amount) for server in readers}
        few = None
        if HEADWATER in readers and not self.options.quick:  # what it costs with fewer runs
            few = self._fill(HEADWATER, FEW)
        for number, server in self._turns():
            if server not in readers:
                continue
            note = Note(self.databases.name, server, number)
            yield self._read(server, stored[server.name], READS.name, note)
            if few and server is HEADWATER:
                yield self._read(server, few, f"{READS.name}-{FEW}", note)

    def _fill(self, server: Server, runs: int) -> Place:
        tell(f"{self.databases.title}: {server.title}: {runs:,} runs to be read")
        place = self.databases.make(f"{server.name}-{runs}-runs")
        seeds = min(SEEDED, runs // 10)
        with self._running(server, place) as process:
            load(process.url, "seed", "--runs", str(seeds), "--threads", "2")
            process.settle()
        if fill(place, runs) != runs:
            raise SystemExit(f"{server.title} did not take the {seeds} first runs")
        return place

    def _read(self, server: Server, place: Place, name: str, note: "Note") -> Record:
        with self._running(server, place) as process:
            load(process.url, READS.command, "--repeat", "1")
            return self._measure(READS, process, note, name)

    def _measure(
        self, work: Workload, process: Running, note: "Note", name: str | None = None
    ) -> Record:
        """Run a workload. What the server puts off counts, too: we wait until it is quiet."""
        before, database = process.settle(), self.databases.cpu_seconds()
        server = note.server.name
        report = work.load(process.url, server, quick=self.options.quick)
        cpu = process.settle() - before
        return note(name or work.name, cpu, self.databases.cpu_seconds() - database, report)

    def _running(self, server: Server, place: Place) -> AbstractContextManager[Running]:
        return running(server, place, self.options.port, self.options.folder)


@dataclass(frozen=True)
class Note:
    """Makes the records of one server's turn, and tells of each."""

    database: str
    server: Server
    round: int

    def __call__(self, workload: str, cpu: float, database_cpu: float, report: Report) -> Record:
        for failure in report.get("first_failures", ()):
            tell(f"failed: {failure}")
        where = self.database, self.server.name, self.round, workload
        brief = {name: value for name, value in report.items() if name in BRIEFLY}
        tell(f"{' '.join(map(str, where))}: {cpu:.2f} s CPU, {brief}")
        return Record(*where, cpu, database_cpu, report)


def tell(what: str) -> None:
    sys.stderr.write(f"{what}\n")
