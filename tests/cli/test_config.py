"""`headwater config`: what it keeps, what it shows, and that it asks for no server."""

import shlex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DATABASE = "HEADWATER_API_DATABASE_CONNECTION_URL"
# What a process can be given as an argument: no NUL, and no lone surrogate.
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def test_what_is_set_is_kept_in_a_first_profile(headwater, tmp_path):
    done = headwater("config", "set", "HEADWATER_SERVER_API_PORT=4311", "HEADWATER_API_KEY=k=1")

    assert done.returncode == 0
    assert done.stdout == (
        "Set HEADWATER_SERVER_API_PORT in profile 'default'.\n"
        "Set HEADWATER_API_KEY in profile 'default'.\n"
    )
    assert (tmp_path / "profiles.toml").read_text() == (
        'active = "default"\n\n[profiles.default]\n'
        'HEADWATER_SERVER_API_PORT = "4311"\nHEADWATER_API_KEY = "k=1"\n'
    )


def test_what_is_unset_is_gone(headwater):
    headwater("config", "set", "HEADWATER_SERVER_API_PORT=4311")

    done = headwater("config", "unset", "HEADWATER_SERVER_API_PORT")

    assert (done.returncode, done.said) == (
        0,
        "Unset HEADWATER_SERVER_API_PORT in profile 'default'.\n",
    )
    assert "4311" not in headwater("config", "view", "--show-defaults").stdout


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(values)
def test_any_value_can_be_set_seen_and_unset(headwater, value):
    headwater("config", "set", f"HEADWATER_API_KEY={value}")
    shown = headwater("config", "view", "--show-secrets")
    headwater("config", "unset", "HEADWATER_API_KEY")

    assert f"HEADWATER_API_KEY={shlex.quote(value)}\n" in shown.stdout
    assert "HEADWATER_API_KEY" not in headwater("config", "view").stdout


def test_view_shows_what_somebody_set(headwater):
    shown = headwater("config", "view", HEADWATER_SERVER_WORKERS="4").stdout

    assert "HEADWATER_SERVER_WORKERS=4\n" in shown
    assert "HEADWATER_SERVER_API_PORT" not in shown


def test_view_shows_defaults_and_sources_when_asked(headwater, tmp_path):
    (tmp_path / "key").write_text("k\n")
    headwater("config", "set", "HEADWATER_UI_URL=https://flows.example")

    shown = headwater(
        "config",
        "view",
        "--show-defaults",
        "--show-sources",
        HEADWATER_SERVER_WORKERS="4",
        HEADWATER_SECRET_KEY_FILE=str(tmp_path / "key"),
    ).stdout

    assert "HEADWATER_SERVER_WORKERS=4  # from environment\n" in shown
    assert "HEADWATER_UI_URL=https://flows.example  # from profile 'default'\n" in shown
    assert "HEADWATER_SERVER_API_PORT=4200  # from default\n" in shown
    assert f"HEADWATER_SECRET_KEY='********'  # from file {tmp_path}/key\n" in shown
    assert "HEADWATER_PROFILE=default  # from profiles.toml\n" in shown


def test_view_shows_secrets_only_when_asked(headwater):
    environment = {DATABASE: "postgresql://u:hidden@db/x", "HEADWATER_API_KEY": "hidden"}

    masked = headwater("config", "view", **environment).said
    clear = headwater("config", "view", "--show-secrets", **environment).said

    assert "hidden" not in masked
    assert f"{DATABASE}='postgresql://u:********@db/x'\n" in masked
    assert "HEADWATER_API_KEY=hidden\n" in clear
    assert "u:hidden@db" in clear


def test_a_value_that_the_environment_overrides_is_said_to_be(headwater):
    done = headwater("config", "set", "HEADWATER_SERVER_WORKERS=3", HEADWATER_SERVER_WORKERS="4")

    assert done.returncode == 0
    assert done.stderr == (
        "HEADWATER_SERVER_WORKERS is set in the environment, too, which is stronger.\n"
    )


def test_set_goes_to_the_profile_that_the_environment_names(headwater):
    headwater("profile", "create", "prod")

    headwater("config", "set", "HEADWATER_SERVER_WORKERS=8", HEADWATER_PROFILE="prod")

    assert headwater("profile", "inspect", "prod").stdout == "HEADWATER_SERVER_WORKERS=8\n"


def test_validate_is_content_with_good_settings(headwater):
    done = headwater("config", "validate", HEADWATER_SERVER_WORKERS="4", HEADWATER_X__Y="1")

    assert (done.returncode, done.said) == (0, "The settings are valid.\n")


def test_validate_names_all_that_is_wrong_in_all_profiles(headwater, tmp_path):
    (tmp_path / "profiles.toml").write_text(
        'active = "a"\n[profiles.a]\nHEADWATER_SERVER_WORKERS = "0"\n'
        '[profiles.b]\nHEADWATER_SERVER_WOKRERS = "1"\n'
    )

    done = headwater("config", "validate", HEADWATER_SERVER_API_PORT="x")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: HEADWATER_SERVER_API_PORT: Input should be a valid integer, unable to parse string"
        " as an integer",
        "Error: profile 'a': HEADWATER_SERVER_WORKERS: Input should be greater than or equal to 1",
        "Error: profile 'b': HEADWATER_SERVER_WOKRERS is not a setting;"
        " did you mean HEADWATER_SERVER_WORKERS?",
    ]


def test_a_wrong_name_in_a_profile_can_be_taken_out(headwater, tmp_path):
    (tmp_path / "profiles.toml").write_text(
        'active = "a"\n[profiles.a]\nHEADWATER_SERVER_WOKRERS = "1"\n'
    )

    assert headwater("config", "unset", "HEADWATER_SERVER_WOKRERS").returncode == 0
    assert headwater("config", "validate").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HEADWATER_UI_ULR=http://a"], "is not a setting; did you mean HEADWATER_UI_URL?"),
        (["PREFECT_API_URL=http://a"], "did you mean HEADWATER_API_URL?"),
        (["HEADWATER_SERVER_WORKERS=many"], "HEADWATER_SERVER_WORKERS: Input should be a valid"),
        (["HEADWATER_HOME=/x"], "it cannot be in one"),
        (["HEADWATER_UI_URL"], "HEADWATER_UI_URL has no value; give NAME=VALUE"),
        (["HEADWATER_UI_URL="], "to clear it: headwater config unset HEADWATER_UI_URL"),
    ],
)
def test_what_cannot_be_set_is_one_line_and_changes_nothing(headwater, tmp_path, arguments, said):
    done = headwater("config", "set", "HEADWATER_SERVER_API_PORT=1", *arguments)

    assert done.returncode == 1
    assert done.said.startswith("Error: ")
    assert done.said.count("\n") == 1
    assert said in done.said
    assert not (tmp_path / "profiles.toml").exists()


def test_what_is_not_set_cannot_be_unset(headwater):
    headwater("config", "set", "HEADWATER_SERVER_WORKERS=3")

    done = headwater("config", "unset", "HEADWATER_SERVER_WORKER")

    assert (done.returncode, done.said) == (
        1,
        "Error: HEADWATER_SERVER_WORKER is not set in profile 'default'; "
        "did you mean HEADWATER_SERVER_WORKERS?\n",
    )


def test_without_an_active_profile_one_must_be_chosen(headwater):
    headwater("profile", "create", "dev")

    done = headwater("config", "set", "HEADWATER_SERVER_WORKERS=3")

    assert (done.returncode, done.said) == (
        1,
        "Error: no profile is active; choose one: headwater profile use NAME\n",
    )
