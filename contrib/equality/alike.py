"""Makes what two runs of a script must have apart alike: names, ids, times, paths, tracebacks."""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any

# Times, and what is computed from them; what does not depend on them is whether they are there.
TIMES = {
    "created", "updated", "timestamp", "start_time", "end_time", "expected_start_time",
    "next_scheduled_start_time", "scheduled_time", "cache_expiration", "expiration",
    "pause_timeout", "total_run_time", "estimated_run_time", "estimated_start_time_delta",
}  # fmt: skip
# Made up by clients, or digests of the script's own text.
MADE_UP = {"traceparent", "flow_version", "infrastructure_pid", "dynamic_key"}
SETS = {"tags", "pause_keys"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX = re.compile(r"\b[0-9a-f]{32,64}\b")
_QUOTED = re.compile(r"(run )?'([^'\n]+)'")
_STORAGE = re.compile(r"(/[\w.~-]+)+/storage\b")
# Up to the last line, which says what was raised.
_TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n.*\n(?=\S[^\n]*\s*\Z)", re.DOTALL)
_FOLDER = re.compile(r'(File ")/[^"\n]*/')  # in a traceback within a message
_TAG_LIMITS = re.compile(r"\['tag:[^]]*\]")  # of a set, so in any order
_DELAY = re.compile(r"(start (?:in )?)[\d.]+ second")  # they may have jitter
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Alike:
    """Gives ids and names the words for what they stand for."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def know(self, text: str, word: str) -> None:
        """Let *text*, an id or the name of a run, be read as *word*."""
        self._words[text] = f"<{word}>"

    def value(self, value: Any, key: str = "") -> Any:
        """Return a JSON value made alike; what is null or made up is left out of objects."""
        if isinstance(value, Mapping):
            made = {name: self.value(item, name) for name, item in sorted(value.items())}
            return {name: item for name, item in made.items() if item is not None}
        if value is None or key in MADE_UP:
            return None
        if key in TIMES:
            return f"<{key}>"
        if isinstance(value, list):
            items = [self.value(item) for item in value]
            return count_equal(sorted(items) if key in SETS else items)
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        if text in self._words:
            return self._words[text]
        text = _ADDRESS.sub("", _TRACEBACK.sub("<traceback> ", text))
        text = _QUOTED.sub(self._unname, _STORAGE.sub("<storage>", text))
        text = _ID.sub(lambda found: self._words.get(found[0], "<id>"), text)
        text = _FOLDER.sub(r"\1", text)
        text = _TAG_LIMITS.sub(lambda found: str(sorted(literal_eval(found[0]))), text)
        return _DELAY.sub(r"\1<delay> second", _HEX.sub("<hex>", text))

    def _unname(self, found: re.Match[str]) -> str:
        of_run, name = found[1] or "", found[2]
        # A run that is renamed at its start was known under the name that the client made up.
        word = self._words.get(name, "<name>" if of_run else name)
        return f"{of_run}'{word}'"


def count_equal(items: list[Any]) -> list[Any]:
    """Return *items* with more than three equal ones in a row said once, with their count."""
    found: list[tuple[Any, int]] = []
    for item in items:
        if found and found[-1][0] == item:
            found[-1] = (item, found[-1][1] + 1)
        else:
            found.append((item, 1))
    counted = [[{"times": n, "of": item}] if n > 3 else [item] * n for item, n in found]
    return [item for items in counted for item in items]
