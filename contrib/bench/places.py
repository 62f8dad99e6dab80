"""On which databases, and where, a part of the bench runs that is called by itself."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from contrib.bench.databases import Databases, PostgresDatabases, SqliteDatabases, open_databases

KINDS = (SqliteDatabases.name, PostgresDatabases.name)


def add_places(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--folder", type=made_folder, help="where databases lie; on a real disk")


def made_folder(text: str) -> Path:
    folder = Path(text)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_each(args: argparse.Namespace) -> Iterator[tuple[Databases, Path]]:
    """Yield each kind of database that is asked for, and a folder that is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", dir=args.folder) as name:
        for kind in args.databases:
            with open_databases(kind, Path(name)) as databases:
                yield databases, Path(name)
