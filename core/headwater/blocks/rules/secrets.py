"""Which parts of a document are secret, what stands in their place, and how that comes back."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.errors import InvalidError

MASK = "********"  # whatever the secret's length and type
_ALL = "*"


def secret_fields(fields: Any) -> list[str]:
    """Return the dotted paths that a schema's fields name; nobody checked what these are."""
    paths = fields.get("secret_fields") if isinstance(fields, dict) else None
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def mask(data: Mapping[str, Any], secret: Sequence[str]) -> dict[str, Any]:
    """Return *data* with the mask in place of each secret.

    A path goes through objects, not lists. It hides what it leads to, but null; with a `*` it hides
    each leaf below.
    """
    masked: Any = dict(data)
    for path in secret:
        masked = _masked(masked, path.split("."))
    return dict(masked)


def unmask(
    sent: Mapping[str, Any], current: Mapping[str, Any], secret: Sequence[str]
) -> dict[str, Any]:
    """Return *sent* with the current secret where a client sent back the mask of it.

    Raise InvalidError for a mask of nothing: it would become the secret.
    """
    unmasked: Any = dict(sent)
    for path in secret:
        unmasked = _unmasked(unmasked, current, path.split("."), "data")
    return dict(unmasked)


def _masked(value: Any, path: Sequence[str]) -> Any:
    if not path:
        return value if value is None else MASK
    if path[0] == _ALL:
        return _masked_leaves(value)
    if not isinstance(value, dict) or path[0] not in value:
        return value
    return value | {path[0]: _masked(value[path[0]], path[1:])}


def _masked_leaves(value: Any) -> Any:
    if isinstance(value, dict) and value:
        return {key: _masked_leaves(item) for key, item in value.items()}
    return MASK


def _unmasked(value: Any, current: Any, path: Sequence[str], place: str) -> Any:
    if not path or path[0] == _ALL:
        if value == MASK:
            return _kept(current, place)
        if not path or not isinstance(value, dict):
            return value
        return {
            key: _unmasked(item, _inside(current, key), path, f"{place}.{key}")
            for key, item in value.items()
        }
    if not isinstance(value, dict) or path[0] not in value:
        return value
    key = path[0]
    item = _unmasked(value[key], _inside(current, key), path[1:], f"{place}.{key}")
    return value | {key: item}


def _inside(current: Any, key: str) -> Any:
    return current.get(key) if isinstance(current, dict) else None


def _kept(current: Any, place: str) -> Any:
    if current is None:
        raise InvalidError(f"{place} is the mask of a secret, but there is no secret to keep.")
    return current
