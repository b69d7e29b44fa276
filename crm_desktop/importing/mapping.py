"""From a header to what each column holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from crm_desktop.importing import columns

_PLAIN = re.compile(r"[^a-z0-9]+")


def plain(name: str) -> str:
    """A column name as it is compared: lower case letters and digits, without accents."""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return _PLAIN.sub("", folded)


@dataclass(frozen=True)
class Place:
    """What one column holds: a kind, and the part of it."""

    kind: str  # name, email, phone, address, field, kept, left_out, label
    part: str = ""
    group: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Mapping:
    """Column positions by what they hold."""

    header: tuple[str, ...]
    names: dict[str, int] = field(default_factory=dict)
    emails: tuple[int, ...] = ()
    phones: tuple[int, ...] = ()
    addresses: tuple[tuple[str, dict[str, int]], ...] = ()  # (group, part -> column), the preferred first
    fields: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kept: tuple[int, ...] = ()
    labels: dict[int, int] = field(default_factory=dict)  # column of a value -> column of its label
    recognised: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """A customer needs a name or a company."""
        return bool(self.names)


@cache
def places() -> dict[str, Place]:
    """Every name that is known, as it is compared, and what it says."""
    found: dict[str, Place] = {}

    def add(name: str, place: Place) -> None:
        found.setdefault(plain(name), place)

    for part, names in columns.NAMES.items():
        for rank, name in enumerate(names):
            add(name, Place("name", part, rank=rank))
    for rank, name in enumerate(columns.EMAILS):
        add(name, Place("email", rank=rank))
    for rank, name in enumerate(columns.PHONES):
        add(name, Place("phone", rank=rank))
    for part, names in columns.FIELDS.items():
        for rank, name in enumerate(names):
            add(name, Place("field", part, rank=rank))
    for name in columns.KEPT:
        add(name, Place("kept"))
    for name in columns.LEFT_OUT:
        add(name, Place("left_out"))
    for name, value in columns.VALUE_LABELS.items():
        add(name, Place("label", plain(value)))
    for rank, (prefix, group) in enumerate(columns.ADDRESS_GROUPS.items()):
        for part, names in columns.ADDRESS_PARTS.items():
            for name in names:
                add(f"{prefix} {name}", Place("address", part, group, rank))
    return found


def recognise(name: str) -> Place | None:
    """What a column of this name holds, or None when the name is not known."""
    return places().get(plain(name))


def count_recognised(header: list[str]) -> int:
    """How many different things the names of a header are recognised as."""
    return len({place for place in map(recognise, header) if place is not None})


def map_columns(header: Sequence[str], chosen: Sequence[Place | None] | None = None) -> Mapping:
    """Where each part of a customer stands. Of several columns for the same thing one is taken, the others kept.

    `chosen` says what each column holds, instead of its name."""
    names: dict[str, tuple[int, int]] = {}
    emails: list[tuple[int, int]] = []
    phones: list[tuple[int, int]] = []
    addresses: dict[str, tuple[int, dict[str, int]]] = {}
    fields: dict[str, list[tuple[int, int]]] = {}
    kept: list[int] = []
    unknown: list[str] = []
    left_out: list[str] = []
    labels: dict[int, int] = {}
    recognised: list[str] = []
    by_name = {plain(name): index for index, name in reversed(list(enumerate(header)))}
    for index, name in enumerate(header):
        place = recognise(name) if chosen is None else chosen[index]
        if place is None:
            unknown.append(name)
            kept.append(index)
            continue
        recognised.append(name)
        match place.kind:
            case "name":
                better = min(names.get(place.part, (place.rank, index)), (place.rank, index))
                kept.extend({names.get(place.part, better)[1], index} - {better[1]})
                names[place.part] = better
            case "email":
                emails.append((place.rank, index))
            case "phone":
                phones.append((place.rank, index))
            case "field":
                fields.setdefault(place.part, []).append((place.rank, index))
            case "address":
                if addresses.setdefault(place.group, (place.rank, {}))[1].setdefault(place.part, index) != index:
                    kept.append(index)
            case "label" if place.part in by_name:
                labels[by_name[place.part]] = index
            case "kept" | "label":
                kept.append(index)
            case _:
                left_out.append(name)
    columns_of_names = {part: index for part, (_, index) in names.items()}
    if chosen is None and "billing" in addresses and columns_of_names.keys() == {"contact_name"}:
        # Salesforce accounts: the only name is that of the company.
        columns_of_names["company_name"] = columns_of_names.pop("contact_name")
    return Mapping(
        tuple(header),
        columns_of_names,
        tuple(index for _, index in sorted(emails)),
        tuple(index for _, index in sorted(phones)),
        tuple((group, parts) for group, (_, parts) in sorted(addresses.items(), key=lambda item: item[1][0])),
        {part: tuple(index for _, index in sorted(found)) for part, found in fields.items()},
        tuple(sorted(kept)),
        labels,
        tuple(recognised),
        tuple(unknown),
        tuple(left_out),
    )
