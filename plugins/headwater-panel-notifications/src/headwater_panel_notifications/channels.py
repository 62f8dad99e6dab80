"""The channels: which there are, whether what goes over one arrives, a test message, an end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response

from headwater.api import add_notice, current_workspace, needs, now, reading, write
from headwater.api.notifications import (
    ChannelOff,
    ChannelShown,
    DeliveriesWanted,
    DeliveryFilter,
    Ids,
    KindShown,
    TestShown,
    current_kinds,
    current_vault,
    delete_channel,
    disable_channel,
    enable_channel,
    get_channel,
    get_channel_in_full,
    get_settings,
    list_channels_in_full,
    list_deliveries,
    try_out,
)
from headwater.api.pages import see
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.shown import show

LATEST = 20


@dataclass(frozen=True)
class Setting:
    """A setting as a page shows it; *value* is None for a secret, which is kept and not shown."""

    title: str
    value: str | None


@blueprint.get("/notifications/channels")
def show_channels() -> str:
    known = current_kinds()
    with reading() as session:
        channels = list_channels_in_full(session, current_workspace(), known)
    kinds = {kind.type: kind for kind in known.shown()}
    return render_template(
        "headwater_panel_notifications/channels.html", channels=channels, kinds=kinds
    )


@blueprint.get("/notifications/channel/<uuid:channel_id>")
@needs("notifications:write")  # its settings are for those who may change them
def show_channel(channel_id: UUID) -> str:
    workspace = current_workspace()
    asked = DeliveriesWanted(
        deliveries=DeliveryFilter(channel_id=Ids(any_=[channel_id])), limit=LATEST
    )
    with reading() as session:
        channel = get_channel_in_full(session, workspace, str(channel_id), current_kinds())
        said, kept = get_settings(session, workspace, channel_id, current_vault())
        found = list_deliveries(session, workspace, asked)
    kind = kind_of(channel)
    by_id = {channel.id: channel}
    return render_template(
        "headwater_panel_notifications/channel.html",
        channel=channel,
        kind=kind,
        settings=list_settings(kind.settings, said, kept),
        rows=[show(one, by_id) for one in found],
    )


@blueprint.post("/notifications/channel/<uuid:channel_id>/test")
@needs("notifications:write")
def post_test(channel_id: UUID) -> Response:
    text, went_well = say_test(try_out(str(channel_id)))
    add_notice(text, went_well=went_well)
    return see(url_for(".show_channel", channel_id=channel_id))


@blueprint.post("/notifications/channel/<uuid:channel_id>/enable")
@needs("notifications:write")
def post_enable(channel_id: UUID) -> Response:
    workspace, moment, kinds = current_workspace(), now(), current_kinds()
    reference = str(channel_id)
    done = write(lambda session: enable_channel(session, workspace, reference, kinds, now=moment))
    missed = done.missed
    text = "It is on." if not missed else f"It is on. {missed} were given up while it was not."
    add_notice(text)
    return see(url_for(".show_channel", channel_id=channel_id))


@blueprint.get("/notifications/channel/<uuid:channel_id>/disable")
@needs("notifications:write")
def show_disable(channel_id: UUID) -> str:
    with reading() as session:
        channel = get_channel(session, current_workspace(), str(channel_id), current_kinds())
    return render_template("headwater_panel_notifications/disable_channel.html", channel=channel)


@blueprint.post("/notifications/channel/<uuid:channel_id>/disable")
@needs("notifications:write")
def post_disable(channel_id: UUID) -> Response:
    workspace, moment, kinds = current_workspace(), now(), current_kinds()
    try:
        wanted = ChannelOff(reason=request.form.get("reason", "").strip() or None)
    except ValidationError as error:
        abort(422, error.errors(include_url=False)[0]["msg"])
    reference = str(channel_id)
    write(lambda session: disable_channel(session, workspace, reference, wanted, kinds, now=moment))
    add_notice("It is off: what is to go over it is given up.")
    return see(url_for(".show_channel", channel_id=channel_id))


@blueprint.get("/notifications/channel/<uuid:channel_id>/delete")
@needs("notifications:write")
def show_delete_channel(channel_id: UUID) -> str:
    with reading() as session:
        channel = get_channel(session, current_workspace(), str(channel_id), current_kinds())
    return render_template(
        "headwater_panel_notifications/delete_channel.html", channel=channel, kind=kind_of(channel)
    )


@blueprint.post("/notifications/channel/<uuid:channel_id>/delete")
@needs("notifications:write")
def post_delete_channel(channel_id: UUID) -> Response:
    workspace, moment = current_workspace(), now()
    kinds, vault = current_kinds(), current_vault()
    with reading() as session:
        channel = get_channel(session, workspace, str(channel_id), kinds)
    _delete(workspace, channel, vault, kinds, moment)
    add_notice(f"The channel {channel.name} is deleted.")
    return see(url_for(".show_channels"))


def _delete(
    workspace: UUID, channel: ChannelShown, vault: Any, kinds: Any, moment: datetime
) -> None:
    reference = str(channel.id)
    write(lambda session: delete_channel(session, workspace, reference, vault, kinds, now=moment))


def kind_of(channel: ChannelShown) -> KindShown:
    return next(kind for kind in current_kinds().shown() if kind.type == channel.type)


def list_settings(schema: Any, said: dict[str, Any], kept: set[str]) -> list[Setting]:
    """Return what a channel keeps, in the order of its form; what is empty is left out."""
    shown = []
    for name, field in schema["properties"].items():
        title = field.get("title", name)
        if name in kept and name not in said:
            shown.append(Setting(title, None))
        elif said.get(name) not in (None, "", [], {}):
            shown.append(Setting(title, _text(said[name])))
    return shown


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "\n".join(f"{key}: {one}" for key, one in value.items())
    return str(value)


def say_test(result: TestShown) -> tuple[str, bool]:
    """Return what came of a test message, and whether it was sent."""
    lasted = f"{result.duration:.1f} s"
    if result.sent:
        answered = f", it answered {result.status}" if result.status else ""
        return f"The service took the test message ({lasted}{answered}). Look if it is there.", True
    return f"The test message was not sent ({lasted}): {result.error}", False
