"""The criteria of a segment in its dialog: the conditions, and who they pick while they are put together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerRow
from crm_desktop.listing.request import FirstRows
from ui.filters.filter_editor import FilterEditor
from ui.filters.names import Known
from ui.filters.subjects import CUSTOMERS
from ui.theme.tokens import M, S
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

ROWS_SHOWN, GAP = 5, 4
_Index = QModelIndex | QPersistentModelIndex


class CriteriaField(QWidget):
    """An editor as forms want it. Its value is None while a condition is not filled in."""

    edited = Signal()
    left = Signal()

    def __init__(self, context: Signed, known: Known) -> None:
        super().__init__()
        self.filter = FilterEditor(context, CUSTOMERS, known)
        self.preview = Preview()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self.filter)
        column.addWidget(self.filter.count)
        column.addWidget(self.preview)
        self.setFocusProxy(self.filter)
        self.filter.edited.connect(self.edited)
        self.filter.matched.connect(self.preview.show_rows)

    def value(self) -> Any:
        return self.filter.filter()

    def set_value(self, value: Mapping[str, Any] | None) -> None:
        # A draft's lists come back as tuples.
        self.filter.set_filter(None if value is None else json.loads(json.dumps(value)))

    def setReadOnly(self, read_only: bool) -> None:
        """As forms ask for it."""
        self.filter.setDisabled(read_only)


class Preview(QWidget):
    """The first customers that match, once there are any; greyed while what is typed cannot be counted."""

    def __init__(self) -> None:
        super().__init__()
        self.model = PreviewModel(self)
        self.list = QListView()
        self.list.setAccessibleName("The first customers that match")
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(GAP)
        line = self.list.fontMetrics().height() + 2 * GAP
        self.list.setFixedHeight(ROWS_SHOWN * line + 2 * GAP + 2 * self.list.frameWidth())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(text_label("The first of them", "caption"))
        column.addWidget(self.list)
        self.hide()

    def show_rows(self, found: FirstRows[CustomerRow] | None) -> None:
        """These customers; None: what was shown is not what is meant any more."""
        self.list.setEnabled(found is not None)
        if found is not None:
            self.model.set_rows(found.rows)
            self.setVisible(bool(found.rows))


class PreviewModel(QAbstractListModel):
    """A line of text for each customer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[CustomerRow] = []

    def set_rows(self, rows: list[CustomerRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        row = self.rows[index.row()]
        company = row.company_name if row.company_name != row.name else ""
        return " · ".join(part for part in (row.name, company, row.city, row.country) if part)
