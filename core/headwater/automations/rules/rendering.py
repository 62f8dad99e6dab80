"""Fills the templates of an action."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headwater.automations.schemas.actions import (
    Action,
    CallWebhook,
    DeclareIncident,
    RunDeployment,
    SendNotification,
)
from headwater.deployments.rules.hydration import FindVariable, HydrationError, Means, hydrate
from headwater.errors import ActionError
from headwater.sandbox import Filters, RenderError, evaluate, names_in, render_leniently
from headwater.texts import show


@dataclass(frozen=True)
class Ready:
    """What an action says once its templates are filled."""

    texts: Mapping[str, str]
    parameters: dict[str, Any]


def names_of(action: Action) -> set[str]:
    """Return the names that the templates of an action look up."""
    return set().union(*(names_in(text) for text in _templates_of(action)))


def _templates_of(action: Action) -> Iterator[str]:
    yield from texts_of(action).values()
    if isinstance(action, RunDeployment):
        yield from _texts_in(action.parameters)


def texts_of(action: Action) -> dict[str, str]:
    if isinstance(action, CallWebhook):
        return {"payload": action.payload}
    if isinstance(action, SendNotification):
        return {"subject": action.subject, "body": action.body}
    if isinstance(action, DeclareIncident):
        return {"title": action.title, "description": action.description}
    return {}


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(one)


def fill(
    action: Action, context: Mapping[str, Any], filters: Filters, find_variable: FindVariable
) -> Ready:
    """Raise ActionError for what makes nothing."""

    def write(template: str) -> str:
        try:
            return render_leniently(template, context, filters)
        except RenderError as error:
            raise _explain(error, template) from None

    def make(template: str) -> Any:
        try:
            return evaluate(template, context, filters)
        except RenderError as error:
            raise _explain(error, template) from None

    parameters: dict[str, Any] = {}
    if isinstance(action, RunDeployment) and action.parameters:
        try:
            parameters = hydrate(action.parameters, Means(find_variable, write, make))
        except HydrationError as error:
            raise ActionError(f"Unable to create flow run from deployment: {error}") from None
        except RecursionError:
            raise ActionError(
                "Unable to create flow run from deployment: its parameters are too deep"
            ) from None
    return Ready({name: show(write(text)) for name, text in texts_of(action).items()}, parameters)


def _explain(error: RenderError, template: str) -> ActionError:
    cause = error.cause
    return ActionError(
        f"Template rendering failed: {cause!r}",
        template_error=f"Failed to render template due to the following error: {cause!r}",
        template_source=template,
    )
