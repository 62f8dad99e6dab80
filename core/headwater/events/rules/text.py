"""What a text query means: one of its words, or all that have a `+`; none that has a `-`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Terms:
    """All in lower case."""

    any_of: tuple[str, ...]
    all_of: tuple[str, ...]
    none_of: tuple[str, ...]


def text_means(query: str, texts: Callable[[], Iterable[str]]) -> bool:
    """Say if a query means what has *texts*, which are made when they are looked at."""
    terms = parse(query)
    if terms == Terms((), (), ()):
        return True
    whole = "\n".join(texts()).lower()
    return (
        (not terms.any_of or bool(terms.all_of) or any(term in whole for term in terms.any_of))
        and all(term in whole for term in terms.all_of)
        and not any(term in whole for term in terms.none_of)
    )


@lru_cache(256)
def parse(query: str) -> Terms:
    found: dict[str, list[str]] = {"": [], "+": [], "-": []}
    for sign, term in _split(query.lower()):
        if term:
            found[sign].append(term)
    return Terms(tuple(found[""]), tuple(found["+"]), tuple(found["-"]))


def _split(query: str) -> Iterator[tuple[str, str]]:
    """Yield terms with their signs; a quote that is not closed goes to the end."""
    place = 0
    while place < len(query):
        if query[place].isspace():
            place += 1
            continue
        sign = {"-": "-", "!": "-", "+": "+"}.get(query[place], "")
        place += bool(sign)
        if query[place : place + 1] == '"':
            term, place = _read_phrase(query, place + 1)
        else:
            end = place
            while end < len(query) and not query[end].isspace():
                end += 1
            term, place = query[place:end], end
        yield sign, term


def _read_phrase(query: str, place: int) -> tuple[str, int]:
    """Return a phrase and where it ends; a backslash takes the next sign as it is."""
    signs: list[str] = []
    while place < len(query) and query[place] != '"':
        if query[place] == "\\" and query[place + 1 : place + 2] in ('"', "\\"):
            place += 1
        signs.append(query[place])
        place += 1
    return "".join(signs), place + 1
