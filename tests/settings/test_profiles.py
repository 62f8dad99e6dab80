"""How profiles.toml is read and changed, and what is refused in it."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.errors import ConfigError
from headwater.settings import Settings
from headwater.settings.profiles import NAME, Profiles

TEXT = """# mine
active = "dev"

[profiles.dev]
HEADWATER_UI_URL = "http://a"  # where people go
"""
values = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.sampled_from(sorted(f"HEADWATER_{field.upper()}" for field in Settings.model_fields))


@given(st.dictionaries(keys, values), keys, values)
def test_what_is_set_reads_back_and_unset_undoes_it(before, key, value):
    before.pop(key, None)
    profiles = Profiles()
    profiles.create("dev", before)

    profiles.set("dev", {key: value})
    again = Profiles(profiles.text)
    assert again.values("dev") == before | {key: value}

    again.unset("dev", key)
    assert Profiles(again.text).values("dev") == before


@given(st.from_regex(NAME, fullmatch=True), st.from_regex(NAME, fullmatch=True))
def test_a_renamed_profile_keeps_its_values_and_its_place(old, new):
    profiles = Profiles()
    profiles.create(old, {"HEADWATER_UI_URL": "http://a"})
    profiles.use(old)
    if old == new:
        return

    profiles.rename(old, new)

    again = Profiles(profiles.text)
    assert (again.names, again.active) == ([new], new)
    assert again.values(new) == {"HEADWATER_UI_URL": "http://a"}


def test_a_change_keeps_what_people_wrote_beside_it(home, write_profiles):
    write_profiles(TEXT)

    with Profiles.edited(home) as profiles:
        profiles.set("dev", {"HEADWATER_API_KEY": "k"})

    assert (home / "profiles.toml").read_text() == TEXT + 'HEADWATER_API_KEY = "k"\n'


def test_the_active_one_is_named_before_all_tables(home):
    profiles = Profiles('[profiles.dev]\nHEADWATER_API_KEY = "k"\n')

    profiles.use("dev")

    assert Profiles(profiles.text).active == "dev"


def test_the_file_is_for_its_owner_alone(home, write_profiles):
    write_profiles(TEXT)
    (home / "profiles.toml").chmod(0o644)

    with Profiles.edited(home) as profiles:
        profiles.set("dev", {"HEADWATER_API_KEY": "k"})

    assert stat.S_IMODE((home / "profiles.toml").stat().st_mode) == 0o600


def test_a_change_that_fails_leaves_the_file_as_it_was(home, write_profiles):
    write_profiles(TEXT)

    def delete_and_use():
        with Profiles.edited(home) as profiles:
            profiles.delete("dev")
            profiles.use("dev")

    with pytest.raises(ConfigError, match="there is no profile 'dev'"):
        delete_and_use()

    assert (home / "profiles.toml").read_text() == TEXT
    assert sorted(path.name for path in home.iterdir()) == ["profiles.toml", "profiles.toml.lock"]


def test_changes_at_the_same_time_take_turns(home):
    def create(number):
        with Profiles.edited(home) as profiles:
            profiles.create(f"p{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(24)))

    assert len(Profiles.read(home).names) == 24


def test_a_link_to_the_file_stays_a_link(home):
    (home / "elsewhere.toml").write_text(TEXT)
    (home / "profiles.toml").symlink_to(home / "elsewhere.toml")

    with Profiles.edited(home) as profiles:
        profiles.create("prod")

    assert (home / "profiles.toml").is_symlink()
    assert "[profiles.prod]" in (home / "elsewhere.toml").read_text()


def test_deleting_the_active_profile_leaves_none_active():
    profiles = Profiles(TEXT)

    profiles.delete("dev")

    assert (profiles.active, profiles.names) == (None, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("active = ", "profiles.toml is no TOML"),
        ("active = 3", "active must be the name of a profile"),
        ("profiles = 3", "each profile must be a table"),
        ("[profiles]\ndev = 3", "each profile must be a table"),
        ("[profiles.dev.HEADWATER_X]", "HEADWATER_X of profile 'dev' must be a string"),
    ],
)
def test_a_file_that_makes_no_sense_is_said_to(text, said):
    with pytest.raises(ConfigError, match=said):
        Profiles(text)


def test_a_file_that_is_no_text_is_said_to_be_none(home):
    (home / "profiles.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match=r"profiles.toml cannot be read: it is no text"):
        Profiles.read(home)


def test_a_home_that_cannot_be_made_is_named(home):
    (home / "file").write_text("")

    with (
        pytest.raises(ConfigError, match="cannot be written: Not a directory"),
        Profiles.edited(home / "file" / "home"),
    ):
        pass


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 65, "é"])
def test_a_name_that_a_file_or_shell_would_trip_on_is_refused(name):
    with pytest.raises(ConfigError, match="cannot name a profile"):
        Profiles().create(name)


def test_a_name_is_not_taken_twice():
    with pytest.raises(ConfigError, match="there is a profile 'dev' already"):
        Profiles(TEXT).create("dev")


def test_profiles_in_one_line_are_changed_as_well():
    profiles = Profiles('active = "dev"\nprofiles = {dev = {HEADWATER_UI_URL = "http://a"}}\n')

    profiles.set("dev", {"HEADWATER_API_KEY": "k"})
    profiles.create("prod")

    assert Profiles(profiles.text).names == ["dev", "prod"]
    assert Profiles(profiles.text).values("dev")["HEADWATER_API_KEY"] == "k"
