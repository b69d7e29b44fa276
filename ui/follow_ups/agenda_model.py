"""The agenda as a list: a heading per section, its entries, and "Show more" where a section goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_desktop.interactions.agenda import PAGE, SECTIONS, Agenda, AgendaRow, SectionKey
from ui.follow_ups.words import SECTION_WORDS, Look, due_words, spoken, told_in_full
from ui.widgets.labels import tooltip

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
MOST_COMPARED = 1_500
"""Longer lists are replaced whole: comparing them would take longer than showing them."""


@dataclass(frozen=True)
class Heading:
    """The beginning of a section, with how many entries it has in all."""

    section: SectionKey
    count: int


@dataclass(frozen=True)
class More:
    """The end of what has been read of a section."""

    section: SectionKey
    remaining: int


Item = Heading | AgendaRow | More


def items_of(agenda: Agenda) -> list[Item]:
    """Sections without entries are left out."""
    items: list[Item] = []
    for section in SECTIONS:
        rows, count = agenda.rows.get(section, []), agenda.counts[section]
        if not rows:
            continue
        items.append(Heading(section, max(count, len(rows))))
        items += rows
        if count > len(rows):
            items.append(More(section, count - len(rows)))
    return items


class AgendaModel(QAbstractListModel):
    """What changes is told row by row, so that the chosen entry stays chosen."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._items: list[Item] = []

    def show_agenda(self, agenda: Agenda, look: Look) -> None:
        """Replace what is shown."""
        self.look = look
        new = items_of(agenda)
        if len(new) + len(self._items) > MOST_COMPARED:
            self.beginResetModel()
            self._items = new
            self.endResetModel()
            return
        matcher = SequenceMatcher(None, [_key(item) for item in self._items], [_key(item) for item in new], False)
        for tag, low, high, new_low, new_high in reversed(matcher.get_opcodes()):
            if tag == "equal":
                self._items[low:high] = new[new_low:new_high]
                self.dataChanged.emit(self.index(low), self.index(high - 1))
                continue
            if high > low:
                self.beginRemoveRows(_ROOT, low, high - 1)
                del self._items[low:high]
                self.endRemoveRows()
            if new_high > new_low:
                self.beginInsertRows(_ROOT, low, low + new_high - new_low - 1)
                self._items[low:low] = new[new_low:new_high]
                self.endInsertRows()

    def add_page(self, section: SectionKey, rows: Sequence[AgendaRow]) -> None:
        """More entries of a section, in place of its "Show more"."""
        place = next(
            (n for n, item in enumerate(self._items) if isinstance(item, More) and item.section == section), -1
        )
        if place < 0:
            return
        more = self._items[place]
        assert isinstance(more, More)
        known = {item.id for item in self._items if isinstance(item, AgendaRow)}
        fresh = [row for row in rows if row.id not in known]
        if fresh:
            self.beginInsertRows(_ROOT, place, place + len(fresh) - 1)
            self._items[place:place] = fresh
            self.endInsertRows()
            place += len(fresh)
        remaining = more.remaining - len(fresh)
        if remaining > 0 and len(rows) == PAGE:
            self._items[place] = More(section, remaining)
            self.dataChanged.emit(self.index(place), self.index(place))
        else:
            self.beginRemoveRows(_ROOT, place, place)
            del self._items[place]
            self.endRemoveRows()

    def restate(self, look: Look) -> None:
        """The clock went on: say the times again."""
        self.look = look
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    # Reading

    def item(self, number: int) -> Item | None:
        return self._items[number] if 0 <= number < len(self._items) else None

    def entry(self, index: _Index) -> AgendaRow | None:
        """The entry there; None for headings and the like."""
        found = self.item(index.row()) if index.isValid() else None
        return found if isinstance(found, AgendaRow) else None

    def entries(self, section: SectionKey) -> list[AgendaRow]:
        """What has been read of a section."""
        start = self.place_of_section(section)
        found: list[AgendaRow] = []
        for item in self._items[start + 1 :] if start >= 0 else ():
            if not isinstance(item, AgendaRow):
                break
            found.append(item)
        return found

    def place_of_section(self, section: SectionKey) -> int:
        """Where the section's heading stands; -1 when it has no entries."""
        found = (n for n, item in enumerate(self._items) if isinstance(item, Heading) and item.section == section)
        return next(found, -1)

    def place_of(self, row_id: UUID) -> int:
        """Where an entry stands; -1 when it is not shown."""
        found = (n for n, item in enumerate(self._items) if isinstance(item, AgendaRow) and item.id == row_id)
        return next(found, -1)

    # Qt's side

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.item(index.row()), Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return text_of(item, self.look)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, AgendaRow):
            return tooltip(told_in_full(item, self.look))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(item, AgendaRow):
            return due_words(item, self.look)
        return None


def text_of(item: Item, look: Look) -> str:
    """What an item says."""
    if isinstance(item, Heading):
        return f"{SECTION_WORDS[item.section]} ({item.count:,})"
    if isinstance(item, More):
        return f"Show more of “{SECTION_WORDS[item.section]}” ({item.remaining:,} left)"
    return spoken(item, look)


def _key(item: Item) -> object:
    return item.id if isinstance(item, AgendaRow) else (type(item), item.section)
