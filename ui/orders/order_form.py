"""The fields of an order, in the order in which it is taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.editors import Choice, LineEditor, TextEditor
from ui.forms.field import RecordField
from ui.forms.form import Form
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.contact_field import ContactChoice
from ui.orders.currency_editor import CurrencyEditor
from ui.orders.lines_editor import LinesEditor
from ui.orders.moment_field import MomentField
from ui.orders.words import LABELS, STATUS_WORDS

if TYPE_CHECKING:
    from ui.context import Signed

# Name, letter for Alt, over the whole row.
_ORDER = (
    ("contact_id", "b", True),
    ("order_number", "u", False),
    ("ordered_at", "d", False),
    ("status", "s", False),
    ("currency", "c", False),
    ("lines", "l", True),
    ("notes", "n", True),
)


class OrderFields(QWidget):
    """Makes the editors, lays them out and adds them to the form."""

    def __init__(self, context: Signed, form: Form) -> None:
        super().__init__()
        self.contact = ContactChoice()
        self.number = LineEditor()
        self.ordered_at = MomentField()
        self.currency = CurrencyEditor()
        self.lines = LinesEditor(context, self.currency.value)
        editors: dict[str, QWidget] = {
            "contact_id": self.contact,
            "order_number": self.number,
            "ordered_at": self.ordered_at,
            "status": Choice(list(STATUS_WORDS.items())),
            "currency": self.currency,
            "lines": self.lines,
            "notes": TextEditor(2),
        }
        grid = ResponsiveGrid(letters=24)
        for name, letter, whole_row in _ORDER:
            field = form.add(RecordField(name, LABELS[name], editors[name], mnemonic=letter))
            grid.add(field, whole_row=whole_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)
        self.currency.edited.connect(self.lines.show_currency)
        self.lines.currency_wanted.connect(self._take_currency)

    def _take_currency(self, code: str) -> None:
        self.currency.set_value(code)
        self.lines.show_currency()
