"""What goes from the plugin API warns first, where it is used."""

import pytest

from headwater.deprecations import deprecated, deprecated_names


def test_a_function_that_goes_warns_whoever_calls_it():
    @deprecated("headwater.api.http.refusal", until="2.0")
    def old(number, *, twice=False):
        return number * (2 if twice else 1)

    with pytest.warns(
        DeprecationWarning, match=r"old goes with version 2\.0 .*; use .*refusal$"
    ) as told:
        assert old(2, twice=True) == 4
    assert told[0].filename == __file__
    assert old.__name__ == "old"


def test_a_name_that_goes_warns_whoever_takes_it():
    find = deprecated_names("headwater.api", {"Old": (str, "headwater.api.New")}, until="2.0")

    with pytest.warns(
        DeprecationWarning, match=r"^headwater\.api\.Old goes .* use headwater\.api\.New$"
    ):
        assert find("Old") is str
    with pytest.raises(AttributeError, match=r"'headwater\.api' has no attribute 'Other'"):
        find("Other")
