"""How far a delivery got over a channel that tells several: who was told, and who never will be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Standing:
    """Of one delivery. Those whom it is for are known by digests: addresses are nobody's business.

    *refused* has the final words about each who never will be told, as people may see them; *left*
    is how many are still to be told.
    """

    told: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    left: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether the next try is not for all."""
        return bool(self.told or self.refused)

    @property
    def is_whole(self) -> bool:
        """Whether all were told."""
        return not self.refused and not self.left

    def after(
        self, tried: Iterable[str], failed: Mapping[str, bool], words: Mapping[str, str]
    ) -> "Standing":
        """Return what a try makes of it, where some *failed*, for good or not."""
        final = {digest: words[digest] for digest, permanent in failed.items() if permanent}
        return Standing(
            told=self.told | (set(tried) - failed.keys()),
            refused={**self.refused, **final},
            left=len(failed) - len(final),
        )

    def choose_rest(self, targets: Iterable[str], key: str) -> dict[str, str]:
        """Return those of *targets* who are still to be told, by their digests."""
        named = {digest_of(target, key): target for target in targets}
        return {
            digest: target
            for digest, target in named.items()
            if digest not in self.told and digest not in self.refused
        }

    def describe(self, what: str, reasons: Sequence[str]) -> str:
        """Return how many of *what* were told, and why the others were not."""
        words = "; ".join([*self.refused.values(), *reasons])
        count = len(self.told) + len(self.refused) + self.left
        return f"{len(self.told)} of {count} {what} were told. {words}" if count > 1 else words


def digest_of(target: str, key: str) -> str:
    """Return what is kept of a target: it differs from one delivery to the next."""
    return sha256(f"{key}\n{target}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_standing(told: Any, untold: Any) -> Standing | None:
    """Return what is kept of a delivery in these columns, None where there is nothing."""
    if told is None and untold is None:
        return None
    others = untold or {}
    return Standing(frozenset(told or ()), others.get("refused", {}), others.get("left", 0))


def row_of_standing(standing: Standing) -> dict[str, Any]:
    """Return the columns that keep it."""
    untold = None
    if not standing.is_whole:
        untold = {"refused": dict(standing.refused), "left": standing.left}
    return {"told": sorted(standing.told) or None, "untold": untold}
