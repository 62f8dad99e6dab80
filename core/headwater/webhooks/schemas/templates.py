"""What templates of webhooks are, and what they may do."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator

from headwater.sandbox import Dialect, find_misuse
from headwater.texts import ChosenText
from headwater.webhooks.schemas.cloud_events import from_cloud_event


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


# The names are those of the clients' own service, so that templates can be moved over.
DIALECT = Dialect(
    filters=(("tojson", _to_json), ("from_cloud_event", from_cloud_event)),
    longest=10_000,
    work=4_000_000,
)


def _check(template: str) -> str:
    """Refuse what cannot be rendered, whatever comes."""
    if (fault := find_misuse(template, DIALECT)) is not None:
        place = "" if fault.line is None else f"line {fault.line}: "
        raise ValueError(f"{place}{fault.message}")
    return template


Template = Annotated[ChosenText, AfterValidator(_check)]
