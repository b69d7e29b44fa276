"""The import wizard: from a file to customers, contacts or interactions, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QRadioButton, QWidget

from crm_desktop.importing.plan import Plan
from ui.importing.check_step import CheckStep
from ui.importing.choices import Choices
from ui.importing.columns_step import ColumnsStep
from ui.importing.drop_area import file_of
from ui.importing.duplicates_step import DuplicatesStep
from ui.importing.file_step import FileStep
from ui.importing.history_dialog import HistoryDialog
from ui.importing.result_step import ResultStep
from ui.importing.source_step import SourceStep
from ui.importing.step import Step
from ui.importing.step_bar import StepBar
from ui.theme.tokens import PHONE, M
from ui.widgets.dialog import Dialog, ask

if TYPE_CHECKING:
    from ui.context import Signed

SOURCE, FILE, COLUMNS, DUPLICATES, CHECK, RESULT = range(6)


class ImportWizard(Dialog):
    """`customers_wanted` carries a filter: the customers that an import made or changed. `list_wanted` carries a kind
    of rows and a filter of them."""

    customers_wanted = Signal(object)
    list_wanted = Signal(str, object)

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__("Import", parent, width=900, height=720)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._context = context
        self.choices = Choices()
        self.source = SourceStep(context, self.choices)
        self.file = FileStep(context, self.choices)
        self.columns = ColumnsStep(context, self.choices)
        self.duplicates = DuplicatesStep(context, self.choices)
        self.check = CheckStep(context, self.choices)
        self.outcome = ResultStep(context, self.choices)
        self.steps: tuple[Step, ...] = (
            self.source, self.file, self.columns, self.duplicates, self.check, self.outcome,
        )  # fmt: skip
        self.bar = StepBar(tuple(step.title for step in self.steps))
        self.top.insertWidget(1, self.bar)  # stays while a step is scrolled
        for step in self.steps:
            self.body.addWidget(step, 1)
            step.hide()
            step.ready_changed.connect(self._update_buttons)
            step.said.connect(self._say)
        self.cancel_button = self.add_button("Cancel", left=True)
        self.back_button = self.add_button("Back")
        self.next_button = self.add_button("Next", "primary")
        self.next_button.setDefault(True)
        if parent is not None and parent.window().width() < PHONE:
            self.buttons.setContentsMargins(M, M, M, M)  # three buttons in large text
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.back_button.clicked.connect(lambda _c=False: self.back())
        self.next_button.clicked.connect(lambda _c=False: self.forward())
        self.source.history_wanted.connect(self._open_history)
        self.outcome.customers_wanted.connect(self._show_customers)
        self.outcome.list_wanted.connect(self._show_list)
        self.outcome.again_wanted.connect(self._import_again)
        self.outcome.stopped.connect(lambda: self._show_step(CHECK))
        self._place = SOURCE
        self._show_step(SOURCE)

    @property
    def step(self) -> Step:
        """The step on show."""
        return self.steps[self._place]

    def take_file(self, path: Path) -> None:
        """Start with this file, e.g. one that was dropped on the window."""
        self._show_step(SOURCE)
        self.source.take_file(path)

    def forward(self) -> None:
        """Next: the last step closes."""
        if not self.step.ready:
            return
        if self._place == RESULT:
            self.accept()
            return
        self.step.leave()
        self._show_step(self._place + 1)
        if self._place == RESULT:
            self.outcome.start()

    def back(self) -> None:
        """To the step before; nothing that was chosen is lost."""
        if self._place in (SOURCE, RESULT):
            return
        self.step.stop()
        self.step.leave()
        self._show_step(self._place - 1)

    def is_dirty(self) -> bool:
        return self.choices.path is not None and self._place not in (SOURCE, RESULT)

    def reject(self) -> None:
        """Cancel or Esc: of what runs first, then of the wizard."""
        if self.step.busy:
            if self._place == RESULT:
                self.step.stop()
                return
            self.step.stop()
        if not self.is_dirty() or ask(
            self,
            "Cancel the import?",
            "Nothing has been imported yet. What you chose for this file is forgotten, unless you saved the mapping.",
            "Cancel the import",
            "Go on with it",
        ):
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    def done(self, result: int) -> None:
        self.check.close_file()
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._place != RESULT and not self.step.busy and file_of(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = file_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.take_file(path)

    def _show_step(self, place: int) -> None:
        self._say("", "")
        self.steps[self._place].hide()
        self._place = place
        self.bar.show_step(place)
        self.step.show()
        self.step.enter()
        self._update_buttons()
        if self.isVisible():
            self._order_focus()
            self._focus_step()

    def _focus_step(self) -> None:
        """Typing begins at the first field of the step; Return goes on to the next."""
        for widget in self.step.findChildren(QWidget):
            reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(self) and widget.isEnabled()
            if (
                reached
                and widget.window() is self
                and not (isinstance(widget, QRadioButton) and not widget.isChecked())
            ):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _update_buttons(self) -> None:
        last = self._place == RESULT
        running = last and self.outcome.busy
        self.next_button.setText(self.step.next_text)
        self.next_button.setEnabled(self.step.ready)
        self.back_button.setVisible(not last)
        self.back_button.setEnabled(self._place > SOURCE)
        self.cancel_button.setVisible(not last or running)
        self.cancel_button.setText("Cancel")

    def _say(self, title: str, hint: str) -> None:
        if title:
            self.message.say(title, hint)
        else:
            self.message.clear()

    def _open_history(self) -> None:
        dialog = HistoryDialog(self._context, self)
        dialog.customers_wanted.connect(self._show_customers)
        dialog.open()

    def _show_customers(self, wanted: object) -> None:
        self.customers_wanted.emit(wanted)
        self.accept()

    def _show_list(self, kind: str, wanted: object) -> None:
        self.list_wanted.emit(kind, wanted)
        self.accept()

    def _import_again(self, path: Path, plan: Plan) -> None:
        """The refused rows, corrected by now, with the choices that were made for the whole file."""
        self._show_step(SOURCE)
        self.source.take_file(path, plan)
