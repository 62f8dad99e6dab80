"""What routes and commands may ask of the app and the request they run in; nothing below does."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import current_app, request

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.vault import Vault
from headwater.settings import Settings

SETTINGS = "headwater-settings"
VAULT = "headwater-vault"
TOKEN = "token"  # noqa: S105  # what routes call a part of their path that is a secret


def current_settings() -> Settings:
    return cast(Settings, current_app.extensions[SETTINGS])


def current_vault() -> Vault:
    """Return what encrypts secrets. Its key is read, or made, when one is needed first."""
    return cast(Callable[[], Vault], current_app.extensions[VAULT])()


def current_workspace() -> UUID:
    """Return the workspace of the request. There is one so far."""
    return DEFAULT_WORKSPACE


def shown_path() -> str:
    """Return the request's path as a log may have it: `/hooks/nas/***`."""
    token = (request.view_args or {}).get(TOKEN)
    return request.path.replace(token, "***") if token else request.path
