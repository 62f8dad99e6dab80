"""Rules of addresses that are ready to be matched, but not yet to be built."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """Compiles what builds its address when one is first asked for.

    Werkzeug compiles two functions a rule, half a millisecond, and of the hundreds of rules of an
    API almost none is ever built from.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_builder = super()._compile_builder

        def build(_rule: Rule, *values: Any, **named: Any) -> tuple[str, str]:
            compiled: Builder = compile_builder(append_unknown).__get__(self, None)
            setattr(self, "_build_unknown" if append_unknown else "_build", compiled)
            return compiled(*values, **named)

        return build
