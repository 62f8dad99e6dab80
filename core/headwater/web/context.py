"""What routes and commands may ask of the app and the request they run in; nothing below does."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import current_app

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.vault import Vault
from headwater.settings import Settings

SETTINGS = "headwater-settings"
VAULT = "headwater-vault"


def current_settings() -> Settings:
    return cast(Settings, current_app.extensions[SETTINGS])


def current_vault() -> Vault:
    """Return what encrypts secrets. Its key is read, or made, when one is needed first."""
    return cast(Callable[[], Vault], current_app.extensions[VAULT])()


def current_workspace() -> UUID:
    """Return the workspace of the request. There is one so far."""
    return DEFAULT_WORKSPACE
