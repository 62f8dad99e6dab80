"""What every storage backend does, PostgreSQL does."""

import psycopg
import pytest

from headwater.testing.storage import StorageContract


class TestPostgres(StorageContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database_url(cls, postgres):
        with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE contract")
        return postgres.get_uri(database="contract")
