"""`headwater profile`: several sets of settings, one of them in force."""

import pytest


@pytest.fixture
def two(headwater):
    """Two profiles, `dev` the active one."""
    headwater("profile", "create", "dev")
    headwater("profile", "use", "dev")
    headwater("config", "set", "HEADWATER_API_KEY=hidden", "HEADWATER_UI_URL=http://a")
    headwater("profile", "create", "prod", "--from", "dev")
    return headwater


def test_a_profile_is_made_with_the_next_step_named(headwater):
    done = headwater("profile", "create", "dev")

    assert (done.returncode, done.said) == (
        0,
        "Made profile 'dev'. To use it: headwater profile use dev\n",
    )


def test_a_copy_has_the_settings_of_the_other(two):
    assert two("profile", "inspect", "prod").stdout == (
        "HEADWATER_API_KEY='********'\nHEADWATER_UI_URL=http://a\n"
    )


def test_inspect_shows_the_one_in_force_and_secrets_when_asked(two):
    shown = two("profile", "inspect", "--show-secrets").stdout

    assert shown == "HEADWATER_API_KEY=hidden\nHEADWATER_UI_URL=http://a\n"


def test_the_one_in_force_has_a_star(two):
    assert two("profile", "ls").stdout == "* dev\n  prod\n"
    assert two("profile", "ls", HEADWATER_PROFILE="prod").stdout == "  dev\n* prod\n"


def test_an_empty_list_says_how_to_make_one(headwater):
    done = headwater("profile", "ls")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "There are none. To make one: headwater profile create NAME\n"


def test_use_says_when_the_environment_is_stronger(two):
    done = two("profile", "use", "prod", HEADWATER_PROFILE="dev")

    assert done.stdout == "Profile 'prod' is active.\n"
    assert done.stderr == "HEADWATER_PROFILE names 'dev', which is stronger.\n"


def test_a_renamed_profile_stays_active(two):
    assert two("profile", "rename", "dev", "test").stdout == "Profile 'dev' is 'test' now.\n"
    assert two("profile", "ls").stdout == "  prod\n* test\n"


@pytest.mark.parametrize("typed", ["y\n", "YES\n"])
def test_delete_asks(two, typed):
    done = two("profile", "delete", "dev", typed=typed)

    assert done.returncode == 0
    assert done.stderr.startswith("Delete profile 'dev' with its settings? [y/N]: ")
    assert two("profile", "ls").stdout == "  prod\n"


@pytest.mark.parametrize("typed", ["n\n", "\n", "perhaps\n", ""])
def test_delete_does_nothing_without_a_yes(two, typed):
    done = two("profile", "delete", "dev", typed=typed)

    assert done.returncode == 1
    assert done.stderr.endswith("Error: nothing was done; answer y, or give -y\n")
    assert two("profile", "ls").stdout == "* dev\n  prod\n"


def test_delete_does_not_ask_when_told_so(two):
    assert two("profile", "delete", "prod", "-y").said == "Deleted profile 'prod'.\n"


def test_profiles_work_while_the_settings_are_wrong(two, tmp_path):
    environment = {"HEADWATER_SERVER_API_PROT": "1", "HEADWATER_SERVER_WORKERS": "x"}

    assert two("profile", "use", "prod", **environment).returncode == 0
    assert two("config", "unset", "HEADWATER_UI_URL", **environment).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "dev"], "there is a profile 'dev' already; choose another name"),
        (["create", "a b"], "'a b' cannot name a profile; use up to 64 letters, digits, - and _"),
        (["create", "new", "--from", "prd"], "there is no profile 'prd'; did you mean prod?"),
        (["use", "xyzzy"], "there is no profile 'xyzzy'; make it: headwater profile create xyzzy"),
        (["inspect", "prd"], "there is no profile 'prd'; did you mean prod?"),
        (["rename", "prd", "x"], "there is no profile 'prd'; did you mean prod?"),
        (["rename", "dev", "prod"], "there is a profile 'prod' already; choose another name"),
        (["delete", "prd", "-y"], "there is no profile 'prd'; did you mean prod?"),
    ],
)
def test_what_cannot_be_done_is_one_line(two, arguments, said):
    done = two("profile", *arguments)

    assert (done.returncode, done.said) == (1, f"Error: {said}\n")
    assert two("profile", "ls").stdout == "* dev\n  prod\n"


def test_a_broken_file_is_one_line(headwater, tmp_path):
    (tmp_path / "profiles.toml").write_text("active = ")

    done = headwater("profile", "ls")

    assert done.returncode == 1
    assert done.said.startswith("Error: profiles.toml is no TOML: ")
    assert done.said.count("\n") == 1
