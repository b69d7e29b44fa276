"""From the cells of one row to the fields of a customer, before any rule is applied."""

from __future__ import annotations

import re
from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, field

from crm_desktop.exporting.cells import unprotected
from crm_desktop.importing import columns
from crm_desktop.importing.mapping import Mapping, plain
from crm_desktop.stored_json import read_json

# Several values in one cell; Google puts ::: between them.
_SEVERAL_EMAILS = re.compile(r"\s*(?::::|[;,\n])\s*|\s+(?=[^\s<]+@)")
_SEVERAL_PHONES = re.compile(r"\s*(?::::|[;\n])\s*")
_SEVERAL_TAGS = re.compile(r"\s*(?::::|[;,|\n])\s*")
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+")
_STREET_PARTS = ("street", "street_2", "street_3", "po_box")
_NAME_PARTS = ("first_name", "middle_name", "last_name", "suffix")


@dataclass(slots=True)
class Draft:
    """A customer as the file has it. `emails` and `phones` are in the order of preference."""

    customer_number: str = ""
    company_name: str = ""
    contact_name: str = ""
    emails: list[tuple[str, str]] = field(default_factory=list)  # (address, where from)
    phones: list[tuple[str, str]] = field(default_factory=list)  # (number, where from)
    address: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    postal_code: str = ""
    customer_type: str = ""
    status: str = "active"
    source: str = "import"
    created_at: str = ""
    defaulted: str = ""  # the initials of type, status and source where the file says nothing
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def spoken(name: str) -> str:
    """A column name as a label in the notes: "contactTitle" becomes "Contact title"."""
    words = [word for word in _WORD_STARTS.split(name.strip()) if word]
    if len(words) < 2 or " " in name.strip():
        return name.strip()[:1].upper() + name.strip()[1:]
    plain_words = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    return (plain_words[0][:1].upper() + plain_words[0][1:] + " " + " ".join(plain_words[1:])).strip()


def _words(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): value for value, words in table.items() for word in words}


_TYPES = _words(columns.TYPE_WORDS)
_STATUSES = _words(columns.STATUS_WORDS)


def one_line(text: str) -> str:
    """Text without line breaks and control characters."""
    if text.isprintable():
        return text
    spaced = re.sub(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*", ", ", text.strip()).replace("\t", " ")
    return "".join(character for character in spaced if character.isprintable() or character.isspace())


class Composer:
    """Makes drafts from rows of one file. Not for several threads at once.

    `fixed` fills fields that a row leaves blank, `tags` go to each row."""

    def __init__(self, mapping: Mapping, fixed: Given[str, str] | None = None, tags: Sequence[str] = ()) -> None:
        self._mapping = mapping
        self._fixed = {name: value for name, value in (fixed or {}).items() if value}
        self._tags = tuple(tags)
        self._labels = [spoken(name) for name in mapping.header]
        self._name_columns = frozenset(mapping.names.values())
        self.uses_null = False

    def clean(self, cells: Sequence[str]) -> list[str]:
        """Cells without outer blanks and an export's marks; the word NULL is an empty cell where the file writes it so.

        A person may be called Null: in a column of names it only counts once another column of the file has it."""
        values = [unprotected(cell.strip()) for cell in cells]
        if "NULL" in values:
            names = self._name_columns
            if any(value == "NULL" and index not in names for index, value in enumerate(values)):
                self.uses_null = True
            values = [
                "" if value == "NULL" and (self.uses_null or index not in names) else value
                for index, value in enumerate(values)
            ]
        return values

    def look_at(self, cells: Sequence[str]) -> None:
        """Learns from a row whether the file writes NULL for empty cells."""
        if "NULL" in cells and len(cells) == len(self._mapping.header):
            self.clean(cells)

    def compose(self, cells: Sequence[str]) -> Draft:
        values = self.clean(cells)
        draft = Draft()
        notes = draft.notes
        fields = self._mapping.fields
        for index in fields.get("notes", ()):
            if values[index]:
                notes.append(values[index].replace("\r\n", "\n").replace("\r", "\n"))
        self._take_names(draft, values)
        draft.emails = self._several(self._mapping.emails, values, _SEVERAL_EMAILS)
        draft.phones = self._several(self._mapping.phones, values, _SEVERAL_PHONES)
        self._take_address(draft, values)
        self._take_fields(draft, values)
        for name in ("country", "city"):
            if name in self._fixed and not getattr(draft, name):
                setattr(draft, name, self._fixed[name])
        for index in self._mapping.kept:
            if values[index]:
                notes.append(f"{self._labels[index]}: {values[index]}")
        return draft

    def _take_names(self, draft: Draft, values: list[str]) -> None:
        names = self._mapping.names
        draft.company_name = one_line(values[names["company_name"]]) if "company_name" in names else ""
        whole = one_line(values[names["contact_name"]]) if "contact_name" in names else ""
        joined = " ".join(
            one_line(values[names[part]]) for part in _NAME_PARTS if part in names and values[names[part]]
        )
        draft.contact_name = whole or joined
        if whole and joined and plain(joined) not in plain(whole) and plain(whole) != plain(joined):
            draft.notes.append(f"Name: {joined}")
        for part in ("prefix", "file_as"):
            value = values[names[part]] if part in names else ""
            if not value or value == draft.contact_name or value == draft.company_name:
                continue
            if part == "file_as" and not draft.contact_name and not draft.company_name:
                draft.contact_name = one_line(value)
            else:
                draft.notes.append(f"{self._labels[names[part]]}: {value}")

    def _several(
        self, positions: tuple[int, ...], values: list[str], separator: re.Pattern[str]
    ) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for index in positions:
            value = values[index]
            if not value:
                continue
            label = self._labels[index]
            if index in self._mapping.labels:
                kind = values[self._mapping.labels[index]].removeprefix("* ")
                label = f"{label} ({kind})" if kind else label
            for part in separator.split(value):
                if part and all(part != other for other, _ in found):
                    found.append((part, label))
        return found

    def _take_address(self, draft: Draft, values: list[str]) -> None:
        taken = False
        for group, parts in self._mapping.addresses:
            if not any(values[index] for index in parts.values()):
                continue
            part = {name: one_line(values[index]) for name, index in parts.items()}
            street = ", ".join(part[name] for name in _STREET_PARTS if part.get(name)) or part.get("formatted", "")
            state = part.get("state") or part.get("state_code", "")
            country = part.get("country") or part.get("country_code", "")
            if not taken:
                draft.address, draft.state, draft.country = street, state, country
                draft.city, draft.postal_code = part.get("city", ""), part.get("postal_code", "")
                taken = True
                continue
            place = " ".join(word for word in (part.get("postal_code", ""), part.get("city", "")) if word)
            line = ", ".join(word for word in (street, place, state, country) if word)
            draft.notes.append(f"{group.capitalize() or 'Other'} address: {line}")

    def _take_fields(self, draft: Draft, values: list[str]) -> None:
        fields, fixed = self._mapping.fields, self._fixed
        kind = self._word("customer_type", _TYPES, draft, values) or fixed.get("customer_type", "")
        status = self._word("status", _STATUSES, draft, values) or fixed.get("status", "")
        draft.customer_type = kind or ("business" if draft.company_name else "individual")
        draft.status = status or "active"
        for index in fields.get("customer_number", ()):
            if values[index] and draft.customer_number:
                draft.notes.append(f"{self._labels[index]}: {values[index]}")
            draft.customer_number = draft.customer_number or " ".join(one_line(values[index]).split())
        for index in fields.get("created_at", ()):
            draft.created_at = draft.created_at or values[index]
        sources = [(index, values[index]) for index in fields.get("source", ()) if values[index]]
        if sources:
            draft.source = one_line(sources[0][1])
            draft.notes += [f"{self._labels[index]}: {value}" for index, value in sources[1:]]
        elif "source" in fixed:
            draft.source = fixed["source"]
        if not (kind and status and (sources or "source" in fixed)):
            given = bool(sources) or "source" in fixed
            draft.defaulted = ("" if kind else "t") + ("" if status else "s") + ("" if given else "o")
        draft.tags += self._tags
        for index in fields.get("tags", ()):
            if values[index]:
                draft.tags += [tag for tag in _tags(values[index]) if tag not in draft.tags]

    def _word(self, name: str, words: dict[str, str], draft: Draft, values: list[str]) -> str:
        """The first recognised value of our own list; what says more than that goes to the notes."""
        taken = ""
        for index in self._mapping.fields.get(name, ()):
            value = values[index]
            if not value:
                continue
            known = words.get(plain(value), "")
            taken = taken or known
            if plain(value) != taken:
                draft.notes.append(f"{self._labels[index]}: {value}")
        return taken


def _tags(text: str) -> list[str]:
    if text.startswith("["):
        parsed = read_json(text)
        if isinstance(parsed, list):
            return [one_line(str(tag).strip()) for tag in parsed if str(tag).strip()]
    words = [one_line(word.strip()) for word in _SEVERAL_TAGS.split(text)]
    return [word.removeprefix("* ") for word in words if word and word.casefold() not in columns.SYSTEM_LABELS]
