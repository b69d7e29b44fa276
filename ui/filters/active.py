"""The conditions that are on, besides the choices of the bar: each can be taken away for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from crm_desktop.listing.filter_words import filter_words
from crm_desktop.listing.filters import Field, parse

Json = dict[str, Any]


class ActiveFilter(QObject):
    """A list of conditions and groups that must all be true."""

    changed = Signal()

    def __init__(self, fields: Mapping[str, Field], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fields = fields
        self.members: tuple[Json, ...] = ()

    def set(self, wanted: Mapping[str, Any] | None) -> None:
        """Put this in place of what was on. InvalidFilter, and nothing changes, when it cannot be used."""
        members = flattened(wanted, self.fields)
        if members != self.members:
            self.members = members
            self.changed.emit()

    def remove(self, place: int) -> None:
        """Take one condition away."""
        if 0 <= place < len(self.members):
            self.members = (*self.members[:place], *self.members[place + 1 :])
            self.changed.emit()

    def filter(self) -> Json | None:
        """All of it in the filter language; None when nothing is on."""
        return {"all": list(self.members)} if self.members else None

    def words(self, names: Mapping[str, str]) -> list[str]:
        """Each condition in words."""
        return [filter_words(member, self.fields, names) for member in self.members]


def flattened(wanted: Mapping[str, Any] | None, fields: Mapping[str, Field]) -> tuple[Json, ...]:
    """What must hold each on its own. InvalidFilter when the filter cannot be used."""
    if not wanted:
        return ()
    parse(wanted, fields)
    return tuple(_parts(wanted))


def _parts(wanted: Mapping[str, Any]) -> list[Json]:
    if "all" in wanted:
        return [part for member in wanted["all"] for part in _parts(member)]
    return [dict(wanted)]
