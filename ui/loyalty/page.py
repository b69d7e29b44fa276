"""The Loyalty tab: the members, and the programme at a glance, each behind a tab of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ui.loyalty.members_list import MembersList
from ui.loyalty.programme_view import ProgrammeView
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L
from ui.widgets.frames import separator
from ui.widgets.tab_bar import tab_bar

if TYPE_CHECKING:
    from ui.context import Signed


@dataclass(frozen=True)
class Section:
    """A tab beside the members, built when it is first opened. It may have what pages have: `refresh`, `set_shape`,
    and the signals `customer_wanted` and `customers_wanted`."""

    title: str
    build: Callable[[Signed], QWidget]


SECTIONS: tuple[Section, ...] = (Section("Programme", ProgrammeView),)


class LoyaltyPage(ShellPage):
    """The tabs show once there is more than one."""

    def __init__(
        self, context: Signed, sections: tuple[Section, ...] = SECTIONS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._sections = sections
        self._made: dict[int, QWidget] = {}
        self._shape = Shape.WIDE
        self.members = MembersList(context)
        self.members.customer_wanted.connect(self.customer_wanted)
        self.members.customers_wanted.connect(lambda: self.page_wanted.emit("customers"))
        titles = ("Members", *(section.title for section in sections))
        self.bar = tab_bar("Pages of the loyalty programme", titles)
        self._head = QWidget()
        self._head.setVisible(bool(sections))
        self._edge = QVBoxLayout(self._head)
        self._edge.addWidget(self.bar)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.members)
        surface = QFrame()
        surface.setProperty("role", "surface")
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head)
        box.addWidget(separator())
        box.addWidget(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        outer.addWidget(surface)
        self.bar.currentChanged.connect(self._open)
        self.set_shape(Shape.WIDE)

    def refresh(self) -> None:
        _call(self._stack.currentWidget(), "refresh")

    def take_focus(self) -> None:
        if self._stack.currentWidget() is self.members:
            self.members.take_focus()

    def set_shape(self, shape: Shape) -> None:
        self._shape = shape
        self._edge.setContentsMargins(L if shape is Shape.NARROW else XL, 0, L, 0)
        for made in self._made.values():
            _call(made, "set_shape", shape)

    def remember(self) -> None:
        self.members.remember()

    def open(self, title: str) -> None:
        """Bring one of its tabs to the top."""
        titles = [self.bar.tabText(place) for place in range(self.bar.count())]
        self.bar.setCurrentIndex(titles.index(title))

    def _open(self, place: int) -> None:
        if place > 0 and place not in self._made:
            made = self._made[place] = self._sections[place - 1].build(self._context)
            for name in ("customer_wanted", "customers_wanted"):
                if hasattr(made, name):
                    getattr(made, name).connect(getattr(self, name))
            _call(made, "set_shape", self._shape)
            self._stack.addWidget(made)
        self._stack.setCurrentWidget(self._made.get(place, self.members))


def _call(widget: QWidget | None, name: str, *values: object) -> None:
    """One of the things that a section may have."""
    method = getattr(widget, name, None)
    if method is not None:
        method(*values)
