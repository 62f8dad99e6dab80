"""Runs each script once against the clients' own server and once against Headwater, and compares.

    python -m contrib.equality [--majors 3.9 2.20] [--scripts daily_etl ...] [--folder DIR]

Prints where the rows differ, names, ids and times aside; the exit status says if they do.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contrib.equality.differences import list_differences
from contrib.equality.rows import read_rows
from contrib.equality.servers import PYTHONS, ROOT, free_port, headwater, prefect

SCRIPTS = ("daily_etl", "gathering", "endings", "keeping")
LONGEST = 600  # seconds for a script


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--majors", nargs="+", default=list(PYTHONS), choices=list(PYTHONS))
    parser.add_argument("--scripts", nargs="+", default=list(SCRIPTS))
    parser.add_argument("--folder", type=Path, help="keep the rows and logs there")
    wanted = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = wanted.folder or Path(temporary)
        found = [
            difference
            for major in wanted.majors
            for script in wanted.scripts
            for difference in compare(major, script, folder / major / script)
        ]
    say(f"{len(found)} differences")
    return 1 if found else 0


def compare(major: str, script: str, folder: Path) -> list[str]:
    port = free_port()
    ours = rows_of(headwater(folder / "headwater", port), major, script, folder / "headwater")
    port = free_port()
    theirs = rows_of(prefect(major, folder / "prefect", port), major, script, folder / "prefect")
    found = list(list_differences(ours, theirs))
    say(f"{script} with {major}: {len(found)} differences")
    for difference in found:
        say(f"    {difference}")
    return found


def rows_of(
    server: AbstractContextManager[str], major: str, script: str, folder: Path
) -> list[Any]:
    with server as api_url:
        run_script(major, script, folder, api_url)
        rows = read_rows(api_url, major)
    (folder / "rows.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    return rows


def run_script(major: str, script: str, folder: Path, api_url: str) -> None:
    path = ROOT / "tests/clients/scripts" / f"{script}.py"
    environment = os.environ | {"PREFECT_API_URL": api_url, "PREFECT_HOME": str(folder / "client")}
    with (folder / "client.log").open("wb") as log:
        subprocess.run(  # noqa: S603  # ours
            [str(PYTHONS[major]), str(path)],
            env=environment,
            stdout=log,
            stderr=log,
            timeout=LONGEST,
            check=False,  # a script may end badly on purpose; its rows tell
        )


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a command's output


if __name__ == "__main__":
    sys.exit(main())
