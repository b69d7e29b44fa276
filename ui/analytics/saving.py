"""Charts into files and onto paper: drawn a chart at a time between the window's events, written beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from crm_desktop.analytics.shapes import ChartData, Period, Question
from crm_desktop.attachments.names import safe_name
from crm_desktop.exporting.figures import record_export, write_workbook
from crm_desktop.exporting.files import replacing
from crm_desktop.listing.periods import Clock
from ui.analytics import paper
from ui.analytics.paper import Caption, Sheet
from ui.interactions.local_time import full_text
from ui.widgets.system_dialogs import ask_printer, ask_where_to_save

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from ui.context import Signed

FOLDER_KEY = "analytics/folder"
KINDS = {"png": "Picture (*.png)", "svg": "Drawing (*.svg)", "pdf": "PDF (*.pdf)", "xlsx": "Workbook (*.xlsx)"}


class Saving(QObject):
    """For the widget that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent

    def made(self) -> str:
        """When, and by whom: for the caption."""
        now = datetime.now().astimezone().replace(tzinfo=None)
        return f"Made {full_text(now)} by {self._context.user.display_name}"

    def save(self, kind: str, sheets: Sequence[Sheet], caption: Caption) -> None:
        """Ask for the file, then write it."""
        if not sheets:
            self._context.notices.info("There are no figures to save yet.")
            return
        folder = str(self._context.preferences.get(FOLDER_KEY, "") or "")
        name = safe_name(f"{caption.title or sheets[0].data.title}.{kind}".replace(":", ""))
        ask_where_to_save(
            self._window, "Save as", folder, name, KINDS[kind], lambda path: self.write(kind, sheets, caption, path)
        )

    def write(self, kind: str, sheets: Sequence[Sheet], caption: Caption, path: Path) -> None:
        """Draw between the window's events; the file is there whole or not at all. As with every export, the trace is
        in the audit trail before, and who may not export is refused."""
        self._context.preferences.set(FOLDER_KEY, str(path.parent))
        database, charts, question = self._context.database, _charts(sheets), _question(caption)

        def put(octets: bytes) -> None:
            with replacing(path) as file, database.session() as session:
                record_export(session, charts, question, kind)
                file.write(octets)

        if kind == "xlsx":
            self._write(lambda: write_workbook(database, charts, question, path), path)
        else:
            self._go_on(self._drawn(kind, sheets, caption), lambda octets: self._write(lambda: put(octets), path))

    def print(self, sheets: Sequence[Sheet], caption: Caption) -> None:
        """Show the system's dialog, then print."""
        if not sheets:
            self._context.notices.info("There are no figures to print yet.")
            return
        from PySide6.QtPrintSupport import QPrinter  # looks for printers when it is loaded

        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setResolution(paper.dpi())
        printer.setDocName(caption.title or sheets[0].data.title)
        printer.setPageLayout(paper.page_layout())
        ask_printer(self._window, printer, lambda: self._record(printer, sheets, caption))

    def _record(self, printer: QPrinter, sheets: Sequence[Sheet], caption: Caption) -> None:
        """Paper leaves the house as files do: the trace first, then the print."""
        charts, question = _charts(sheets), _question(caption)
        self._context.operations.change(
            self._window,
            lambda session: record_export(session, charts, question, "print"),
            lambda _none: self._go_on(_printed(printer, sheets, caption), lambda _octets: None),
        )

    def _drawn(self, kind: str, sheets: Sequence[Sheet], caption: Caption) -> Iterator[bytes]:
        if kind == "png":
            return paper.png(sheets, caption)
        if kind == "svg":
            return iter([paper.svg(sheets[0], caption)])
        return paper.pdf(sheets, caption)

    def _go_on(self, slices: Iterator[bytes], done: Callable[[bytes], None]) -> None:
        """One chart, then whatever else the window has to do; at the end what came last."""
        octets = next(slices, None)
        if octets is None or octets:
            done(octets or b"")
        else:
            QTimer.singleShot(0, self, lambda: self._go_on(slices, done))

    def _write(self, work: Callable[[], object], path: Path) -> None:
        """Beside the window; then say so."""
        notices = self._context.notices
        self._context.operations.background(self._window, lambda _progress: work(), lambda _none: notices.saved(path))


def _charts(sheets: Sequence[Sheet]) -> list[ChartData]:
    return [sheet.data for sheet in sheets]


def _question(caption: Caption) -> Question:
    return caption.question or Question(Period.of("all", Clock()))


def _printed(printer: QPrinter, sheets: Sequence[Sheet], caption: Caption) -> Iterator[bytes]:
    with QPainter(printer) as painter:
        page = QRectF(0, 0, printer.width(), printer.height())
        for _ in paper.paint_pages(painter, page, printer.newPage, sheets, caption):
            yield b""
