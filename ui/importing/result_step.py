"""Last step: the import itself, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.importing.history import UndoneImport
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run
from ui.importing.choices import Choices
from ui.importing.step import Step
from ui.importing.undo import CHANGED, failure_words, take_back, undone_words
from ui.importing.words import NOUNS, count, unchecked
from ui.operations import DataChange
from ui.theme.tokens import S
from ui.undo_history import these
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Message
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

SHOWN_REASONS = 12
SHOWN_IN_LISTS = ("interactions", "orders", "products")


class ResultStep(Step):
    """`customers_wanted` carries a filter, `list_wanted` a kind of rows and a filter of them; `again_wanted` the file
    of refused rows and the plan that it was made with; `stopped` comes when the import was cancelled or failed: nothing
    was imported."""

    title = "Import"
    next_text = "Close"
    customers_wanted = Signal(object)
    list_wanted = Signal(str, object)
    again_wanted = Signal(object, object)
    stopped = Signal()

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        self._handle: Handle | None = None
        self._plan = Plan()
        self.report: ImportReport | None = None
        self.panel = ProgressPanel("Importing…", cancellable=True)
        self.outcome = Message()
        self.links = QWidget()
        self._links = QVBoxLayout(self.links)
        self._links.setContentsMargins(0, 0, 0, 0)
        self._links.setSpacing(S)
        self.undo_button = button("Undo the import", self._undo, icon_name="undo")
        self.folder_button = button("Open folder", self._open_folder)
        self.again_button = button("Import them again…", self._again)
        self.again_button.setAccessibleName("Import the refused rows again")
        self.refused_title = text_label("", "subheading")
        self.reasons = text_label("", "muted")
        self.reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remarks = text_label("", "caption")
        self._refused_buttons = QWidget()
        refused = FlowLayout(self._refused_buttons, spacing=8)
        refused.addWidget(self.again_button)
        refused.addWidget(self.folder_button)
        self.column.addWidget(self.panel)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self.links)
        self.column.addWidget(self.refused_title)
        self.column.addWidget(self.reasons)
        self.column.addWidget(self._refused_buttons)
        self.column.addWidget(self.remarks)
        self.column.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        self.panel.cancelled.connect(self.stop)

    @property
    def ready(self) -> bool:
        return self._handle is None

    @property
    def busy(self) -> bool:
        return self._handle is not None

    def start(self) -> None:
        """Import what was chosen."""
        path, plan = self._choices.path, self._choices.plan()
        if path is None:
            return
        self._plan, self.report = plan, None
        for widget in (self.outcome, self.links, self.refused_title, self.reasons, self._refused_buttons, self.remarks,
                       self.undo_button):  # fmt: skip
            widget.hide()
        self.panel.show()
        self.panel.report(-1, "Importing…")
        database = self._context.database
        self._handle = self._context.operations.background(
            self,
            lambda progress: run(database, path, plan, progress=progress.report, cancelled=progress.cancellation),
            self._done,
            failed=self._failed,
            always=True,
        )
        self._handle.progress.connect(self.panel.report)
        self.panel.cancel_button.setEnabled(True)
        self.panel.cancel_button.setFocus()
        self.ready_changed.emit()

    def stop(self) -> None:
        if self._handle is not None and not self._handle.cancelled:
            self.panel.report(-1, "Cancelling…")
            self.panel.cancel_button.setEnabled(False)
            self._handle.cancel()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self.ready_changed.emit()
        self.stopped.emit()
        if isinstance(error, Cancelled):
            self._context.notices.info("The import was cancelled. Nothing was imported.")
        else:
            self.said.emit(str(error), error.hint or "Nothing was imported.")

    def _done(self, report: ImportReport) -> None:
        self._handle, self.report = None, report
        if report.batch_id is not None and (report.created or report.updated):
            rows = count(report.created + report.updated, NOUNS[report.kind])
            self._context.undo.imported(f"imported {rows} from {report.file.name}", report.batch_id, CHANGED)
        self._context.operations.tell_changed(DataChange(CHANGED, None, None))
        self.panel.hide()
        self._show(report)
        self.ready_changed.emit()

    def _show(self, report: ImportReport) -> None:
        noun = NOUNS[report.kind]
        counts = {
            "created": report.created, "updated": report.updated, "skipped": report.skipped, "refused": report.refused
        }  # fmt: skip
        parts: list[str] = []
        for word, number in counts.items():
            if number:
                parts.append(f"{number:,} {word}" if parts else f"{count(number, noun)} {word}")
        title = ", ".join(parts) or "The file has no rows to import"
        tone = "success" if report.created or report.updated else "warning" if report.refused else "info"
        self.outcome.say(f"{title}.", f"{report.file.name}, in {report.seconds:,.1f} s", tone)
        self._show_links(report)
        kept = report.refused_file
        self.refused_title.setVisible(kept is not None)
        self._refused_buttons.setVisible(kept is not None)
        self.reasons.setVisible(bool(report.refused_rows))
        if kept is not None:
            was = "1 row was" if report.refused == 1 else f"{report.refused:,} rows were"
            self.refused_title.setText(f"{was} refused and written to {kept.name}, to correct and import again")
            lines = [f"Row {remark.line:,}: {remark.reason}" for remark in report.refused_rows[:SHOWN_REASONS]]
            if report.refused > SHOWN_REASONS:
                lines.append(f"… and {report.refused - SHOWN_REASONS:,} more in the file")
            self.reasons.setText("\n".join(lines))
        remarks = list(report.remarks)
        if report.unchecked_phones:
            remarks.append(unchecked(report.unchecked_phones))
        self.remarks.setText(" ".join(remarks))
        self.remarks.setVisible(bool(remarks))
        self._show_undo(report)

    def _clear_links(self) -> None:
        while (item := self._links.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()

    def _show_links(self, report: ImportReport) -> None:
        self._clear_links()
        by_batch = {"field": "import_batch_id", "operator": "is", "value": str(report.batch_id)}
        if report.kind == "customers" and report.created:
            text = f"Show {count(report.created, 'new customer')}"
            self._link(text, by_batch)
        if report.kind == "customers" and report.updated and report.at is not None:
            at = report.at.isoformat()
            changed = {"field": "updated_at", "operator": "between", "value": [at, at]}
            text = f"Show {count(report.updated, 'updated customer')}"
            self._link(text, {"all": [changed, {"none": [by_batch]}]})
        if report.companies:
            noun = "new company" if report.companies == 1 else "new companies"
            self._link(f"Show {report.companies:,} {noun}", by_batch)
        if report.kind in SHOWN_IN_LISTS and (report.created or report.updated) and report.at is not None:
            at, kind = report.at.isoformat(), report.kind
            changed = {"field": "updated_at", "operator": "between", "value": [at, at]}
            text = f"Show the {kind}"
            self._links.addWidget(button(text, lambda: self.list_wanted.emit(kind, changed), kind="link"))
        self.links.setVisible(bool(self._links.count()))

    def _link(self, text: str, wanted: dict[str, Any]) -> None:
        show: Callable[[], None] = lambda: self.customers_wanted.emit(wanted)  # noqa: E731 - typed for the button
        self._links.addWidget(button(text, show, kind="link"))

    def _show_undo(self, report: ImportReport) -> None:
        changed = bool(report.created or report.updated)
        self.undo_button.setVisible(changed)
        deletes = (report.kind == "customers" and bool(report.created)) or bool(report.companies)
        allowed = self._context.capabilities.delete_customers or not deletes
        self.undo_button.setEnabled(allowed)
        if changed and not allowed:
            words = "Only an administrator can undo this import, because that deletes customers."
            self.undo_button.setToolTip(words)
            self.undo_button.setAccessibleDescription(words)
            self.remarks.setText(f"{self.remarks.text()} {words}".strip())
            self.remarks.show()

    def _undo(self) -> None:
        report = self.report
        if report is None or report.batch_id is None:
            return
        batch_id = report.batch_id
        self.undo_button.setEnabled(False)
        self.undo_button.setText("Undoing…")

        def failed(error: CrmError) -> None:
            self.undo_button.setEnabled(True)
            self.undo_button.setText("Undo the import")
            self.said.emit(*failure_words(error))

        def done(undone: UndoneImport) -> None:
            self.undo_button.hide()
            self.links.hide()
            if undone.customers:
                self._clear_links()
                self._link("Show whoever stayed", these(undone.customers))
                self.links.show()
            self.outcome.say(*undone_words(undone), tone="warning" if undone.kept else "info")

        take_back(self._context, self, batch_id, done, failed)

    def _open_folder(self) -> None:
        if self.report is not None and self.report.refused_file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.report.refused_file.parent)))

    def _again(self) -> None:
        if self.report is not None and self.report.refused_file is not None:
            self.again_wanted.emit(self.report.refused_file, self._plan)
