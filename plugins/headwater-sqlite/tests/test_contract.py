"""What every storage backend does, SQLite does in a file and in memory."""

import pytest

from headwater.testing.storage import StorageContract


class TestFile(StorageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database_url(cls, tmp_path_factory):
        return f"sqlite:///{tmp_path_factory.mktemp('50% ü')}/a.db"


class TestMemory(StorageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database_url(cls):
        return "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false"
