"""Changes channels: their names, and their settings with secrets that nobody sees again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.blocks.rules.secrets import secret_fields, unmask
from headwater.blocks.schemas.documents import BlockDocumentUpdate
from headwater.blocks.service import documents
from headwater.db.vault import Vault
from headwater.errors import ConflictError
from headwater.notifications.channels import ChannelSettings
from headwater.notifications.schemas.channels import ChannelMade, ChannelShown, ChannelUpdate
from headwater.notifications.service import channels
from headwater.notifications.service.channels import Kinds, check_settings, define, reveal


def change(
    session: Session,
    workspace: UUID,
    reference: str,
    wanted: ChannelUpdate,
    vault: Vault,
    kinds: Kinds,
    *,
    now: datetime,
) -> ChannelMade:
    """Change what was sent: the name, and single settings. Null gives one its default again, and a
    secret that comes back masked stays."""
    channel = channels.get(session, workspace, reference, kinds)
    warnings: list[str] = []
    if wanted.settings:
        kept = documents.get_locked_data(session, workspace, channel.id, vault).data
        settings = _merge(kept, wanted.settings, channel, kinds)
        warnings = _keep(session, workspace, channel, kept, settings, vault, kinds, now=now)
    if wanted.name is not None and wanted.name != channel.name:
        try:
            documents.rename(session, workspace, channel.id, wanted.name, vault, now=now)
        except ConflictError:
            raise ConflictError(
                f"A {channel.type} block called {wanted.name!r} exists already."
            ) from None
    name = wanted.name or channel.name
    return ChannelMade(channel.id, name, channel.type, channel.plugin, warnings)


def replace(
    session: Session,
    workspace: UUID,
    reference: str,
    settings: Mapping[str, Any],
    vault: Vault,
    kinds: Kinds,
    *,
    now: datetime,
) -> ChannelMade:
    """Change a channel's settings to those given; of secrets, those that are not given stay."""
    channel = channels.get(session, workspace, reference, kinds)
    kept = documents.get_locked_data(session, workspace, channel.id, vault).data
    secret = {path.partition(".")[0] for path in _list_secrets(channel, kinds)}
    unsaid = {name: kept[name] for name in kept if name in secret and name not in settings}
    whole = unsaid | dict(settings)
    warnings = _keep(session, workspace, channel, kept, whole, vault, kinds, now=now)
    return ChannelMade(channel.id, channel.name, channel.type, channel.plugin, warnings)


def _merge(
    kept: Mapping[str, Any], sent: Mapping[str, Any], channel: ChannelShown, kinds: Kinds
) -> dict[str, Any]:
    known = _list_known(channel, kinds)
    cleared = {name for name, value in sent.items() if value is None and name in known}
    said = unmask(sent, kept, _list_secrets(channel, kinds))
    merged = {name: value for name, value in kept.items() if name in known} | said
    return {name: value for name, value in merged.items() if name not in cleared}


def _keep(
    session: Session,
    workspace: UUID,
    channel: ChannelShown,
    kept: Mapping[str, Any],
    settings: Mapping[str, Any],
    vault: Vault,
    kinds: Kinds,
    *,
    now: datetime,
) -> list[str]:
    """Keep *settings*, once checked; return what will likely not work with them."""
    checked: ChannelSettings = check_settings(kinds.by_slug[channel.type], settings)
    data = {name: reveal(getattr(checked, name)) for name in checked.model_fields_set}
    # What a client's block has beside the settings that are known here is the client's.
    known = _list_known(channel, kinds)
    foreign = {name: value for name, value in kept.items() if name not in known}
    change = BlockDocumentUpdate(data=foreign | data, merge_existing_data=False)
    documents.update(session, workspace, channel.id, change, vault, now=now)
    return checked.list_warnings()


def _list_known(channel: ChannelShown, kinds: Kinds) -> set[str]:
    return set(kinds.by_slug[channel.type].settings_model.model_fields)


def _list_secrets(channel: ChannelShown, kinds: Kinds) -> list[str]:
    return secret_fields(define(kinds.by_slug[channel.type]).fields)
