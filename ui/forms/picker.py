"""Choose one of many by typing: a field, and below it what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from ui.forms.editors import LineEditor
from ui.theme.tokens import XS
from ui.widgets.form import FormField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle

MOST = 8
PAUSE_MS = 80


@dataclass(frozen=True)
class Found:
    """One that can be chosen; `about` stands below the name."""

    id: UUID
    name: str
    about: str = ""


Search = Callable[["Session", str], Sequence[Found]]
"""Runs off the GUI thread."""


class Picker(QWidget):
    """`chosen` carries the id, or None when the text was changed after a choice."""

    chosen = Signal(object)

    def __init__(
        self, context: Signed, label: str, noun: str, placeholder: str, search: Search, *, labelled: bool = True
    ) -> None:
        """Not `labelled` where something else says what is chosen here: the label is for screen readers only."""
        super().__init__()
        self._context = context
        self._handle: Handle | None = None
        self._chosen: UUID | None = None
        self.input = _Input()
        self._noun = noun
        self._find = search
        self.input.setPlaceholderText(placeholder)
        self._field = FormField(label, self.input, required=labelled)
        self._field.label.setVisible(labelled)
        self.list = QListWidget()
        self.list.setAccessibleName(f"{label}s found")
        self.list.setProperty("role", "popup")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_item)
        self.list.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self._field)
        column.addWidget(self.list)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.input.edited.connect(self._on_typed)
        self.input.moved.connect(self._move)
        self.input.taken.connect(self._take_current)
        self.input.left.connect(self._close)

    def show_chosen(self, chosen_id: UUID | None, text: str) -> None:
        """Show somebody as chosen, or with None what was typed so far."""
        self._chosen = chosen_id
        self.input.show_text(text)

    def say(self, error: str) -> None:
        """Say at the field what is wrong, and go there."""
        self._field.set_error(error)
        self.input.setFocus()

    @property
    def chosen_id(self) -> UUID | None:
        """Who is chosen."""
        return self._chosen

    def _on_typed(self) -> None:
        self._field.set_error("")
        if self._chosen is not None:
            self._chosen = None
            self.chosen.emit(None)
        self._pause.start()

    def _search(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        words = self.input.text().strip()
        if not words:
            self.list.hide()
            return

        self._handle = self._context.operations.query(
            self, lambda session: self._find(session, words), self._show, failed=self._failed
        )

    def _failed(self, error: CrmError) -> None:
        self._field.set_error(str(error))

    def _show(self, rows: Sequence[Found]) -> None:
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.name}\n{row.about}" if row.about else row.name)
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            item.setData(Qt.ItemDataRole.UserRole + 1, row.name)
            self.list.addItem(item)
        if not rows:
            item = QListWidgetItem(f"No {self._noun} found")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if rows else -1)
        height = sum(self.list.sizeHintForRow(i) for i in range(self.list.count())) + 2 * self.list.frameWidth() + 8
        self.list.setFixedHeight(min(height, 320))
        self.list.show()

    def _close(self) -> None:
        """Whoever goes on without choosing is shown no list any more."""
        self._pause.stop()
        if self._handle is not None:
            self._handle.cancel()
        self.list.hide()

    def _move(self, by: int) -> None:
        if self.list.isVisible():
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + by)))

    def _take_current(self) -> None:
        item = self.list.currentItem()
        if self.list.isVisible() and item is not None:
            self._on_item(item)

    def _on_item(self, item: QListWidgetItem) -> None:
        found = item.data(Qt.ItemDataRole.UserRole)
        if not isinstance(found, UUID):
            return
        self._chosen = found
        self.input.show_text(item.data(Qt.ItemDataRole.UserRole + 1))
        self.list.hide()
        self.chosen.emit(found)


class _Input(LineEditor):
    moved = Signal(int)
    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.taken.emit()
        else:
            super().keyPressEvent(event)
