"""Rows of a table on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

if TYPE_CHECKING:
    from ui.tables.paged_view import PagedTable

COPY_MOST = 1_000


def bind_copy(table: PagedTable) -> None:
    """The usual key copies."""
    copy = QAction("Copy", table.view)
    copy.setShortcut(QKeySequence.StandardKey.Copy)
    copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    copy.triggered.connect(table.copy)
    table.view.addAction(copy)


def copy_rows(table: PagedTable) -> str:
    """The marked rows, or the chosen one, columns as shown, tab-separated; what the person should know of it, or ""."""
    view, model = table.view, table.model
    header = view.horizontalHeader()
    shown = [header.logicalIndex(place) for place in range(header.count())]
    shown = [column for column in shown if not header.isSectionHidden(column)]
    rows = model.rows_at_hand(view.is_marked, COPY_MOST) if table.marks.any else [view.currentIndex().row()]
    lines = ["\t".join(texts[column] for column in shown) for texts in map(model.texts, rows) if texts]
    if not lines:
        return ""
    QGuiApplication.clipboard().setText("\n".join(lines))
    wanted = table.marks.count(table.total)
    if wanted <= len(lines):
        return ""
    return f"{len(lines):,} of the {wanted:,} rows were copied: those on screen and near it."
