"""Templates of messages: names in braces, as the 2.20 clients write them, or Jinja."""

from enum import StrEnum
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from headwater.sandbox import LONGEST, find_fault
from headwater.texts import ChosenString


class Templating(StrEnum):
    """What the templates of a policy are."""

    PLAIN = "plain"
    JINJA = "jinja"


# prefect 2.20's FLOW_RUN_NOTIFICATION_TEMPLATE_KWARGS.
PLACEHOLDERS = (
    "flow_run_notification_policy_id",
    "flow_id",
    "flow_name",
    "flow_run_url",
    "flow_run_id",
    "flow_run_name",
    "flow_run_parameters",
    "flow_run_state_type",
    "flow_run_state_name",
    "flow_run_state_timestamp",
    "flow_run_state_message",
)


def check_template(template: str) -> str:
    """Return *template*, or raise ValueError naming what is no placeholder.

    Only the bare names: `{flow_name:>999999999}` would fill the memory, `{flow_name.x}` reach
    into objects.
    """
    for _, name, specification, conversion in Formatter().parse(template):
        if name is None:
            continue
        if name not in PLACEHOLDERS:
            known = ", ".join(PLACEHOLDERS)
            raise ValueError(f"Invalid template variable provided: '{name}'; valid are {known}")
        if specification or conversion:
            raise ValueError(f"Invalid template variable provided: '{name}' takes no format")
    return template


def check(template: str | None, templating: Templating) -> None:
    """Raise ValueError saying what is wrong with a template."""
    if template is None:
        return
    if templating is Templating.PLAIN:
        check_template(template)
        return
    if len(template) > LONGEST:
        raise ValueError(f"a template has {LONGEST} characters at most")
    if (fault := find_fault(template)) is not None:
        place = "" if fault.line is None else f" (line {fault.line})"
        raise ValueError(f"{fault.message}{place}")


Template = Annotated[ChosenString, AfterValidator(check_template)]
