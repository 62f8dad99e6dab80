"""An automation made with either client acts on the client's event."""

from collections.abc import Callable
from typing import Any

from tests.clients.commands import EVENTS


def test_a_clients_event_makes_the_run_that_its_automation_asks_for(
    run: Callable[..., Any], major: str
) -> None:
    seen = run(major, "automating.py", **EVENTS).seen

    assert seen == {
        "parameters": {"rows": 5},
        "made_by": ["AUTOMATION", f"automated-{major[0]}"],
        "is_the_automation": True,
    }
