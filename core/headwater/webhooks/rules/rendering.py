"""Makes the JSON of an event from a call, by a webhook's template."""

import json
import re
from collections.abc import Sequence
from typing import Any

from headwater.sandbox import Put, render_parts
from headwater.texts import mark_surrogates
from headwater.webhooks.schemas.calls import Call
from headwater.webhooks.schemas.templates import DIALECT

_MARK = re.compile(r'\\.|"', re.DOTALL)


def render_event(template: str, call: Call) -> dict[str, Any]:
    """Return the object that the template makes of a call, with its lone surrogates marked.

    Raise ValueError saying why it fails.
    """
    context = {
        "method": call.method,
        "headers": call.shown_headers,
        "query_params": dict(call.query),
        "body": call.body,
    }
    text = _join(render_parts(template, context, DIALECT))
    try:
        made = mark_surrogates(json.loads(text, object_pairs_hook=_refuse_twice))
    except json.JSONDecodeError as error:
        raise ValueError(f"the template makes no JSON: {error}") from None
    except RecursionError:
        raise ValueError("the template makes JSON that is nested too deeply") from None
    if not isinstance(made, dict):
        raise ValueError("the template makes no JSON object")
    return made


def _join(parts: Sequence[str]) -> str:
    """Put values that stand in quotes there as JSON has them.

    So a name with a quote in it stays a name, and no sender can add what the template has not.
    """
    made, quoted = [], False
    for part in parts:
        if isinstance(part, Put):
            made.append(json.dumps(part, ensure_ascii=False)[1:-1] if quoted else part)
            continue
        for mark in _MARK.finditer(part):
            quoted ^= mark[0] == '"'
        made.append(part)
    return "".join(made)


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what a value brought along that is in no quotes, and says anew what was said."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("the template makes an object that has a key twice")
    return made
