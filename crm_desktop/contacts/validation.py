"""The rules for a contact's fields."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crm_desktop import lengths
from crm_desktop.customers.reach import Reach, Unchecked, clean_reach
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import storable

MAX_ROLE_LENGTH = 100
_TOO_LONG = f"A role has at most {MAX_ROLE_LENGTH} characters."
_MOST = {"name": lengths.LINE, "notes": lengths.TEXT}


@dataclass(frozen=True)
class ContactInput:
    """What a person types about a contact; the names are the schema's. `role` belongs to the place at the company."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    notes: str = ""


def validate(given: ContactInput, country: str = "", *, allow_unchecked_phone: Unchecked = False) -> ContactInput:
    """The input as it is saved, or InvalidInput with a sentence per field.

    Phone numbers are read by the rules of `country`, that of the company.
    """
    reach, faults = clean_reach(
        Reach(given.email, given.phone, given.other_emails, given.other_phones),
        country,
        allow_unchecked_phone=allow_unchecked_phone,
    )
    clean = replace(
        given,
        **vars(reach),
        name=" ".join(storable(given.name).split()),
        role=_one_line(given.role),
        notes=storable(given.notes).strip(),
    )
    faults |= lengths.faults(vars(clean), _MOST)
    if not clean.name:
        faults["name"] = "Enter the name of the contact."
    if len(clean.role) > MAX_ROLE_LENGTH:
        faults["role"] = _TOO_LONG
    if faults:
        raise InvalidInput(faults)
    return clean


def clean_role(written: str) -> str:
    """A role as it is saved, in one line; InvalidInput where it is too long."""
    role = _one_line(written)
    if len(role) > MAX_ROLE_LENGTH:
        raise InvalidInput({"role": _TOO_LONG})
    return role


def _one_line(written: str) -> str:
    return " ".join(storable(written).split())
