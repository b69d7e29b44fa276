"""Address cards (vCard 2.1, 3 and 4): the file is split into cards here, each is read by vobject."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from crm_desktop.importing.records import Record

HEADER = (
    "Full name", "First name", "Middle name", "Last name", "Name prefix", "Name suffix", "Nickname", "Company",
    "Department", "Job title", "Emails", "Phones", "Fax", "Street", "PO box", "City", "Region", "Postal code",
    "Country", "Other addresses", "Website", "Birthday", "Categories", "Notes",
)  # fmt: skip
_SEPARATOR = re.compile(r"[;,|\n]|:::")
BETWEEN = " ::: "  # several values in one cell, as Google writes them
REFUSED = "X-CRM-REFUSED"
LONGEST = 1 << 26
_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END = re.compile(r"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
# Pictures and keys: large, and of no use here.
_LEFT_OUT = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT|X-CRM-REFUSED)[;:]", re.IGNORECASE)
_NO_END = "This card has no END:VCARD."


class CardRows:
    """The cards of an opened file as rows; `line` is that of BEGIN:VCARD. Only one card is held at a time."""

    joined = 0

    def __init__(self, text: TextIO, size: int) -> None:
        self.header = list(HEADER)
        self.zeros = 0
        self._text = text
        self._size = max(1, size)
        self._characters = 0

    @property
    def share(self) -> float:
        return min(1.0, self._characters / self._size)

    def __iter__(self) -> Iterator[Record]:
        card: list[str] = []
        began, length, depth = 0, 0, 0
        leaving = False  # a card that was too large, up to its end
        for number, line in enumerate(self._lines(), 1):
            if leaving:
                leaving = not _END.fullmatch(line)
                continue
            if _BEGIN.fullmatch(line):
                if card and depth and not line[:1].isspace() and card[-1].upper().startswith("AGENT"):
                    depth += 1  # vCard 2.1 has a card inside a card
                else:
                    if card:
                        yield _broken(began, card, _NO_END)
                    card, began, length, depth = [], number, 0, 1
            elif not depth:
                if line.strip("\ufeff \t"):
                    yield _broken(number, [line], "This line belongs to no card.")
                continue
            card.append(line)
            length += len(line)
            if _END.fullmatch(line):
                depth -= 1
                if not depth:
                    yield read(began, card)
                    card = []
            elif length > LONGEST:
                # Its beginning says whose card it is; the rest is a picture.
                yield _broken(began, [*card[:40], "END:VCARD"], f"This card is larger than {LONGEST >> 20} MB.")
                card, depth, leaving = [], 0, True
        if card:
            yield _broken(began, card, _NO_END)

    def _lines(self) -> Iterator[str]:
        for line in self._text:
            self._characters += len(line)
            if "\0" in line:
                self.zeros += line.count("\0")
                line = line.replace("\0", "")
            yield line.rstrip("\r\n")


def _broken(line: int, card: Iterable[str], fault: str) -> Record:
    return Record(line, [""] * len(HEADER), fault, "\n".join(card))


def read(line: int, card: list[str]) -> Record:
    """One card as a row."""
    import vobject

    raw = "\n".join(card)
    try:
        found = vobject.readOne(_without_pictures(card), allowQP=True)
        cells = _cells(found.contents)
    except Exception as error:  # noqa: BLE001 - the library raises whatever the fault in the card leads to
        return Record(line, [""] * len(HEADER), f"This card cannot be read: {_said(error)}", raw)
    return Record(line, cells, "", raw)


def _said(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:119] + "…"


def _without_pictures(card: list[str]) -> str:
    kept: list[str] = []
    leaving = depth = 0
    for line in card:
        if leaving:
            depth += bool(_BEGIN.fullmatch(line)) - bool(_END.fullmatch(line))
            if line[:1] in (" ", "\t") or depth > 0 or (_END.fullmatch(line) and leaving == 2):
                leaving = 2 if depth > 0 else leaving
                continue
            leaving = 0
            if not line.strip():
                continue  # the blank line after a picture of vCard 2.1
        if _LEFT_OUT.match(line):
            leaving, depth = 1, 0
            continue
        kept.append(line)
    return "\r\n".join(kept) + "\r\n"


def _cells(contents: dict[str, list[Any]]) -> list[str]:
    name = contents["n"][0].value if "n" in contents else None
    organisation = _list(contents["org"][0].value) if "org" in contents else []
    company = organisation[0] if organisation else ""
    full = _joined(contents, "fn")
    parts = [_text(getattr(name, part, "")) for part in ("given", "additional", "family", "prefix", "suffix")]
    kind = " ".join(_text(line.value).lower() for key in ("kind", "x-abshowas") for line in contents.get(key, ()))
    if ("org" in kind or "company" in kind) and not any(parts):
        company, full = company or full, "" if not company or full == company else full
    phones: list[tuple[int, str]] = []
    faxes: list[tuple[int, str]] = []
    for line in contents.get("tel", ()):
        number = _text(line.value).removeprefix("tel:").replace(";ext=", " ext. ")
        (faxes if "fax" in _kinds(line) else phones).append((_preference(line), number))
    emails = [(_preference(line), _text(line.value).removeprefix("mailto:")) for line in contents.get("email", ())]
    addresses = sorted(contents.get("adr", ()), key=_preference)
    first = addresses[0].value if addresses else None
    return [
        full, *parts, _joined(contents, "nickname"), company, ", ".join(organisation[1:]),
        _joined(contents, "title") or _joined(contents, "role"),
        _several(emails), _several(phones), _several(faxes),
        ", ".join(filter(None, (_text(getattr(first, "street", "")), _text(getattr(first, "extended", ""))))),
        *(_text(getattr(first, part, "")) for part in ("box", "city", "region", "code", "country")),
        BETWEEN.join(filter(None, (" ".join(_text(str(other.value)).split()) for other in addresses[1:]))),
        _joined(contents, "url"), _joined(contents, "bday"),
        _tags([_text(tag) for line in contents.get("categories", ()) for tag in _list(line.value)]),
        "\n".join(_text(line.value) for line in contents.get("note", ())),
    ]  # fmt: skip


def _tags(tags: list[str]) -> str:
    """As a JSON list where a tag itself holds what would separate tags."""
    return json.dumps(tags, ensure_ascii=False) if any(_SEPARATOR.search(tag) for tag in tags) else BETWEEN.join(tags)


def _kinds(line: Any) -> str:
    """ "work voice" of TYPE=WORK,VOICE or of vCard 2.1's bare words."""
    words = [*line.params.get("TYPE", ()), *(word for word, *_ in getattr(line, "singletonparams", ()) if word)]
    words += [word for word in getattr(line, "singletonparams", ()) if isinstance(word, str)]
    return " ".join(words).lower()


def _preference(line: Any) -> int:
    """Lower is preferred: PREF=1 of vCard 4, TYPE=pref of 3; then the order of the card."""
    number = "".join(line.params.get("PREF", ()))
    return int(number) if number.isascii() and number.isdigit() else 1 if "pref" in _kinds(line) else 101


def _several(found: list[tuple[int, str]]) -> str:
    return BETWEEN.join(dict.fromkeys(value.strip() for _, value in sorted(found, key=lambda each: each[0]) if value))


def _joined(contents: dict[str, list[Any]], key: str) -> str:
    return ", ".join(filter(None, (_text(line.value) for line in contents.get(key, ()))))


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in map(_text, values) if text]


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    return value.strip() if isinstance(value, str) else str(value)
