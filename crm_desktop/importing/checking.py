"""Drafts against the rules of `customers/validation.py`, at the speed of large files."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crm_desktop.customers.phones import read_phone
from crm_desktop.customers.reach import check_email
from crm_desktop.customers.validation import MAX_TAG_LENGTH, clean_tags
from crm_desktop.importing.drafts import Draft
from crm_desktop.listing.folding import fold

# The table's sort keys end here; no name, city or number is longer.
LONGEST = 300
_LONGEST_NOTE = 100_000_000
_PLAIN_ADDRESS = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([^@\s]+)")
_IN_BRACKETS = re.compile(r"<([^<>]+@[^<>]+)>")
_LINES = ("company_name", "contact_name", "city", "state", "country", "postal_code", "source")


class Checked(NamedTuple):
    """A row as it goes to the staging table."""

    line: int
    company_name: str
    contact_name: str
    email: str
    phone: str
    phone_national: str
    address: str
    city: str
    state: str
    country: str
    postal_code: str
    customer_type: str
    status: str
    source: str
    tags: tuple[str, ...]
    notes: str


class Refused(Exception):
    """The row breaks a rule; the text says which."""


@lru_cache(maxsize=65_536)
def _domain(domain: str) -> tuple[str, str]:
    """The normal form of an e-mail domain and "", or what is wrong with it."""
    address, fault = check_email(f"a@{domain}")
    return address.partition("@")[2], fault


def _email(written: str) -> tuple[str, str]:
    """As check_email(), which takes 50 µs: most addresses are plain, and their domains repeat."""
    match = _PLAIN_ADDRESS.fullmatch(written)
    if match and len(match[1]) <= 64 and len(written) <= 250:
        domain, fault = _domain(match[2])
        if not fault:
            return f"{match[1]}@{domain}", ""
    return check_email(written)


def check(draft: Draft, line: int) -> Checked:
    """The draft as it is saved. Raises Refused with the reason for a person."""
    # Blanks within a text stay as the file has them: whoever looks for the file's own words finds them.
    values = {name: getattr(draft, name).strip() for name in _LINES}
    if not values["contact_name"] and not values["company_name"]:
        raise Refused("Neither a contact name nor a company name.")
    for name, value in values.items():
        if len(value) > LONGEST:
            said = name.replace("_", " ")
            raise Refused(f"The {said} is {len(value):,} characters long; at most {LONGEST} can be kept.")
    notes = draft.notes
    email = _first_email(draft, notes)
    phone, national = _first_phone(draft, values["country"], notes)
    tags = clean_tags(draft.tags) if draft.tags else ()
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            raise Refused(f"The tag “{tag[:20]}…” has more than {MAX_TAG_LENGTH} characters.")
    note = "\n".join(notes)
    if len(note) + len(draft.address) > _LONGEST_NOTE:
        raise Refused("The notes of this line are too long for the database.")
    return Checked(
        line,
        values["company_name"],
        values["contact_name"],
        email,
        phone,
        national,
        draft.address,
        values["city"],
        values["state"],
        values["country"],
        values["postal_code"],
        draft.customer_type,
        draft.status,
        values["source"],
        tags,
        note,
    )


def _first_email(draft: Draft, notes: list[str]) -> str:
    """The first address that is one; the others go to the notes. With none that is one, the row is refused."""
    taken = fault = ""
    for written, label in draft.emails:
        if taken:
            notes.append(f"{label}: {written}")
            continue
        inner = _IN_BRACKETS.search(written)
        address, wrong = _email((inner[1] if inner else written).removeprefix("mailto:").strip())
        if wrong:
            fault = fault or f"{wrong} ({_short(written)})"
            notes.append(f"{label}: {written}")
        else:
            taken = address
    if fault and not taken:
        raise Refused(fault)
    if len(taken) > LONGEST:
        raise Refused(f"The e-mail address is {len(taken):,} characters long.")
    return taken


def _first_phone(draft: Draft, country: str, notes: list[str]) -> tuple[str, str]:
    """The first number, E.164 where the country's rules make one of it, else as written; the others go to the notes."""
    if not draft.phones:
        return "", ""
    written = draft.phones[0][0]
    if len(written) > LONGEST:
        raise Refused(f"The phone number is {len(written):,} characters long; at most {LONGEST} can be kept.")
    for other, label in draft.phones[1:]:
        notes.append(f"{label}: {other}")
    phone = read_phone(" ".join(written.split()), country)
    return phone.text, phone.national


def _key(text: str) -> str:
    return " ".join(fold(text).split())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def same_in_file(row: Checked) -> tuple[str, ...]:
    """What makes two rows of one file the same customer: any one of these in common.

    A shared mailbox (info@) or a placeholder address does not make two people one, so the name counts too. Without an
    address: the same name at the same company with the same number, or in the same city with nothing against it."""
    name, company = _key(row.contact_name), _key(row.company_name)
    if row.email:
        return (f"e\0{row.email.lower()}\0{name or company}",)
    keys = []
    if row.phone:
        keys.append(f"p\0{row.phone}\0{name}\0{company}")
    if company or not row.phone:
        keys.append(f"c\0{_key(row.city)}\0{name}\0{company}")
    return tuple(keys)
