"""The options of a policy that say what it tells of, over what and how; and a policy in words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.finding import (
    find_channel,
    find_deployment,
    parse_id,
    require,
    require_one,
)
from headwater.cli.showing import plain
from headwater.cli.timing import describe_timing, read_timing, show_length, timing
from headwater.cli.values import Seconds

USUAL_PATIENCE = 300.0  # seconds
# What is called to have it empty again, and the fields of it.
CLEARED: dict[str, dict[str, Any]] = {
    "states": {"state_names": []},
    "tags": {"tags": [], "match_all_tags": False},
    "flows": {"flow_ids": []},
    "deployments": {"deployment_ids": []},
    "work-pools": {"work_pool_ids": []},
    "fallbacks": {"fallback_channel_ids": []},
    "title": {"title_template": None},
    "message": {"message_template": None},
    "grouping": {"grouping": None},
    "quiet-hours": {"quiet_hours": None},
}


def wanting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options from which `read_policy` makes what the routes take."""
    command = timing(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_policy(api: Api, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a policy that are chosen, with the ids of what is named."""
    found: dict[str, Any] = {
        "name": chosen["title"],
        "state_names": chosen["states"],
        "tags": chosen["tags"],
        "match_all_tags": True if chosen["all_tags"] else None,
        "flow_ids": [_find_flow(api, name) for name in chosen["flows"]],
        "deployment_ids": [find_deployment(api, name)["id"] for name in chosen["deployments"]],
        "work_pool_ids": [_find_pool(api, name) for name in chosen["work_pools"]],
        "channel_ids": [find_channel(api, name)["id"] for name in chosen["channels"]],
        "fallback_channel_ids": [find_channel(api, name)["id"] for name in chosen["fallbacks"]],
        "fallback_after": chosen["fallback_after"],
        "recovery": chosen["recovery"],
        "templating": "jinja" if chosen["jinja"] else None,
        "title_template": chosen["title_template"],
        "message_template": chosen["message"],
        **read_timing(chosen),
    }
    return {name: value for name, value in found.items() if value not in (None, [], ())}


def find_policy(api: Api, name: str, route: str) -> Any:
    """Return the policy of an id or a name; end the command where there is none."""
    if (own_id := parse_id(name)) is not None:
        return require(api.find(route + "/{}", own_id), "policy", name)
    found = [one for one in api.list_all(f"{route}/filter") if one["name"] == name]
    return require_one(found, "policies", "policy", name)


class Names:
    """The names of what policies name by id, looked up once."""

    def __init__(self, api: Api, policies: Iterable[Any]) -> None:
        policies = list(policies)
        channels = api.post("/headwater/channels/filter", {})
        self._names = {one["id"]: one["name"] for one in channels}
        for field, kind in (
            ("flow_ids", "flows"),
            ("deployment_ids", "deployments"),
            ("work_pool_ids", "work_pools"),
        ):
            ids = sorted({id_ for policy in policies for id_ in policy[field]})
            if ids:
                wanted = {kind: {"id": {"any_": ids}}}
                self._names |= {
                    one["id"]: one["name"] for one in api.list_all(f"/{kind}/filter", wanted)
                }

    def join(self, ids: Iterable[str], word: str) -> str:
        return f" {word} ".join(self._names.get(id_, id_) for id_ in ids)


def describe(policy: Mapping[str, Any], names: Names) -> str:
    """Return what a policy tells of and over what, without its name."""
    of = [
        f" of the {noun} {names.join(policy[field], 'or')}"
        for field, noun in (
            ("flow_ids", "flow"),
            ("deployment_ids", "deployment"),
            ("work_pool_ids", "work pool"),
        )
        if policy[field]
    ]
    tags = policy["tags"]
    if policy["match_all_tags"] and len(tags) > 1:
        of.append(f" with the tags {' and '.join(tags)}")
    elif tags:
        of.append(f" with the tag {' or '.join(tags)}")
    states = " or ".join(policy["state_names"]) or "any state"
    over = names.join(policy["channel_ids"], "and")
    if policy["fallback_channel_ids"]:
        over += f", else {names.join(policy['fallback_channel_ids'], 'then')}"
        if policy["fallback_after"] != USUAL_PATIENCE:
            over += f" after {show_length(policy['fallback_after'])}"
    return plain(f"runs{''.join(of)} that enter {states}, over {over}{describe_timing(policy)}")


def _find_flow(api: Api, name: str) -> str:
    path = "/flows/{}" if parse_id(name) else "/flows/name/{}"
    flow = require(api.find(path, name), "flow", name)
    return str(flow["id"])


def _find_pool(api: Api, name: str) -> str:
    return str(require(api.find("/work_pools/{}", name), "work pool", name)["id"])


def _several(option: str, name: str, text: str) -> Callable[..., Any]:
    return click.option(option, name, multiple=True, help=text)


_OPTIONS = (
    click.option("--name", "title", help="What people call it."),
    _several("--channel", "channels", "A channel that is told, by its name or id."),
    _several("--fallback", "fallbacks", "A channel that is told where one gives up, in order."),
    click.option(
        "--fallback-after",
        type=Seconds(),
        help="How long news wait for a channel that rests; 5m by default.",
    ),
    _several("--state", "states", "A state's name; without one, any state."),
    _several("--tag", "tags", "A run's tag; without one, any run."),
    click.option("--all-tags", is_flag=True, help="A run must have all the tags, not any."),
    _several("--flow", "flows", "Only runs of this flow, by its name or id."),
    _several("--deployment", "deployments", "Only runs of this deployment, FLOW/NAME or id."),
    _several("--work-pool", "work_pools", "Only runs of this work pool."),
    click.option("--message", help="What to say, with {placeholders}; else a sentence of ours."),
    click.option("--title", "title_template", help="The message's title, likewise."),
    click.option("--jinja", is_flag=True, help="Title and message are Jinja templates."),
    click.option(
        "--recovery/--no-recovery", default=None, help="Say when what failed works again, or not."
    ),
)
