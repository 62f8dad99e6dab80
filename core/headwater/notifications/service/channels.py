"""What the server does with channels: block documents of a type that a plugin sends for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import cleandoc
from typing import Any
from uuid import UUID

from pydantic import Secret, SecretBytes, SecretStr, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy.orm import Session

from headwater.blocks.queries import schemas as block_schemas
from headwater.blocks.queries import types as block_types
from headwater.blocks.rules.definitions import Definition, definition_of
from headwater.blocks.schemas.documents import BlockDocumentCreate
from headwater.blocks.service import documents, types
from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.errors import (
    ConflictError,
    DeliveryError,
    InvalidError,
    InvalidRequestError,
    NotFoundError,
)
from headwater.notifications.channels import Channel, ChannelSettings
from headwater.notifications.http import HttpClient, LineKeeper
from headwater.notifications.http.lines import Lines
from headwater.notifications.schemas.channels import (
    ChannelCreate,
    ChannelMade,
    ChannelShown,
    KindShown,
)

NOTIFY = "notify"  # the clients' name for what such blocks can do
UNKNOWN = "is no setting; see: headwater channel types"
Kind = type[Channel[Any]]


@dataclass(frozen=True)
class Kinds:
    """The kinds of channels that plugins bring, and the plugins' ids, both by slug."""

    by_slug: Mapping[str, Kind]
    plugins: Mapping[str, str]

    def get(self, word: str) -> Kind:
        """Return the kind by its slug, or by its plugin if that brings no other."""
        if word in self.by_slug:
            return self.by_slug[word]
        found = [slug for slug, plugin in self.plugins.items() if plugin == word]
        if len(found) != 1:
            known = ", ".join(sorted(found or self.by_slug)) or "none"
            raise InvalidError(f"There is no kind of channel called {word!r}, but: {known}.")
        return self.by_slug[found[0]]

    def definitions(self) -> list[Definition]:
        """Return the block types that keep the settings of these kinds."""
        return [define(kind) for kind in self.by_slug.values()]

    def shown(self) -> list[KindShown]:
        return [
            KindShown(slug, self.plugins[slug], kind.title, define(kind).fields)
            for slug, kind in self.by_slug.items()
        ]


def define(kind: Kind) -> Definition:
    description = cleandoc(kind.__doc__) if kind.__doc__ else None
    return definition_of(
        kind.slug, kind.title, kind.settings_model, (NOTIFY,), description=description
    )


@dataclass(frozen=True)
class Opened:
    """What a channel is opened with, until its block has another *version*: see OpenDocument."""

    kind: Kind
    settings: ChannelSettings
    version: datetime | None

    def open(self, *, allow_private: bool, lines: Lines[Any] | None = None) -> Channel[Any]:
        """Return the channel, ready to send; it keeps its connections in *lines*, if there are."""
        private = allow_private and self.settings.allow_private_urls
        if lines is None:
            return self.kind(self.settings, HttpClient(allow_private=private))
        return self.kind(self.settings, LineKeeper(lines, allow_private=private))


def read_channel(
    session: Session, workspace: UUID, channel_id: UUID, vault: Vault, kinds: Kinds
) -> Opened:
    """Return what a channel is opened with; or DeliveryError: no waiting mends its settings."""
    try:
        found = documents.get_data(session, workspace, channel_id, vault)
    except NotFoundError:
        raise DeliveryError("the channel was deleted", permanent=True) from None
    kind = kinds.by_slug.get(found.type_slug)
    if kind is None:
        raise DeliveryError(
            f"no plugin sends to blocks of type {found.type_slug!r}, which {found.name!r} is",
            permanent=True,
        )
    try:
        settings: ChannelSettings = kind.settings_model.model_validate(found.data)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]  # the input may be a secret
        place = ".".join(map(str, first["loc"]))
        reason = f"the settings of {found.name!r} are not right: {place}: {first['msg']}"
        raise DeliveryError(reason, permanent=True) from None
    return Opened(kind, settings, found.version)


def create(
    session: Session,
    workspace: UUID,
    new: ChannelCreate,
    vault: Vault,
    kinds: Kinds,
    *,
    now: datetime,
) -> ChannelMade:
    """Keep a channel as a block document of our own schema."""
    kind = kinds.get(new.type)
    settings = check_settings(kind, new.settings)
    data = {name: reveal(getattr(settings, name)) for name in settings.model_fields_set}
    definition = define(kind)
    types.install(session, workspace, [definition], now=now)  # if somebody deleted it
    block_type = block_types.get_type_by_slug(session, workspace, kind.slug)
    schema = block_schemas.get_schema_by_checksum(
        session, workspace, definition.checksum, definition.version
    )
    document = BlockDocumentCreate(
        name=new.name, data=data, block_schema_id=schema.id, block_type_id=block_type.id
    )
    try:
        created = documents.create(session, workspace, document, vault, now=now)
    except ConflictError:
        raise ConflictError(f"A {kind.slug} block called {new.name!r} exists already.") from None
    return ChannelMade(
        created.id, created.name, kind.slug, kinds.plugins[kind.slug], settings.list_warnings()
    )


def get_settings(
    session: Session, workspace: UUID, channel_id: UUID, vault: Vault
) -> tuple[dict[str, Any], set[str]]:
    """Return the settings of a channel that are no secrets, and the names of all that are kept."""
    document = documents.get(session, workspace, channel_id, vault)
    data = documents.get_data(session, workspace, channel_id, vault).data
    shown = parse(document.data)
    return {name: v for name, v in shown.items() if v == data.get(name)}, set(data)


def list_all(session: Session, workspace: UUID, kinds: Kinds) -> list[ChannelShown]:
    """Return all channels by name."""
    return [
        ChannelShown(row.id, row.name, row.type_slug, kinds.plugins[row.type_slug])
        for row in documents.list_of_types(session, workspace, kinds.by_slug)
    ]


def get(session: Session, workspace: UUID, reference: str, kinds: Kinds) -> ChannelShown:
    """Return the channel of an id, a name, or `type/name` where several have that name."""
    slug, _, name = reference.rpartition("/")
    found = [
        one
        for one in list_all(session, workspace, kinds)
        if reference == str(one.id) or (one.name == name and slug in ("", one.type, one.plugin))
    ]
    if not found:
        raise NotFoundError(f"There is no channel {reference!r}.")
    if len(found) > 1:
        choices = " or ".join(f"{one.type}/{one.name}" for one in found)
        raise ConflictError(f"Several channels are called {reference!r}: say {choices}.")
    return found[0]


def delete(
    session: Session, workspace: UUID, reference: str, vault: Vault, kinds: Kinds, *, now: datetime
) -> None:
    """Delete a channel and its policies; what is on its way over it is given up."""
    channel = get(session, workspace, reference, kinds)
    documents.delete(session, workspace, channel.id, vault, now=now)


def check_settings(kind: Kind, given: Mapping[str, Any]) -> ChannelSettings:
    """Return the settings *given*; InvalidRequestError says what is wrong with them.

    What a person writes here may have no unknown keys.
    """
    known = kind.settings_model.model_fields
    wrong: list[dict[str, Any]] = [
        {"type": "extra_forbidden", "loc": ["body", "settings", name], "msg": UNKNOWN}
        for name in given
        if name not in known
    ]
    settings: ChannelSettings | None = None
    try:
        settings = kind.settings_model.model_validate(given)
    except ValidationError as error:
        wrong += [
            {"type": one["type"], "loc": ["body", "settings", *one["loc"]], "msg": one["msg"]}
            for one in error.errors(include_input=False)
        ]
    if wrong or settings is None:
        raise InvalidRequestError(wrong)  # without the body, which has secrets
    return settings


def reveal(value: Any) -> Any:
    """Return a setting as JSON, its secrets in clear."""
    if isinstance(value, SecretStr | SecretBytes | Secret):
        return reveal(value.get_secret_value())
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [reveal(item) for item in value]
    return to_jsonable_python(value)
