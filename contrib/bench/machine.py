"""On which machine, and with what, figures were taken."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def facts(folder: Path) -> dict[str, str]:
    """*folder* is where the databases lie."""
    return {
        "taken": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores of {_cpu()}, {_memory()} of memory",
        "disk": f"{_file_system(folder)}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": ", ".join(
            f"{name} {version(name)}" for name in ("prefect", "gunicorn", "flask", "sqlalchemy")
        ),
        "load before": _load(),
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GB"


def _file_system(folder: Path) -> str:
    asked = ["stat", "--file-system", "--format=%T", str(folder)]
    return subprocess.run(asked, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def _load() -> str:
    return " ".join(f"{average:.1f}" for average in os.getloadavg()) + " (of 1, 5, 15 minutes)"
