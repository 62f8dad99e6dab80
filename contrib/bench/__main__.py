"""`make bench`: lets Headwater, the real server and the floor take turns at the same work."""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from contrib.bench import machine
from contrib.bench.databases import open_databases
from contrib.bench.places import KINDS, made_folder
from contrib.bench.rounds import START, Bench, Options, Record
from contrib.bench.servers import SERVERS
from contrib.bench.table import Database, put_into, render
from contrib.bench.workloads import READS, WRITES

PAGE = Path(__file__).parents[2] / "docs/performance.md"


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m contrib.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="medians are over these")
    names = ", ".join([START, *(work.name for work in WRITES), READS.name])
    parser.add_argument("--only", nargs="+", default=[], help=f"beginnings of: {names}")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    parser.add_argument("--quick", action="store_true", help="tiny counts, one round: a trial")
    parser.add_argument("--port", type=int, default=4290, help="which the servers take in turn")
    parser.add_argument("--folder", type=made_folder, help="where databases lie; on a real disk")
    parser.add_argument("--json", type=Path, help="also keep all records in this file")
    parser.add_argument(
        "--page",
        type=Path,
        help=f"whose table to replace; a whole run's own is {PAGE.relative_to(PAGE.parents[1])}",
    )
    args = parser.parse_args()
    if args.page is not None and not args.page.exists():
        parser.error(f"--page: there is no {args.page} to put the table into")
    return args


def main() -> int:
    args, begun = read_arguments(), time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped, too
    records: list[Record] = []
    databases: list[Database] = []
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", dir=args.folder) as name:
        folder = Path(name)
        facts = machine.facts(folder)
        try:
            for kind in args.databases:
                records += _run(kind, folder, args, databases)
        finally:
            _keep(args.json, facts, records)
    facts["took"] = f"{(time.monotonic() - begun) / 60:.0f} minutes, {_rounds(args)}"
    page = render(databases, records, facts)
    print(page)
    whole = not args.quick and not args.only and {*args.databases} == {*KINDS}
    if (into := args.page or (PAGE if whole else None)) is not None:
        put_into(into, page)
    return 0


def _run(
    kind: str, folder: Path, args: argparse.Namespace, databases: list[Database]
) -> Iterator[Record]:
    options = Options(folder, args.port, _count(args), args.only, args.quick)
    servers = [server for name, server in SERVERS.items() if name in args.servers]
    with open_databases(kind, folder) as opened:
        databases.append(Database(opened.name, opened.title, opened.facts()))
        yield from Bench(opened, servers, options).run()


def _count(args: argparse.Namespace) -> int:
    rounds: int = 1 if args.quick else args.rounds
    return rounds


def _rounds(args: argparse.Namespace) -> str:
    return f"{_count(args)} round{'s' if _count(args) > 1 else ''}, taking turns"


def _keep(file: Path | None, facts: Mapping[str, str], records: Sequence[Record]) -> None:
    if file is not None:
        kept = {"facts": facts, "records": [asdict(record) for record in records]}
        file.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    sys.exit(main())
