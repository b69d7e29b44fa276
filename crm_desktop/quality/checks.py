"""What is checked, and the filter that lists whoever does not pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STALE_MONTHS = (3, 6, 12, 24)
USUAL_MONTHS = 12


@dataclass(frozen=True)
class Check:
    """`failing(months)` is the filter (docs/filters.md) of those who do not pass."""

    key: str
    title: str
    advice: str
    failing: Callable[[int], dict[str, Any]]


def _is(field: str, value: bool) -> Callable[[int], dict[str, Any]]:
    return lambda _months: {"all": [{"field": field, "operator": "is", "value": value}]}


def _blank(field: str) -> Callable[[int], dict[str, Any]]:
    return lambda _months: {"all": [{"field": field, "operator": "is_blank"}]}


def _stale(months: int) -> dict[str, Any]:
    return {
        "any": [
            {"field": "last_contact", "operator": "before", "value": {"months": -months}},
            {"field": "last_contact", "operator": "is_blank"},
        ]
    }


CHECKS = (
    Check("unreachable", "No contact data", "Neither an email address nor a phone number.", _is("reachable", False)),
    Check("email", "Invalid email", "Mail to them comes back.", _is("email_valid", False)),
    Check("phone", "Unchecked phone", "Not a complete number of their country.", _is("phone_checked", False)),
    Check("stale", "No recent contact", "Call them, or set them to inactive.", _stale),
    Check("name", "No name", "Neither a person's nor a company's.", _blank("name")),
    Check("type", "No type", "Individual or business?", _blank("customer_type")),
    Check("duplicates", "Possible duplicates", "In a pair of the last scan.", _is("possible_duplicate", True)),
)
