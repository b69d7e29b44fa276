"""The name of a view: when it is saved, and when it gets another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.views.actions import LONGEST_NAME, add_view, change_view
from crm_desktop.views.queries import ViewRow, saved_view
from ui.filters.views import CHANGED, Views
from ui.forms.editors import LineEditor
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class ViewDialog(Dialog):
    """Without a view: saves what is shown as a new one."""

    def __init__(self, context: Signed, views: Views, parent: QWidget, view: ViewRow | None = None) -> None:
        super().__init__("Rename the view" if view else "Save as a new view", parent, width=440)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._views, self._view = context, views, view
        self.name = LineEditor()
        self.name.setMaxLength(LONGEST_NAME)
        self.field = FormField(
            "Name", self.name, hint="" if view else "Keeps the filter, the search, order and columns."
        )
        self.shared = QCheckBox("Share with everybody")
        self.body.addWidget(self.field)
        if view is None:
            self.body.addWidget(self.shared)
        else:
            self.name.set_value(view.name)
            self.name.selectAll()
        cancel = self.add_button("Cancel")
        self.save_button = self.add_button("Rename" if view else "Save", "primary")
        self.save_button.setDefault(True)
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.save_button.clicked.connect(lambda _c=False: self.save())
        self.name.edited.connect(lambda: self.field.set_error(""))
        self.name.setFocus()

    def save(self) -> None:
        """Save; on success the dialog closes."""
        view, name, shared = self._view, self.name.value(), self.shared.isChecked()
        definition, subject = self._views.state(), self._views.subject

        def work(session: Session) -> ViewRow:
            if view is not None:
                return change_view(session, view, name=name)
            return saved_view(session, add_view(session, subject, name, definition, is_shared=shared))

        self.save_button.setEnabled(False)
        self._context.operations.change(self, work, self._saved, failed=self._failed, changed=CHANGED)

    def _saved(self, row: ViewRow) -> None:
        if self._view is None:
            self._views.added(row)
            self._context.notices.info(f"Saved the view “{row.name}”.")
        else:
            self._views.renamed(row)
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, InvalidInput) and "name" in error.fields:
            self.field.set_error(error.fields["name"])
            self.name.setFocus()
        else:
            self.message.say(str(error), error.hint)
