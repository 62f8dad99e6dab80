"""What lives as long as something else does."""

import gc
from types import FunctionType, ModuleType


def kinds_kept_by(root: object) -> set[type]:
    """Return the types of what *root* keeps alive, but for modules, classes and functions."""
    found: dict[int, object] = {}
    ahead = [root]
    while ahead:
        one = ahead.pop()
        if id(one) not in found and not isinstance(one, ModuleType | type | FunctionType):
            found[id(one)] = one
            ahead += gc.get_referents(one)
    return {type(one) for one in found.values()}
