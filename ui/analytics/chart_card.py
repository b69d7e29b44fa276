"""A chart with its title, legend and menu, and the same figures as a table for those who read rather than look."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.analytics.shapes import ChartData
from crm_desktop.errors import CrmError
from ui.analytics.chart import Chart
from ui.analytics.figure_table import FigureTable
from ui.analytics.legend import Legend, entries
from ui.analytics.paper import Sheet
from ui.analytics.reading_line import ReadingLine
from ui.analytics.sentences import explained
from ui.theme import Tokens, icon, tokens
from ui.theme.tokens import XS, L, M, S
from ui.widgets.buttons import icon_button
from ui.widgets.frames import Card
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

FILES = (
    ("png", "Save as picture (PNG)…"),
    ("svg", "Save as drawing (SVG)…"),
    ("pdf", "Save as PDF…"),
    ("xlsx", "Save as workbook (XLSX)…"),
)
BAR_SHARES = (0.5, 0.8, 0.35, 0.65, 0.95, 0.55, 0.75, 0.4)


class Waiting(QWidget):
    """Grey bars where the chart will be. Still, on purpose: an animation would cost more than most loads take."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Loading")

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().neutral_soft))
        slot = self.width() / len(BAR_SHARES)
        for place, share in enumerate(BAR_SHARES):
            height = (self.height() - L) * share
            painter.drawRoundedRect(QRectF(place * slot + 6, self.height() - height - S, slot - 12, height), 4, 4)
        painter.end()


class ChartCard(Card):
    """`opened` carries the filter of the customers behind a value, from the chart or, with Return, from the table;
    `save_wanted` the kind of file; `cancel_wanted` and `again_wanted` come from the line below a chart that takes its
    time."""

    opened = Signal(object)
    cancel_wanted = Signal()
    again_wanted = Signal()
    save_wanted = Signal(str)
    print_wanted = Signal()

    def __init__(self, title: str, explanation: str, theme: Tokens, *, lying: bool = False) -> None:
        super().__init__(padding=L)
        self.setAccessibleName(title)
        self.body.setSpacing(S)
        self.title = title
        self.data: ChartData | None = None
        self.lying = lying
        self.exports = True
        """Whether this person may write figures to files."""
        self.chart = Chart(theme, lying=lying)
        self.chart.setAccessibleName(f"{title}, chart")
        self.chart.opened.connect(self._open)
        self.table = FigureTable(title)
        self.table.opened.connect(self._open)
        self._as_table = False
        self._switch = icon_button("table", f"{title}: show as a table", self.toggle)
        self._more = icon_button("more-vertical", f"{title}: more", self.open_menu)
        self._more.setToolTip("Copy, save or print")
        self._title = text_label(title, "subheading")
        self._explanation = text_label(explanation, "caption")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._explanation)
        head = QHBoxLayout()
        head.setSpacing(XS)
        head.addLayout(words, 1)
        for tool in (self._switch, self._more):
            head.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        self._legend = Legend()
        self.note = text_label("", "caption")
        self.note.hide()
        self.reading = ReadingLine(title)
        self.reading.cancel_wanted.connect(self.cancel_wanted)
        self.reading.again_wanted.connect(self.again_wanted)
        self._panel = StatePanel()
        self._waiting = Waiting()
        self._stack = QStackedWidget()
        for widget in (self._waiting, self.chart, self.table, self._panel):
            self._stack.addWidget(widget)
        self.body.addLayout(head)
        self.body.addWidget(self._legend)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.note)
        self.body.addWidget(self.reading)
        self.body.setContentsMargins(L, M, M, L)
        self.show_waiting()

    # What it shows

    @property
    def state(self) -> str:
        """What is on top: "waiting", "chart", "table", or "words" for nothing to show or an error."""
        names = {self._waiting: "waiting", self.chart: "chart", self.table: "table", self._panel: "words"}
        return names[self._stack.currentWidget()]

    @property
    def words(self) -> str:
        """What is said in the chart's place."""
        return self._panel.text

    @property
    def sheets(self) -> list[Sheet]:
        """The chart for paper; none while there are no figures."""
        return [] if self.data is None else [Sheet(self.data, self.lying)]

    def show_waiting(self) -> None:
        """Nothing is known yet; figures that are there stay until others come."""
        if self.data is None:
            self._stack.setCurrentWidget(self._waiting)
            self._show_tools()

    def show_reading(self) -> None:
        """Figures are being read: said once that takes a while, with a way to stop it."""
        self.show_waiting()
        self.reading.start()

    def show_stopped(self) -> None:
        """The person did not want to wait; figures that were there are there still."""
        if self.data is not None:
            self.set_stale()
            return
        self.reading.stop()
        again = (("Count now", self.again_wanted.emit),)
        self._panel.say(Words("analytics", "Not counted", "Counting was stopped.", again))
        self._stack.setCurrentWidget(self._panel)

    def set_stale(self) -> None:
        """Something has changed since the figures were read."""
        if self.data is not None:
            self.reading.tell(self.data.counted_at, stale=True)

    def set_data(self, data: ChartData, before: str = "", *, slow: bool = False) -> None:
        """Show other figures; `before` is the period before in words. Those that took long say as of when they are."""
        self.data = data
        if slow:
            self.reading.tell(data.counted_at, stale=False)
        else:
            self.reading.stop()
        self._title.setText(data.title)
        self._explanation.setText(explained(data))
        self.note.setText(data.note)
        self.note.setVisible(bool(data.note))
        self._legend.show_entries([] if data.is_empty else entries(data, before))
        self.chart.set_data(data)
        self.table.set_data(data)
        if data.is_empty:
            self._panel.say(Words("analytics", "Nothing to show", "There is nothing to count in this period."))
        self._show()

    def set_error(self, error: CrmError, retry: Callable[[], object]) -> None:
        """Say what went wrong and offer another try."""
        self.data = None
        self.reading.stop()
        self._legend.show_entries([])
        self.note.hide()
        self._panel.say(Words("error", str(error), error.hint, (("Try again", retry),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)
        self._show_tools()

    def set_tokens(self, theme: Tokens) -> None:
        """Another theme, or another size of text."""
        self.chart.set_tokens(theme)

    def toggle(self) -> None:
        """Chart or table."""
        self._as_table = not self._as_table
        self._show()
        shown = "chart" if self._as_table else "table"
        self._switch.setIcon(icon("analytics" if self._as_table else "table"))
        self._switch.setToolTip(f"Show as a {shown}")
        self._switch.setAccessibleName(f"{self.title}: show as a {shown}")

    def _show(self) -> None:
        if self.data is not None:
            shown: QWidget = self.table if self._as_table else self.chart
            self._stack.setCurrentWidget(self._panel if self.data.is_empty else shown)
        self._show_tools()

    def _show_tools(self) -> None:
        there = self.data is not None and not self.data.is_empty
        self._switch.setVisible(there)
        self._more.setVisible(there)

    # What can be done

    def open_menu(self) -> None:
        """What else can be done with the figures."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = "chart" if self._as_table else "table"
        menu.addAction(icon("analytics" if self._as_table else "table"), f"Show as {shown}", self.toggle)
        menu.addAction(icon("duplicates"), "Copy table", self.table.copy)
        menu.addSeparator()
        if self.exports:
            for kind, words in FILES:
                menu.addAction(icon("save"), words, lambda kind=kind: self.save_wanted.emit(kind))
            menu.addSeparator()
            menu.addAction(icon("print"), "Print…", self.print_wanted.emit)
        menu.popup(self._more.mapToGlobal(QPoint(self._more.width() - menu.sizeHint().width(), self._more.height())))

    def _open(self, category: int, series: int) -> None:
        found = self.data.series[series].filter(category) if self.data is not None else None
        if found is not None:
            self.opened.emit(found)
