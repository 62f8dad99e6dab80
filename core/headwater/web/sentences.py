"""Sentences of pages, in which what somebody chose is strong: `sentence` of `macros.html`."""

from collections.abc import Sequence

Part = tuple[str, bool]  # a text, and whether it was chosen


def join_names(names: Sequence[str], word: str) -> list[Part]:
    """Return names that were chosen, with *word* before the last: *a, b or c*."""
    return join_clauses([[(name, True)] for name in names], f" {word} ")


def join_clauses(clauses: Sequence[Sequence[Part]], last: str, between: str = ", ") -> list[Part]:
    """Return clauses with *last* before the last, and *between* before those that it follows."""
    parts: list[Part] = []
    for place, clause in enumerate(clauses):
        if place:
            parts.append((last if place == len(clauses) - 1 else between, False))
        parts += clause
    return parts


def as_text(parts: Sequence[Part]) -> str:
    return "".join(words for words, _ in parts)
