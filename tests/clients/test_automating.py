"""An automation made with either client acts on the client's event."""

from collections.abc import Callable
from typing import Any


def test_a_clients_event_makes_the_run_that_its_automation_asks_for(
    run: Callable[..., Any], major: str
) -> None:
    # The older client has no automations unless that is set; the other passes it over.
    seen = run(major, "automating.py", PREFECT_EXPERIMENTAL_EVENTS="true").seen

    assert seen == {
        "parameters": {"rows": 5},
        "made_by": ["AUTOMATION", f"automated-{major[0]}"],
        "is_the_automation": True,
    }
