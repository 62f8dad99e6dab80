"""CloudEvents over HTTP (1.0): whole in the body, or with their attributes in headers."""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from headwater.events.schemas.events import RESOURCE_ID

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
PREFIX = "ce-"
_REQUIRED = ("specversion", "id", "source", "type")


def from_cloud_event(body: Any, headers: Mapping[str, str]) -> str:
    """Return the JSON of the event that a CloudEvent says; raise ValueError where it says none."""
    if _media_type(headers).startswith(BATCH):
        raise ValueError("a batch of CloudEvents is not taken: send each by itself")
    attributes = attributes_of(body, headers)
    if missing := [name for name in _REQUIRED if not attributes.get(name)]:
        raise ValueError(f"the CloudEvent has no {missing[0]}")
    event = {
        "event": attributes["type"],
        "resource": {RESOURCE_ID: attributes.get("subject") or attributes["source"]},
        "payload": {"data": _data(body, headers), "cloudevents": attributes},
    }
    if attributes.get("time"):
        event["occurred"] = attributes["time"]
    return json.dumps(event, ensure_ascii=False)


def attributes_of(body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what there is of a CloudEvent but its data, nothing where it is none."""
    if _is_structured(body, headers):
        return {name: one for name, one in body.items() if name not in ("data", "data_base64")}
    return {
        name.removeprefix(PREFIX): unquote(value)
        for name, value in headers.items()
        if name.startswith(PREFIX)
    }


def _is_structured(body: Any, headers: Mapping[str, str]) -> bool:
    if not isinstance(body, dict) or PREFIX + "specversion" in headers:
        return False
    return _media_type(headers).startswith(STRUCTURED) or "specversion" in body


def _media_type(headers: Mapping[str, str]) -> str:
    return str(headers.get("content-type", "")).lower()


def _data(body: Any, headers: Mapping[str, str]) -> Any:
    if not _is_structured(body, headers):
        return body
    encoded = body.get("data_base64")
    if encoded is None:
        return body.get("data")
    try:
        return b64decode(str(encoded), validate=True).decode()
    except ValueError:  # of what is no text, the digits are kept
        return encoded
