"""The fields of a customer, in the order in which they are asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.customers.phone_field import PhoneEditor, PhonesEditor
from ui.customers.tags_field import TagsField
from ui.customers.words import LABELS, STATUS_WORDS, TYPE_WORDS
from ui.forms.editors import Choice, LineEditor, TextEditor
from ui.forms.field import RecordField
from ui.forms.form import Form
from ui.forms.responsive_grid import ResponsiveGrid
from ui.forms.several_lines import SeveralLines
from ui.theme.tokens import L, S
from ui.widgets.labels import text_label

# Name, letter for Alt, over the whole row.
_SECTIONS: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = (
    (
        "Who",
        (
            ("contact_name", "n", False),
            ("company_name", "c", False),
            ("customer_type", "t", False),
            ("status", "s", False),
            ("customer_number", "u", False),
        ),
    ),
    (
        "How to reach",
        (
            ("email", "e", False),
            ("phone", "p", False),
            ("other_emails", "", False),
            ("other_phones", "", False),
        ),
    ),
    (
        "Where",
        (
            ("address", "a", True),
            ("city", "i", False),
            ("postal_code", "o", False),
            ("state", "", False),
            ("country", "r", False),
        ),
    ),
    ("More", (("source", "", False), ("owner_id", "", False), ("tags", "g", True), ("notes", "", True))),
)


class CustomerFields(QWidget):
    """Makes the editors, lays them out and adds them to the form."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.email = LineEditor()
        self.phone = PhoneEditor()
        self.other_phones = PhonesEditor()
        self.country = LineEditor()
        self.source = LineEditor()
        self.tags = TagsField()
        self.owner = Choice([(None, "Nobody in particular")])
        editors: dict[str, QWidget] = {
            "contact_name": LineEditor(),
            "company_name": LineEditor(),
            "customer_type": Choice(list(TYPE_WORDS.items())),
            "status": Choice(list(STATUS_WORDS.items())),
            "customer_number": LineEditor(),
            "email": self.email,
            "phone": self.phone,
            "other_emails": SeveralLines(),
            "other_phones": self.other_phones,
            "address": TextEditor(2),
            "city": LineEditor(),
            "postal_code": LineEditor(),
            "state": LineEditor(),
            "country": self.country,
            "source": self.source,
            "owner_id": self.owner,
            "tags": self.tags,
            "notes": TextEditor(4),
        }
        self.email.setPlaceholderText("name@example.com")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        for title, fields in _SECTIONS:
            heading = text_label(title, "subheading")
            section = QVBoxLayout()
            section.setSpacing(S)
            section.addWidget(heading)
            grid = ResponsiveGrid()
            for name, letter, whole_row in fields:
                field = form.add(RecordField(name, LABELS[name], editors[name], mnemonic=letter))
                grid.add(field, whole_row=whole_row)
            section.addWidget(grid)
            column.addLayout(section)
        form["contact_name"].set_standing_hint("A contact name or a company name is needed.")
