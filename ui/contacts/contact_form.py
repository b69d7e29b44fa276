"""The fields of a contact, in the order in which they are asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.contacts.words import LABELS
from ui.customers.phone_field import PhoneEditor, PhonesEditor
from ui.forms.editors import LineEditor, TextEditor
from ui.forms.field import RecordField
from ui.forms.form import Form
from ui.forms.responsive_grid import ResponsiveGrid
from ui.forms.several_lines import SeveralLines

# Name, letter for Alt, over the whole row.
_ORDER = (
    ("name", "n", False),
    ("role", "r", False),
    ("email", "e", False),
    ("phone", "p", False),
    ("other_emails", "", False),
    ("other_phones", "", False),
    ("notes", "t", True),
)


class ContactFields(QWidget):
    """Makes the editors, lays them out and adds them to the form."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.role = LineEditor()
        self.role.setPlaceholderText("For example: Purchasing")
        self.phone = PhoneEditor()
        self.other_phones = PhonesEditor()
        email = LineEditor()
        email.setPlaceholderText("name@example.com")
        editors: dict[str, QWidget] = {
            "name": LineEditor(),
            "role": self.role,
            "email": email,
            "phone": self.phone,
            "other_emails": SeveralLines(),
            "other_phones": self.other_phones,
            "notes": TextEditor(3),
        }
        grid = ResponsiveGrid()
        for name, letter, whole_row in _ORDER:
            required = name == "name"
            field = RecordField(name, LABELS[name], editors[name], mnemonic=letter, required=required)
            grid.add(form.add(field), whole_row=whole_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)
