"""What can be exported of each list: columns as data, each with its SQL and a title that an import recognises.

`t` is the list's table, `c` the customer of an interaction, `o`, `a` and `w` are people: owner, author, who follows up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crm_desktop.customers.validation import CUSTOMER_STATUSES, CUSTOMER_TYPES
from crm_desktop.errors import CrmError
from crm_desktop.interactions.validation import INTERACTION_STATUSES, INTERACTION_TYPES, PRIORITIES
from crm_desktop.loyalty.kinds import TIERS
from crm_desktop.orders.validation import ORDER_STATUSES

Kind = Literal["text", "word", "list", "tags", "moment", "number"]
Subject = Literal["customers", "interactions", "orders"]


@dataclass(frozen=True)
class ExportColumn:
    """`sql` gives text for "text" and "word" (a stored value of the specification), JSON for "list" and "tags"."""

    key: str
    title: str
    sql: str
    kind: Kind = "text"
    join: str = ""
    """What has to be joined for it."""
    choices: tuple[str, ...] = ()
    """The values of a "word"."""
    in_all: bool = True
    """Whether "all fields" has it; a column that only repeats others is left out there."""


_CUSTOMER = "JOIN crm.customers c ON c.id = t.customer_id"
_NAME = "coalesce(nullif({0}.contact_name, ''), {0}.company_name)"

CUSTOMERS = (
    ExportColumn("name", "Name", _NAME.format("t"), in_all=False),
    ExportColumn("contact_name", "Contact name", "t.contact_name"),
    ExportColumn("company_name", "Company", "t.company_name"),
    ExportColumn("customer_number", "Customer number", "t.customer_number"),
    ExportColumn("customer_type", "Type", "t.customer_type", "word", choices=CUSTOMER_TYPES),
    ExportColumn("status", "Status", "t.status", "word", choices=CUSTOMER_STATUSES),
    ExportColumn("email", "Email", "t.email"),
    ExportColumn("other_emails", "Other emails", "t.other_emails", "list"),
    ExportColumn("phone", "Phone", "t.phone"),
    ExportColumn("other_phones", "Other phones", "t.other_phones", "list"),
    ExportColumn("address", "Address", "t.address"),
    ExportColumn("postal_code", "Postal code", "t.postal_code"),
    ExportColumn("city", "City", "t.city"),
    ExportColumn("state", "State", "t.state"),
    ExportColumn("country", "Country", "t.country"),
    ExportColumn("source", "Source", "t.source"),
    ExportColumn("tags", "Tags", "t.tags", "tags"),
    ExportColumn("notes", "Notes", "t.notes"),
    ExportColumn("owner", "Responsible", "o.display_name", join="LEFT JOIN crm.users o ON o.id = t.owner_id"),
    ExportColumn("tier", "Tier", "t.tier", "word", choices=TIERS),
    ExportColumn("last_contact", "Last contact", "t.last_contact", "moment"),
    ExportColumn("next_follow_up", "Next follow-up", "t.next_follow_up", "moment"),
    ExportColumn("created_at", "Created", "t.created_at", "moment"),
    ExportColumn("updated_at", "Updated", "t.updated_at", "moment"),
    ExportColumn("id", "ID", "t.id::text"),
)

INTERACTIONS = (
    ExportColumn("created_at", "Logged", "t.created_at", "moment"),
    ExportColumn("customer_name", "Customer", _NAME.format("c"), join=_CUSTOMER),
    ExportColumn("customer_email", "Customer email", "c.email", join=_CUSTOMER),
    ExportColumn("contact", "Contact spoken to", "k.name", join="LEFT JOIN crm.contacts k ON k.id = t.contact_id"),
    ExportColumn("type", "Type", "t.type", "word", choices=INTERACTION_TYPES),
    ExportColumn("subject", "Subject", "t.subject"),
    ExportColumn("description", "Description", "t.description"),
    ExportColumn("outcome", "Outcome", "t.outcome"),
    ExportColumn("priority", "Priority", "t.priority", "word", choices=PRIORITIES),
    ExportColumn("status", "Status", "t.status", "word", choices=INTERACTION_STATUSES),
    ExportColumn("duration", "Duration", "t.duration", "number"),
    ExportColumn("follow_up", "Follow up", "t.follow_up", "moment"),
    ExportColumn("author", "Author", "a.display_name", join="JOIN crm.users a ON a.id = t.user_id"),
    ExportColumn("assignee", "Assignee", "w.display_name", join="LEFT JOIN crm.users w ON w.id = t.assignee_id"),
    ExportColumn("customer_id", "Customer ID", "t.customer_id::text"),
    ExportColumn("id", "ID", "t.id::text"),
)

_EARNED = "(SELECT sum(e.points) FROM crm.loyalty_ledger e WHERE e.order_id = t.id AND e.kind IN ('earn', 'adjust'))"
_LINES = "(SELECT count(*) FROM crm.order_lines l WHERE l.order_id = t.id)"

ORDERS = (
    ExportColumn("order_number", "Number", "t.order_number"),
    ExportColumn("ordered_at", "Date", "t.ordered_at", "moment"),
    ExportColumn("customer_name", "Customer", _NAME.format("c"), join=_CUSTOMER),
    ExportColumn("customer_email", "Customer email", "c.email", join=_CUSTOMER),
    ExportColumn("contact", "Ordered by", "k.name", join="LEFT JOIN crm.contacts k ON k.id = t.contact_id"),
    ExportColumn("status", "Status", "t.status", "word", choices=ORDER_STATUSES),
    ExportColumn("lines", "Lines", _LINES, "number"),
    ExportColumn("total", "Total", "round(t.total, 2)", "number"),
    ExportColumn("currency", "Currency", "t.currency"),
    ExportColumn("points", "Points earned", _EARNED, "number"),
    ExportColumn("notes", "Notes", "t.notes"),
    ExportColumn("updated_at", "Updated", "t.updated_at", "moment"),
    ExportColumn("customer_id", "Customer ID", "t.customer_id::text"),
    ExportColumn("id", "ID", "t.id::text"),
)

COLUMNS: Mapping[Subject, tuple[ExportColumn, ...]] = {
    "customers": CUSTOMERS,
    "interactions": INTERACTIONS,
    "orders": ORDERS,
}


def chosen(subject: Subject, keys: Sequence[str] | None) -> tuple[ExportColumn, ...]:
    """The columns of these keys in this order; None means all fields. CrmError names the keys that there are."""
    known = {column.key: column for column in COLUMNS[subject]}
    if keys is None:
        return tuple(column for column in COLUMNS[subject] if column.in_all)
    unknown = [key for key in keys if key not in known]
    if unknown or not keys:
        said = f"There is no column {unknown[0]}." if unknown else "An export needs at least one column."
        raise CrmError(said, hint=f"Columns: {', '.join(known)}.")
    return tuple(known[key] for key in dict.fromkeys(keys))
