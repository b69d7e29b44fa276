"""A page of several, each behind a tab of its own above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L
from ui.widgets.frames import separator
from ui.widgets.tab_bar import tab_bar

if TYPE_CHECKING:
    from ui.context import Signed


@dataclass(frozen=True)
class Section:
    """One of the pages within, built when it is first opened."""

    title: str
    build: Callable[[Signed], ShellPage]


class TabbedPage(ShellPage):
    """What the sections want of the window, the page passes on; what the window asks goes to the one on top."""

    def __init__(self, context: Signed, name: str, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sections = sections
        self._made: dict[int, ShellPage] = {}
        self._shape = Shape.WIDE
        self.bar = tab_bar(name, [section.title for section in sections])
        self._stack = QStackedWidget()
        self._head = QVBoxLayout()
        self._head.addWidget(self.bar)
        surface = QFrame()
        surface.setProperty("role", "surface")
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._head)
        box.addWidget(separator())
        box.addWidget(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        outer.addWidget(surface)
        self._open(0)
        self.bar.currentChanged.connect(self._open)
        self.set_shape(Shape.WIDE)

    def section(self, place: int) -> ShellPage:
        """One of the pages within, built now if it was not yet."""
        if place not in self._made:
            made = self._made[place] = self._sections[place].build(self._context)
            for name in ("customer_wanted", "customers_wanted", "page_wanted", "scope_cleared"):
                getattr(made, name).connect(getattr(self, name))
            made.set_shape(self._shape)
            self._stack.addWidget(made)
        return self._made[place]

    @property
    def on_top(self) -> ShellPage:
        """The page within that is shown."""
        return self.section(self.bar.currentIndex())

    def refresh(self) -> None:
        self.on_top.refresh()

    def take_focus(self) -> None:
        self.on_top.take_focus()

    def set_shape(self, shape: Shape) -> None:
        self._shape = shape
        self._head.setContentsMargins(L if shape is Shape.NARROW else XL, 0, L, 0)
        for made in self._made.values():
            made.set_shape(shape)

    def remember(self) -> None:
        for made in self._made.values():
            made.remember()

    def _open(self, place: int) -> None:
        self._stack.setCurrentWidget(self.section(place))
