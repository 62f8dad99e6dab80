"""Runs each script against the clients' own server and against Headwater, and compares the rows.

    python -m contrib.equality [--record] [--majors 3.9 2.20] [--scripts daily_etl ...]

With --record what the clients' own servers store replaces the recordings, and Headwater is left
out. Prints where rows differ, names, ids and times aside; the exit status says if they do.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contrib.equality.differences import list_differences
from contrib.equality.reader import Reader
from contrib.equality.recordings import load_rows, recording_of, save_rows
from contrib.equality.rows import read_settled_rows
from contrib.equality.servers import PATIENT, PYTHONS, ROOT, free_port, headwater, prefect

SCRIPTS = (
    "caching", "crashing", "daily_etl", "endings", "gathering", "keeping", "mapping", "pausing",
    "retrying", "trees",
)  # fmt: skip
LONGEST = 1800  # seconds for a script; 2.20's server takes long for a thousand tasks

Told = tuple[str, list[Any]]  # a script and its rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--majors", nargs="+", default=list(PYTHONS), choices=list(PYTHONS))
    parser.add_argument("--scripts", nargs="+", default=SCRIPTS, choices=SCRIPTS)
    parser.add_argument("--record", action="store_true", help="keep what the real servers store")
    parser.add_argument("--folder", type=Path, help="keep the logs of servers and clients there")
    wanted = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = (wanted.folder or Path(temporary)).absolute()
        counts = [
            compare(major, wanted.scripts, folder / major, record=wanted.record)
            for major in wanted.majors
        ]
    say(f"{sum(counts)} differences")
    return 1 if sum(counts) else 0


def compare(major: str, scripts: list[str], folder: Path, *, record: bool) -> int:
    """Print the differences of a major's scripts, and return how many there are."""
    server = prefect(major, folder / "prefect", free_port())
    theirs = rows_of(server, major, scripts, folder / "prefect")
    if record:
        return sum(report(major, *one) for one in recorded(major, theirs))
    server = headwater(folder / "headwater", free_port())
    ours = rows_of(server, major, scripts, folder / "headwater")
    pairs = zip(list(theirs), list(ours), strict=True)
    return sum(report(major, script, mine, rows) for (script, rows), (_, mine) in pairs)


def recorded(major: str, theirs: Iterable[Told]) -> Iterator[tuple[str, Any, Any]]:
    """Keep each script's rows as they come; yield it with those kept before and those of now."""
    for script, rows in theirs:
        known = recording_of(major, script).exists()
        before = load_rows(major, script) if known else rows
        save_rows(major, script, rows)
        yield script, before, rows


def report(major: str, script: str, ours: Any, theirs: Any) -> int:
    found = list(list_differences(major, ours, theirs))
    say(f"{script} with {major}: {len(found)} differences")
    for difference in found:
        say(f"    {difference}")
    return len(found)


def rows_of(
    server: AbstractContextManager[str], major: str, scripts: list[str], folder: Path
) -> Iterator[Told]:
    """Run the scripts one after another against one server, and yield the rows of each."""
    with server as api_url, closing(Reader(api_url, major)) as reader:
        for script in scripts:
            run_ids = run_script(major, script, folder, api_url)
            yield script, read_settled_rows(reader, run_ids)


def run_script(major: str, script: str, folder: Path, api_url: str) -> list[str]:
    """Run a script, and return the ids of the runs that it names in its last line."""
    path = ROOT / "tests/clients/scripts" / f"{script}.py"
    environment = os.environ | {
        "PREFECT_API_URL": api_url,
        "PREFECT_HOME": str(folder / "client"),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        **PATIENT,
    }
    with (folder / f"{script}.log").open("wb") as log:
        ended = subprocess.run(  # noqa: S603  # ours
            [str(PYTHONS[major]), str(path)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            timeout=LONGEST,
            check=False,  # a script may end badly on purpose; its rows tell
        )
    printed = ended.stdout.decode().splitlines()
    if not printed:
        raise SystemExit(f"{script} with {major} printed nothing; see {folder / script}.log")
    return list(json.loads(printed[-1])["runs"].values())


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a command's output


if __name__ == "__main__":
    sys.exit(main())
