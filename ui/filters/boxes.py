"""What the boxes of a bar can say of a filter, and what is left to the chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm_desktop.listing.filters import Field
from ui.filters.active import flattened

Json = dict[str, Any]
Boxes = Mapping[str, Callable[[Json], bool]]
"""Which conditions each box can say, by its name and in the order of the boxes."""


def one_of(field: str) -> Callable[[Json], bool]:
    """Conditions that let in one value of a field."""
    return lambda part: part.get("field") == field and part["operator"] == "is"


def divided(
    wanted: Mapping[str, Any] | None, fields: Mapping[str, Field], boxes: Boxes
) -> tuple[dict[str, Json], list[Json]]:
    """A condition for each box that can say one, and everything else. InvalidFilter when the filter cannot be used."""
    quick: dict[str, Json] = {}
    rest = list(flattened(wanted, fields))
    for name, says in boxes.items():
        found = next((part for part in rest if says(part)), None)
        if found is not None:
            quick[name] = found
            rest.remove(found)
    return quick, rest


def arranged(wanted: Mapping[str, Any] | None, fields: Mapping[str, Field], boxes: Boxes) -> Json | None:
    """A filter as the bar gives it back once it is set. InvalidFilter when it cannot be used."""
    quick, rest = divided(wanted, fields, boxes)
    parts = [*quick.values(), *rest]
    return {"all": parts} if parts else None
