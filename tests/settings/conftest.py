"""A home of its own for each test of the settings."""

import pytest


@pytest.fixture
def home(home, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWATER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def write_profiles(home):
    return lambda text: (home / "profiles.toml").write_text(text)
