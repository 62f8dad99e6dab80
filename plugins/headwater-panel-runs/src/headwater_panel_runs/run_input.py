"""The form for what a paused run waits for."""

from collections.abc import Mapping
from typing import Any

from headwater.api import forms
from headwater.api.forms import PREFIX, Field, Filled, Kind, make_fields
from headwater.api.runs import list_mismatches

__all__ = ["PREFIX", "Field", "Filled", "Kind", "make_fields", "read_form"]


def read_form(fields: list[Field], form: Mapping[str, str], schema: Any) -> Filled:
    """Read a form, and hold what it says against the schema."""
    return forms.read_form(fields, form, lambda value: list_mismatches(value, schema))
