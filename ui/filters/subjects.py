"""What can be filtered on each list, in the order that the builder offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm_desktop.customers.listed import FIELDS as CUSTOMER_FIELDS
from crm_desktop.customers.queries import customer_listing
from crm_desktop.interactions.listed import FIELDS as INTERACTION_FIELDS
from crm_desktop.interactions.queries import interaction_listing
from crm_desktop.listing.filters import Field, Kind
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.related import ENTRY_FIELDS, MOVE_FIELDS
from crm_desktop.orders.listed import FIELDS as ORDER_FIELDS
from crm_desktop.orders.listed import LINE_FIELDS
from crm_desktop.orders.queries import order_listing


@dataclass(frozen=True)
class FilterSubject:
    """One kind of list. `offered` has the names of fields; "" draws a line between."""

    key: str
    noun: str
    fields: Mapping[str, Field]
    offered: tuple[str, ...]
    listing: Callable[[ListRequest], Listing[Any]]


INTERACTIONS = FilterSubject(
    "interactions",
    "interaction",
    INTERACTION_FIELDS,
    (
        *("type", "status", "priority", "due", ""),
        *("created_at", "follow_up", "done", "completed_at", "contact_at", "updated_at", ""),
        *("user_id", "assignee_id", "spoken_to", ""),
        *("subject", "description", "outcome", "duration"),
    ),
    interaction_listing,
)
CUSTOMERS = FilterSubject(
    "customers",
    "customer",
    CUSTOMER_FIELDS,
    (
        *("customer_type", "status", "tier", "tags", "source", "owner_id", "segment", ""),
        *("last_contact", "next_follow_up", "follow_ups", "interactions", "created_at", "updated_at", ""),
        *("loyalty_member", "points_balance", "points_earned", "loyalty_activity", "ledger", "tier_moves", ""),
        *("orders", "order_count", "total_spent", "last_order", ""),
        *("city", "state", "country", "postal_code", "address", ""),
        *("name", "company_name", "contact_name", "customer_number", "email", "phone", "notes", "search", ""),
        *("reachable", "email_valid", "phone_checked", "possible_duplicate"),
    ),
    customer_listing,
)
LINES = FilterSubject(
    "lines", "line", LINE_FIELDS, ("product", "category", "description", "quantity", "line_total"), order_listing
)
ORDERS = FilterSubject(
    "orders",
    "order",
    ORDER_FIELDS,
    (
        *("status", "ordered_at", "total", "currency", "counts", "points", "lines", ""),
        *("customer", "ordered_by", "order_number", "notes", "updated_at"),
    ),
    order_listing,
)
ENTRIES = FilterSubject(
    "ledger", "entry", ENTRY_FIELDS, ("kind", "points", "created_at", "reason", "created_by"), customer_listing
)
MOVES = FilterSubject("tier_moves", "move", MOVE_FIELDS, ("from_tier", "to_tier", "created_at"), customer_listing)
OF_RELATED = {
    "interactions": INTERACTIONS, "orders": ORDERS, "lines": LINES, "ledger": ENTRIES, "tier_moves": MOVES,
}  # fmt: skip
"""Which list a condition on related rows filters."""

_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: (
        *("contains", "not_contains", "is", "is_not", "starts_with", "ends_with", "in", "not_in"),
        *("is_blank", "is_filled"),
    ),
    Kind.SEARCH: ("matches",),
    Kind.CHOICE: ("is", "is_not", "in", "not_in", "is_blank", "is_filled"),
    Kind.TAGS: ("has_any", "has_all", "has_none", "is_blank", "is_filled"),
    Kind.MOMENT: (
        *("within", "not_within", "before", "after", "on", "on_or_before", "on_or_after", "between"),
        *("is_blank", "is_filled"),
    ),
    Kind.NUMBER: ("at_least", "at_most", "more_than", "less_than", "is", "is_not", "between", "is_blank", "is_filled"),
    Kind.MONEY: ("at_least", "at_most", "more_than", "less_than", "between"),
    Kind.REFERENCE: ("is", "is_not", "in", "not_in", "is_blank", "is_filled"),
    Kind.YES_NO: ("is",),
    Kind.RELATED: ("has", "has_no", "at_least", "at_most", "exactly"),
    Kind.SEGMENT: ("is", "is_not", "in", "not_in"),
}


def operators(field: Field) -> tuple[str, ...]:
    """What the builder offers for a field, the usual one first."""
    return tuple(each for each in _OPERATORS[field.kind] if field.may_be_blank or each not in ("is_blank", "is_filled"))
