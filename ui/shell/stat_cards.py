"""Figures above the list. Each is a button that opens the rows it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from crm_desktop.customers.queries import RECENT_DAYS
from crm_desktop.customers.rows import StatCounts
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, M, S
from ui.widgets.frames import IconLabel, restyle
from ui.widgets.labels import text_label

Counts = TypeVar("Counts")


@dataclass(frozen=True)
class Figure(Generic[Counts]):
    """One card: what it is called and how it is read from the counts."""

    key: str
    title: str
    icon: str
    count: Callable[[Counts], int]
    caption: Callable[[Counts], str]
    tone: Callable[[Counts], str] = lambda _counts: "text_muted"


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} % of all" if whole else "none yet"


def _status(name: str) -> Callable[[StatCounts], int]:
    return lambda counts: counts.by_status.get(name, 0)


FIGURES: tuple[Figure[StatCounts], ...] = (
    Figure("all", "Customers", "customers", lambda c: c.total, lambda c: f"{c.new_this_month:,} new this month"),
    Figure("active", "Active", "success", _status("active"), lambda c: _share(c.by_status.get("active", 0), c.total)),
    Figure("prospect", "Prospects", "star", _status("prospect"),
           lambda c: _share(c.by_status.get("prospect", 0), c.total)),
    Figure("recent", "Interactions", "interactions", lambda c: c.recent_interactions,
           lambda _c: f"last {RECENT_DAYS} days"),
    Figure("today", "Due today", "follow-up", lambda c: c.due_today,
           lambda c: f"of {c.pending_follow_ups:,} planned", lambda c: "warning" if c.due_today else "text_muted"),
    Figure("overdue", "Overdue", "overdue", lambda c: c.overdue_follow_ups,
           lambda c: "need a call" if c.overdue_follow_ups else "all caught up",
           lambda c: "danger" if c.overdue_follow_ups else "text_muted"),
)  # fmt: skip


class StatCard(QPushButton):
    """One figure as a button."""

    def __init__(self, figure: Figure[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = figure
        self.setProperty("kind", "stat")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setAccessibleName(figure.title)
        self._icon = IconLabel(figure.icon, 18)
        self._title = text_label(figure.title, "caption", wrap=False)
        self._value = text_label("–", "display", wrap=False)
        self._caption = text_label(" ", "caption", wrap=False)
        for child in (self._icon, self._title, self._value, self._caption):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        self._box = QVBoxLayout(self)
        self._box.setSpacing(2)
        self._box.addLayout(head)
        self._box.addWidget(self._value)
        self._box.addWidget(self._caption)
        self.set_shape(Shape.WIDE)

    def show_counts(self, counts: Any) -> None:
        """Put the figure in."""
        figure = self.figure
        value, tone = figure.count(counts), figure.tone(counts)
        self._value.setText(f"{value:,}")
        self._caption.setText(figure.caption(counts))
        self._icon.set_icon(figure.icon, tone)
        self._value.setProperty("tone", "" if tone == "text_muted" else tone)
        restyle(self._value)
        self.setAccessibleName(f"{figure.title}: {value:,}")
        self.setToolTip(f"{figure.title}: {value:,} ({figure.caption(counts)}). Click to see them.")

    def set_shape(self, shape: Shape) -> None:
        """Three lines with room around them, with less, or only two."""
        small = shape is Shape.NARROW
        self._caption.setHidden(small)
        self._value.setProperty("role", "heading" if small else "display")
        restyle(self._value)
        side = L if shape is Shape.WIDE else M
        self._box.setContentsMargins(side, S if small else M, side, S if small else M)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._box.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._box.minimumSize().expandedTo(QSize(104, 0))


class StatCards(QScrollArea):
    """All figures in a row; where they do not fit, the row is swiped sideways."""

    opened = Signal(str)

    def __init__(self, figures: tuple[Figure[Any], ...] = FIGURES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QWidget()
        self._row.setProperty("role", "scrolled")
        self._layout = QHBoxLayout(self._row)
        self.cards = [StatCard(figure) for figure in figures]
        for card in self.cards:
            card.clicked.connect(lambda _checked=False, key=card.figure.key: self.opened.emit(key))
            card.installEventFilter(self)
            self._layout.addWidget(card, 1)
        self.setWidget(self._row)
        self._row.installEventFilter(self)
        self.viewport().setAutoFillBackground(False)
        self._row.setAutoFillBackground(False)
        self.set_shape(Shape.WIDE)

    def set_shape(self, shape: Shape) -> None:
        """Full cards, or small ones on a narrow window."""
        small = shape is Shape.NARROW
        edge = L if small else XL
        self._layout.setContentsMargins(edge, M if small else L, edge, S)
        self._layout.setSpacing(S if shape is not Shape.WIDE else M)
        for card in self.cards:
            card.set_shape(shape)
        self._fit_height()

    def show_counts(self, counts: Any) -> None:
        """Put the figures in."""
        for card in self.cards:
            card.show_counts(counts)
        self._fit_height()

    def _fit_height(self) -> None:
        self._layout.invalidate()
        self._take_height()

    def _take_height(self) -> None:
        self.setFixedHeight(self._row.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._row and event.type() == QEvent.Type.LayoutRequest:
            # As when the text was made larger. The layout has been renewed by now: to do so again asks for another
            # turn, without end.
            self._take_height()
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QAbstractButton):
            self.ensureWidgetVisible(watched, L, 0)
        return False

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        delta = event.angleDelta()
        bar.setValue(bar.value() - (delta.x() or delta.y()) // 2)
        event.accept()
