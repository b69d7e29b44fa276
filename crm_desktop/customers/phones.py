"""Phone numbers: from any format that people write to E.164, by the rules of the customer's country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .countries import region_of

_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True)
class Phone:
    """`text` is E.164 when `checked`, else as written. `national` holds the digits of the national form."""

    text: str
    national: str
    checked: bool


def read_phone(written: str, country: str = "") -> Phone:
    """Reads a number with the rules of `country` (a name or code); without one, only numbers with + or 00 are checked.

    A number with an extension stays as written: E.164 has no place for it.
    """
    text = " ".join(written.split())
    if not text:
        return Phone("", "", False)
    import phonenumbers  # 0.1 s

    region = region_of(country)
    international = re.sub(r"^(\W*)00(?=[1-9])", r"\1+", text)
    attempts = [text] if region and not text.startswith("+") else []
    if international.lstrip("( ").startswith("+"):
        attempts.append(international)
    for attempt in attempts or [text]:
        try:
            number = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and not number.extension:
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return Phone(e164, _national(number), True)
    return Phone(text, "", False)


def national_digits(phone: str) -> str:
    """The digits of the national form of an E.164 number ("030123456" of "+4930123456"); "" for any other text."""
    if not _E164.fullmatch(phone):
        return ""
    import phonenumbers

    try:
        return _national(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return ""


def is_checked(phone: str) -> bool:
    """Whether a stored number is E.164; one that is not was kept as it was written."""
    return _E164.fullmatch(phone) is not None


@lru_cache(maxsize=20_000)  # 0.1 ms each: lists draw them at every frame
def readable(phone: str) -> str:
    """An E.164 number in its international form with spaces; any other text as it is."""
    if not _E164.fullmatch(phone):
        return phone
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _national(number: object) -> str:
    import phonenumbers

    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)  # type: ignore[arg-type]
    return "".join(c for c in national if c.isdecimal())
