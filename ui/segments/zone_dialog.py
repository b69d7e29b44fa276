"""The time zone in which the days and hours of rules are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.errors import CrmError
from crm_desktop.segments.zone import set_time_zone
from ui.forms.editors import LineEditor
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class ZoneDialog(Dialog):
    """For administrators."""

    def __init__(self, context: Signed, parent: QWidget, zone: str) -> None:
        super().__init__("Time zone", parent, width=440)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.body.addWidget(
            text_label(
                "“Today” in segments with rules, and the hours of follow-ups, whichever desk runs them.", "muted"
            )
        )
        self.zone = LineEditor()
        self.zone.set_value(zone)
        self.zone.suggest(sorted(available_timezones()))
        self.field = FormField("Time zone", self.zone, hint="As in Europe/Berlin.")
        self.body.addWidget(self.field)
        cancel = self.add_button("Cancel")
        self.save_button = self.add_button("Save", "primary")
        self.save_button.setDefault(True)
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.save_button.clicked.connect(lambda _c=False: self.save())
        self.zone.edited.connect(lambda: self.field.set_error(""))
        self.zone.selectAll()
        self.zone.setFocus()

    def save(self) -> None:
        """Save; on success the dialog closes."""
        name = self.zone.value()

        def work(session: Session) -> None:
            set_time_zone(session, name)

        self.save_button.setEnabled(False)
        self._context.operations.change(
            self, work, lambda _none: self.accept(), failed=self._failed, changed=frozenset({"settings"})
        )

    def _failed(self, error: CrmError) -> None:
        self.save_button.setEnabled(True)
        self.field.set_error(f"{error} {error.hint}".strip())
        self.zone.setFocus()
