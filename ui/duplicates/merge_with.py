"""From one customer's card to merging: who is the same one? Those whom the last scan found come first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.duplicates import queries
from crm_desktop.duplicates.reasons import sentence
from crm_desktop.duplicates.rows import Partner
from crm_desktop.errors import CrmError
from ui.interactions.customer_picker import CustomerPicker
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.dialog import Dialog
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed


class MergeWithDialog(Dialog):
    """Leads to the merge dialog with the chosen one."""

    def __init__(self, context: Signed, parent: QWidget, customer_id: UUID, name: str) -> None:
        super().__init__(f"Merge {name} with…", parent, width=520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading.setWordWrap(True)
        self._context = context
        self._customer_id = customer_id
        self._found = QWidget()
        self._column = QVBoxLayout(self._found)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._found.hide()
        self.picker = CustomerPicker(context)
        self.picker.chosen.connect(self._on_chosen)
        self.body.addWidget(self._found)
        self.body.addWidget(self.picker)
        self.body.addStretch(1)
        cancel = self.add_button("Cancel")
        self.go_on_button = self.add_button("Compare", "primary")
        self.go_on_button.setEnabled(False)
        self.go_on_button.setDefault(True)
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.go_on_button.clicked.connect(lambda _c=False: self._go_on())
        self.picker.input.setFocus()
        context.operations.query(
            self, lambda session: queries.partners(session, customer_id), self._show, failed=_without_them
        )

    def _show(self, found: list[Partner]) -> None:
        if not found:
            return
        self._column.addWidget(text_label("By the last scan it may be", "subheading"))
        for partner in found:
            card = Card(padding=S)
            choose = self._choice(partner)
            card.body.setSpacing(0)
            card.body.addWidget(choose)
            card.body.addWidget(text_label(f"{sentence(partner.reasons)} ({partner.score} of 100)", "muted"))
            self._column.addWidget(card)
        self._found.show()
        self._fit()

    def _choice(self, partner: Partner) -> QWidget:
        made = button(partner.name or "Without a name", partial(self._merge, partner.id), kind="link")
        made.setAccessibleName(f"Compare with {partner.name or 'customer without a name'}")
        return made

    def _on_chosen(self, chosen: UUID | None) -> None:
        self.go_on_button.setEnabled(chosen is not None)

    def _go_on(self) -> None:
        chosen = self.picker.customer_id
        if chosen == self._customer_id:
            self.picker.say("This is the same customer. Choose another one.")
        elif chosen is not None:
            self._merge(chosen)

    def _merge(self, other: UUID) -> None:
        from ui.duplicates.merge_dialog import MergeDialog

        parent = self.parentWidget()
        assert parent is not None
        self.accept()
        MergeDialog(self._context, parent, (self._customer_id, other)).open()


def _without_them(_error: CrmError) -> None:
    """Choosing works without what the scan found."""
