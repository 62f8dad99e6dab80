"""The rows that the clients' own servers stored, kept in the repository."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "tests/clients/recorded"
WIDTH = 400  # signs in a line: a state, an entry of a log, seldom a run


def recording_of(major: str, script: str) -> Path:
    return FOLDER / major / f"{script}.json"


def load_rows(major: str, script: str) -> Any:
    return json.loads(recording_of(major, script).read_text())


def save_rows(major: str, script: str, rows: list[Any]) -> None:
    path = recording_of(major, script)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_write(rows) + "\n")


def _write(value: Any, depth: int = 0) -> str:
    """Return JSON with a run, a state and a line of a log on a line of its own, for diffs."""
    whole = json.dumps(value, ensure_ascii=False)
    if len(whole) <= WIDTH:
        return whole
    inside, outside = " " * (depth + 1), " " * depth
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_write(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inside + item for item in items) + f"\n{outside}}}"
    if isinstance(value, list):
        items = [_write(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(inside + item for item in items) + f"\n{outside}]"
    return whole
