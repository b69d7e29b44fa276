"""When duplicates were looked for and what has changed since; looking again, with progress and Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from crm_desktop.duplicates.rows import Scan
from crm_desktop.duplicates.scanning import scan
from crm_desktop.errors import Cancelled, CrmError
from ui.interactions.local_time import day_text, now_wall, to_wall
from ui.operations import DataChange
from ui.theme.tokens import M
from ui.widgets.buttons import button
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle, Progress


class ScanBar(QWidget):
    """`scanned` is emitted when a scan has ended well; everybody's windows hear of it from the database."""

    scanned = Signal()

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self._context = context
        self._handle: Handle | None = None
        self.words = text_label("", "muted")
        self.cut = text_label("", "muted")
        self.cut.hide()
        self.scan_button = button("Scan now", self.start, icon_name="refresh")
        self.progress = ProgressPanel(cancellable=True)
        self.progress.cancelled.connect(self.cancel)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.words)
        words.addWidget(self.cut)
        self._idle = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._idle)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(M)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.scan_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._idle)
        column.addWidget(self.progress)
        self.progress.hide()

    def minimumSizeHint(self) -> QSize:
        """Below one another there is always room."""
        widest = max(self.scan_button.minimumSizeHint().width(), self.progress.minimumSizeHint().width())
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button beside the words, or below them where that leaves too little room."""
        super().resizeEvent(event)
        beside = self.width() >= self.fontMetrics().averageCharWidth() * 48
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row.setDirection(right if beside else down)

    @property
    def running(self) -> bool:
        """A scan that was started here has not ended yet."""
        return self._handle is not None

    def show_scan(self, last: Scan | None) -> None:
        """What is known of the last scan."""
        self.words.setText(_words(last))
        cut = _cut_words(last)
        self.cut.setText(cut)
        self.cut.setVisible(bool(cut))
        self.scan_button.setText("Scan again" if last is not None else "Scan now")

    def start(self) -> None:
        """Look for duplicates among all customers."""
        if self._handle is not None:
            return
        database = self._context.database

        def work(progress: Progress) -> int:
            return scan(database, progress.report, progress.cancellation)

        self.progress.report(-1, "Looking for duplicates…")
        self._idle.hide()
        self.progress.show()
        self.progress.cancel_button.setFocus()
        self._handle = self._context.operations.background(self, work, self._done, failed=self._failed)
        self._handle.progress.connect(self.progress.report)

    def cancel(self) -> None:
        """Stop; the last result stays."""
        if self._handle is not None:
            self._handle.cancel()
            self._end()

    def _done(self, _scan_id: int) -> None:
        self._end()
        self.scanned.emit()
        self._context.operations.tell_changed(DataChange(frozenset({"duplicates"}), None, self))

    def _failed(self, error: CrmError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            self._context.notices.crm_error(error)

    def _end(self) -> None:
        self._handle = None
        self.progress.hide()
        self._idle.show()
        self.scan_button.setFocus()


def _words(last: Scan | None) -> str:
    if last is None:
        return "Nobody has looked for duplicates yet. Among a million customers it takes about a minute."
    wall, now = to_wall(last.finished_at), now_wall()
    day = day_text(wall.date(), now.date())
    when = f"{wall:%H:%M}" if day == "Today" else f"{day} {wall:%H:%M}"
    by = f" by {last.by}" if last.by else ""
    text = f"Last scanned {when}{by}: {last.customers:,} customers"
    if not last.changed:
        return f"{text}, none changed since."
    more = "more than " if last.many_changed else ""
    return f"{text}, {more}{last.changed:,} changed since."


def _cut_words(last: Scan | None) -> str:
    if last is None or not last.groups_cut:
        return ""
    examples = ", ".join(f"“{cut.example}” ({cut.size:,})" for cut in last.examples_cut[:2] if cut.example)
    groups = "1 group was" if last.groups_cut == 1 else f"{last.groups_cut:,} groups were"
    text = f"{groups} too large to compare each with each"
    return f"{text}, such as {examples}." if examples else f"{text}."
