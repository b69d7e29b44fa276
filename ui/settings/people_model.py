"""The people as a table: name, username, role, status, last seen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ui.theme import tokens
from ui.widgets.labels import tooltip

if TYPE_CHECKING:
    from crm_desktop.access.accounts import UserRow

TITLES = ("Name", "Username", "Role", "Status", "Last seen")
NAME, USERNAME, ROLE, STATUS, SEEN = range(len(TITLES))
ROLES = {"admin": "Administrator", "employee": "Employee", "user": "Customer account"}

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def status_of(user: UserRow) -> str:
    if not user.is_active:
        return "Deactivated"
    return "Has to choose a password" if user.must_change_password else "Active"


def seen(when: datetime | None) -> str:
    if when is None:
        return "Never"
    local = QDateTime.fromSecsSinceEpoch(round(when.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


class PeopleModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._people: list[UserRow] = []

    def set_people(self, people: list[UserRow]) -> None:
        """Active people first, then by name."""
        self.beginResetModel()
        self._people = sorted(people, key=lambda user: (not user.is_active, user.display_name.casefold()))
        self.endResetModel()

    def person(self, row: int) -> UserRow | None:
        return self._people[row] if 0 <= row < len(self._people) else None

    def row_of(self, user_id: object) -> int:
        return next((row for row, user in enumerate(self._people) if user.id == user_id), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._people)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section] if 0 <= section < len(TITLES) else None
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        user = self.person(index.row()) if index.isValid() else None
        if user is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            told = (
                user.display_name,
                user.username,
                ROLES.get(user.role, user.role),
                status_of(user),
                seen(user.last_seen_at),
            )[index.column()]
            return tooltip(told) if role == Qt.ItemDataRole.ToolTipRole else told
        if role == Qt.ItemDataRole.ForegroundRole and not user.is_active:
            return QColor(tokens().text_muted)
        return None
