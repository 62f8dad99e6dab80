"""A policy as a sentence: what it is about in plain words, what was chosen in strong ones."""

from collections.abc import Sequence
from dataclasses import dataclass

Part = tuple[str, bool]  # a text, and whether it was chosen


@dataclass(frozen=True)
class Words:
    """What a policy asks for, by names. What is empty asks for nothing."""

    states: Sequence[str] = ()
    tags: Sequence[str] = ()
    all_tags: bool = False
    flows: Sequence[str] = ()
    deployments: Sequence[str] = ()
    pools: Sequence[str] = ()
    channels: Sequence[str] = ()
    fallbacks: Sequence[str] = ()
    recovery: bool = False


def say(words: Words) -> list[Part]:
    """Return the sentence: *If a run of any flow enters Failed, tell ops.*"""
    parts: list[Part] = [("If a run of ", False)]
    parts += _either(words.flows) if words.flows else [("any flow", True)]
    if words.deployments:
        parts += [(" from the deployment ", False), *_either(words.deployments)]
    if words.pools:
        parts += [(" in the work pool ", False), *_either(words.pools)]
    if words.tags:
        several = words.all_tags and len(words.tags) > 1
        parts.append((" with the tags " if several else " with the tag ", False))
        parts += _join(words.tags, "and" if several else "or")
    parts.append((" enters ", False))
    parts += _either(words.states) if words.states else [("any state", True)]
    parts.append((", tell ", False))
    parts += _join(words.channels, "and") if words.channels else [("nobody", True)]
    for place, name in enumerate(words.fallbacks):
        parts += [("; where that fails, " if place == 0 else ", then ", False), (name, True)]
    if words.recovery:
        parts.append((", and say so when it works again", False))
    return [*parts, (".", False)]


def text(parts: Sequence[Part]) -> str:
    return "".join(word for word, _ in parts)


def _either(names: Sequence[str]) -> list[Part]:
    return _join(names, "or")


def _join(names: Sequence[str], word: str) -> list[Part]:
    parts: list[Part] = []
    for place, name in enumerate(names):
        if place:
            parts.append((f" {word} " if place == len(names) - 1 else ", ", False))
        parts.append((name, True))
    return parts
