"""What a segment's fields have to be before they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import storable

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 2_000


@dataclass(frozen=True)
class SegmentInput:
    """A segment as somebody typed it. Criteria without a condition mean everybody, and are refused."""

    name: str = ""
    description: str = ""
    criteria: Mapping[str, Any] = field(default_factory=dict)
    is_active: bool = True


def validate(given: SegmentInput) -> SegmentInput:
    """The values as they are saved; InvalidInput says what is wrong with which field."""
    errors: dict[str, str] = {}
    name = " ".join(storable(given.name).split())
    description = storable(given.description).strip()
    if not name:
        errors["name"] = "Give the segment a name."
    elif len(name) > LONGEST_NAME:
        errors["name"] = f"The name is longer than {LONGEST_NAME} characters."
    if len(description) > LONGEST_DESCRIPTION:
        errors["description"] = f"The description is longer than {LONGEST_DESCRIPTION:,} characters."
    if not has_condition(given.criteria):
        errors["criteria"] = "Add at least one condition: without any, everybody would be in it."
    if errors:
        raise InvalidInput(errors)
    return replace(given, name=name, description=description)


def has_condition(node: Any) -> bool:
    """Whether there is a condition anywhere in a filter. What is no filter counts as one: it is refused later, with
    its place."""
    if not isinstance(node, Mapping):
        return True
    kinds = [kind for kind in ("all", "any", "none") if kind in node]
    if not kinds:
        return bool(node)
    members = node[kinds[0]]
    return not isinstance(members, list | tuple) or any(has_condition(member) for member in members)
