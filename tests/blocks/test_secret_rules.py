"""Secrets are masked by the paths of the schema, and a mask sent back keeps the secret."""

import pytest

from headwater.blocks.rules.secrets import MASK, mask, secret_fields, unmask
from headwater.errors import InvalidError


@pytest.mark.parametrize(
    ("path", "data", "masked"),
    [
        ("s", {"s": "secret", "t": "open"}, {"s": MASK, "t": "open"}),
        ("s", {"s": 5}, {"s": MASK}),
        ("s", {"s": ""}, {"s": MASK}),
        ("s", {"s": ["a"]}, {"s": MASK}),
        ("s", {"s": {"k": "v"}}, {"s": MASK}),
        ("s", {"s": None}, {"s": None}),
        ("s", {}, {}),
        ("a.b", {"a": {"b": "x", "c": "y"}}, {"a": {"b": MASK, "c": "y"}}),
        ("a.b", {"a": "text"}, {"a": "text"}),
        ("a.b", {"a": [{"b": "x"}]}, {"a": [{"b": "x"}]}),
        ("d.*", {"d": {"x": "1", "y": {"z": 2}}}, {"d": {"x": MASK, "y": {"z": MASK}}}),
        ("d.*", {"d": {}}, {"d": MASK}),
        ("d.*", {"d": "flat"}, {"d": MASK}),
        ("d.*", {"d": ["a"]}, {"d": MASK}),
    ],
)
def test_what_a_path_leads_to_is_masked(path, data, masked):
    assert mask(data, [path]) == masked


def test_nothing_is_changed_in_place():
    data = {"d": {"x": "1"}}

    mask(data, ["d.*"])

    assert data == {"d": {"x": "1"}}


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("s", {"s": "secret"}),
        ("s", {"s": {"k": "v"}}),
        ("a.b", {"a": {"b": "x"}}),
        ("d.*", {"d": {"x": "1", "y": {"z": 2}}}),
        ("d.*", {"d": {}}),
    ],
)
def test_a_masked_read_sent_back_changes_nothing(path, current):
    assert unmask(mask(current, [path]), current, [path]) == current


def test_a_new_value_replaces_the_secret():
    assert unmask({"s": "new"}, {"s": "old"}, ["s"]) == {"s": "new"}


def test_stars_that_are_no_secret_are_text():
    assert unmask({"t": MASK}, {"t": "old"}, ["s"]) == {"t": MASK}


@pytest.mark.parametrize(
    ("sent", "path", "place"),
    [
        ({"s": MASK}, "s", "data.s"),
        ({"d": {"new": MASK}}, "d.*", "data.d.new"),
        ({"a": {"b": MASK}}, "a.b", "data.a.b"),
    ],
)
def test_the_mask_of_no_secret_is_refused_with_its_place(sent, path, place):
    with pytest.raises(InvalidError, match=f"^{place} is the mask"):
        unmask(sent, {"s": None, "d": {"x": "1"}}, [path])


@pytest.mark.parametrize("fields", [None, [], {}, {"secret_fields": "x"}, {"secret_fields": [1]}])
def test_fields_that_nobody_checked_name_no_secrets(fields):
    assert secret_fields(fields) == []
