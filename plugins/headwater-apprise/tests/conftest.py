import pytest

from headwater_apprise.settings import ENABLED


@pytest.fixture(autouse=True)
def enabled(monkeypatch):
    monkeypatch.setenv(ENABLED, "true")
