"""The bar below a table while rows are marked: how many, all of them, none, and what can be done with them.

It stands below the rows, so that none moves under the pointer when it appears.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QWidget

from crm_desktop.listing.selection import Selection
from ui.tables.paged_view import PagedTable
from ui.theme.tokens import XL, XS, L, M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from crm_desktop.access.capabilities import Capabilities
    from ui.context import Signed


@dataclass(frozen=True)
class SelectionAction:
    """Something to do with marked rows.

    `run(context, selection, bar)`: dialogs take `bar.window()` as their parent, and call `bar.clear()` once the rows
    have been dealt with. Shown to whom it is `allowed`, for at least `least` and at most `most` rows.
    """

    title: str
    icon: str
    allowed: Callable[[Capabilities], bool]
    run: Callable[[Signed, Selection, SelectionBar], None]
    tooltip: str = ""
    least: int = 1
    most: int | None = None
    dangerous: bool = False


def _line() -> tuple[QWidget, QHBoxLayout]:
    """A widget for buttons side by side, and its layout."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(S)
    return holder, line


class SelectionBar(QWidget):
    """Hidden while nothing is marked. `noun` is one of the rows: "customer"."""

    def __init__(self, context: Signed, table: PagedTable, noun: str, actions: Sequence[SelectionAction]) -> None:
        super().__init__()
        self._context = context
        self._table = table
        self._noun = noun
        self._narrow = False
        self._icons = False
        self._two_lines = False
        self.setProperty("role", "selection")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.count = text_label("", "subheading", wrap=False)
        self.all_button = button("Select all", table.marks.mark_all, kind="link")
        self.clear_button = icon_button("close", "Clear selection", self.clear)
        self.clear_button.setToolTip("Clear selection (Esc)")
        self._buttons: list[tuple[SelectionAction, QAbstractButton, QAbstractButton]] = []
        self._what, self._can = _line(), _line()
        for widget in (self.clear_button, self.count, self.all_button):
            self._what[1].addWidget(widget)
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(XS)
        self._grid.addWidget(self._what[0], 0, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._can[0], 0, 1, Qt.AlignmentFlag.AlignRight)
        for action in actions:
            if action.allowed(context.capabilities):
                self._add(action)
        table.marks.changed.connect(self._show)
        table.selecting_changed.connect(lambda _on: self._show())
        table.counted.connect(lambda _count, _exact: self._show())
        self.set_narrow(False)
        self._show()

    @property
    def selection(self) -> Selection:
        """What is marked now."""
        return self._table.selection()

    @property
    def table(self) -> PagedTable:
        """Whose rows they are."""
        return self._table

    def clear(self) -> None:
        """Mark nothing any more."""
        self._table.marks.clear()
        self._table.set_selecting(False)

    def set_narrow(self, narrow: bool) -> None:
        """Icons in place of words."""
        self._narrow = narrow
        self._grid.setContentsMargins(*((M, S, M, S) if narrow else (L, S, XL, S)))
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Words give way to icons, and one line to two, before the bar forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        margins = self._grid.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        what = sum(each.sizeHint().width() + S for each in (self.clear_button, self.count, self.all_button))
        words = sum(large.sizeHint().width() + S for _action, large, _small in self._buttons)
        icons = sum(small.sizeHint().width() + S for _action, _large, small in self._buttons)
        self._icons = self._narrow or what + words > room
        two_lines = what + (icons if self._icons else words) > room
        for _action, large, small in self._buttons:
            large.setVisible(not self._icons)
            small.setVisible(self._icons)
        if two_lines != self._two_lines:
            self._two_lines = two_lines
            self._grid.removeWidget(self._can[0])
            self._grid.addWidget(self._can[0], int(two_lines), 0 if two_lines else 1, Qt.AlignmentFlag.AlignRight)

    def button(self, title: str) -> QAbstractButton:
        """The button of an action, as it is shown now."""
        return next((small if self._icons else large) for action, large, small in self._buttons
                    if action.title == title)  # fmt: skip

    def _add(self, action: SelectionAction) -> None:
        def run() -> None:
            action.run(self._context, self.selection, self)

        large = button(action.title, run, kind="danger-quiet" if action.dangerous else "", icon_name=action.icon)
        small = icon_button(action.icon, action.title, run, tone="danger" if action.dangerous else "text_muted")
        self._buttons.append((action, large, small))
        for made in (large, small):
            self._can[1].addWidget(made)

    def _show(self) -> None:
        table = self._table
        count, total = len(self.selection), table.total
        words = f"{count:,} {self._noun if count == 1 else self._noun + 's'}"
        text = f"{count:,} selected" if self._narrow else f"{words} selected"
        if not table.total_is_exact and table.marks.everything:
            text, words = "All selected", f"All {self._noun}s"
        self.all_button.setText(f"Select all {total:,}" if table.total_is_exact else "Select all")
        self.all_button.setVisible(count < total or not (table.total_is_exact or table.marks.everything))
        for action, large, small in self._buttons:
            fits = count >= action.least and (action.most is None or count <= action.most)
            for made in (large, small):
                made.setEnabled(fits)
                made.setToolTip(self._tooltip(action, fits))
        said = self.accessibleName()
        self.count.setText(text)
        self.setAccessibleName(f"{words} selected")
        self._fit()
        self.setVisible(table.marks.any or table.selecting)
        if self.isVisible() and said != self.accessibleName():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _tooltip(self, action: SelectionAction, fits: bool) -> str:
        if fits:
            return action.tooltip or action.title
        if action.most is None:
            return f"{action.title}: select at least {action.least:,}"
        if action.most == action.least:
            return f"{action.title}: select {action.least:,}"
        return f"{action.title}: select between {action.least:,} and {action.most:,}"
