"""Compare what a record was when it was opened, what somebody else made of it, and what I typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Side = Literal["original", "theirs", "mine"]


@dataclass(frozen=True)
class Difference:
    """One field in which the three versions are not all equal."""

    field: str
    original: Any
    theirs: Any
    mine: Any

    @property
    def both_changed(self) -> bool:
        """Both people changed it, to different values: nobody but a person can choose."""
        return self.theirs != self.original and self.mine not in (self.original, self.theirs)

    @property
    def suggestion(self) -> Side:
        """Mine where I changed it, theirs where only they did."""
        return "theirs" if self.mine == self.original else "mine"

    def value(self, side: Side) -> Any:
        """What the field becomes when that side is chosen."""
        return getattr(self, side)


def differences(
    original: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any], fields: Iterable[str]
) -> list[Difference]:
    """The fields in which the versions differ, in the order given."""
    found = (Difference(name, original.get(name), theirs.get(name), mine.get(name)) for name in fields)
    return [each for each in found if not (each.original == each.theirs == each.mine)]


def merged(mine: Mapping[str, Any], choices: Mapping[str, Side], found: Iterable[Difference]) -> dict[str, Any]:
    """My version with each differing field replaced by the chosen side."""
    result = dict(mine)
    for difference in found:
        result[difference.field] = difference.value(choices.get(difference.field, difference.suggestion))
    return result
