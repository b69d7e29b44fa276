"""Filters that list the customers behind a value, in the filter language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from .shapes import Filter, Period


def condition(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    """One condition; without a value for the operators that take none."""
    found: dict[str, Any] = {"field": field, "operator": operator}
    return found if operator in ("is_blank", "is_filled") else {**found, "value": value}


def every(*conditions: Filter) -> Filter:
    """All of them at once."""
    return {"all": list(conditions)}


def within(field: str, first: date, last: date) -> Filter:
    """Local days, both included."""
    return condition(field, "between", [first.isoformat(), last.isoformat()])


def within_period(field: str, period: Period) -> Filter:
    """The same of a period; one that has no beginning ends all the same."""
    if period.is_all:
        return condition(field, "on_or_before", period.end.isoformat())
    return within(field, period.start, period.end)


def either(*filters: Filter) -> Filter:
    """At least one of them."""
    return {"any": list(filters)}


def one(field: str, key: str) -> Filter:
    """Those whose text is the key; "" is none."""
    return condition(field, "is", key) if key else condition(field, "is_blank")


def rest(field: str, keys: Sequence[str]) -> Filter:
    """Those whose text is none of the keys."""
    others = condition(field, "not_in", [key for key in keys if key])
    return every(others, condition(field, "is_filled")) if "" in keys else others


def with_interactions(*conditions: Filter) -> Filter:
    """Customers with an interaction that meets them all."""
    return every(condition("interactions", "has", every(*conditions)))


def with_orders(*conditions: Filter) -> Filter:
    """Customers with an order that counts as revenue and meets them all."""
    return condition("orders", "has", every(condition("counts", "is", True), *conditions))


def with_entries(kinds: Sequence[str], booked: Filter) -> Filter:
    """Customers with entries in the ledger of some kinds."""
    which = condition("kind", "in", list(kinds)) if len(kinds) > 1 else condition("kind", "is", kinds[0])
    return condition("ledger", "has", every(which, booked))


def in_currency(currency: str) -> Filter:
    """Orders of a currency."""
    return condition("currency", "is", currency)
