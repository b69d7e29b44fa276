"""The rules for a customer's fields, for the dialog and for every other way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import fold, storable

from .phones import read_phone

CUSTOMER_TYPES = ("individual", "business")
CUSTOMER_STATUSES = ("active", "inactive", "prospect")
DEFAULT_SOURCE = "website"
MAX_TAG_LENGTH = 50

# One line each; the others may run over several.
_LINES = ("company_name", "contact_name", "email", "phone", "city", "state", "country", "postal_code", "source")


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


def validate(given: CustomerInput, *, allow_unchecked_phone: bool = False) -> CustomerInput:
    """The input as it is saved, or InvalidInput with a sentence per field.

    A phone number becomes E.164 by the rules of the country. One that cannot is refused, or kept as written
    ("not checked") with `allow_unchecked_phone`.
    """
    faults: dict[str, str] = {}
    lines: dict[str, Any] = {name: " ".join(storable(getattr(given, name)).split()) for name in _LINES}
    clean = replace(
        given,
        **lines,
        address=storable(given.address).strip(),
        notes=storable(given.notes).strip(),
        tags=clean_tags(given.tags),
    )
    if not clean.contact_name and not clean.company_name:
        faults["contact_name"] = "Enter a contact name or a company name."
    if clean.customer_type not in CUSTOMER_TYPES:
        faults["customer_type"] = "Choose individual or business."
    if clean.status not in CUSTOMER_STATUSES:
        faults["status"] = "Choose active, inactive or prospect."
    for tag in clean.tags:
        if len(tag) > MAX_TAG_LENGTH:
            faults["tags"] = f"A tag has at most {MAX_TAG_LENGTH} characters: “{tag[:20]}…” is longer."
    if clean.email:
        email, fault = check_email(clean.email)
        clean = replace(clean, email=email)
        if fault:
            faults["email"] = fault
    if clean.phone:
        phone = read_phone(clean.phone, clean.country)
        clean = replace(clean, phone=phone.text)
        if not phone.checked and not allow_unchecked_phone:
            faults["phone"] = _phone_advice(clean)
    if faults:
        raise InvalidInput(faults)
    return clean


def check_email(written: str) -> tuple[str, str]:
    """The address in its normal form and "", or as written and what is wrong with it. Asks no name server."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(written, check_deliverability=False).normalized, ""
    except EmailNotValidError as error:
        return written, f"This is not an e-mail address: {str(error)[:1].lower()}{str(error)[1:]}"


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without blanks around and within, empty ones and repetitions ("VIP" and "vip" are one: the first stays)."""
    seen: dict[str, str] = {}
    for tag in tags:
        text = " ".join(storable(tag).split())
        if text:
            seen.setdefault(fold(text), text)
    return tuple(seen.values())


def _phone_advice(clean: CustomerInput) -> str:
    if not clean.country and not clean.phone.startswith(("+", "00")):
        return "Add the country, or start the number with + and the country code."
    return "This is not a complete phone number of that country. Correct it, or keep it as written."
