"""Fills in the `{{...}}` of what the fake services answer."""

import re
import time
from datetime import UTC, datetime
from secrets import token_hex
from uuid import uuid4

from checks import segments
from documents import walk

PLACE = re.compile(r"\{\{([^{}]+)\}\}")


def fill(template, request):
    """Return *template*, a text or JSON, with what its places stand for."""
    if isinstance(template, dict):
        return {fill(k, request): fill(v, request) for k, v in template.items()}
    if isinstance(template, list):
        return [fill(item, request) for item in template]
    if not isinstance(template, str):
        return template
    whole = PLACE.fullmatch(template)
    value = _value(whole[1], request) if whole else None
    if isinstance(value, int | float):
        return value
    return PLACE.sub(lambda found: str(_value(found[1], request)), template)


def _value(name, request):
    name, _, otherwise = name.partition("|")
    if name.startswith("$"):
        found = walk(request.body, name)
        return found[0] if found else _value(otherwise, request) if otherwise else ""
    if name.startswith("param."):
        return request.parameters[name.removeprefix("param.")]
    if name.startswith("header."):
        return request.headers.get(name.removeprefix("header."), "")
    if name.startswith("query."):
        return request.query.get(name.removeprefix("query."), "")
    return VALUES[name](request)


def _fault(request):
    return request.faults[0] if request.faults else ("", "")


VALUES = {
    "hex32": lambda _: uuid4().hex,
    "id12": lambda _: token_hex(6),
    "id26": lambda _: token_hex(13),
    "iso": lambda _: datetime.now(UTC).isoformat(),
    "now": lambda _: int(time.time()),
    "rate.remaining": lambda request: 0 if request.wait else 1,
    "rate.reset": lambda request: int(time.time() + request.wait) + 1,
    "rate.wait": lambda request: f"{request.wait:.3f}",
    "rate.wait_int": lambda request: int(request.wait) + 1,
    "rate.wait_num": lambda request: round(request.wait, 3),
    "schema.field": lambda request: _fault(request)[0].replace("/", ".") or "body",
    "schema.message": lambda request: _fault(request)[1][:160],
    "sms.segments": lambda request: str(segments(request.body["Body"])),
    "snowflake": lambda _: str(int(time.time() * 1000) << 22),
    "uuid": lambda _: uuid4(),
}
