"""Drafts against the rules of `customers/validation.py`, at the speed of large files."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crm_desktop.customers.phones import read_phone
from crm_desktop.customers.reach import check_email
from crm_desktop.customers.validation import MAX_TAG_LENGTH, clean_tags
from crm_desktop.importing.drafts import Draft
from crm_desktop.importing.mapping import plain
from crm_desktop.importing.moments import read_moment
from crm_desktop.lengths import ADDRESS, LINE, TEXT
from crm_desktop.listing.folding import fold

_PLAIN_ADDRESS = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([^@\s]+)")
_IN_BRACKETS = re.compile(r"<([^<>]+@[^<>]+)>")
_LINES = ("customer_number", "company_name", "contact_name", "city", "state", "country", "postal_code", "source")


class Checked(NamedTuple):
    """A row as it goes to the staging table."""

    line: int
    customer_number: str
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
    created_at: str
    defaulted: str
    other_emails: tuple[str, ...]
    other_phones: tuple[str, ...]
    other_phones_national: str
    tags: tuple[str, ...]
    notes: str


class Refused(Exception):
    """The row breaks a rule; the text says which."""


@lru_cache(maxsize=65_536)
def _domain(domain: str) -> tuple[str, str]:
    """The normal form of an email domain and "", or what is wrong with it."""
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


def check(draft: Draft, line: int, date_order: str = "") -> Checked:
    """The draft as it is saved. Raises Refused with the reason for a person."""
    # Blanks within a text stay as the file has them: whoever looks for the file's own words finds them.
    values = {name: getattr(draft, name).strip() for name in _LINES}
    if not values["contact_name"] and not values["company_name"]:
        raise Refused("Neither a contact name nor a company name.")
    for name, value in values.items():
        if len(value) > LINE:
            said = name.replace("_", " ")
            raise Refused(f"The {said} is {len(value):,} characters long; at most {LINE} can be kept.")
    notes = draft.notes
    email, *other_emails = read_emails(draft.emails, notes) or ("",)
    (phone, national), *others = read_phones(draft.phones, values["country"], notes) or [("", "")]
    created_at = ""
    if draft.created_at:
        try:
            created_at = read_moment(draft.created_at, date_order).isoformat()
        except ValueError as error:
            raise Refused(f"Customer since: {error}") from error
    tags = clean_tags(draft.tags) if draft.tags else ()
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            raise Refused(f"The tag “{tag[:20]}…” has more than {MAX_TAG_LENGTH} characters.")
    note = "\n".join(notes)
    for said, text, most in (("address", draft.address, ADDRESS), ("notes", note, TEXT)):
        if len(text) > most:
            raise Refused(f"The {said} of this line are {len(text):,} characters long; at most {most:,} can be kept.")
    return Checked(
        line,
        values["customer_number"],
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
        created_at,
        draft.defaulted,
        tuple(other_emails),
        tuple(other for other, _ in others),
        " ".join(filter(None, (digits for _, digits in others))),
        tags,
        note,
    )


# Labels that say no more than that it is an address or a number: not worth a line in the notes.
_GENERAL = re.compile(
    r"(?:other|additional|secondary|alternate|primary|all)?(?:email|mail|phone|telephone|tel|telefon|phonenumber)"
    r"(?:address)?(?:es|s)?\d*(?:value|address)?"
)


def _label(label: str, value: str, notes: list[str]) -> None:
    """Keeps what a further value is ("Home phone: ...") where its column says so."""
    if not _GENERAL.fullmatch(plain(label)):
        notes.append(f"{label}: {value}")


def read_emails(written: list[tuple[str, str]], notes: list[str]) -> list[str]:
    """The addresses that are ones, each once; what is none goes to the notes. With none that is one, Refused."""
    taken: list[str] = []
    fault = ""
    for text, label in written:
        inner = _IN_BRACKETS.search(text)
        address, wrong = _email((inner[1] if inner else text).removeprefix("mailto:").strip())
        if wrong:
            fault = fault or f"{wrong} ({_short(text)})"
            notes.append(f"{label}: {text}")
        elif len(address) > LINE:
            raise Refused(f"The email address is {len(address):,} characters long.")
        elif all(address.lower() != other.lower() for other in taken):
            if taken:
                _label(label, text, notes)
            taken.append(address)
    if fault and not taken:
        raise Refused(fault)
    return taken


def read_phones(written: list[tuple[str, str]], country: str, notes: list[str]) -> list[tuple[str, str]]:
    """The numbers with their national form, each once: E.164 where the country's rules make one of it."""
    taken: list[tuple[str, str]] = []
    for text, label in written:
        if len(text) > LINE:
            raise Refused(f"The phone number is {len(text):,} characters long; at most {LINE} can be kept.")
        phone = read_phone(" ".join(text.split()), country)
        if all(phone.text != other for other, _ in taken):
            if taken:
                _label(label, text, notes)
            taken.append((phone.text, phone.national))
    return taken


def _key(text: str) -> str:
    return " ".join(fold(text).split())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def same_in_file(row: Checked, key: str = "usual") -> tuple[str, ...]:
    """What makes two rows of one file the same customer: any one of these in common.

    "usual": a shared mailbox (info@) or a placeholder address does not make two people one, so the name counts too.
    Without an address: the same name at the same company with the same number, or in the same city with nothing
    against it. A row without the chosen key is compared as usual. With "" nothing but the customer number counts,
    which no two customers share."""
    number = (f"n\0{_key(row.customer_number)}",) if row.customer_number else ()
    if not key or (number and key in ("usual", "customer_number")):
        return number
    if key not in ("usual", "customer_number"):
        chosen = [*number]
        if row.email and key in ("email", "email_or_phone"):
            chosen.append(f"E\0{fold(row.email)}")
        if row.phone and key in ("phone", "email_or_phone"):
            chosen.append(f"P\0{digits(row.phone) or row.phone}")
        if key == "company_city" and row.company_name:
            chosen.append(f"C\0{_key(row.company_name)}\0{_key(row.city)}")
        if len(chosen) > len(number):
            return tuple(chosen)
    name, company = _key(row.contact_name), _key(row.company_name)
    if row.email:
        return (*number, f"e\0{row.email.lower()}\0{name or company}")
    keys = [*number]
    if row.phone:
        keys.append(f"p\0{row.phone}\0{name}\0{company}")
    if company or not row.phone:
        keys.append(f"c\0{_key(row.city)}\0{name}\0{company}")
    return tuple(keys)


def digits(phone: str) -> str:
    """The digits of a number, as crm.digits()."""
    return "".join(character for character in phone if "0" <= character <= "9")
