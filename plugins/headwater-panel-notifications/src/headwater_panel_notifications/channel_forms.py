"""The forms by which channels are made and changed, from the settings of each kind.

Secrets go in and never come back: a field of one that is left empty keeps what there is.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response

from headwater.api import NotFoundError, add_notice, current_workspace, needs, now, reading, write
from headwater.api.forms import PREFIX, Field, Filled, Kind, make_fields, read_form
from headwater.api.notifications import (
    ChannelCreate,
    ChannelMade,
    ConflictError,
    InvalidRequestError,
    KindShown,
    create_channel,
    current_kinds,
    current_vault,
    get_channel,
    get_settings,
    update_channel,
)
from headwater.api.pages import see
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.channels import kind_of

NAME = "name"  # of the form's own field, which has no prefix
LAST = "allow_private_urls"  # every kind has it, and few people need it


@blueprint.get("/notifications/channels/new")
@needs("notifications:write")
def show_new_channel() -> Response:
    kind = _parse_kind()
    if kind is None:
        kinds = sorted(current_kinds().shown(), key=lambda one: one.title.lower())
        return make_response(
            render_template("headwater_panel_notifications/kinds.html", kinds=kinds)
        )
    return _page(kind, fields_of(kind), Filled({}, {}))


@blueprint.post("/notifications/channels/new")
@needs("notifications:write")
def post_new_channel() -> Response:
    kind = _parse_kind()
    if kind is None:
        return see(url_for(".show_new_channel"))
    fields, workspace, moment = fields_of(kind), current_workspace(), now()
    kinds, vault = current_kinds(), current_vault()
    filled = read_form(fields, request.form)
    try:
        body = {
            "type": kind.type,
            "name": request.form.get(NAME, ""),
            "settings": said_of(kind, filled),
        }
        new = ChannelCreate.model_validate(body)
    except ValidationError as error:
        filled = _add(filled, [(one["loc"], one["msg"]) for one in error.errors()])
    if filled.errors or filled.others:
        return _page(kind, fields, filled, status=422)
    try:
        made = write(
            lambda session: create_channel(session, workspace, new, vault, kinds, now=moment)
        )
    except (InvalidRequestError, ConflictError) as error:
        return _page(kind, fields, _blame(filled, error), status=422)
    return _answer(made, "is made. Send a test message to see that it works.")


@blueprint.get("/notifications/channel/<uuid:channel_id>/edit")
@needs("notifications:write")
def show_edit_channel(channel_id: UUID) -> Response:
    kind, fields, kept, name = _read(channel_id)
    return _page(kind, fields, Filled({}, {}), kept=kept, name=name, channel_id=channel_id)


@blueprint.post("/notifications/channel/<uuid:channel_id>/edit")
@needs("notifications:write")
def post_edit_channel(channel_id: UUID) -> Response:
    kind, fields, kept, name = _read(channel_id)
    workspace, moment = current_workspace(), now()
    kinds, vault = current_kinds(), current_vault()
    optional = [replace(one, required=False) if one.name in kept else one for one in fields]
    filled = read_form(optional, request.form)
    place: dict[str, Any] = {"kept": kept, "name": name, "channel_id": channel_id}
    if filled.errors:
        return _page(kind, fields, filled, status=422, **place)
    settings = said_of(kind, filled)
    try:
        made = write(
            lambda session: update_channel(
                session, workspace, str(channel_id), settings, vault, kinds, now=moment
            )
        )
    except InvalidRequestError as error:
        return _page(kind, fields, _blame(filled, error), status=422, **place)
    return _answer(made, "is changed.")


def fields_of(kind: KindShown) -> list[Field]:
    """Return the fields of a kind: those that are needed first."""
    fields = make_fields(kind.settings)
    return sorted(fields, key=lambda one: (not one.required, one.name == LAST))


def said_of(kind: KindShown, filled: Filled) -> dict[str, Any]:
    """Return what a form says beyond the defaults, which may be others one day."""
    properties = kind.settings["properties"]
    return {
        name: value
        for name, value in filled.value.items()
        if "default" not in properties[name] or value != properties[name]["default"]
    }


def _read(channel_id: UUID) -> tuple[KindShown, list[Field], set[str], str]:
    """Return a channel's kind, its fields as they are filled, those kept secret, and its name."""
    workspace = current_workspace()
    with reading() as session:
        channel = get_channel(session, workspace, str(channel_id), current_kinds())
        said, kept = get_settings(session, workspace, channel_id, current_vault())
    kind = kind_of(channel)
    properties = kind.settings["properties"]
    current = {
        name: field | ({"default": said[name]} if name in said else {})
        for name, field in properties.items()
    }
    fields = fields_of(replace(kind, settings={**kind.settings, "properties": current}))
    return kind, fields, {name for name in kept if name not in said}, channel.name


def _parse_kind() -> KindShown | None:
    wanted = request.args.get("type")
    if not wanted:
        return None
    found = [kind for kind in current_kinds().shown() if kind.type == wanted]
    if not found:
        raise NotFoundError(f"There is no kind of channel called {wanted!r}.")
    return found[0]


def _blame(filled: Filled, error: InvalidRequestError | ConflictError) -> Filled:
    if isinstance(error, ConflictError):
        return Filled(filled.value, {**filled.errors, NAME: str(error)})
    return _add(filled, [(one["loc"][1:], one["msg"]) for one in error.details])


def _add(filled: Filled, wrong: list[tuple[Any, str]]) -> Filled:
    """Add what is wrong at places such as `name` or `settings.url`."""
    errors, others = dict(filled.errors), list(filled.others)
    for place, message in wrong:
        text = message.removeprefix("Value error, ")
        if place[0] == "settings" and len(place) > 1:
            errors.setdefault(str(place[1]), text)
        elif place[0] == NAME:
            errors.setdefault(NAME, text)
        else:
            others.append(text)
    return Filled(filled.value, errors, tuple(others))


def _answer(made: ChannelMade, text: str) -> Response:
    warnings = "".join(f" {one}" for one in made.warnings)
    add_notice(f"The channel {made.name} {text}{warnings}", went_well=not made.warnings)
    return see(url_for(".show_channel", channel_id=made.id))


def _page(
    kind: KindShown,
    fields: list[Field],
    filled: Filled,
    *,
    status: int = 200,
    kept: set[str] | None = None,
    name: str | None = None,
    channel_id: UUID | None = None,
) -> Response:
    given = None
    if request.method == "POST":
        # What was typed comes back for all but secrets.
        given = {
            one.name: "" if one.kind is Kind.HIDDEN else request.form.get(PREFIX + one.name, "")
            for one in fields
        }
    page = render_template(
        "headwater_panel_notifications/channel_form.html",
        kind=kind,
        needed=[one for one in fields if one.required],
        more=[one for one in fields if not one.required],
        prefix=PREFIX,
        given=given,
        filled=filled,
        kept=kept or set(),
        name=name,
        channel_id=channel_id,
        typed=request.form.get(NAME, ""),
    )
    return make_response(page, status)
