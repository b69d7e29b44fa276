"""The filter builder: conditions in groups, applied to a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.request import ListRequest
from ui import shortcuts
from ui.filters.filter_editor import FilterEditor, order_focus
from ui.filters.names import Known
from ui.filters.subjects import FilterSubject
from ui.widgets.dialog import Dialog, ask

if TYPE_CHECKING:
    from ui.context import Signed


class FilterBuilder(Dialog):
    """`applied` carries the filter, None for an empty one. `beside` narrows the list as well: the count is of both."""

    applied = Signal(object)

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        subject: FilterSubject,
        known: Known,
        given: Mapping[str, Any] | None,
        beside: ListRequest | None = None,
    ) -> None:
        super().__init__("Filters", parent, width=820)
        self.editor = FilterEditor(context, subject, known, beside)
        self.root, self.count = self.editor.root, self.editor.count
        self.body.addWidget(self.editor)
        self.top.insertWidget(1, self.count)
        self.cancel_button = self.add_button("Cancel")
        self.apply_button = self.add_button("Apply", "primary")
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.apply_button.clicked.connect(lambda _c=False: self.apply())
        shortcuts.bind(self, "save_and_close", self.apply)
        self.editor.edited.connect(self.message.clear)
        self.editor.failed.connect(self._failed)
        self.root.restructured.connect(lambda: QTimer.singleShot(0, self, self._order_focus))
        self.editor.set_filter(given)

    def apply(self) -> None:
        """Use the filter, or say what is still missing, and where."""
        self.message.clear()
        wanted = self.editor.checked()
        if wanted is not None:
            self.applied.emit(wanted if _holds_anything(wanted) else None)
            self.accept()

    def is_dirty(self) -> bool:
        """Whether anything was changed that has not been applied."""
        return self.editor.is_dirty()

    def reject(self) -> None:
        """Esc, Cancel or the window's own button."""
        text = "The conditions that you changed have not been applied."
        if not self.is_dirty() or ask(self, "Discard your changes?", text, "Discard changes", "Keep editing"):
            super().reject()

    def done(self, result: int) -> None:
        self.editor.stop()
        super().done(result)

    def _failed(self, error: CrmError) -> None:
        self.message.say(str(error), "" if isinstance(error, InvalidFilter) else error.hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)  # conditions that wrap know their height only now

    def _order_focus(self) -> None:
        """Tab goes through the conditions as they stand, then the buttons."""
        stops, buttons = self.editor.stops(), self._footer.findChildren(QPushButton)
        order_focus([*stops, *buttons])
        if stops and (self.focusWidget() is None or self.focusWidget() in buttons):
            stops[0].setFocus()


def _holds_anything(wanted: Mapping[str, Any]) -> bool:
    return any(wanted.get(kind) for kind in ("all", "any", "none"))
