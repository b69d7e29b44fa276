"""The report of a month in one action: which month, as PDF or workbook or onto paper; then how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QTimer
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from crm_desktop.analytics.report import Report, last_month, month_of, monthly
from crm_desktop.analytics.shapes import Period
from crm_desktop.analytics.words import period_words
from crm_desktop.attachments.names import safe_name
from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.exporting.figures import record_export, write_workbook
from crm_desktop.exporting.files import replacing
from crm_desktop.listing.periods import Clock, shifted
from ui.analytics.paper import dpi, page_layout
from ui.interactions.local_time import full_text, now_wall
from ui.reports.report_pages import Paper, paint_report
from ui.widgets.dialog import Dialog
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel
from ui.widgets.system_dialogs import ask_printer, ask_where_to_save

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from ui.context import Signed
    from ui.handles import Handle, Progress

FOLDER_KEY = "reports/folder"
MONTHS_OFFERED = 24
KINDS = {"pdf": "PDF, ready to be handed round", "xlsx": "Excel workbook, a sheet for each chart"}
PRINT = "print"
T = TypeVar("T")


class ReportDialog(Dialog):
    """Offers the latest months; stays until the file is there."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__("Monthly report", parent, width=480)
        self._context = context
        self._handle: Handle | None = None
        self._drawing = False
        self._clock = Clock()
        first = last_month(self._clock).start
        self._months = {
            f"{day:%Y-%m}": month_of(day)
            for day in (shifted(first, months=1 - number) for number in range(1, MONTHS_OFFERED + 1))
        }
        self.month = ComboBox([(key, period_words(period)) for key, period in self._months.items()])
        self.kind = ComboBox(list(KINDS.items()))
        self.body.addWidget(FormField("Month", self.month))
        self.body.addWidget(FormField("As", self.kind))
        self.body.addWidget(
            text_label(
                "Every figure and chart of the month beside the month before. Making it is written to the audit trail.",
                "caption",
            )
        )
        self.panel = ProgressPanel("Making the report…")
        self.panel.hide()
        self.body.addWidget(self.panel)
        self.cancel_button = self.add_button("Cancel")
        self.print_button = self.add_button("Print…")
        self.save_button = self.add_button("Save…", "primary")
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.print_button.clicked.connect(lambda _c=False: self.ask_printer())
        self.save_button.clicked.connect(lambda _c=False: self.ask_file())

    @property
    def period(self) -> Period:
        """The chosen month."""
        return self._months[self.month.value]

    # Where to

    def ask_file(self) -> None:
        """Choose the file, then make the report."""
        kind = self.kind.value
        folder = str(self._context.preferences.get(FOLDER_KEY, "") or "")
        name = safe_name(f"Monthly report {self.month.value}.{kind}")
        ask_where_to_save(self, "Save the report", folder, name, f"{kind.upper()} (*.{kind})", self.save_to)

    def save_to(self, path: Path) -> None:
        """Make the report and write it."""
        self._context.preferences.set(FOLDER_KEY, str(path.parent))
        if self.kind.value == "xlsx":
            self._run(lambda progress: self._write_workbook(progress, path), self._saved)
        else:
            self._run(lambda progress: self._read(progress, "pdf"), lambda report: self._draw_pdf(report, path))

    def ask_printer(self) -> None:
        """Show the system's dialog for printing, then make the report."""
        from PySide6.QtPrintSupport import QPrinter  # looks for printers when it is loaded

        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setResolution(dpi())
        printer.setDocName(f"Monthly report {self.month.value}")
        printer.setPageLayout(page_layout())

        def print_it() -> None:
            self._run(lambda progress: self._read(progress, PRINT), lambda report: self._draw_print(printer, report))

        ask_printer(self, printer, print_it)

    # Reading and writing, off the GUI thread

    def _read(self, progress: Progress, kind: str) -> Report:
        with self._context.database.session(progress.cancellation) as session:
            report = monthly(session, self.period, self._clock, progress.report)
            record_export(session, [data for _, data in report.charts], report.question, kind)
        return report

    def _write_workbook(self, progress: Progress, path: Path) -> Path:
        with self._context.database.session(progress.cancellation) as session:
            report = monthly(session, self.period, self._clock, progress.report)
        write_workbook(self._context.database, [data for _, data in report.charts], report.question, path)
        return path

    def _run(self, work: Callable[[Progress], T], done: Callable[[T], None]) -> None:
        self.message.clear()
        self._show_running(True)
        self._handle = self._context.operations.background(self, work, done, failed=self._failed, always=True)
        self._handle.progress.connect(self.panel.report)

    # Drawing, in slices between the window's events

    def _draw_pdf(self, report: Report, path: Path) -> None:
        buffer = QBuffer(self)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(report.title)
        writer.setCreator("CRM Desktop")
        writer.setResolution(dpi())
        writer.setPageLayout(page_layout())
        painter = QPainter(writer)
        paper = Paper(painter, QRectF(0, 0, writer.width(), writer.height()), writer.newPage)

        def write() -> None:
            octets = bytes(buffer.data().data())
            buffer.close()
            self._run(lambda _progress: _put(octets, path), self._saved)

        self._draw(paper, report, write)

    def _draw_print(self, printer: QPrinter, report: Report) -> None:
        paper = Paper(QPainter(printer), QRectF(0, 0, printer.width(), printer.height()), printer.newPage)

        def told() -> None:
            self._context.notices.info("The report was sent to the printer.")
            self.accept()

        self._draw(paper, report, told)

    def _draw(self, paper: Paper, report: Report, done: Callable[[], None]) -> None:
        self._handle = None
        self._drawing = True
        self.panel.report(-1, "Drawing the pages…")
        made = f"Made {full_text(now_wall())} by {self._context.user.display_name}"
        self._go_on(paint_report(paper, report, made), paper, done)

    def _go_on(self, slices: Iterator[None], paper: Paper, done: Callable[[], None]) -> None:
        if self._drawing:
            try:
                next(slices)
            except StopIteration:
                self._drawing = False
                paper.painter.end()  # writes the end of the file
                done()
            else:
                QTimer.singleShot(0, self, lambda: self._go_on(slices, paper, done))
        else:
            slices.close()  # type: ignore[attr-defined]
            paper.painter.end()
            self._failed(Cancelled("The report was cancelled. No file was written."))

    # What comes of it

    def _saved(self, path: Path) -> None:
        self._handle = None
        self._context.notices.saved(path)
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._show_running(False)
        if isinstance(error, Cancelled):
            self.message.say(str(error), tone="info")
        else:
            self.message.say(str(error), error.hint)

    def _show_running(self, running: bool) -> None:
        self.panel.setVisible(running)
        self.panel.report(-1, "Reading the figures…")
        for each in (self.month, self.kind, self.print_button, self.save_button):
            each.setEnabled(not running)
        self.cancel_button.setEnabled(True)

    def reject(self) -> None:
        """Cancel: what is running first."""
        if self._handle is None and not self._drawing:
            super().reject()
        elif self._drawing:
            self._drawing = False
        elif self._handle is not None and not self._handle.cancelled:
            self.panel.report(-1, "Cancelling…")
            self.cancel_button.setEnabled(False)
            self._handle.cancel()


def _put(octets: bytes, path: Path) -> Path:
    with replacing(path) as file:
        file.write(octets)
    return path
