"""A chart that answers: values under the pointer, a cursor for the keyboard, and the way to the customers behind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from crm_desktop.analytics.shapes import ChartData
from ui.analytics.drawn_chart import DrawnChart
from ui.analytics.sentences import rows_html, sentence, summary
from ui.analytics.value_tip import ValueTip
from ui.theme import Tokens

KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
LYING_KEYS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Left: (0, -1),
}


class Chart(DrawnChart):
    """`opened` carries (category, series): a click, or Return at the cursor, where a value has customers behind it."""

    opened = Signal(int, int)

    def __init__(self, tokens: Tokens, *, lying: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(tokens, lying=lying, parent=parent)
        self._tip = ValueTip(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._place: tuple[int, int] | None = None
        self._pressed: tuple[int, int] | None = None

    @property
    def cursor_place(self) -> tuple[int, int] | None:
        """Where the keyboard is: (category, series)."""
        return self._place

    @property
    def tip(self) -> ValueTip:
        """The values beside the pointer or the cursor."""
        return self._tip

    def set_data(self, data: ChartData) -> None:
        """Show other figures; the cursor stays where the chart is the same."""
        same = self._data is not None and (self._data.key, len(self._data.categories)) == (
            data.key,
            len(data.categories),
        )
        self._place = self._place if same else None
        self._tip.hide()
        super().set_data(data)
        self.setAccessibleDescription(summary(data))
        self._show_cursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_tip", None) is not None:  # Qt resizes it while it is being made
            self._tip.hide()

    # The pointer

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        mark = self._canvas.at(place)
        return None if mark is None else (mark.category, mark.series)

    def _opens(self, place: tuple[int, int] | None) -> bool:
        return place is not None and self._data is not None and self._data.series[place[1]].filter(place[0]) is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        self._light(place)
        if place is not None:
            self._tell(place, event.position().toPoint())
        else:
            self._tip.hide()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._at(event.position())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None and place == self._pressed and event.button() == Qt.MouseButton.LeftButton:
            self._place = place
            self._tell(place, event.position().toPoint())
            if self._opens(place):
                self.opened.emit(*place)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._light(None)
        self._tip.hide()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    def _light(self, place: tuple[int, int] | None) -> None:
        if place == self._canvas.lit:
            return
        self._canvas.lit = place
        self._canvas.update()
        pointing = self._opens(place)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def _tell(self, place: tuple[int, int], at: QPoint) -> None:
        assert self._data is not None
        self._tip.tell(rows_html(self._data, *place, self._tokens), at)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._place is not None and self._opens(self._place):
                self.opened.emit(*self._place)
                return
        elif event.key() == Qt.Key.Key_Escape and self._tip.isVisible():
            self._tip.hide()
            return
        elif self._walk(event.key()):
            return
        QWidget.keyPressEvent(self, event)

    def _walk(self, key: int) -> bool:
        made = self._plan
        if made is None or not made.marks:
            return False
        steps = LYING_KEYS if made.lying else KEYS
        step = steps.get(Qt.Key(key))
        if step is None and key not in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return False
        if self._place is None or made.mark(*self._place) is None:
            found: tuple[int, int] | None = self._first()
        elif step is not None:
            found = made.beside(*self._place, step)
        else:
            own = [mark.category for mark in made.marks if mark.series == self._place[1]]
            found = ((min if key == Qt.Key.Key_Home else max)(own), self._place[1])
        if found is not None:
            self._place = found
            self._show_cursor(announce=True)
        return True

    def _first(self) -> tuple[int, int]:
        """Where the cursor begins: with the latest of what follows in time, else with the first."""
        assert self._plan is not None
        data, made = self._plan.data, self._plan.marks
        mark = max(made, key=lambda m: (m.category, -m.series)) if data.over_time and data.kind != "grid" else made[0]
        return mark.category, mark.series

    def _show_cursor(self, *, announce: bool = False) -> None:
        made, place = self._plan, self._place
        shown = self.hasFocus() and made is not None and place is not None and made.mark(*place) is not None
        self._canvas.cursor = place if shown else None
        self._canvas.update()
        if not shown or made is None or place is None:
            return
        words = sentence(made.data, *place)
        self.setAccessibleDescription(words)
        rect = self.mark_rect(*place)
        self._tell(place, QPoint(rect.center().x(), rect.top()))
        if announce:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and self._plan is not None and self._plan.marks:
            self._place = self._place if self._place and self._plan.mark(*self._place) else self._first()
            self._show_cursor(announce=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._canvas.cursor = None
        self._canvas.update()
        self._tip.hide()
