"""A calendar that opens below a field to choose a day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QMenu, QToolButton, QWidget, QWidgetAction

from ui.theme.icons import icon
from ui.theme.tokens import tokens


class DayPicker(QMenu):
    """`chosen` carries a date; Esc closes it. The arrow keys walk over the days, Return takes one."""

    chosen = Signal(object)

    def __init__(self, start: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = tokens()
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName("Calendar")
        self.calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setSelectedDate(QDate(start.year, start.month, start.day))
        head = QTextCharFormat()
        head.setForeground(QColor(theme.text_muted))
        head.setBackground(QColor(theme.surface))
        self.calendar.setHeaderTextFormat(head)
        plain = QTextCharFormat()
        plain.setForeground(QColor(theme.text))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, plain)
        today = QTextCharFormat()
        today.setForeground(QColor(theme.accent_text))
        today.setFontWeight(700)
        self.calendar.setDateTextFormat(QDate.currentDate(), today)
        for name, glyph, words in (
            ("qt_calendar_prevmonth", "chevron-left", "Previous month"),
            ("qt_calendar_nextmonth", "chevron-right", "Next month"),
        ):
            step = self.calendar.findChild(QToolButton, name)
            if isinstance(step, QToolButton):
                step.setIcon(icon(glyph))
                step.setAccessibleName(words)
        letter = self.fontMetrics().averageCharWidth()
        self.calendar.setMinimumSize(QSize(letter * 38, self.fontMetrics().height() * 15))
        action = QWidgetAction(self)
        action.setDefaultWidget(self.calendar)
        self.addAction(action)
        self.calendar.activated.connect(self._take)
        self.calendar.clicked.connect(self._take)

    def open_below(self, field: QWidget) -> None:
        """Open under a field, with the keyboard on the chosen day."""
        self.popup(field.mapToGlobal(QPoint(0, field.height())))
        self.calendar.setFocus()

    def _take(self, day: QDate) -> None:
        self.close()
        self.chosen.emit(date(day.year(), day.month(), day.day()))
