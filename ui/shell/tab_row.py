"""The tabs, and beside them the chip that says which customer the other tabs are narrowed to."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import icon_button
from ui.widgets.frames import IconLabel
from ui.widgets.labels import ElidedLabel, tooltip


class ScopeChip(QFrame):
    """The chosen customer; the cross lets all customers in again."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "scope")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._name = ElidedLabel()
        self._clear = icon_button("close", "Show all customers", self.cleared.emit, small=True, tone="accent_text")
        row = QHBoxLayout(self)
        row.setContentsMargins(M, 2, 4, 2)
        row.setSpacing(S)
        row.addWidget(IconLabel("filter", 16, "accent_text"))
        row.addWidget(self._name)
        row.addWidget(self._clear)
        self.hide()

    def show_name(self, name: str) -> None:
        """Say who it is; an empty name takes the chip away."""
        self._name.setText(name)
        self.setAccessibleName(f"Only {name}" if name else "")
        self.setToolTip(tooltip(f"Only what belongs to {name}"))
        self._clear.setAccessibleName(f"Show all customers, not only {name}")


class TabRow(QWidget):
    """Which page is on top."""

    chosen = Signal(int)
    scope_cleared = Signal()

    def __init__(self, titles: tuple[str, ...], narrowed: Collection[int], parent: QWidget | None = None) -> None:
        """`narrowed`: the places of the pages that show the chosen customer only."""
        super().__init__(parent)
        self._narrowed = narrowed
        self.setProperty("role", "bar")
        self.bar = QTabBar()
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setProperty("kind", "pages")
        self.bar.setUsesScrollButtons(True)  # its arrows have no width: the menu beside it leads to every page
        self.bar.setAccessibleName("Pages")
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for title in titles:
            self.bar.addTab(title)
        self.bar.currentChanged.connect(self._on_tab)
        self.chip = ScopeChip()
        self.chip.cleared.connect(self.scope_cleared)
        self._scope = ""
        self._grid = QGridLayout(self)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(self.bar, 0, 0)
        self.all_pages = self._make_menu()
        self._grid.addWidget(self.all_pages, 0, 1)
        self.set_shape(Shape.WIDE)

    def set_scope(self, name: str) -> None:
        """The customer that some pages are narrowed to."""
        self._scope = name
        self.chip.show_name(name)
        self._show_chip()

    def set_shape(self, shape: Shape) -> None:
        """The chip beside the tabs, or below them on a narrow window."""
        narrow = shape is Shape.NARROW
        edge = L if narrow else XL
        self._grid.setContentsMargins(edge, 0, edge, 0)
        self._grid.removeWidget(self.chip)
        self._grid.addWidget(self.chip, *((1, 0) if narrow else (0, 2)), Qt.AlignmentFlag.AlignLeft)
        self.chip.setMaximumWidth(320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._show_menu)  # the bar has its new width only afterwards

    def _make_menu(self) -> QToolButton:
        """All pages in a list, where the bar has no room for every tab."""
        made = icon_button("menu", "All pages")
        menu = QMenu(made)
        for place in range(self.bar.count()):
            action = menu.addAction(self.bar.tabText(place), partial(self.bar.setCurrentIndex, place))
            action.setCheckable(True)
        menu.aboutToShow.connect(self._mark_current)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.hide()
        return made

    def _mark_current(self) -> None:
        for place, action in enumerate(self.all_pages.menu().actions()):
            action.setChecked(place == self.bar.currentIndex())

    def _show_menu(self) -> None:
        room = self.width() - self._grid.contentsMargins().left() - self._grid.contentsMargins().right()
        room -= self.chip.sizeHint().width() if self.chip.isVisible() and self._grid.columnCount() > 2 else 0
        tabs = sum(self.bar.tabRect(place).width() for place in range(self.bar.count()))
        self.all_pages.setVisible(tabs > room)

    def _on_tab(self, index: int) -> None:
        self._show_chip()
        self.chosen.emit(index)

    def _show_chip(self) -> None:
        self.chip.setVisible(bool(self._scope) and self.bar.currentIndex() in self._narrowed)
