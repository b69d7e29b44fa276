"""The rules for a customer's fields, for the dialog and for every other way in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from crm_desktop import lengths
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import fold, storable

from .reach import Reach, Unchecked, clean_reach

CUSTOMER_TYPES = ("individual", "business")
CUSTOMER_STATUSES = ("active", "inactive", "prospect")
DEFAULT_SOURCE = "website"
MAX_TAG_LENGTH = 50

# One line each; the others may run over several.
_LINES = ("customer_number", "company_name", "contact_name", "city", "state", "country", "postal_code", "source")
_MOST = {**dict.fromkeys(_LINES, lengths.LINE), "address": lengths.ADDRESS, "notes": lengths.TEXT}


@dataclass(frozen=True)
class CustomerInput:
    """What a person types about a customer; the names are the schema's."""

    company_name: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    postal_code: str = ""
    customer_type: str = "individual"
    status: str = "active"
    source: str = DEFAULT_SOURCE
    tags: tuple[str, ...] = ()
    notes: str = ""
    owner_id: UUID | None = None
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    customer_number: str = ""


def validate(
    given: CustomerInput, *, allow_unchecked_phone: Unchecked = False, only: Collection[str] | None = None
) -> CustomerInput:
    """The input as it is saved, or InvalidInput with a sentence per field. With `only`, faults of other fields are
    passed over: they are not about to be saved.

    A phone number becomes E.164 by the rules of the country. One that cannot is refused, or kept as written
    ("not checked") with `allow_unchecked_phone`.
    """
    reach, faults = clean_reach(
        Reach(given.email, given.phone, given.other_emails, given.other_phones),
        given.country,
        allow_unchecked_phone=allow_unchecked_phone,
    )
    lines: dict[str, Any] = {name: " ".join(storable(getattr(given, name)).split()) for name in _LINES}
    clean = replace(
        given,
        **lines,
        **vars(reach),
        address=storable(given.address).strip(),
        notes=storable(given.notes).strip(),
        tags=clean_tags(given.tags),
    )
    faults |= lengths.faults(vars(clean), _MOST)
    if not clean.contact_name and not clean.company_name:
        faults["contact_name"] = "Enter a contact name or a company name."
    if clean.customer_type not in CUSTOMER_TYPES:
        faults["customer_type"] = "Choose individual or business."
    if clean.status not in CUSTOMER_STATUSES:
        faults["status"] = "Choose active, inactive or prospect."
    for tag in clean.tags:
        if len(tag) > MAX_TAG_LENGTH:
            faults["tags"] = f"A tag has at most {MAX_TAG_LENGTH} characters: “{tag[:20]}…” is longer."
    if only is not None:
        faults = {name: fault for name, fault in faults.items() if name in only}
    if faults:
        raise InvalidInput(faults)
    return clean


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without blanks around and within, empty ones and repetitions ("VIP" and "vip" are one: the first stays)."""
    seen: dict[str, str] = {}
    for tag in tags:
        text = " ".join(storable(tag).split())
        if text:
            seen.setdefault(fold(text), text)
    return tuple(seen.values())
