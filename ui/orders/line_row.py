"""One line of an order in its dialog: what, how much, at what price, with what discount, and what that comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from crm_desktop.orders.currencies import shown
from crm_desktop.orders.rows import OrderLineRow
from crm_desktop.orders.validation import LineInput, line_faults, line_total
from ui.forms.editors import LineEditor
from ui.forms.numbers import parse_number, plain_number
from ui.orders.product_picker import ProductPicker
from ui.theme.tokens import XS, S
from ui.widgets.buttons import icon_button
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

WRONG = Decimal(-1)
"""Stands for what is no number: no field takes it."""


class LineValue(NamedTuple):
    """A line as the dialog keeps it: numbers in one form of writing, so that what was not touched is equal."""

    id: UUID
    product_id: UUID | None
    description: str
    quantity: str
    unit_price: str
    discount: str


def value_of(line: OrderLineRow) -> LineValue:
    """A saved line as the dialog keeps it."""
    return LineValue(
        line.id,
        line.product_id,
        line.description,
        plain_number(line.quantity),
        f"{line.unit_price:.2f}",
        plain_number(line.discount_percent),
    )


def input_of(value: LineValue) -> LineInput:
    """What is saved of a line; a number that is none is one that the rules refuse."""
    quantity, price, discount = (_number(text) for text in value[3:])
    return LineInput(value.description, quantity, price, discount, value.product_id, value.id)


class LineRow(QWidget):
    """`blank` until something is typed. Alt and an arrow key ask to be moved, Alt+Delete to be taken away."""

    edited = Signal()
    left = Signal()
    product_chosen = Signal(object)  # UUID
    move_wanted = Signal(int)
    remove_wanted = Signal()

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self._id = uuid4()
        self._narrow = False
        self._read_only = False
        self.usual_discount = "0"
        self.product = ProductPicker(context)
        self.quantity, self.price, self.discount = _number_field("1"), _number_field(), _number_field("0")
        self.total = text_label("", wrap=False)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remove_button = icon_button("close", "Remove line", self.remove_wanted.emit, small=True)
        held = self.remove_button.sizePolicy()
        held.setRetainSizeWhenHidden(True)  # a line without the button is as wide as the others
        self.remove_button.setSizePolicy(held)
        self.captions = {name: text_label(name, "caption", wrap=False) for name in ("Quantity", "Price", "Discount %")}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(S)
        self._grid.setVerticalSpacing(XS)
        self.product.input.edited.connect(self._on_edited)
        self.product.input.left.connect(self.left)
        self.product.chosen.connect(self._on_chosen)
        for field in self.numbers:
            field.edited.connect(self._on_edited)
            field.left.connect(self._on_left)
        self.setFocusProxy(self.product.input)
        self._lay_out()

    @property
    def numbers(self) -> tuple[LineEditor, LineEditor, LineEditor]:
        """The fields of numbers, from left to right."""
        return self.quantity, self.price, self.discount

    @property
    def fields(self) -> tuple[LineEditor, ...]:
        """All that is typed into, from left to right."""
        return self.product.input, *self.numbers

    @property
    def blank(self) -> bool:
        """Whether nothing has been typed."""
        return not any(field.value() for field in self.fields)

    def value(self) -> LineValue:
        """What the fields hold. A quantity or discount left blank is the usual one; no price is usual."""
        quantity = self.quantity.value() or "1"
        price, discount = self.price.value(), self.discount.value() or self.usual_discount
        return LineValue(
            self._id,
            self.product.chosen_id,
            " ".join(self.product.input.value().split()),
            _written(quantity),
            _written(price, cents=True),
            _written(discount),
        )

    def set_value(self, value: LineValue) -> None:
        """Show a line."""
        self._id = value.id
        self.product.show_chosen(value.product_id, value.description)
        for field, text in zip(self.numbers, value[3:], strict=True):
            field.show_text(text)
        self._show_total()

    def fill(self, price: str) -> None:
        """What a product that was chosen brings along."""
        self.price.show_text(price)
        if not self.quantity.value():
            self.quantity.show_text("1")
            if self.quantity.hasFocus():
                self.quantity.selectAll()  # the next key takes its place
        if not self.discount.value():
            self.discount.show_text(self.usual_discount)
        self._on_edited()

    def set_usual_discount(self, percent: str) -> None:
        """What a discount left blank is, in percent."""
        self.usual_discount = percent
        self.discount.setPlaceholderText(percent)
        self._show_total()

    @property
    def amount(self) -> Decimal | None:
        """What it comes to; None where a number is none."""
        line = input_of(self.value())
        if WRONG in (line.quantity, line.unit_price, line.discount_percent):
            return None
        return line_total(line.quantity, line.unit_price, line.discount_percent)

    def mark_faults(self, on: bool) -> None:
        """Mark the fields that are wrong, or none."""
        faults = line_faults(input_of(self.value())) if on and not self.blank else {}
        names = ("description", "quantity", "unit_price", "discount_percent")
        for name, field in zip(names, self.fields, strict=True):
            field.setProperty("invalid", name in faults)
            field.setAccessibleDescription(faults.get(name, ""))
            field.setToolTip(faults.get(name, ""))
            restyle(field)

    def set_number(self, number: int) -> None:
        """Which line it is, for those who cannot see it."""
        self.product.input.setAccessibleName(f"Line {number}: product")
        for field, name in zip(self.numbers, ("quantity", "price", "discount in percent"), strict=True):
            field.setAccessibleName(f"Line {number}: {name}")
        self.remove_button.setAccessibleName(f"Remove line {number}")
        self.remove_button.setVisible(not self.blank and not self._read_only)

    def set_read_only(self, read_only: bool) -> None:
        """To be read and copied."""
        self._read_only = read_only
        for field in self.fields:
            field.setReadOnly(read_only)
        self.remove_button.setVisible(not read_only)

    def set_narrow(self, narrow: bool) -> None:
        """The numbers below the product, each with its name."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self._read_only:
            super().keyPressEvent(event)
        elif held == Qt.KeyboardModifier.AltModifier and step is not None:
            self.move_wanted.emit(step)
        elif held == Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in (self.total, self.remove_button):  # in the middle of the fields, whatever opens below them
            part.setFixedHeight(self.quantity.sizeHint().height())

    def _lay_out(self) -> None:
        grid = self._grid
        captions: list[QLabel] = list(self.captions.values())
        for widget in (self.product, *self.numbers, self.total, self.remove_button, *captions):
            grid.removeWidget(widget)
        top = Qt.AlignmentFlag.AlignTop
        letter = self.fontMetrics().averageCharWidth()
        for caption in captions:
            caption.setVisible(self._narrow)
        if self._narrow:
            grid.addWidget(self.product, 0, 0, 1, 3)
            grid.addWidget(self.remove_button, 0, 3, top)
            for column, (caption, field) in enumerate(zip(captions, self.numbers, strict=True)):
                field.setMinimumWidth(letter * 6)
                field.setMaximumWidth(16_777_215)
                grid.addWidget(caption, 1, column)
                grid.addWidget(field, 2, column)
            grid.addWidget(self.total, 3, 0, 1, 3)
            for column in range(5):
                grid.setColumnStretch(column, 1 if column < 3 else 0)
                grid.setColumnMinimumWidth(column, 0)
        else:
            grid.addWidget(self.product, 0, 0)
            for column, (field, width) in enumerate(zip(self.numbers, WIDTHS, strict=True), start=1):
                field.setFixedWidth(letter * width)
                grid.addWidget(field, 0, column, top)
            self.total.setMinimumWidth(letter * TOTAL_WIDTH)
            grid.addWidget(self.total, 0, 4, top)
            grid.addWidget(self.remove_button, 0, 5, top)
            for column in range(6):
                grid.setColumnStretch(column, 0 if column else 1)

    def _on_chosen(self, product_id: UUID | None) -> None:
        self._on_edited()
        if product_id is not None:
            self.product_chosen.emit(product_id)
            self.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
            self.quantity.selectAll()

    def _on_edited(self) -> None:
        self._show_total()
        self.edited.emit()

    def _on_left(self) -> None:
        if not self.blank:
            value = self.value()
            for field, text in zip(self.numbers, value[3:], strict=True):
                if field.value() != text:
                    field.show_text(text)  # as it is understood: no doubt about thousands
        self.left.emit()

    def _show_total(self) -> None:
        amount = None if self.blank else self.amount
        self.total.setText("" if amount is None else shown(amount))


WIDTHS = (9, 12, 10)
"""Of quantity, price and discount, in letters."""
TOTAL_WIDTH = 13


def _number_field(usual: str = "") -> LineEditor:
    field = LineEditor()
    field.setPlaceholderText(usual)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field


def _number(text: str) -> Decimal:
    number = parse_number(text)
    return WRONG if number is None else number


def _written(text: str, *, cents: bool = False) -> str:
    """A number in the one form that is kept; what is none stays as it is."""
    number = parse_number(text)
    if number is None:
        return text
    plain = plain_number(number)
    return f"{number:.2f}" if cents and len(plain.partition(".")[2]) <= 2 else plain


def lines_from(value: Any) -> tuple[LineValue, ...]:
    """Lines as a draft brings them back, too."""
    return tuple(LineValue._make(line) for line in value or ())
