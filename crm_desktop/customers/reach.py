"""The rules for where somebody can be reached, for customers and contacts: email addresses and phones, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crm_desktop.lengths import LINE, too_long
from crm_desktop.listing.folding import storable

from .phones import read_phone

MOST_OTHERS = 50
Unchecked = bool | Collection[str]
"""Whether numbers that cannot be checked are kept as written; or which of them are."""


@dataclass(frozen=True)
class Reach:
    """The main address and number, and the others in their order."""

    email: str = ""
    phone: str = ""
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()


def clean_reach(given: Reach, country: str = "", *, allow_unchecked_phone: Unchecked) -> tuple[Reach, dict[str, str]]:
    """The values as they are saved, and a sentence for each field that cannot be.

    The first of the others takes the place of a main one that is blank. A number becomes E.164 by the rules of the
    country; one that cannot is refused, or kept as written ("not checked") where `allow_unchecked_phone` says so.
    """
    faults: dict[str, str] = {}
    emails: dict[str, str] = {}
    for text, is_other in _lines(given.email, given.other_emails):
        email, fault = (text, long) if (long := too_long(text, LINE)) else check_email(text)
        if fault:
            _blame(faults, "email", text if len(text) <= LINE else f"{text[:20]}…", fault, is_other)
        emails.setdefault(email.casefold(), email)
    phones: dict[str, str] = {}
    for text, is_other in _lines(given.phone, given.other_phones):
        if fault := too_long(text, LINE):
            _blame(faults, "phone", f"{text[:20]}…", fault, is_other)
            phones.setdefault(text, text)
            continue
        phone = read_phone(text, country)
        kept = allow_unchecked_phone if isinstance(allow_unchecked_phone, bool) else text in allow_unchecked_phone
        if not phone.checked and not kept:
            _blame(faults, "phone", text, _phone_advice(phone.text, country), is_other)
        phones.setdefault(phone.text, phone.text)
    for name, found in (("other_emails", emails), ("other_phones", phones)):
        if len(found) > MOST_OTHERS + 1:
            faults[name] = f"At most {MOST_OTHERS} others can be kept."
    (email, *other_emails), (phone_text, *other_phones) = [*emails.values()] or [""], [*phones.values()] or [""]
    return Reach(email, phone_text, tuple(other_emails), tuple(other_phones)), faults


def check_email(written: str) -> tuple[str, str]:
    """The address in its normal form and "", or as written and what is wrong with it. Asks no name server."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(written, check_deliverability=False).normalized, ""
    except EmailNotValidError as error:
        return written, f"This is not an email address: {str(error)[:1].lower()}{str(error)[1:]}"


def _lines(main: str, others: Iterable[str]) -> list[tuple[str, bool]]:
    """Each value that is not blank, in one line, and whether it is one of the others."""
    given = [(main, False), *((other, True) for other in others)]
    clean = [(" ".join(storable(text).split()), is_other) for text, is_other in given]
    return [(text, is_other) for text, is_other in clean if text]


def _blame(faults: dict[str, str], name: str, text: str, fault: str, is_other: bool) -> None:
    """Among several values the message has to say which."""
    faults.setdefault(f"other_{name}s" if is_other else name, f"“{text}”: {fault}" if is_other else fault)


def _phone_advice(phone: str, country: str) -> str:
    if not country and not phone.startswith(("+", "00")):
        return "Add the country, or start the number with + and the country code."
    return "This is not a complete phone number of that country. Correct it, or keep it as written."
