"""Which of the sources gives a setting, and how each says what is wrong in it."""

from pathlib import Path

import pytest

from headwater.errors import ConfigError
from headwater.settings import LogLevel, Settings

DEV = 'active = "dev"\n[profiles.dev]\nHEADWATER_SERVER_API_PORT = "1111"\n'


def problem(**flags):
    with pytest.raises(ConfigError) as caught:
        Settings.load(**flags)
    return str(caught.value)


def test_defaults_hold_where_nobody_says_otherwise(home):
    settings = Settings.load()

    assert (settings.server_api_port, settings.source_of("server_api_port")) == (4200, "default")
    assert settings.database_url == f"sqlite:///{home}/headwater.db"
    assert settings.profile is None


def test_the_home_is_in_the_users_home_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("HEADWATER_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert Settings.load().home == tmp_path / ".headwater"


def test_the_active_profile_beats_the_default(write_profiles):
    write_profiles(DEV)

    settings = Settings.load()

    assert settings.server_api_port == 1111
    assert settings.source_of("server_api_port") == "profile 'dev'"
    assert (settings.profile, settings.source_of("profile")) == ("dev", "profiles.toml")


def test_the_environment_beats_the_profile(write_profiles, monkeypatch):
    write_profiles(DEV)
    monkeypatch.setenv("HEADWATER_SERVER_API_PORT", "2222")

    settings = Settings.load()

    assert settings.server_api_port == 2222
    assert settings.source_of("server_api_port") == "environment"


def test_a_flag_beats_the_environment(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_SERVER_API_PORT", "2222")

    settings = Settings.load(server_api_port=3333, server_api_host=None)

    assert (settings.server_api_port, settings.source_of("server_api_port")) == (3333, "flag")
    assert settings.source_of("server_api_host") == "default"


def test_an_empty_variable_counts_as_not_set(write_profiles, monkeypatch):
    write_profiles(DEV)
    monkeypatch.setenv("HEADWATER_SERVER_API_PORT", "")

    assert Settings.load().server_api_port == 1111


def test_the_environment_may_name_another_profile(write_profiles, monkeypatch):
    write_profiles(DEV + "[profiles.prod]\nHEADWATER_SERVER_API_PORT = 80\n")
    monkeypatch.setenv("HEADWATER_PROFILE", "prod")

    settings = Settings.load()

    assert settings.server_api_port == 80
    assert settings.source_of("profile") == "environment"


def test_a_profile_that_is_not_there_is_an_error(write_profiles, monkeypatch):
    write_profiles(DEV)
    monkeypatch.setenv("HEADWATER_PROFILE", "dve")

    assert problem() == "there is no profile 'dve'; did you mean dev?"


@pytest.mark.parametrize("field", sorted(Settings.secrets()))
def test_a_secret_may_come_from_a_file(home, monkeypatch, field):
    monkeypatch.setenv(f"HEADWATER_{field.upper()}_FILE", str(home / "secret"))
    (home / "secret").write_text("ann:s3cret \n")

    settings = Settings.load()

    assert getattr(settings, field).get_secret_value() == "ann:s3cret "
    assert settings.source_of(field) == f"file {home}/secret"


def test_a_secret_and_its_file_are_not_both_taken(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_API_KEY", "a")
    monkeypatch.setenv("HEADWATER_API_KEY_FILE", str(home / "secret"))

    assert problem() == (
        "HEADWATER_API_KEY and HEADWATER_API_KEY_FILE are both set; unset one of them"
    )


def test_a_secret_file_that_cannot_be_read_is_named(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_API_KEY_FILE", str(home / "none"))

    assert problem() == (
        f"HEADWATER_API_KEY_FILE: {home}/none cannot be read: No such file or directory"
    )


def test_a_secret_file_that_is_no_text_is_named(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_API_KEY_FILE", str(home / "binary"))
    (home / "binary").write_bytes(b"\xff\xfe\x00")

    assert problem() == f"HEADWATER_API_KEY_FILE: {home}/binary cannot be read: it is no text"


def test_only_secrets_are_read_from_files(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_UI_URL_FILE", str(home / "url"))

    assert "HEADWATER_UI_URL_FILE is not a setting; did you mean HEADWATER_UI_URL?" in problem()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("HEADWATER_SERVER_API_PROT", "did you mean HEADWATER_SERVER_API_PORT?"),
        ("HEADWATER_SERVER_API__PORT__X", "did you mean HEADWATER_SERVER_API_PORT?"),
        ("HEADWATER_SERVER_DATABASE_CONNECTION_URL", "HEADWATER_API_DATABASE_CONNECTION_URL?"),
        ("HEADWATER_XYZZY", "`headwater config set --help` lists those there are"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(home, monkeypatch, name, hint):
    monkeypatch.setenv(name, "1")

    said = problem()

    assert said.startswith(f"{name} is not a setting; ")
    assert said.endswith(hint)


def test_an_unknown_name_in_a_profile_is_refused_with_the_profile(write_profiles):
    write_profiles('active = "dev"\n[profiles.dev]\nHEADWATER_UI_ULR = "http://a"\n')

    assert problem() == (
        "profile 'dev': HEADWATER_UI_ULR is not a setting; did you mean HEADWATER_UI_URL?"
    )


def test_an_unknown_flag_is_refused(home):
    assert problem(server_api_prot=1) == (
        "HEADWATER_SERVER_API_PROT is not a setting; did you mean HEADWATER_SERVER_API_PORT?"
    )


def test_a_plugins_own_keys_are_left_to_it(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_SLACK__TIMEOUT", "5")

    assert Settings.read()[1] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("HEADWATER_HOME", "it cannot be in one"),
        ("HEADWATER_PROFILE", "it cannot be in one"),
        ("HEADWATER_SLACK__TIMEOUT", "read from the environment only"),
    ],
)
def test_what_no_profile_can_hold_is_refused_there(write_profiles, name, reason):
    write_profiles(f'active = "dev"\n[profiles.dev]\n{name} = "x"\n')

    assert reason in problem()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SERVER_API_PORT", "99999", "Input should be less than or equal to 65535"),
        ("SERVER_API_PORT", "http", "Input should be a valid integer"),
        ("SERVER_WORKERS", "0", "Input should be greater than or equal to 1"),
        ("SERVER_ALLOW_OPEN", "perhaps", "Input should be a valid boolean"),
        ("SERVER_LOGGING_LEVEL", "loud", "Input should be 'DEBUG', 'INFO'"),
        ("UI_URL", "headwater.example", "a URL must begin with http:// or https://"),
        ("SERVER_API_BASE_PATH", "/a?b", "a path prefix looks like /headwater"),
        ("PLUGINS_DENY", '["slack"', 'a list looks like a,b or ["a", "b"]'),
        ("PLUGINS_ALLOW", "Slack", "'Slack' is no plugin's id"),
    ],
)
def test_an_invalid_value_is_one_line_with_its_name(home, monkeypatch, name, value, said):
    monkeypatch.setenv(f"HEADWATER_{name}", value)

    assert problem().startswith(f"HEADWATER_{name}: {said}")
    assert "\n" not in problem()


def test_an_invalid_value_of_a_profile_is_told_with_the_profile(write_profiles):
    write_profiles('active = "dev"\n[profiles.dev]\nHEADWATER_SERVER_WORKERS = "no"\n')

    assert problem().startswith("profile 'dev': HEADWATER_SERVER_WORKERS: Input should be")


def test_all_problems_are_found_at_once(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_XYZZY", "1")
    monkeypatch.setenv("HEADWATER_SERVER_WORKERS", "0")

    settings, problems = Settings.read(ui_url="ftp://a")

    assert settings is None
    assert len(problems) == 3


@pytest.mark.parametrize("written", ["slack,runs", " slack , runs ,", '["runs", "slack"]'])
def test_sets_are_written_with_commas_or_as_json(home, monkeypatch, written):
    monkeypatch.setenv("HEADWATER_PLUGINS_DENY", written)

    settings = Settings.load()

    assert settings.plugins_deny == {"slack", "runs"}
    assert settings.shown("plugins_deny") == "runs,slack"


def test_values_are_tidied(home):
    settings = Settings.load(
        home=Path("~/x"),
        server_api_base_path="flows/",
        server_logging_level="debug",
        ui_url="https://flows.example/",
    )

    assert settings.home == Path.home() / "x"
    assert settings.server_api_base_path == "/flows"
    assert settings.server_logging_level is LogLevel.DEBUG
    assert settings.public_url == "https://flows.example"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("10.0.0.1", "http://10.0.0.1:4200/x"),
        ("0.0.0.0", "http://127.0.0.1:4200/x"),  # noqa: S104  # nothing is bound
        ("::", "http://[::1]:4200/x"),
    ],
)
def test_the_addresses_lead_to_where_the_server_listens(home, host, url):
    settings = Settings.load(server_api_host=host, server_api_base_path="/x")

    assert (settings.public_url, settings.client_url) == (url, f"{url}/api")


def test_commands_go_to_the_api_that_is_named(home):
    settings = Settings.load(api_url="https://flows.example/api/")

    assert settings.client_url == "https://flows.example/api"


def test_settings_cannot_be_changed(home):
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().server_api_port = 1
