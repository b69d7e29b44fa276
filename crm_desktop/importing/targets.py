"""What a column can hold, per kind of import: the targets that a person chooses among, and how names are recognised.

A target is a word: a field ("city"), "note" (kept in the notes under the column's name), "leave" (left out), or
"address:home:city" and "label:..." where the names of other programs say more than a field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from crm_desktop.importing import columns
from crm_desktop.importing.mapping import Place, count_recognised, map_columns, places, plain, recognise

NOTE, LEAVE = "note", "leave"


@dataclass(frozen=True)
class Target:
    """A choice for a column. `group` is the heading that it stands under."""

    key: str
    title: str
    group: str


def _targets(group: str, *pairs: tuple[str, str]) -> tuple[Target, ...]:
    return tuple(Target(key, title, group) for key, title in pairs)


_NAME_PARTS = (
    ("first_name", "First name"), ("middle_name", "Middle name"), ("last_name", "Last name"),
               ("prefix", "Title before the name"),
    ("suffix", "Suffix after the name"), ("file_as", "Nickname"))  # fmt: skip
_WHOSE = (
    ("customer_number", "Customer number"), ("customer_email", "Customer email"), ("customer_phone", "Customer phone"),
    ("customer_name", "Customer name"), ("company_name", "Company name"))  # fmt: skip
_OTHERWISE = ((NOTE, "Keep in the notes"), (LEAVE, "Leave out"))

TARGETS: dict[str, tuple[Target, ...]] = {
    "customers": (
        *_targets("Name", ("contact_name", "Contact name"), ("company_name", "Company name"), *_NAME_PARTS),
        *_targets("Contact", ("email", "Email"), ("phone", "Phone")),
        *_targets(
            "Address",
            ("address::street", "Street"), ("address::street_2", "Street, second line"),
            ("address::po_box", "PO box"), ("address::postal_code", "Postal code"), ("address::city", "City"),
            ("address::state", "State or region"),
            ("address::country", "Country"),
        ),
        *_targets(
            "Customer",
            ("customer_number", "Customer number"),
            ("customer_type", "Customer type"), ("status", "Status"), ("source", "Source"), ("tags", "Tags"),
            ("notes", "Notes"), ("created_at", "Customer since"),
        ),
        *_targets("Otherwise", *_OTHERWISE),
    ),
    "contacts": (
        *_targets("Company", ("company_name", "Company name"), ("company_email", "Company email")),
        *_targets("Contact", ("contact_name", "Contact name"), *_NAME_PARTS[:3], ("role", "Role at the company"),
                  ("email", "Email"), ("phone", "Phone"), ("is_primary", "Primary contact"), ("notes", "Notes")),
        *_targets("Otherwise", *_OTHERWISE),
    ),
    "interactions": (
        *_targets("Customer", *_WHOSE),
        *_targets(
            "Interaction",
            ("subject", "Subject"), ("type", "Interaction type"), ("created_at", "Date"),
            ("description", "Description"),
            ("outcome", "Outcome"), ("status", "Status"), ("priority", "Priority"), ("duration", "Duration"),
            ("follow_up", "Follow-up"), ("author", "Author (username)"),
        ),
        *_targets("Otherwise", (NOTE, "Keep in the description"), (LEAVE, "Leave out")),
    ),
    "products": (
        *_targets("Product", ("sku", "SKU"), ("name", "Name"), ("category", "Category"), ("unit_price", "Price"),
                  ("currency", "Currency"), ("is_active", "Active"), ("discontinued", "Discontinued")),
        *_targets("Otherwise", (LEAVE, "Leave out")),
    ),
    "orders": (
        *_targets("Order", ("order_number", "Order number"), ("ordered_at", "Date"), ("status", "Status"),
                  ("shipped_at", "Day of shipping"), ("currency", "Currency"), ("total", "Total"), ("notes", "Notes")),
        *_targets("Customer", *_WHOSE),
        *_targets("Line", ("sku", "SKU"), ("description", "Description"), ("quantity", "Quantity"),
                  ("unit_price", "Unit price"), ("discount", "Discount, percent or fraction"),
                  ("discount_percent", "Discount in percent"), ("discount_fraction", "Discount as a fraction")),
        *_targets("Otherwise", *_OTHERWISE),
    ),
}  # fmt: skip

# Fields that one value can fill for the whole file: key, title, and the values to choose among (none: any text).
FIXED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "customers": (
        ("source", "Source", ()),
        ("status", "Status", ("active", "inactive", "prospect")),
        ("customer_type", "Customer type", ("individual", "business")),
        ("country", "Country", ()),
        ("city", "City", ()),
    ),
    "contacts": (("company_name", "Company name", ()), ("role", "Role at the company", ())),
    "interactions": (
        ("type", "Interaction type", ("call", "email", "meeting", "support", "sale", "follow_up", "other")),
        ("status", "Status", ("pending", "completed", "cancelled")),
        ("priority", "Priority", ("low", "medium", "high", "urgent")),
        ("subject", "Subject", ()),
    ),
    "products": (("currency", "Currency", ()), ("category", "Category", ())),
    "orders": (
        ("currency", "Currency", ()),
        ("status", "Status", ("open", "paid", "shipped", "completed", "cancelled", "refunded")),
    ),
}


def place_of(key: str) -> Place | None:
    """What a target means for the columns of customers; None for what is just kept in the notes."""
    for kind, found in (("address:", "address"), ("label:", "label")):
        if key.startswith(kind):
            group, _, part = key.removeprefix(kind).partition(":")
            return Place("address", part, group, _RANKS.get(group, 0)) if found == "address" else Place("label", group)
    if key == LEAVE:
        return Place("left_out")
    if key == NOTE:
        return Place("kept")
    if key in ("email", "phone"):
        return Place(key)
    if key in columns.NAMES:
        return Place("name", key)
    return Place("field", key) if key else None


def key_of(place: Place | None) -> str:
    """The target that a recognised name stands for; "" when it is not known."""
    if place is None:
        return ""
    match place.kind:
        case "address":
            return f"address:{place.group}:{place.part}"
        case "label":
            return f"label:{place.part}"
        case "kept":
            return NOTE
        case "left_out":
            return LEAVE
        case "email" | "phone":
            return place.kind
    return place.part


_RANKS = {group: rank for rank, group in reversed(list(enumerate(columns.ADDRESS_GROUPS.values())))}


def title_of(kind: str, key: str) -> str:
    """A target in words, also one that cannot be chosen but was recognised: "City (home)"."""
    for target in TARGETS[kind]:
        if target.key == key:
            return target.title
    if key.startswith("label:"):
        return "Label of another column"
    if key.startswith("address:"):
        group, _, part = key.removeprefix("address:").partition(":")
        words = part.replace("_", " ")
        return f"{words[:1].upper()}{words[1:]}" + (f" ({group})" if group else "")
    return key.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Recogniser:
    """The names of one kind of import."""

    target: Callable[[str], str]
    count: Callable[[list[str]], int]
    known: tuple[str, ...]


@cache
def recogniser(kind: str) -> Recogniser:
    """How the columns of this kind are recognised by their names."""
    if kind == "customers":
        return Recogniser(lambda name: key_of(recognise(name)), count_recognised, tuple(places()))
    names = {plain(name): key for key, listed in columns.OTHER_KINDS[kind].items() for name in reversed(listed)}
    refused = {plain(name): LEAVE for name in ("reason refused", "line refused")}
    table = {**names, **refused}

    def count(header: list[str]) -> int:
        return len({table[plain(name)] for name in header if plain(name) in table})

    return Recogniser(lambda name: table.get(plain(name), ""), count, tuple(table))


def recognised(kind: str, header: Sequence[str]) -> tuple[str, ...]:
    """A target for each column, "" where the name is not known. One target may be there several times."""
    target = recogniser(kind).target
    found = [target(name) for name in header]
    if kind == "customers":
        for part, index in map_columns(header).names.items():
            found[index] = part  # the only name of an account is that of the company
    return tuple(found)


_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"[+(]?\d[\d\s()./-]{5,}\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


def suggestion(kind: str, name: str, examples: Sequence[str]) -> str:
    """What a column of an unknown name may hold, by its likeness to known names and by its values; "" when unclear."""
    filled = [example.strip() for example in examples if example.strip()]
    chosen = {target.key for target in TARGETS[kind]}
    for pattern, keys in (
        (_EMAIL, ("email", "customer_email")), (_DATE, ("created_at", "ordered_at")),
        (_PHONE, ("phone", "customer_phone")),
    ):  # fmt: skip
        if filled and all(pattern.fullmatch(example) for example in filled):
            return next((key for key in keys if key in chosen), "")
    known = recogniser(kind)
    for close in difflib.get_close_matches(plain(name), known.known, n=3, cutoff=0.78):
        key = known.target(close)
        if key in chosen and key not in (NOTE, LEAVE):
            return key
    return ""
