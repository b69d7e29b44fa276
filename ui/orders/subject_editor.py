"""What a preference is about: a product that is found while typing, a category in use, or any words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.editors import LineEditor
from ui.orders.product_picker import ProductPicker

if TYPE_CHECKING:
    from ui.context import Signed


class SubjectEditor(QWidget):
    """The value: the product's id or None, and the words."""

    edited = Signal()
    left = Signal()

    def __init__(self, context: Signed, kind: Callable[[], str]) -> None:
        super().__init__()
        self._kind = kind
        self._categories: Sequence[str] = ()
        self.picker = ProductPicker(context)
        self.words = LineEditor()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.picker, self.words):
            column.addWidget(part)
        for line in (self.picker.input, self.words):
            line.edited.connect(self.edited)
            line.left.connect(self.left)
        self.picker.chosen.connect(lambda _id: self.edited.emit())
        self.setFocusProxy(self.picker.input)

    def value(self) -> tuple[UUID | None, str]:
        if self._is_product:
            return self.picker.chosen_id, " ".join(self.picker.input.text().split())
        return None, " ".join(self.words.text().split())

    def set_value(self, value: Any) -> None:
        product_id, words = value or (None, "")
        self.picker.show_chosen(product_id, words)
        self.words.show_text(words)

    def follow_kind(self) -> None:
        """Another kind has been chosen: what was typed stays."""
        words = self.words.text() if self.picker.isHidden() else self.picker.input.text()
        product = self._is_product
        if product and self.picker.isHidden():
            self.picker.show_chosen(None, words)
        elif not product:
            self.words.show_text(words)
        self.picker.setVisible(product)
        self.words.setHidden(product)
        self.words.suggest(self._categories if self._kind() == "category" else ())
        self.setFocusProxy(self.picker.input if product else self.words)

    def suggest_categories(self, categories: Sequence[str]) -> None:
        """Those in use."""
        self._categories = categories
        self.words.suggest(categories if self._kind() == "category" else ())

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")
        for line in (self.picker.input, self.words):
            line.setAccessibleName(name)

    def setAccessibleDescription(self, text: str) -> None:
        for line in (self.picker.input, self.words):
            line.setAccessibleDescription(text)

    def setReadOnly(self, read_only: bool) -> None:
        for line in (self.picker.input, self.words):
            line.setReadOnly(read_only)

    @property
    def _is_product(self) -> bool:
        return self._kind() == "product"
