"""An automation as a sentence: what it waits for, and what it does then."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE
from headwater.api.pages import Part, join_clauses, join_names, say_length
from headwater_panel_automations.names import TARGETS, Names

RUN, ANY_RUN = "prefect.flow-run.", "prefect.flow-run.*"
# By how ids and events of what has a status begin: what it is.
THINGS = {
    "prefect.work-pool.": "work pool",
    "prefect.work-queue.": "work queue",
    "prefect.deployment.": "deployment",
}
OPERATORS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
STATUSES = ("not-ready", "ready", "paused")


def say(body: Mapping[str, Any], names: Names) -> list[Part]:
    """Return the sentence: *When a run of any flow enters Failed, tell ops.*"""
    actions = [say_action(action, names) for action in body.get("actions") or ()]
    further = [say_action(action, names) for action in body.get("actions_on_trigger") or ()]
    parts = [("When ", False), *say_trigger(body["trigger"], names), (", ", False)]
    parts += (
        join_clauses([*actions, *further], " and ")
        if actions or further
        else [("do nothing", True)]
    )
    return [*parts, *_say_end(body, names), (".", False)]


def measures(trigger: Mapping[str, Any]) -> bool:
    """Say if a trigger waits for a metric, or one within it does."""
    return trigger["type"] == "metric" or any(map(measures, trigger.get("triggers", ())))


def say_trigger(trigger: Mapping[str, Any], names: Names) -> list[Part]:
    """Return what is waited for, as a clause: *a run of any flow enters Failed*."""
    if trigger["type"] == "event":
        return _say_event_trigger(trigger, names)
    if trigger["type"] == "metric":
        return _say_metric(trigger, names)
    clauses = [say_trigger(one, names) for one in trigger["triggers"]]
    if not clauses:
        return [("nothing", True), (" happens", False)]
    within = trigger["within"]
    limit: list[Part] = []
    if within is not None:
        limit = [(" within ", False), (say_length(max(within, 0.0)), True)]
    if trigger["type"] == "sequence":
        first = [("these come in order", False), *limit, (": ", False)]
        return [*first, *join_clauses(clauses, ", then ", ", then ")]
    require = trigger["require"]
    if len(clauses) == 1:
        return clauses[0]
    many = {"any": "one", "all": "all"}.get(str(require), str(require))
    first = [(many, True), (" of these happen", False), *limit, (": ", False)]
    return [*first, *join_clauses(clauses, " and " if require == "all" else " or ")]


def say_action(action: Mapping[str, Any], names: Names) -> list[Part]:
    """Return what is done, as a clause: *run the deployment etl/nightly*."""
    kind = str(action.get("type", "do-nothing"))
    match kind:
        case "do-nothing":
            return [("do nothing", True)]
        case "declare-incident":
            severity = action.get("severity")
            return [(f"declare a {severity} incident" if severity else "declare an incident", True)]
        case "send-notification":
            return [("tell ", False), (names.of("channel", action["block_document_id"]), True)]
        case "call-webhook":
            webhook = names.of("webhook", action["block_document_id"])
            return [("call the webhook ", False), (webhook, True)]
        case "change-flow-run-state":
            return [("set the run to ", False), (_state_of(action), True)]
    verb, _, thing = kind.partition("-")
    if thing == "flow-run":
        return [(verb, True), (" the run", False)]
    thing = thing.replace("-", " ")
    deed: list[Part] = [(verb, verb != "run"), (f" the {thing}", False)]
    field = next((name for name, one in TARGETS.items() if one == thing), None)
    if field is None:
        return [(kind, True)]
    if action.get("source") == "inferred":
        return [*deed, (" that it is about", False)]
    return [*deed, (" ", False), (names.of(thing, action.get(field)), True)]


def _say_end(body: Mapping[str, Any], names: Names) -> list[Part]:
    """Return what is done once it is over: a metric alone ends, and no other trigger does."""
    actions = [say_action(action, names) for action in body.get("actions_on_resolve") or ()]
    if body["trigger"]["type"] != "metric" or not actions:
        return []
    return [("; once it no longer is, ", False), *join_clauses(actions, " and ")]


def _state_of(action: Mapping[str, Any]) -> str:
    return str(action.get("name") or str(action["state"]).capitalize())


def _say_event_trigger(trigger: Mapping[str, Any], names: Names) -> list[Part]:
    waits = trigger["posture"] == "Proactive"
    named = trigger["after"] if waits and trigger["after"] else trigger["expect"]
    who = _say_who(trigger, named, names)
    if who is None:
        return _say_events(trigger, names)
    begin = next((one for one in (RUN, *THINGS) if named[0].startswith(one)), "")
    words = [_state_word(one.removeprefix(begin)) for one in named]
    verb = " enters " if begin == RUN else " becomes "
    parts = [*who, (verb, False), *join_names(words, "or")]
    if waits and trigger["after"]:
        return [*parts, *_say_stay(trigger, begin, verb)]
    if waits:
        parts = [("for ", False), (say_length(trigger["within"]), True), (" not once ", False)]
        return [*parts, *who, (verb, False), *join_names(words, "or")]
    return [*parts, *_say_count(trigger)]


def _say_stay(trigger: Mapping[str, Any], begin: str, verb: str) -> list[Part]:
    """Return what has to stay away once a state is entered: any other state, or those named."""
    length: Part = (say_length(trigger["within"]), True)
    named, ends = set(trigger["after"]), set(trigger["expect"])
    others = {f"{begin}{one}" for one in STATUSES} - named
    if ends == {f"{begin}*"} or (begin != RUN and ends == others):
        return [(" and stays so for ", False), length]
    words = [_state_word(one.removeprefix(begin)) for one in trigger["expect"]] or ["anything"]
    not_so = f" and does not {verb.strip().removesuffix('s')} "
    return [(not_so, False), *join_names(words, "or"), (" within ", False), length]


def _say_who(trigger: Mapping[str, Any], named: Sequence[str], names: Names) -> list[Part] | None:
    """Return whose state is waited for, None where it is not the state of one kind of thing."""
    match = dict(trigger["match"])
    ids = values_of(match.pop(RESOURCE_ID, []))
    if match or not named:
        return None
    if all(one.startswith(RUN) for one in named) and set(ids) <= {ANY_RUN}:
        return _say_runs(trigger["match_related"], names)
    for begin, thing in THINGS.items():
        if not all(one.startswith(begin) for one in named):
            continue
        if trigger["match_related"] or not all(one.startswith(begin) for one in ids):
            return None
        if set(ids) <= {f"{begin}*"}:
            return [("any ", False), (thing, True)]
        return [(f"the {thing} ", False), *join_names([_resource(one, names) for one in ids], "or")]
    return None


def _say_runs(match_related: Any, names: Names) -> list[Part] | None:
    specs = match_related if isinstance(match_related, list) else [match_related]
    by_role: dict[str, list[str]] = {}
    for spec in specs:
        labels = dict(spec)
        role, ids = values_of(labels.pop(RESOURCE_ROLE, [])), values_of(labels.pop(RESOURCE_ID, []))
        if labels or (spec and (len(role) != 1 or not ids or role[0] in by_role)):
            return None
        if spec:
            by_role[role[0]] = ids
    if not set(by_role) <= {"flow", "deployment", "tag", "work-pool"}:
        return None
    parts: list[Part] = [("a run of ", False)]

    def said(role: str) -> list[Part]:
        return join_names([_resource(one, names) for one in by_role[role]], "or")

    parts += said("flow") if "flow" in by_role else [("any flow", True)]
    if "deployment" in by_role:
        parts += [(" from the deployment ", False), *said("deployment")]
    if "work-pool" in by_role:
        parts += [(" in the work pool ", False), *said("work-pool")]
    if "tag" in by_role:
        parts += [(" with the tag ", False), *said("tag")]
    return parts


def _say_metric(trigger: Mapping[str, Any], names: Names) -> list[Part]:
    """Return a comparison: *the average duration of runs of any flow over 1 hour is above ...*"""
    metric = trigger["metric"]
    share = metric["name"] == "successes"
    threshold = metric["threshold"]
    asked = f"{threshold:.6g} seconds"
    if share:
        asked = f"{threshold:.6%}".rstrip("%").rstrip("0").rstrip(".") + "%"
    elif threshold > 0:
        asked = say_length(threshold)
    return [
        ("the ", False),
        ("share of successes" if share else f"average {metric['name']}", True),
        (" of ", False),
        *_say_measured(trigger, names),
        (" over ", False),
        (say_length(metric["range"]), True),
        (" is ", False),
        (f"{OPERATORS[metric['operator']]} {asked}", True),
        (" for ", False),
        (say_length(metric["firing_for"]), True),
    ]


def _say_measured(trigger: Mapping[str, Any], names: Names) -> list[Part]:
    who = _say_who(trigger, [RUN], names)
    if who is not None:
        return [("runs of ", False), *who[1:]]
    parts: list[Part] = [("runs", False), *_say_labels(trigger["match"], " of ", names)]
    specs = trigger["match_related"]
    for spec in specs if isinstance(specs, list) else [specs]:
        parts += _say_labels(spec, " related to ", names)
    return parts


def _say_events(trigger: Mapping[str, Any], names: Names) -> list[Part]:
    """Return the clause of a trigger that is not about states: its events by their names."""
    events = join_names(trigger["expect"], "or") if trigger["expect"] else [("any event", True)]
    about = _say_labels(trigger["match"], " of ", names)
    specs = trigger["match_related"]
    for spec in specs if isinstance(specs, list) else [specs]:
        about += _say_labels(spec, " related to ", names)
    if trigger["posture"] == "Reactive":
        parts: list[Part] = [*events, *about, (" happens", False)]
        if trigger["after"]:
            parts += [(" after ", False), *join_names(trigger["after"], "or")]
        return [*parts, *_say_count(trigger)]
    fewer = trigger["threshold"]
    begin: list[Part] = [("no ", False)]
    if fewer > 1:
        begin = [("fewer than ", False), (str(fewer), True), (" ", False)]
    parts = [*begin, *events, *about, (" comes within ", False)]
    parts.append((say_length(trigger["within"]), True))
    if trigger["after"]:
        parts += [(" of ", False), *join_names(trigger["after"], "or")]
    return parts


def _say_labels(labels: Mapping[str, Any], word: str, names: Names) -> list[Part]:
    parts: list[Part] = []
    for name, values in sorted(labels.items()):
        told = [_resource(one, names) for one in values_of(values)] or ["nothing"]
        if name == RESOURCE_ID:
            parts += [(word, False), *join_names(told, "or")]
        else:
            short = name.removeprefix("prefect.resource.")
            parts += [(f"{word}what has the {short} ", False), *join_names(told, "or")]
    return parts


def _say_count(trigger: Mapping[str, Any]) -> list[Part]:
    count, within = trigger["threshold"], trigger["within"]
    if count <= 1:
        return []
    parts: list[Part] = [(", ", False), (f"{count} times", True)]
    return [*parts, (" within ", False), (say_length(within), True)] if within else parts


def _resource(pattern: str, names: Names) -> str:
    return names.of_resource(pattern) or pattern.removeprefix("prefect.tag.")


def _state_word(state: str) -> str:
    return "any state" if state == "*" else state.replace("-", " ")


def values_of(patterns: Any) -> list[str]:
    return [patterns] if isinstance(patterns, str) else list(patterns)
