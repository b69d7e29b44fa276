"""The header of a table: what is sorted by, and the menu of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from ui.tables.paged_view import PagedTable


class HeaderRow(QObject):
    """A click sorts by a column, another one turns the order round."""

    def __init__(self, table: PagedTable) -> None:
        super().__init__(table)
        self._table = table
        self._header = table.view.horizontalHeader()
        self._header.sectionClicked.connect(self._on_click)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._open_menu)

    def show_sort(self) -> None:
        """The arrow stands at the column that is sorted by."""
        request = self._table.request
        order = Qt.SortOrder.DescendingOrder if request.descending else Qt.SortOrder.AscendingOrder
        for section, column in enumerate(self._table.model.columns):
            if column.sort_key == request.sort:
                self._header.setSortIndicator(section, order)
                return
        self._header.setSortIndicator(-1, order)

    def _on_click(self, section: int) -> None:
        key, request = self._table.model.columns[section].sort_key, self._table.request
        if key is None:
            self.show_sort()
        else:
            self._table.set_sort(key, key == request.sort and not request.descending)

    def _open_menu(self, place: QPoint) -> None:
        table, section = self._table, self._header.logicalIndexAt(place)
        menu = QMenu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if section >= 0:
            column = table.model.columns[section]
            if column.sort_key is not None:
                key = column.sort_key
                menu.addAction("Sort ascending", lambda: table.set_sort(key, False))
                menu.addAction("Sort descending", lambda: table.set_sort(key, True))
                menu.addSeparator()
            if not column.fixed:
                menu.addAction(f"Hide “{column.title}”", lambda: table.columns.set_shown(column.key, False))
        menu.addAction("Columns…", lambda: table.open_columns(self._header))
        menu.popup(self._header.mapToGlobal(place))
