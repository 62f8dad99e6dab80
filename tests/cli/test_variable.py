"""`headwater variable`, over HTTP to a server."""

import pytest


@pytest.mark.parametrize(
    ("value", "kept", "printed"),
    [
        ("text", "text", "text"),
        ("12", 12, "12"),
        ('{"a": ["é"]}', {"a": ["é"]}, '{"a": ["é"]}'),
        ("null", None, "null"),
        ("NaN", "NaN", "NaN"),
    ],
)
def test_a_variable_is_set_and_got(asking, told, value, kept, printed):
    assert asking("variable", "set", "one", value).said == "Set the variable one.\n"

    assert told("variable", "get", "one")["value"] == kept
    assert asking("variable", "get", "one").stdout == f"{printed}\n"


def test_a_value_may_be_a_text_whatever_it_looks_like(told):
    assert told("variable", "set", "one", "12", "--text")["value"] == "12"


def test_a_variable_that_there_is_changes_only_when_told_to(asking, refusal, told):
    asking("variable", "set", "one", "1", "--tag", "a", "--tag", "b")

    assert refusal("variable", "set", "one", "2") == (
        "there is a variable 'one' already; give --overwrite to change it",
        1,
    )
    changed = asking("variable", "set", "one", "2", "--overwrite")
    assert changed.said == "Changed the variable one.\n"
    found = told("variable", "get", "one")
    assert (found["value"], found["tags"]) == (2, ["a", "b"])


def test_variables_are_listed_by_name(asking, told):
    asking("variable", "set", "two", '"x"')
    asking("variable", "set", "one", "1", "--tag", "a")

    assert [each["name"] for each in told("variable", "ls")] == ["one", "two"]
    lines = asking("variable", "ls").stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["NAME", "VALUE", "TAGS"],
        ["one", "1", "a"],
        ["two", "x", "-"],
    ]


def test_a_variable_is_unset_once_somebody_says_so(asking, told):
    made = told("variable", "set", "one", "1")

    assert asking("variable", "unset", "one").returncode == 1
    assert told("variable", "unset", "one", "-y") == {"deleted": made["id"]}
    assert asking("variable", "ls").said == "There are no variables.\n"


@pytest.mark.parametrize("name", ["none", "", "a/b", "ä?#"])
@pytest.mark.parametrize("command", ["get", "unset"])
def test_a_variable_that_is_not_there_is_named(refusal, command, name):
    line, code = refusal("variable", command, name)

    assert (line, code) == (f"there is no variable {name!r}; see: headwater variable ls", 1)


def test_a_name_that_no_variable_may_have_is_refused_by_the_server(refusal):
    line, code = refusal("variable", "set", "Not So", "1")

    assert code == 1
    assert line.startswith("name: Variable name must only contain lowercase letters")
