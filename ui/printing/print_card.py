"""Printing a customer's card, or saving it as PDF. Qt breaks it into pages and numbers them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QObject
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from crm_desktop.attachments.names import safe_name
from crm_desktop.attachments.queries import of_customer
from crm_desktop.contacts.queries import contacts_of
from crm_desktop.customers.queries import customer_card
from crm_desktop.exporting.files import replacing
from crm_desktop.interactions.timeline import timeline
from ui.printing.card_html import PrintedCard, card_html
from ui.widgets.system_dialogs import ask_printer, ask_where_to_save

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from ui.context import Signed

MOST_ENTRIES = 1_000
MARGIN_MM = 4  # beside the 20 that Qt leaves around a text document
FOLDER_KEY = "printing/folder"


class PrintCard(QObject):
    """For the card that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent

    def print(self, customer_id: UUID) -> None:
        """Read the card, then show the system's dialog for printing."""
        self._read(customer_id, self._ask_printer)

    def save_pdf(self, customer_id: UUID) -> None:
        """Read the card, then ask for the file."""
        self._read(customer_id, self._ask_file)

    def write_pdf(self, page: PrintedCard, path: Path) -> None:
        """The card as a PDF file; whole or not at all."""
        octets = pdf(page)

        def work(_progress: object) -> Path:
            with replacing(path) as file:
                file.write(octets)
            return path

        self._context.preferences.set(FOLDER_KEY, str(path.parent))
        self._context.operations.background(self._window, work, self._context.notices.saved)

    def _read(self, customer_id: UUID, done: Callable[[PrintedCard], None]) -> None:
        name = self._context.user.display_name
        self._context.operations.query(self._window, lambda session: read_page(session, customer_id, name), done)

    def _ask_printer(self, page: PrintedCard) -> None:
        from PySide6.QtPrintSupport import QPrinter  # looks for printers when it is loaded

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(page.customer.name)
        printer.setPageLayout(layout())
        ask_printer(self._window, printer, lambda: document(page).print_(printer))

    def _ask_file(self, page: PrintedCard) -> None:
        folder = str(self._context.preferences.get(FOLDER_KEY, "") or "")
        name = safe_name(f"{page.customer.name}.pdf")
        ask_where_to_save(
            self._window, "Save as PDF", folder, name, "PDF (*.pdf)", lambda path: self.write_pdf(page, path)
        )


def read_page(session: Session, customer_id: UUID, printed_by: str) -> PrintedCard:
    """All that a page shows; NotFound when the customer is gone."""
    return PrintedCard(
        customer_card(session, customer_id),
        contacts_of(session, customer_id),
        timeline(session, customer_id, MOST_ENTRIES),
        of_customer(session, customer_id),
        printed_by,
        datetime.now(UTC),
    )


def document(page: PrintedCard) -> QTextDocument:
    """Laid out for paper: dark on white, whatever the theme."""
    made = QTextDocument()
    made.setDocumentMargin(0)
    made.setHtml(card_html(page))
    return made


def layout() -> QPageLayout:
    """A4, or Letter where that is the paper."""
    imperial = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    size = QPageSize(QPageSize.PageSizeId.Letter if imperial else QPageSize.PageSizeId.A4)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def pdf(page: PrintedCard) -> bytes:
    """The pages as PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(page.customer.name)
    writer.setCreator("CRM Desktop")
    writer.setPageLayout(layout())
    document(page).print_(writer)
    del writer  # writes the end of the file
    octets = bytes(buffer.data().data())
    buffer.close()
    return octets
