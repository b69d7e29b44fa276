"""The lines of an order: one row each and a blank one at the end for the next, with the total below."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.orders.currencies import money
from crm_desktop.orders.queries import product
from crm_desktop.orders.rows import ProductRow
from crm_desktop.words import counted
from ui.orders.line_row import TOTAL_WIDTH, WIDTHS, LineRow, LineValue, lines_from
from ui.theme.tokens import S
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

NARROW_LETTERS = 70


class LinesEditor(QWidget):
    """The value is a tuple of `LineValue`s. `currency` tells the order's; `currency_wanted` asks for the one of the
    first product."""

    edited = Signal()
    left = Signal()
    currency_wanted = Signal(str)

    def __init__(self, context: Signed, currency: Callable[[], str]) -> None:
        super().__init__()
        self._context = context
        self._currency = currency
        self._read_only = False
        self._total_without_lines = Decimal(0)
        self._usual_discount = "0"
        self.rows: list[LineRow] = []
        self._head = self._make_head()
        self._column = QVBoxLayout()
        self._column.setSpacing(S)
        self.total = text_label("", "subheading", wrap=False)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.hint = text_label("", "caption")
        self.benefit = text_label("", "caption")
        self.benefit.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.total)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._head)
        column.addLayout(self._column)
        column.addWidget(self.benefit)
        column.addLayout(foot)
        self._add()

    # What a form needs of it.

    def value(self) -> tuple[LineValue, ...]:
        return tuple(row.value() for row in self.rows if not row.blank)

    def set_value(self, value: Any) -> None:
        lines = lines_from(value)
        while len(self.rows) > len(lines) + 1:
            self._drop(self.rows[-1])
        while len(self.rows) < len(lines) + 1:
            self._add()
        for row, line in zip(self.rows, lines, strict=False):
            row.set_value(line)
        last = self.rows[-1]
        if not last.blank:
            self._add()  # first, so that it takes the other's place in the order of Tab
            self._drop(last)
        self._settle()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")

    def setAccessibleDescription(self, text: str) -> None:
        """What is said below: the fields that it is about are marked, and the focus will come to the first of them."""
        super().setAccessibleDescription(text)
        for row in self.rows:
            row.mark_faults(bool(self.property("invalid")))
        wrong = (field for row in self.rows for field in row.fields if field.property("invalid"))
        self.setFocusProxy(next(wrong, self.rows[0].product.input))

    def setReadOnly(self, read_only: bool) -> None:
        self._read_only = read_only
        self._settle()

    def show_total_without_lines(self, total: Decimal) -> None:
        """What the order comes to while it has no lines: some were imported so."""
        self._total_without_lines = total
        self._show_total()

    def set_usual_discount(self, percent: str, because: str) -> None:
        """What new lines start with, and why. What stands in a line already stays."""
        self._usual_discount = percent
        for row in self.rows:
            row.set_usual_discount(percent)
        self.benefit.setText(because)
        self.benefit.setHidden(not because)
        self._show_total()

    def show_currency(self) -> None:
        """The order has another currency."""
        self._show_total()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * NARROW_LETTERS
        self._head.setHidden(narrow)
        self._head_end.setFixedWidth(self.rows[0].remove_button.sizeHint().width())
        for row in self.rows:
            row.set_narrow(narrow)

    # Rows.

    def _add(self) -> LineRow:
        row = LineRow(self._context)
        row.set_usual_discount(self._usual_discount)
        row.set_narrow(self._head.isHidden())
        row.edited.connect(self._on_edited)
        row.left.connect(lambda: self._on_left(row))
        row.product_chosen.connect(lambda product_id: self._on_product(row, product_id))
        row.move_wanted.connect(lambda by: self._move(row, by))
        row.remove_wanted.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.addWidget(row)
        self._link_tabs()
        self.setFocusProxy(self.rows[0].product.input)
        self._settle()
        return row

    def _drop(self, row: LineRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if self.rows:
            self.setFocusProxy(self.rows[0].product.input)

    def _remove(self, row: LineRow) -> None:
        place = self.rows.index(row)
        if row.blank:
            return
        self._drop(row)
        self._settle()
        self.rows[min(place, len(self.rows) - 1)].product.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _move(self, row: LineRow, by: int) -> None:
        place = self.rows.index(row)
        last = len(self.rows) - 2  # the blank one stays the last
        if row.blank or not 0 <= place + by <= last:
            return
        self.rows.insert(place + by, self.rows.pop(place))
        focused = row.focusWidget()
        self._column.removeWidget(row)
        self._column.insertWidget(place + by, row)
        self._link_tabs()
        if focused is not None:
            focused.setFocus(Qt.FocusReason.OtherFocusReason)
        self._settle()
        self.edited.emit()

    def _link_tabs(self) -> None:
        """Tab goes through the lines as they stand: Qt puts what is made later behind the dialog's buttons."""
        stops = [stop for row in self.rows for stop in (*row.fields, row.remove_button)]
        for stop, following in pairwise(stops):
            QWidget.setTabOrder(stop, following)

    def _on_edited(self) -> None:
        if not self.rows[-1].blank:
            self._add()
        self._settle()
        self.edited.emit()

    def _on_left(self, row: LineRow) -> None:
        focused = self.window().focusWidget()
        inside = focused is not None and row.isAncestorOf(focused)
        if row in self.rows[:-1] and row.blank and not inside:
            self._drop(row)
            self._settle()
        self.left.emit()

    def _on_product(self, row: LineRow, product_id: UUID) -> None:
        def show(found: ProductRow) -> None:
            if row not in self.rows or row.product.chosen_id != product_id:
                return
            alone = all(other is row or other.blank for other in self.rows)
            if alone and found.currency != self._currency():
                self.currency_wanted.emit(found.currency)
            if found.currency == self._currency():
                row.fill(f"{found.unit_price:.2f}")
                self.hint.setText("")
            else:
                price = money(found.unit_price, found.currency)
                self.hint.setText(f"{found.name} costs {price}: enter its price in {self._currency()}.")

        self._context.operations.query(self, lambda session: product(session, product_id), show, failed=_no_price)

    # On screen.

    def _settle(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            row.set_read_only(self._read_only)
            row.set_number(number)
            row.setHidden(row.blank and self._read_only)
        self._show_total()

    def _show_total(self) -> None:
        amounts = [row.amount for row in self.rows if not row.blank]
        total = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if not amounts:
            total = self._total_without_lines
        words = f"{counted(len(amounts), 'line')}, total" if amounts else "Total"
        self.total.setText(f"{words} {money(total, self._currency())}")
        self.total.setAccessibleName(self.total.text())

    def _make_head(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(text_label("Product", "caption", wrap=False), 1)
        letter = self.fontMetrics().averageCharWidth()
        for name, width in zip(("Quantity", "Price", "Discount %", "Total"), (*WIDTHS, TOTAL_WIDTH), strict=True):
            label = text_label(name, "caption", wrap=False)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setFixedWidth(letter * width)
            row.addWidget(label)
        self._head_end = QWidget()  # above the buttons
        row.addWidget(self._head_end)
        return head


def _no_price(_error: CrmError) -> None:
    """The price can be typed; what is really wrong shows when saving."""
