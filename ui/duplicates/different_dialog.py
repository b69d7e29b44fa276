"""Two customers are no duplicates: why, for whoever wonders later."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.duplicates.rows import PairRow
from ui.forms.editors import LineEditor
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.labels import text_label


class DifferentDialog(Dialog):
    """`decided` carries the reason, which may be blank."""

    decided = Signal(str)

    def __init__(self, parent: QWidget, pair: PairRow) -> None:
        super().__init__("Not a duplicate", parent, width=480)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = f"{pair.first.name} and {pair.second.name}"
        self.body.addWidget(text_label(f"{names} will not be shown as duplicates again, to anybody."))
        self.reason = LineEditor()
        self.reason.setPlaceholderText("Mother and daughter, two branches…")
        hint = "For whoever wonders later. It can be taken back under “Not duplicates”."
        self.body.addWidget(FormField("Reason", self.reason, hint=hint))
        cancel = self.add_button("Cancel")
        keep = self.add_button("Not a Duplicate", "primary")
        cancel.clicked.connect(lambda _c=False: self.reject())
        keep.clicked.connect(lambda _c=False: self._decide())
        keep.setDefault(True)
        self.reason.setFocus()

    def _decide(self) -> None:
        reason = self.reason.text()
        self.accept()
        self.decided.emit(reason)
