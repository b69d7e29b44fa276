"""The imports so far: who, when, from which file, with what result; and taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.importing.history import ImportRow, UndoneImport, list_imports
from ui.importing.history_model import HistoryModel
from ui.importing.undo import failure_words, take_back, undone_words
from ui.importing.words import count
from ui.operations import DataChange
from ui.theme.tokens import TOUCH_ROW, XL
from ui.widgets.dialog import Dialog, ask
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from ui.context import Signed

LETTERS = (16, 14, 20, 11, 10, 10, 10, 10, 12)
DISPENSABLE = (6, 1, 3, 5, 7, 4, 8)
"""Columns that go first where there is no room: skipped, who, what, updated, refused, created, status. What became of
the marked import is said below."""


class HistoryDialog(Dialog):
    """`customers_wanted` carries the filter of the customers that an import made."""

    customers_wanted = Signal(object)

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__("Imports so far", parent, width=1000, height=560)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.model = HistoryModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Imports")
        self.table.setProperty("role", "plain")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(220)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(max(TOUCH_ROW, self.fontMetrics().height() * 2))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in enumerate(LETTERS):
            self.table.setColumnWidth(column, letters * letter)
        text = "What is imported from a file is listed here, with its Undo."
        self.empty = StatePanel(Words("import", "No imports yet", text))
        self.empty.hide()
        self.explanation = text_label("", "caption")
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.explanation)
        self.undo_button = self.add_button("Undo", left=True)
        self.show_button = self.add_button("Show")
        self.show_button.setAccessibleName("Show customers")
        self.show_button.setToolTip("Show the customers that this import made")
        self.close_button = self.add_button("Close", "primary")
        self.undo_button.clicked.connect(lambda _c=False: self._undo())
        self.show_button.clicked.connect(lambda _c=False: self._show_customers())
        self.close_button.clicked.connect(lambda _c=False: self.accept())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._choose())
        context.operations.data_changed.connect(self._on_change)
        self._choose()
        self.reload()

    @property
    def chosen(self) -> ImportRow | None:
        """The import that is marked."""
        return self.model.row(self.table.currentIndex().row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Whole columns go rather than that one is cut."""
        super().resizeEvent(event)
        room = (self.width() - 2 * XL) / self.fontMetrics().averageCharWidth()
        needed = sum(LETTERS)
        for column in DISPENSABLE:
            self.table.setColumnHidden(column, needed > room)
            needed -= LETTERS[column] if needed > room else 0

    def reload(self) -> None:
        """Read the list again."""
        self._context.operations.query(self, list_imports, self._show)

    def _on_change(self, change: DataChange) -> None:
        if change.concerns("imports"):
            self.reload()

    def _show(self, rows: list[ImportRow]) -> None:
        chosen = self.chosen
        self.model.show_imports(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        place = next((number for number, row in enumerate(rows) if chosen is not None and row.id == chosen.id), 0)
        if rows:
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._choose()

    def _choose(self) -> None:
        row = self.chosen
        self.undo_button.setEnabled(False)
        self.show_button.setEnabled(
            row is not None
            and row.kind == "customers"
            and bool(row.created)
            and (row.undone_at is None or bool(row.kept))
        )
        if row is None:
            self.explanation.setText("")
            return
        may_delete = self._context.capabilities.delete_customers
        if row.undone_at is not None:
            text = "This import was undone."
        elif not row.created and not row.updated:
            text = "This import changed nothing."
        elif not row.own and not may_delete:
            text = "Only the person who made an import, or an administrator, can undo it."
        elif row.kind in ("customers", "northwind") and row.created and not may_delete:
            text = "Only an administrator can undo this import, because that deletes customers."
        else:
            text = "Undo takes away what this import created and restores what it changed. What was edited since stays."
            self.undo_button.setEnabled(True)
        counted = f"{row.created:,} created, {row.updated:,} updated, {row.skipped:,} skipped, {row.refused:,} refused."
        self.explanation.setText(f"{counted} {text}")

    def _undo(self) -> None:
        row = self.chosen
        if row is None:
            return
        what = " and ".join(
            filter(
                None,
                (
                    f"{count(row.created, 'record')} that it created" if row.created else "",
                    f"the changes to {count(row.updated, 'record')}" if row.updated else "",
                ),
            )
        )
        text = f"This takes back {what}. Records that were edited since stay as they are."
        if not ask(self, f"Undo the import of {row.file_name}?", text, "Undo the import", "Keep"):
            return
        self.message.clear()
        self.undo_button.setEnabled(False)
        self.explanation.setText("Undoing…")

        def done(undone: UndoneImport) -> None:
            title, detail = undone_words(undone)
            self.message.say(title, detail, "warning" if undone.kept else "success")

        def failed(error: CrmError) -> None:
            self.message.say(*failure_words(error))
            self._choose()

        take_back(self._context, self, row.id, done, failed)

    def _show_customers(self) -> None:
        row = self.chosen
        if row is not None:
            self.customers_wanted.emit({"field": "import_batch_id", "operator": "is", "value": str(row.id)})
            self.accept()
