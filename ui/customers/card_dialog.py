"""A customer's card in a window of its own, beside something that must not be left."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.customers.card import CustomerCard
from ui.theme.tokens import PHONE, XL
from ui.widgets.notice_host import NoticeHost

if TYPE_CHECKING:
    from ui.context import Signed

WIDTH, HEIGHT = 520, 720


class CardDialog(NoticeHost):
    """Closing it goes back to where one was."""

    def __init__(self, context: Signed, parent: QWidget, customer_id: UUID) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Customer")
        self.card = CustomerCard(context)
        self.card.closed.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        room = parent.window().size()
        if room.width() < PHONE:
            self.resize(room)
        else:
            self.resize(min(WIDTH, room.width()), min(HEIGHT, max(400, room.height() - XL)))
        self.card.show_customer(customer_id)
