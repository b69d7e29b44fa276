"""The dialog that adds and edits a product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.orders import currencies, product_actions, queries
from crm_desktop.orders.validation import ProductInput, validate_product
from ui.forms.editors import Choice, LineEditor
from ui.forms.field import RecordField
from ui.forms.numbers import parse_number
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.forms.responsive_grid import ResponsiveGrid
from ui.orders.currency_editor import CurrencyEditor
from ui.orders.delete_order import CHANGED
from ui.orders.words import LABELS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

ACTIVE_WORDS = {True: "Yes", False: "No, it only stays on old orders"}
# Name, letter for Alt, over the whole row, needed.
_ORDER = (
    ("name", "n", True, True),
    ("sku", "k", False, True),
    ("category", "g", False, False),
    ("unit_price", "p", False, True),
    ("currency", "c", False, False),
    ("is_active", "o", True, False),
)


class PriceEditor(LineEditor):
    """An amount with two decimals, or the text where it is none. What costs nothing has a price of 0."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> str:
        text = self.text().strip()
        number = parse_number(text)
        return text if number is None or number != round(number, 2) else f"{number:.2f}"


class ProductDialog(RecordDialog):
    """With `product_id` it edits that one, without it adds one."""

    subject = "orders"
    noun = "product"
    is_small = True

    def __init__(self, context: Signed, parent: QWidget | None = None, product_id: UUID | None = None) -> None:
        super().__init__(context, parent, product_id, width=560)
        self.category = LineEditor()
        editors: dict[str, QWidget] = {
            "name": LineEditor(),
            "sku": LineEditor(),
            "category": self.category,
            "unit_price": PriceEditor(),
            "currency": CurrencyEditor(),
            "is_active": Choice(list(ACTIVE_WORDS.items())),
        }
        grid = ResponsiveGrid(letters=22)
        for name, letter, whole_row, required in _ORDER:
            field = RecordField(name, LABELS[name], editors[name], mnemonic=letter, required=required)
            grid.add(self.form.add(field), whole_row=whole_row)
        self.fields_layout.addWidget(grid)
        context.operations.query(self, queries.categories, self.category.suggest, failed=_no_categories)
        self.begin({"unit_price": "", "currency": currencies.DEFAULT, "is_active": True})
        if product_id is None:
            self.first_editor().setFocus()

    def title(self) -> str:
        if self.record_id is None:
            return "Add product"
        return f"Edit {self.record.title}" if self.record else "Edit product"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return str(values["name"]).strip()

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            validate_product(_input(values))
        except InvalidInput as error:
            return error.fields
        return {}

    def read(self, session: Session, record_id: UUID) -> Record:
        row = queries.product(session, record_id)
        values = {name: getattr(row, name) for name, *_ in _ORDER}
        values["unit_price"] = f"{row.unit_price:.2f}"
        return Record(row.id, row.version, values, row.name)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        if record is None:
            return product_actions.add_product(session, _input(values), self.new_row.id)
        product_actions.edit_product(session, record.id, record.version, _input(values))
        return record.id

    def told(self, session: Session, row_id: UUID, title: str, *, added: bool) -> str:
        return f"{title} was {'added' if added else 'saved'}."

    def subjects_changed(self) -> frozenset[str]:
        return CHANGED

    def value_text(self, name: str, value: Any) -> str:
        return ACTIVE_WORDS[bool(value)] if name == "is_active" else super().value_text(name, value)

    def shown(self) -> None:
        self.may_edit = self.context.capabilities.edit_products
        self.form.set_read_only(not self.may_edit)


def _input(values: Mapping[str, Any]) -> ProductInput:
    price = parse_number(values["unit_price"])
    return ProductInput(
        sku=values["sku"],
        name=values["name"],
        category=values["category"],
        unit_price=Decimal(-1) if price is None else price,  # which the rules refuse
        currency=values["currency"],
        is_active=bool(values["is_active"]),
    )


def _no_categories(_error: CrmError) -> None:
    """Typing works without them; what is really wrong shows when saving."""
