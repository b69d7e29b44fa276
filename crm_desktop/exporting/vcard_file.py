"""vCard 3.0 (RFC 2426) and 4.0 (RFC 6350): one card for each customer.

Written by hand: vobject takes a millisecond for a card, which is a quarter of an hour for a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from crm_desktop.exporting.columns import CUSTOMERS, ExportColumn
from crm_desktop.exporting.sink import rows_of
from crm_desktop.stored_json import read_json

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.exporting.sink import Steps

KEYS = (
    "id", "contact_name", "company_name", "customer_type", "status", "email", "other_emails", "phone", "other_phones",
    "address", "city", "state", "postal_code", "country", "source", "tags", "notes",
    "customer_number",
)  # fmt: skip
COLUMNS: tuple[ExportColumn, ...] = tuple(next(c for c in CUSTOMERS if c.key == key) for key in KEYS)
VALUES = tuple(column.sql + ("::text" if column.kind in ("list", "tags") else "") for column in COLUMNS)
# Control characters have no place in a card (RFC 6350, section 3.3).
_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"}
_ESCAPES = _CONTROLS | str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})
_LINE = 75  # octets
_OURS = (("TYPE", "customer_type"), ("STATUS", "status"), ("SOURCE", "source"), ("NUMBER", "customer_number"))


class VcardFile:
    """`version` is "3.0" or "4.0"."""

    def __init__(self, file: BinaryIO, version: str) -> None:
        self._file = file
        self._version = version

    def write(self, connection: psycopg.Connection[Any], statements: Sequence[str], steps: Steps) -> int:
        total = 0
        for row in rows_of(connection, statements, steps):
            self._file.write(card(dict(zip(KEYS, row, strict=True)), self._version))
            total += 1
        return total


def card(customer: dict[str, str | None], version: str) -> bytes:
    """One card. `other_emails`, `other_phones` and `tags` are JSON lists."""
    get = {key: value or "" for key, value in customer.items()}
    is_new = version == "4.0"
    name, company = get["contact_name"], get["company_name"]
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"UID:urn:uuid:{get['id']}"]
    if is_new:
        lines.append(f"KIND:{'individual' if name else 'org'}")
    lines += [f"FN:{_escaped(name or company)}", f"N:{';'.join(map(_escaped, _name_parts(name)))}"]
    if company:
        lines.append(f"ORG:{_escaped(company)}")
    mail, phone = ("", "") if is_new else (";TYPE=INTERNET", ";TYPE=VOICE")
    lines += _values(f"EMAIL{mail}", get["email"], get["other_emails"], is_new)
    lines += _values(f"TEL{phone}", get["phone"], get["other_phones"], is_new)
    place = [get[key] for key in ("address", "city", "state", "postal_code", "country")]
    if any(place):
        lines.append(f"ADR:;;{';'.join(map(_escaped, place))}")
    tags = _read_list(get["tags"])
    if tags:
        lines.append(f"CATEGORIES:{','.join(map(_escaped, tags))}")
    if get["notes"]:
        lines.append(f"NOTE:{_escaped(get['notes'])}")
    for label, key in _OURS:
        if get[key]:
            lines.append(f"X-CRM-{label}:{_escaped(get[key])}")
    lines.append("END:VCARD")
    return b"".join(_folded(line) for line in lines)


def _values(name: str, first: str, others: str, is_new: bool) -> Iterable[str]:
    """All addresses or numbers, the preferred one first and marked."""
    preferred = ";PREF=1" if is_new else ";TYPE=PREF"
    if first:
        yield f"{name}{preferred}:{_escaped(first)}"
    for other in _read_list(others):
        yield f"{name}:{_escaped(other)}"


def _name_parts(name: str) -> tuple[str, str, str, str, str]:
    """Family name and the others. Where the family name begins nobody can know: the last word is the best guess."""
    given, _, family = name.rpartition(" ")
    return family, given, "", "", ""


def _read_list(text: str) -> list[str]:
    found = read_json(text) if text else []
    return [str(each) for each in found] if isinstance(found, list) else []


def _escaped(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """In lines of at most 75 octets, none of which ends within a character."""
    octets = line.encode()
    if len(octets) <= _LINE:
        return octets + b"\r\n"
    parts, start, room = [], 0, _LINE
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(octets[start:end])
        start, room = end, _LINE - 1
    return b"\r\n ".join(parts) + b"\r\n"
