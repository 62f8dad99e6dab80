"""The form by which policies are made and changed, with the sentence that they come to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response

from headwater.api import NotFoundError, add_notice, current_workspace, needs, now, reading, write
from headwater.api.forms import Wrong, say_fault
from headwater.api.notifications import (
    PLACEHOLDERS,
    GroupBy,
    InvalidRequestError,
    OwnPolicyCreate,
    OwnPolicyUpdate,
    Preview,
    PreviewWanted,
    Templating,
    Weekday,
    create_policy,
    current_kinds,
    current_public_url,
    current_vault,
    find_names,
    get_policy,
    list_choices,
    preview,
    update_policy,
)
from headwater.api.pages import Part, see
from headwater.api.runs import RunsWanted, StateType, flow_runs_wanted, list_newest_flow_runs
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.policies import Names, ids_of, values_of
from headwater_panel_notifications.sentences import say
from headwater_panel_notifications.shown import read_channels
from headwater_panel_notifications.timing import Timing, explain, locate

# What people are told of most. Any other name can be written beside them.
STATES = (
    "Failed",
    "Crashed",
    "TimedOut",
    "Cancelled",
    "Late",
    "AwaitingRetry",
    "Paused",
    "Completed",
)
RUNS = 20  # to choose from
MINUTE = 60.0  # seconds
GONE_WRONG = (StateType.FAILED, StateType.CRASHED)
OFFERED = 300  # flows, deployments and pools each
UNTIMED = {"grouping": None, "quiet_hours": None}
CHOICES = {"flow": "flow_ids", "deployment": "deployment_ids", "work pool": "work_pool_ids"}


@dataclass(frozen=True)
class Given:
    """What the form holds. *others* are state names that have no box of their own."""

    name: str = ""
    states: Sequence[str] = ("Failed", "Crashed")
    others: str = ""
    tags: str = ""
    match_all_tags: bool = False
    chosen: dict[str, list[UUID]] = field(default_factory=dict)  # by the kinds of CHOICES
    channel_ids: Sequence[UUID] = ()
    fallback_channel_ids: Sequence[UUID] = ()
    fallback_minutes: str = "5"
    recovery: bool = True
    templating: str = Templating.PLAIN
    title_template: str = ""
    message_template: str = ""
    timing: Timing = field(default_factory=Timing)

    def body(self) -> dict[str, Any]:
        """Return the policy as its schema takes it."""
        return {
            "name": self.name,
            "state_names": [*self.states, *_split(self.others)],
            "tags": _split(self.tags),
            "match_all_tags": self.match_all_tags,
            **{name: self.chosen.get(kind, []) for kind, name in CHOICES.items()},
            "channel_ids": list(self.channel_ids),
            "fallback_channel_ids": list(self.fallback_channel_ids),
            "fallback_after": _seconds(self.fallback_minutes),
            "recovery": self.recovery,
            "templating": self.templating,
            "title_template": self.title_template or None,
            "message_template": self.message_template or None,
            **self.timing.body(),
        }


@blueprint.get("/notifications/policies/new")
@needs("notifications:write")
def show_new_policy() -> Response:
    channels = list(read_channels())
    return _page(Given(channel_ids=channels if len(channels) == 1 else ()))


@blueprint.post("/notifications/policies/new")
@needs("notifications:write")
def post_new_policy() -> Response:
    given = _parse_form()
    made = _check(given)
    if "preview" in request.form or isinstance(made, Wrong):
        return _page(given, made if isinstance(made, Wrong) else Wrong())
    workspace, moment, kinds = current_workspace(), now(), current_kinds()
    try:
        write(lambda session: create_policy(session, workspace, made, kinds, now=moment))
    except InvalidRequestError as error:
        return _page(given, Wrong.of(error))
    add_notice("The policy is made.")
    return see(url_for(".show_policies"))


@blueprint.get("/notifications/policy/<uuid:policy_id>")
@needs("notifications:write")
def show_policy(policy_id: UUID) -> Response:
    with reading() as session:
        policy = get_policy(session, current_workspace(), policy_id)
    states = values_of(policy.state_names)
    given = Given(
        name=policy.name,
        states=[one for one in states if one in STATES],
        others=", ".join(one for one in states if one not in STATES),
        tags=", ".join(values_of(policy.tags)),
        match_all_tags=policy.match_all_tags,
        chosen={kind: ids_of(policy, name) for kind, name in CHOICES.items()},
        channel_ids=ids_of(policy, "channel_ids"),
        fallback_channel_ids=ids_of(policy, "fallback_channel_ids"),
        fallback_minutes=f"{policy.fallback_after / MINUTE:g}",
        recovery=policy.recovery,
        templating=policy.templating,
        title_template=policy.title_template or "",
        message_template=policy.message_template or "",
        timing=Timing.of(policy),
    )
    return _page(given, policy_id=policy_id)


@blueprint.post("/notifications/policy/<uuid:policy_id>")
@needs("notifications:write")
def post_policy(policy_id: UUID) -> Response:
    given = _parse_form()
    made = _check(given)
    if "preview" in request.form or isinstance(made, Wrong):
        wrong = made if isinstance(made, Wrong) else Wrong()
        return _page(given, wrong, policy_id=policy_id)
    workspace, moment, kinds = current_workspace(), now(), current_kinds()
    change = OwnPolicyUpdate.model_validate(given.body())
    try:
        write(
            lambda session: update_policy(session, workspace, policy_id, change, kinds, now=moment)
        )
    except InvalidRequestError as error:
        return _page(given, Wrong.of(error), policy_id=policy_id)
    add_notice("The policy is changed.")
    return see(url_for(".show_policies"))


def _parse_form() -> Given:
    form = request.form
    fallbacks = [one for one in _ids("fallback") if one]
    return Given(
        name=form.get("name", "").strip(),
        states=[one for one in STATES if one in form.getlist("state")],
        others=form.get("others", ""),
        tags=form.get("tags", ""),
        match_all_tags=form.get("match") == "all",
        chosen={kind: _ids(name) for kind, name in CHOICES.items()},
        channel_ids=_ids("channel"),
        fallback_channel_ids=fallbacks,
        fallback_minutes=form.get("fallback_minutes", "").strip() or Given.fallback_minutes,
        recovery="recovery" in form,
        templating=form.get("templating", Templating.PLAIN),
        title_template=form.get("title_template", "").strip(),
        message_template=form.get("message_template", "").replace("\r\n", "\n").strip(),
        timing=Timing.read(form),
    )


def _ids(name: str) -> list[UUID]:
    """Return the ids that a field holds; what is none comes of no form of ours."""
    found = []
    for one in request.form.getlist(name):
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _seconds(minutes: str) -> float | str:
    """Return what a field in minutes says; what is no number is for the policy's schema to say."""
    try:
        return float(minutes) * MINUTE
    except ValueError:
        return minutes


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _check(given: Given) -> OwnPolicyCreate | Wrong:
    """Return the policy, or what is wrong with it."""
    fields = given.timing.find_faults(recovery=given.recovery)
    others = [] if given.channel_ids else ["Choose a channel: somebody has to be told."]
    try:
        made = OwnPolicyCreate.model_validate(given.body() | (UNTIMED if fields else {}))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            place = locate(one["loc"])
            if place is not None:
                fields.setdefault(place, explain(one))
            elif given.channel_ids or one["loc"] != ("channel_ids",):
                others.append(say_fault(one["msg"], one["loc"]))
        return Wrong(fields, others)
    return Wrong(fields, others) if fields else made


def _sentence(given: Given) -> list[Part]:
    draft = OwnPolicyCreate.model_construct(**given.body())
    channels, workspace = read_channels(), current_workspace()
    with reading() as session:
        return say(Names(session, workspace, [draft]).words(draft, channels))


def _preview(given: Given, run: UUID | None, *, rendered: bool) -> Preview | None:
    """Return what the policy would say of a run; None while there is no run, or no sense in it."""
    if run is None:
        return None
    kinds, url = current_kinds(), current_public_url()
    vault = current_vault() if rendered else None
    try:
        wanted = PreviewWanted.model_validate(
            {"policy": given.body() | UNTIMED, "flow_run_id": run}
        )
        with reading() as session:
            return preview(session, current_workspace(), wanted, kinds, url, vault=vault)
    except (ValidationError, NotFoundError):
        return None


def list_runs() -> list[Any]:
    """Return the latest runs, those that went wrong first: people are told of them most."""
    workspace = current_workspace()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = flow_runs_wanted(workspace, RunsWanted(), dialect)
        bad = list_newest_flow_runs(session, condition, RUNS // 2, GONE_WRONG)
        rest = list_newest_flow_runs(session, condition, RUNS)
    known = {row.id for row in bad}
    return [*bad, *(row for row in rest if row.id not in known)]


def _page(given: Given, wrong: Wrong | None = None, *, policy_id: UUID | None = None) -> Response:
    workspace = current_workspace()
    with reading() as session:
        options = {
            kind: {one.id: one.name for one in list_choices(session, workspace, kind, OFFERED)}
            | find_names(session, workspace, kind, given.chosen.get(kind, []))
            for kind in CHOICES
        }
    runs = list_runs()
    run = next(iter(_ids("run")), runs[0].id if runs else None)
    over = next(iter(_ids("over")), None)
    page = render_template(
        "headwater_panel_notifications/policy_form.html",
        given=given,
        wrong=wrong or Wrong(),
        parts=_sentence(given),
        runs=runs,
        run=run,
        shown=_preview(given, run, rendered=over is not None),
        over=over,
        policy_id=policy_id,
        channels=list(read_channels().values()),
        states=STATES,
        options=options,
        fields=CHOICES,
        fallbacks=[*given.fallback_channel_ids, None, None],
        placeholders=PLACEHOLDERS,
        groups=[(one, one.replace("_", " ")) for one in GroupBy],
        days=list(Weekday),
    )
    return make_response(page, 422 if wrong and "preview" not in request.form else 200)
