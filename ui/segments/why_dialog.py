"""Why is this customer in the segment, or not? Every condition with its answer, and what the customer has."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.errors import CrmError
from crm_desktop.segments.why import Explanation, why
from ui.interactions.customer_picker import CustomerPicker
from ui.segments.outline import Outline
from ui.widgets.dialog import Dialog
from ui.widgets.frames import separator
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle


class WhyDialog(Dialog):
    """With a customer it answers at once; another one can be picked. `customer_wanted` opens a card."""

    customer_wanted = Signal(object)

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        segment_id: UUID,
        segment_name: str,
        customer_id: UUID | None = None,
        customer_name: str = "",
    ) -> None:
        super().__init__(f"Who is in “{segment_name}”, and why?", parent, width=620)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading.setWordWrap(True)
        self._context, self._segment_id, self._name = context, segment_id, segment_name
        self._handle: Handle | None = None
        self._customer: UUID | None = None
        self.picker = CustomerPicker(context)
        self.picker.chosen.connect(self.ask)
        self.answer = text_label("", "subheading")
        self.hint = text_label("Pick a customer to see every condition, and what the customer has.", "muted")
        self.outline = Outline("Conditions and answers")
        self.body.addWidget(self.picker)
        self._line = separator()
        for part in (self._line, self.answer, self.hint, self.outline):
            self.body.addWidget(part)
        self.open_button = self.add_button("Open customer")
        self.close_button = self.add_button("Close", "primary")
        self.open_button.clicked.connect(lambda _c=False: self._open())
        self.close_button.clicked.connect(lambda _c=False: self.reject())
        self._show_nothing()
        if customer_id is not None:
            self.picker.show_chosen(customer_id, customer_name)
            self.ask(customer_id)

    def ask(self, customer_id: UUID | None) -> None:
        """Explain it for this customer."""
        self._stop()
        self.message.clear()
        self._customer = customer_id
        if customer_id is None:
            self._show_nothing()
            return
        segment_id = self._segment_id
        self._handle = self._context.operations.query(
            self, lambda session: why(session, segment_id, customer_id), self._show, failed=self._failed
        )

    def adjust(self) -> None:
        """Make room for the answers."""
        self._fit()

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _show(self, found: Explanation) -> None:
        self._handle = None
        text = f"{found.customer_name} is {'in' if found.holds else 'not in'} “{self._name}”."
        self.answer.setText(text)
        self.answer.show()
        self.hint.hide()
        self.outline.show_reason(found.root)
        self.outline.show()
        self.open_button.show()
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _show_nothing(self) -> None:
        self.answer.hide()
        self.outline.hide()
        self.open_button.hide()
        self.hint.show()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._show_nothing()
        self.message.say(str(error), error.hint)

    def _open(self) -> None:
        customer = self._customer
        self.accept()
        if customer is not None:
            self.customer_wanted.emit(customer)
