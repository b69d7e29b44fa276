"""Sorting where no header is on screen: a menu of what a list can be sorted by, and the button that opens it."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ui.tables.paged_view import PagedTable
from ui.widgets.buttons import icon_button


def sorted_by(table: PagedTable) -> tuple[str, str]:
    """The title of the column that a list is sorted by, "" for none that shows, and in which direction."""
    request = table.request
    column = next((column for column in table.model.columns if column.sort_key == request.sort), None)
    return column.title if column else "", "descending" if request.descending else "ascending"


def open_sort_menu(table: PagedTable, below: QWidget) -> None:
    """What the list can be sorted by, and both directions."""
    request = table.request
    menu = QMenu(below)
    menu.setAccessibleName("Sort by")
    group = QActionGroup(menu)
    for column in table.model.columns:
        if column.sort_key is None:
            continue
        key = column.sort_key
        action = menu.addAction(column.title)
        action.setCheckable(True)
        action.setChecked(key == request.sort)
        action.triggered.connect(lambda _checked=False, key=key: table.set_sort(key, request.descending))
        group.addAction(action)
    menu.addSeparator()
    order = QActionGroup(menu)
    for text, descending in (("Ascending", False), ("Descending", True)):
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(descending == request.descending)
        action.triggered.connect(lambda _checked=False, d=descending: table.set_sort(request.sort, d))
        order.addAction(action)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(below.mapToGlobal(below.rect().bottomLeft()))


def sort_button(table: PagedTable) -> QToolButton:
    """For a compact list. Its tooltip says how the list is sorted."""
    made = icon_button("sort-ascending", "Sort", lambda: open_sort_menu(table, made))

    def say() -> None:
        title, direction = sorted_by(table)
        made.setToolTip(f"Sorted by {title.lower()}, {direction}" if title else "Sort")

    table.sort_changed.connect(lambda *_: say())
    say()
    return made
