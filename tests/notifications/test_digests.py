"""What a digest says."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from headwater.notifications.rules.digests import compose_digest
from headwater.notifications.schemas.digests import Digest, Line

NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
LINES = [
    Line(UUID(int=n), "daily-etl", f"run-{n}", "Failed", NIGHT.replace(minute=n), n == 3)
    for n in range(1, 11)
]
DIGEST = Digest(
    group_id=UUID(int=5),
    label="flow daily-etl",
    why="quiet",
    since=NIGHT,
    until=MORNING,
    total=147,
    counts={"Failed": 140, "Crashed": 6},
    recovered=1,
    open_problems=2,
    kind="problem",
    severity="error",
    first=LINES,
)


def compose(digest):
    return compose_digest(digest, UUID(int=7), "https://flows.example.com")


def test_a_digest_has_counts_the_first_ten_with_links_and_how_many_more_there_are():
    message = compose(DIGEST)
    lines = message.body.split("\n")

    assert message.title == (
        "147 notifications: 140 Failed, 6 Crashed, 1 recovered, 2 problems left (flow daily-etl)"
    )
    assert lines[:2] == [
        f"{message.title}, from 2026-11-25 22:00:00 UTC to 2026-11-26 07:00:00 UTC, in quiet hours",
        "daily-etl / run-1: Failed at 2026-11-25 22:01:00 UTC "
        f"https://flows.example.com/runs/flow-run/{UUID(int=1)}",
    ]
    assert "run-3: recovered at" in lines[3]
    assert lines[11:] == ["… and 137 more"]


def test_all_of_a_group_have_one_key_that_its_recovery_has_too():
    over = replace(
        DIGEST, kind="recovery", total=3, counts={}, recovered=3, open_problems=0, first=LINES[:3]
    )

    assert compose(over).dedup_key == compose(DIGEST).dedup_key
    assert compose(over).title == "All recovered: 3 problems (flow daily-etl)"


def test_what_is_repeated_says_that_it_goes_on():
    again = replace(
        DIGEST, why="repeat", label="all news", open_problems=1, total=1, first=LINES[:1]
    )
    message = compose(again)

    assert message.title == "Still failing: 1 problem"
    assert message.body.startswith("Still failing: 1 problem\ndaily-etl / run-1: Failed at")
    assert "more" not in message.body
