"""What is made alike before rows are compared, and what is not."""

from typing import Any
from uuid import uuid4

import pytest

from contrib.equality.alike import Alike, count_equal
from contrib.equality.differences import list_differences

PARENT, CHILD = str(uuid4()), str(uuid4())


@pytest.fixture
def alike() -> Alike:
    alike = Alike()
    for text in (PARENT, "odd-otter"):
        alike.know(text, "run of etl")
    return alike


def test_ids_and_names_are_read_as_what_they_stand_for(alike: Alike) -> None:
    row = {"id": PARENT, "name": "odd-otter", "parent": CHILD, "nothing": None}

    assert alike.value(row) == {"id": "<run of etl>", "name": "<run of etl>", "parent": "<id>"}


TRACEBACK = 'Traceback (most recent call last):\n  File "x.py", line 3\nValueError: bad'


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("flow run 'odd-otter' for 'etl'", "flow run '<run of etl>' for 'etl'"),
        ("Created subflow run 'a-cat' for 'etl'", "Created subflow run '<name>' for 'etl'"),
        ("in /home/me/.prefect/storage/" + "0f" * 16, "in <storage>/<hex>"),
        ("Retry will start 0.25 second(s) from now", "Retry will start <delay> second(s) from now"),
        (f"It failed\n{TRACEBACK}", "It failed\n<traceback> ValueError: bad"),
        (f"It failed\n{TRACEBACK}\n\n{TRACEBACK}", "It failed\n<traceback> ValueError: bad"),
        ("3 rows do not add up", "3 rows do not add up"),
    ],
)
def test_what_depends_on_the_run_or_machine_is_made_alike(
    alike: Alike, text: str, made: str
) -> None:
    assert alike.text(text) == made


def test_of_times_only_their_being_there_counts(alike: Alike) -> None:
    assert alike.value({"start_time": "2026-01-01T00:00:00Z", "end_time": None}) == {
        "start_time": "<start_time>"
    }


def test_equal_rows_in_a_row_are_counted() -> None:
    assert count_equal(["a"] * 4 + ["b"] * 3) == [{"times": 4, "of": "a"}, "b", "b", "b"]


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a: ours 1, theirs 2"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a[1]: theirs alone 2"]),
        ({"a": {}}, {"a": {"b": 1}}, ["a.b: ours '<missing>', theirs 1"]),
        ({"labels": {}}, {}, ["labels: ours {}, theirs '<missing>'"]),
    ],
)
def test_each_place_that_differs_is_named(ours: Any, theirs: Any, found: list[str]) -> None:
    assert list(list_differences("3.9", ours, theirs)) == found


def test_what_only_the_newer_major_has_is_no_difference_from_the_older() -> None:
    assert list(list_differences("2.20", {"labels": {}}, {})) == []
    assert len(list(list_differences("2.20", {"labels": {}}, {"labels": {"a": 1}}))) == 1
