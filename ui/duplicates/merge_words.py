"""The words of merging: what differs, what moves, what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.duplicates.rows import MergePreview
from crm_desktop.listing.folding import fold
from ui.customers.words import LABELS, STATUS_WORDS, TYPE_WORDS
from ui.interactions.local_time import day_text, now_wall, to_wall

# The fields of which one value stays, in the order of the customer dialog.
FIELDS = (
    "contact_name",
    "company_name",
    "customer_type",
    "status",
    "customer_number",
    "email",
    "phone",
    "address",
    "city",
    "postal_code",
    "state",
    "country",
    "source",
    "owner_id",
)
_NOUNS = {
    "customer_interactions": ("interaction", "interactions"),
    "orders": ("order", "orders"),
    "contact_positions": ("contact", "contacts"),
    "consents": ("consent", "consents"),
    "attachments": ("file", "files"),
}


def value_text(customer: CustomerDetails, field: str) -> str:
    """A field's value as a person reads it; "" when blank."""
    if field == "owner_id":
        return customer.owner_name
    value = str(getattr(customer, field))
    if field == "customer_type":
        return TYPE_WORDS.get(value, value)
    return STATUS_WORDS.get(value, value) if field == "status" else value


def choices(customers: Sequence[CustomerDetails], field: str) -> list[tuple[UUID, str]]:
    """The values that differ, each with the first customer who has it; blank ones have nothing to offer."""
    return list(_by_value(customers, field).values())


def place_of(customer: CustomerDetails, field: str, customers: Sequence[CustomerDetails]) -> int:
    """Which of the choices is a customer's own value; 0 where it has none."""
    values = list(_by_value(customers, field))
    own = _key(customer, field)
    return values.index(own) if own in values else 0


def _by_value(customers: Sequence[CustomerDetails], field: str) -> dict[str, tuple[UUID, str]]:
    found: dict[str, tuple[UUID, str]] = {}
    for customer in customers:
        key = _key(customer, field)
        if key:
            found.setdefault(key, (customer.id, value_text(customer, field)))
    return found


def _key(customer: CustomerDetails, field: str) -> str:
    """Case makes no other address, but it may make the better name."""
    text = value_text(customer, field).strip()
    return fold(text) if field == "email" else text


def differing(customers: Sequence[CustomerDetails]) -> tuple[str, ...]:
    """The fields in which there is something to choose."""
    return tuple(field for field in FIELDS if len(choices(customers, field)) > 1)


def alike(customers: Sequence[CustomerDetails]) -> tuple[tuple[str, str], ...]:
    """The other fields that are filled: label and value."""
    found = ((field, choices(customers, field)) for field in FIELDS)
    return tuple((LABELS[field], values[0][1]) for field, values in found if len(values) == 1)


def all_values(customers: Iterable[CustomerDetails], main: str, others: str) -> tuple[str, ...]:
    """Every email address or phone number of all of them, each once."""
    seen: dict[str, str] = {}
    for customer in customers:
        for value in (getattr(customer, main), *getattr(customer, others)):
            if value.strip():
                seen.setdefault(fold(value.strip()), value.strip())
    return tuple(seen.values())


def moving_words(preview: MergePreview, survivor: UUID) -> str:
    """What goes over to the survivor, as a sentence."""
    counts: dict[str, int] = {}
    points = 0
    for customer in preview.customers:
        if customer.id != survivor:
            points += customer.points_balance or 0
            for moving in preview.moving[customer.id]:
                counts[moving.table] = counts.get(moving.table, 0) + moving.count
    parts = [_count(number, *_nouns(table)) for table, number in sorted(counts.items(), key=_order) if number]
    if points:
        parts.append(_count(points, "loyalty point", "loyalty points"))
    name = next(customer.name for customer in preview.customers if customer.id == survivor)
    if not parts:
        return f"Nothing has to move to {name}."
    moves = "moves" if len(parts) == 1 and parts[0].startswith("1 ") else "move"
    return f"{listed(parts)} {moves} to {name}."


def since(customer: CustomerDetails) -> str:
    """ "since Sun 8 Feb"; "" when nobody knows."""
    if customer.created_at is None:
        return ""
    day = day_text(to_wall(customer.created_at).date(), now_wall().date())
    return "since " + (day.lower() if day in ("Today", "Yesterday") else day)


def told_apart(customers: Sequence[CustomerDetails]) -> dict[UUID, str]:
    """Their names; those who bear the same one with what else tells them apart, numbered at last."""
    names = [customer.name for customer in customers]
    found: dict[UUID, str] = {}
    used: Counter[str] = Counter()
    for customer in customers:
        name = customer.name
        if names.count(name) > 1:
            name = f"{name} ({since(customer) or 'date unknown'})"
        used[name] += 1
        found[customer.id] = name if used[name] == 1 else f"{name}, {used[name]}"
    return found


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def names_of(customers: Iterable[CustomerDetails], survivor: UUID) -> list[str]:
    """The names of those that are merged into the survivor."""
    return [customer.name for customer in customers if customer.id != survivor]


def _nouns(table: str) -> tuple[str, str]:
    plain = table.replace("_", " ")
    return _NOUNS.get(table, (plain.removesuffix("s"), plain))


def _order(item: tuple[str, int]) -> int:
    return list(_NOUNS).index(item[0]) if item[0] in _NOUNS else len(_NOUNS)


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
