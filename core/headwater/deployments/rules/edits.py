"""Which of a deployment's schedules a change is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from headwater.deployments.schemas.schedules import DeploymentScheduleUpdate

NO_SLUG = (
    "Please provide a slug for each schedule in your request to ensure schedules are updated "
    "correctly."
)
NO_SCHEDULE = "Unable to create new deployment schedules without a schedule configuration."


@dataclass(frozen=True)
class Edits:
    """Which schedules to make and which to change, or all that there are to be."""

    new: Sequence[DeploymentScheduleUpdate] = ()
    changed: Mapping[UUID, DeploymentScheduleUpdate] | None = None
    replaces_all: bool = False


def sort_edits(sent: Sequence[DeploymentScheduleUpdate], slugs: Mapping[UUID, str | None]) -> Edits:
    """Return what becomes of a deployment's schedules, of which *slugs* has those that there are.

    Where all have slugs the change is to each by its own, and what is not named stays. Raise
    ValueError for what is not clear, LookupError for a schedule that is not there.
    """
    if not slugs or None in slugs.values():
        return Edits([each for each in sent if each.schedule is not None], replaces_all=True)
    if any(each.slug is None for each in sent):
        raise ValueError(NO_SLUG)
    by_slug = {slug: schedule_id for schedule_id, slug in slugs.items() if slug is not None}
    _check_renames(sent, by_slug)
    new: list[DeploymentScheduleUpdate] = []
    changed: dict[UUID, DeploymentScheduleUpdate] = {}
    for each in sent:
        schedule_id = by_slug.get(each.replaces or "") or by_slug.get(each.slug or "")
        if schedule_id is not None:
            if schedule_id in changed:
                raise ValueError(f"Several schedules of the request are for '{each.slug}'")
            changed[schedule_id] = each
        elif each.schedule is None and each.replaces:
            raise LookupError(f"The schedule '{each.replaces}' no longer exists.")
        elif each.schedule is None:
            raise ValueError(NO_SCHEDULE)
        else:
            new.append(each)
    return Edits(new, changed)


def _check_renames(sent: Sequence[DeploymentScheduleUpdate], by_slug: Collection[str]) -> None:
    replaced = [each.replaces for each in sent if each.replaces is not None]
    for slug in replaced:
        if replaced.count(slug) > 1:
            raise ValueError(f"Multiple schedules have 'replaces' targeting the same slug: {slug}")
    named = [each.slug for each in sent]
    for each in sent:
        if named.count(each.slug) > 1:
            raise ValueError(f"Multiple schedules have the same slug: {each.slug}")
        renames = each.replaces in by_slug and each.replaces != each.slug
        if renames and each.slug in by_slug and each.slug not in replaced:
            raise ValueError(
                f"Cannot rename schedule from '{each.replaces}' to '{each.slug}': a schedule with "
                "that slug exists."
            )
