"""Which plugins are left out by the settings: safe mode beats deny, deny beats allow."""

import pytest

from headwater.app import create_app
from headwater.errors import ConfigError
from headwater.offers import collect_offers
from headwater.settings import Settings


@pytest.fixture
def reports(faults, monkeypatch):
    """Return what gives the reports of all plugins by name, good and bad."""
    monkeypatch.syspath_prepend(str(faults))
    return lambda **flags: collect_offers(Settings.load(**flags)).plugins.reports


def active(reports):
    return {name for name, report in reports.items() if report.state == "active"}


def test_a_denied_plugin_is_not_even_imported(reports):
    report = reports(plugins_deny={"absent", "slack"})["absent"]

    assert (report.state, report.reasons) == ("denied", ["HEADWATER_PLUGINS_DENY names it"])


def test_where_some_are_allowed_the_others_are_denied(reports):
    found = reports(plugins_allow={"slack", "sqlite"})

    assert active(found) == {"slack", "sqlite"}
    assert found["absent"].reasons == ["HEADWATER_PLUGINS_ALLOW does not name it"]


def test_deny_beats_allow(reports):
    found = reports(plugins_allow={"slack", "sqlite"}, plugins_deny={"slack"})

    assert active(found) == {"sqlite"}


def test_safe_mode_keeps_the_plugin_of_the_database_alone(reports):
    found = reports(plugins_safe_mode=True)

    assert active(found) == {"sqlite"}
    assert found["absent"].reasons == ["HEADWATER_PLUGINS_SAFE_MODE is on"]


@pytest.mark.parametrize(
    ("url", "plugin"),
    [
        ("postgresql://u:p@db/x", "postgres"),
        ("postgres://u:p@db/x", "postgres"),
        ("postgresql+asyncpg://u:p@db/x", "postgres"),
        ("sqlite+aiosqlite:///x.db", "sqlite"),
        ("sqlite://", "sqlite"),
    ],
)
def test_safe_mode_finds_the_plugin_by_the_url(reports, url, plugin):
    found = reports(plugins_safe_mode=True, api_database_connection_url=url)

    assert active(found) == {plugin}


def test_safe_mode_finds_a_plugin_whose_name_does_not_tell(reports):
    found = reports(plugins_safe_mode=True, api_database_connection_url="faultless://x")

    assert active(found) == {"keeper"}


def test_safe_mode_beats_both(reports):
    found = reports(plugins_safe_mode=True, plugins_allow={"slack"}, plugins_deny={"sqlite"})

    assert active(found) == {"sqlite"}


@pytest.mark.parametrize("url", ["mysql://u:p@db/x", "nonsense"])
def test_safe_mode_with_a_database_that_nobody_keeps_has_no_plugin(reports, url):
    assert active(reports(plugins_safe_mode=True, api_database_connection_url=url)) == set()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            {"plugins_deny": {"sqlite"}},
            "headwater-sqlite is denied, HEADWATER_PLUGINS_DENY names it$",
        ),
        ({"plugins_allow": {"slack"}}, r"\(there is none at all\): headwater-sqlite is denied"),
        ({"api_database_connection_url": "mysql://u:p@db/x"}, "no plugin keeps mysql databases"),
        ({"api_database_connection_url": "nonsense"}, "is not a URL$"),
    ],
)
def test_a_database_that_no_plugin_keeps_ends_the_start_in_one_sentence(flags, said):
    with pytest.raises(ConfigError, match=said):
        create_app(Settings.load(**flags))
