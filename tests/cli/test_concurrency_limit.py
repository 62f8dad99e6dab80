"""`headwater concurrency-limit`, over HTTP to a server."""

import pytest


@pytest.fixture
def limits(client):
    """A global limit with a slot taken, and one of a tag."""
    client.post("/api/v2/concurrency_limits/", json={"name": "db", "limit": 3})
    client.post("/api/concurrency_limits/", json={"tag": "etl", "concurrency_limit": 2})
    taken = {"names": ["db"], "slots": 2}
    assert client.post("/api/v2/concurrency_limits/increment", json=taken).status_code == 200


def test_limits_are_listed_global_ones_and_those_of_tags(asking, told, limits):
    assert {one["name"] for one in told("concurrency-limit", "ls")} == {"db", "tag:etl"}
    titles, *rows = asking("concurrency-limit", "ls").stdout.splitlines()
    assert titles.split() == ["NAME", "LIMIT", "TAKEN", "ACTIVE", "ID"]
    assert sorted(row.split()[:4] for row in rows) == [
        ["db", "3", "2", "yes"],
        ["tag:etl", "2", "0", "yes"],
    ]


@pytest.mark.parametrize(
    ("name", "found"), [("db", "db"), ("tag:etl", "tag:etl"), ("etl", "tag:etl")]
)
def test_a_limit_is_shown_by_its_name_or_its_tag(asking, told, limits, name, found):
    assert told("concurrency-limit", "inspect", name)["name"] == found
    assert f"Name:   {found}\n" in asking("concurrency-limit", "inspect", name).stdout


def test_slots_are_freed_once_somebody_says_so(asking, told, limits):
    kept = asking("concurrency-limit", "reset", "db")
    assert kept.stderr.startswith("Free the 2 taken slots of db? [y/N]:")
    assert told("concurrency-limit", "inspect", "db")["active_slots"] == 2

    assert told("concurrency-limit", "reset", "db", "-y")["active_slots"] == 0
    assert asking("concurrency-limit", "reset", "etl", "-y").said == "Freed the slots of tag:etl.\n"


def test_a_limit_that_is_not_there_is_named(refusal):
    line, code = refusal("concurrency-limit", "inspect", "x")

    hint = "see: headwater concurrency-limit ls"
    assert (line, code) == (f"there is no concurrency limit 'x'; {hint}", 1)
