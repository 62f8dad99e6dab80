"""Which automations would start themselves again and again."""

from collections.abc import Sequence
from typing import Any

from headwater.automations.schemas.actions import RunDeployment
from headwater.automations.schemas.triggers import EventTrigger

ANY_RUN = "prefect.flow-run.*"
# What each run goes through: that of the run which is started, too.
_OF_EVERY_RUN = {
    "prefect.flow-run.Scheduled",
    "prefect.flow-run.Pending",
    "prefect.flow-run.Running",
    ANY_RUN,
}


def find_loop(enabled: bool, trigger: Any, actions: Sequence[Any]) -> str | None:
    """Return why an automation would never end, None if that cannot be told."""
    if not enabled or not isinstance(trigger, EventTrigger) or trigger.posture != "Reactive":
        return None
    if not _OF_EVERY_RUN & set(trigger.expect):
        return None
    narrow = _narrows(trigger.match) or any(
        _narrows(one)
        for one in (
            trigger.match_related
            if isinstance(trigger.match_related, list)
            else [trigger.match_related]
        )
    )
    for action in actions:
        if not isinstance(action, RunDeployment):
            continue
        if action.source == "inferred":
            return (
                "Running an inferred deployment from a flow run state change event will lead to "
                "an infinite loop of flow runs. Please choose a specific deployment."
            )
        if not narrow:
            return (
                "Running a selected deployment from a flow run state change event may lead to an "
                "infinite loop of flow runs. Please add a filter of the resources to the trigger."
            )
    return None


def _narrows(labels: dict[str, Any]) -> bool:
    """Say if labels leave out any run."""
    runs = (ANY_RUN, [ANY_RUN])
    return any(
        values not in ([], "") and not (name == "prefect.resource.id" and values in runs)
        for name, values in labels.items()
    )
