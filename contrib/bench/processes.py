"""What a server uses, over all of its processes, as the kernel counts it in /proc (Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
Parents = dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Usage:
    """*cpu* in seconds, user and system; *memory* in MB: proportional set sizes, summed. *own* is
    what of it is no file's: SQLite's readers map the database, which the kernel takes back."""

    cpu: float
    memory: float
    processes: int
    threads: int
    files: int
    own: float


def family(root: int) -> list[int]:
    """Return a process, its descendants, and whoever is left of its session."""
    parents: Parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1]), int(fields[3])
    return sorted(pid for pid in parents if _belongs(pid, root, parents))


def _belongs(pid: int, root: int, parents: Parents) -> bool:
    if pid == root or parents[pid][1] == root:
        return True
    parent = parents[pid][0]
    return parent in parents and _belongs(parent, root, parents)


def cpu_seconds(root: int) -> float:
    """Return what all of them used so far, and their children that have ended."""
    fields = [found for pid in family(root) if (found := _stat(pid))]
    return sum(int(ticks) for found in fields for ticks in found[11:15]) / TICKS


def usage(root: int) -> Usage:
    pids = family(root)
    return Usage(
        cpu_seconds(root),
        _megabytes(pids, "Pss:"),
        len(pids),
        sum(_number(pid, "status", "Threads:") for pid in pids),
        sum(_count_files(pid) for pid in pids),
        _megabytes(pids, "Pss_Anon:") + _megabytes(pids, "Pss_Shmem:"),
    )


def _megabytes(pids: list[int], name: str) -> float:
    return sum(_number(pid, "smaps_rollup", name) for pid in pids) / 1024


def _stat(pid: int) -> list[str]:
    """Return the fields after the name, the state first; empty for a process that is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _number(pid: int, file: str, name: str) -> int:
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def _count_files(pid: int) -> int:
    try:
        return len(os.listdir(PROC / str(pid) / "fd"))
    except OSError:
        return 0
