"""Fifth step: a dry run, row by row. Nothing is changed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.importing.differences import OUTCOMES, Differences, Outcome
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import try_out
from ui.importing import differences_model as columns
from ui.importing.choices import Choices
from ui.importing.differences_model import DifferencesModel
from ui.importing.step import Step
from ui.importing.words import OFFERED, UPDATE, unchecked
from ui.importing.words import OUTCOMES as WORDS
from ui.theme.tokens import PHONE
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

LETTERS = {columns.LINE: 9, columns.OUTCOME: 15, columns.NAME: 24, columns.DETAILS: 20}


class CheckStep(Step):
    title = "Check"
    next_text = "Import"

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        self._handle: Handle | None = None
        self._checked: tuple[object, Plan] | None = None
        self._differences: Differences | None = None
        self.report: ImportReport | None = None
        self.panel = ProgressPanel("Checking…", cancellable=True)
        self.again_button = button("Check again", self._start, kind="primary")
        self.summary = text_label("")
        self.chips: dict[Outcome | None, QPushButton] = {}
        self._chips = FlowLayout(spacing=8)
        for outcome in (None, *OUTCOMES):
            chip = button("", kind="ghost")
            chip.setCheckable(True)
            chip.setAutoExclusive(True)
            chip.toggled.connect(lambda on, outcome=outcome: self._show_rows(outcome) if on else None)
            self.chips[outcome] = chip
            self._chips.addWidget(chip)
        self.model = DifferencesModel(context.operations)
        self.table = QTableView()
        self._set_up_table()
        self.details = text_label("", "muted")
        self.details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.details.setAccessibleName("Details of the row")
        self.remarks = text_label("", "caption")
        self.column.addWidget(self.panel)
        self.column.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.summary)
        self.column.addLayout(self._chips)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.details)
        self.column.addWidget(self.remarks)
        self.panel.cancelled.connect(self.stop)
        self._show_state()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("What each row would do")
        table.setProperty("role", "plain")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setMinimumHeight(200)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(max(36, self.fontMetrics().height() * 2 - 4))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in LETTERS.items():
            table.setColumnWidth(column, letters * letter)
        table.selectionModel().currentRowChanged.connect(self._on_row)
        self.model.dataChanged.connect(lambda *_range: self._show_details())

    @property
    def ready(self) -> bool:
        report = self.report
        return self._handle is None and report is not None and bool(report.created or report.updated or report.refused)

    @property
    def busy(self) -> bool:
        return self._handle is not None

    @property
    def differences(self) -> Differences | None:
        """What the last check found."""
        return self._differences

    def enter(self) -> None:
        """What was checked before counts, unless something else was chosen since."""
        if self._checked != (self._choices.path, self._choices.plan()) and self._handle is None:
            self._start()

    def stop(self) -> None:
        if self._handle is not None and not self._handle.cancelled:
            self.panel.report(-1, "Cancelling…")
            self._handle.cancel()

    def close_file(self) -> None:
        """The differences are not needed any more."""
        self.model.show(self._choices.kind, None)
        if self._differences is not None and self._context.operations.idle:
            self._differences.close()
        self._differences = None

    def _start(self) -> None:
        path, plan = self._choices.path, self._choices.plan()
        if path is None:
            return
        self.said.emit("", "")
        self.model.show(plan.kind, None)
        self._differences = self.report = self._checked = None
        database = self._context.database

        def done(found: tuple[ImportReport, Differences]) -> None:
            self._handle = None
            self.report, self._differences = found
            self._checked = (path, plan)
            self._show_state()
            self._filter(None)
            self.table.setFocus()
            self.ready_changed.emit()

        self._handle = self._context.operations.background(
            self,
            lambda progress: try_out(database, path, plan, progress=progress.report, cancelled=progress.cancellation),
            done,
            failed=self._failed,
            always=True,
        )
        self._handle.progress.connect(self.panel.report)
        self.panel.report(-1, "Checking…")
        self._show_state()
        self.ready_changed.emit()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._show_state()
        if not isinstance(error, Cancelled):
            self.said.emit(str(error), error.hint)
        self.ready_changed.emit()

    def _show_state(self) -> None:
        running, report = self._handle is not None, self.report
        self.panel.setVisible(running)
        self.again_button.setVisible(not running and report is None)
        shown = not running and report is not None
        for widget in (self.summary, self.table, self.details, self.remarks, *self.chips.values()):
            widget.setVisible(shown)
        if report is None or not shown:
            return
        if report.created or report.updated:
            self.summary.setText("Nothing has been changed yet. This is what the import will do:")
        elif report.refused:
            self.summary.setText(
                "No row can be imported as it is. Importing writes the refused rows to a file to correct."
            )
        else:
            self.summary.setText(self._nothing_to_do())
        counts = {None: report.rows, "created": report.created, "updated": report.updated, "skipped": report.skipped,
                  "refused": report.refused}  # fmt: skip
        for outcome, chip in self.chips.items():
            chip.setText(f"{'All' if outcome is None else WORDS[outcome]} {counts[outcome]:,}")
            chip.setEnabled(outcome is None or bool(counts[outcome]))
        said = list(report.remarks)
        if report.unchecked_phones:
            said.append(unchecked(report.unchecked_phones))
        self.remarks.setText(" ".join(said))
        self.remarks.setVisible(bool(said))

    def _nothing_to_do(self) -> str:
        words = "There is nothing to import: everything is there already."
        kind = self._choices.kind
        if self._choices.existing != "skip" or "update" not in OFFERED[kind]:
            return words
        return f"{words} To take what these rows say of it, go back to Duplicates and choose “{UPDATE}”."

    def _filter(self, outcome: Outcome | None) -> None:
        if self.chips[outcome].isChecked():
            self._show_rows(outcome)
        else:
            self.chips[outcome].setChecked(True)

    def _show_rows(self, outcome: Outcome | None) -> None:
        self.details.setText("")
        self.model.show(self._choices.kind, self._differences, outcome)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _on_row(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_details()

    def _show_details(self) -> None:
        index = self.table.currentIndex()
        text = self.model.details_of(index.row()) if index.isValid() else ""
        lines = text.split("\n")
        self.details.setText("\n".join(lines[:8]) + ("\n…" if len(lines) > 8 else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < PHONE - 60
        self.table.setColumnHidden(columns.DETAILS, narrow)
        if narrow:
            taken = self.table.columnWidth(columns.LINE) + self.table.columnWidth(columns.OUTCOME)
            self.table.setColumnWidth(columns.NAME, max(80, self.width() - taken - 20))
