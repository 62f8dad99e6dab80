"""What is kept of firings, and of the actions that follow from them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from headwater.automations.models import AutomationAction, AutomationFiring

_ADD_FIRINGS = insert(AutomationFiring.__table__)
_ADD_ACTIONS = insert(AutomationAction.__table__)


def add_firings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_ADD_FIRINGS, rows)


def add_actions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_ADD_ACTIONS, rows)
