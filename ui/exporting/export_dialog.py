"""The dialog that writes a list to a file: what kind of file, which columns, where to; then how far it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimeZone
from PySide6.QtWidgets import QWidget

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import DELIMITERS, FORMATS, VCARD_VERSIONS, ExportReport, ExportRequest, Format
from crm_desktop.listing.request import ListRequest
from ui.widgets.dialog import Dialog
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel
from ui.widgets.system_dialogs import ask_where_to_save, usual_folder

if TYPE_CHECKING:
    from crm_desktop.exporting.columns import Subject
    from crm_desktop.listing.selection import Selection
    from ui.context import Signed
    from ui.handles import Handle

HINTS: dict[Format, str] = {
    "csv": "For other programs and spreadsheets. Texts that a spreadsheet would take for a formula or a number get an "
    "apostrophe before them, which importing takes away again.",
    "xlsx": "For Excel and LibreOffice: texts stay texts, dates are dates.",
    "vcf": "For address books: one card for each customer, with all addresses and numbers.",
}
FOLDER_KEY, FORMAT_KEY, DELIMITER_KEY, BOM_KEY, VCARD_KEY = (
    f"export/{name}" for name in ("folder", "format", "delimiter", "bom", "vcard")
)


class ExportDialog(Dialog):
    """`shown` are the keys of the visible columns from left to right; `rows` says in words which rows are meant."""

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        subject: Subject,
        request: ListRequest,
        shown: tuple[str, ...],
        rows: str,
        selection: Selection | None = None,
    ) -> None:
        super().__init__(f"Export {rows}", parent, width=520)
        self.heading.setWordWrap(True)
        self._context = context
        self._subject: Subject = subject
        self._request = request
        self._shown = shown
        self._selection = selection
        self._handle: Handle | None = None
        recall = context.preferences.get
        formats = [(key, text) for key, text in FORMATS.items() if key != "vcf" or subject == "customers"]
        self.format = ComboBox(list(formats))
        self.columns = ComboBox([("shown", f"As shown ({len(shown)})"), ("all", "All fields")])
        self.delimiter = ComboBox(list(DELIMITERS.items()))
        self.encoding = ComboBox([("bom", "UTF-8, marked for Excel"), ("plain", "UTF-8")])
        self.version = ComboBox([(version, version) for version in VCARD_VERSIONS])
        for box, key in (
            (self.format, FORMAT_KEY),
            (self.delimiter, DELIMITER_KEY),
            (self.encoding, BOM_KEY),
            (self.version, VCARD_KEY),
        ):
            box.set_value(str(recall(key, "")))
        self._fields = {
            "format": FormField("Format", self.format),
            "columns": FormField("Columns", self.columns),
            "delimiter": FormField("Between the values", self.delimiter),
            "encoding": FormField("Encoding", self.encoding),
            "version": FormField("Version", self.version),
        }
        for field in self._fields.values():
            self.body.addWidget(field)
        self.body.addWidget(text_label("The export is written to the audit trail.", "caption"))
        self.panel = ProgressPanel("Exporting…")
        self.panel.hide()
        self.body.addWidget(self.panel)
        self.cancel_button = self.add_button("Cancel")
        self.export_button = self.add_button("Export…", "primary")
        self.export_button.setAccessibleName("Export")
        self.export_button.setDefault(True)
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.export_button.clicked.connect(lambda _c=False: self.choose_file())
        self.format.value_changed.connect(lambda _value: self._show_fields())
        self._show_fields()

    @property
    def chosen_format(self) -> Format:
        """The kind of file."""
        return next(key for key in FORMATS if key == self.format.value)

    def request(self) -> ExportRequest:
        """What is chosen here."""
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "ignore")
        return ExportRequest(
            self._subject,
            self.chosen_format,
            self._request,
            self._shown if self.columns.value == "shown" else None,
            self._selection,
            delimiter=self.delimiter.value,
            bom=self.encoding.value == "bom",
            vcard_version=self.version.value,
            zone=zone,
        )

    def choose_file(self) -> None:
        """Ask where to, then export."""
        format = self.chosen_format
        name = f"{self._subject}-{date.today():%Y-%m-%d}.{format}"  # noqa: DTZ011 - the local day
        kinds = f"{FORMATS[format]} (*.{format})"
        ask_where_to_save(self, "Export to", str(self._folder()), name, kinds, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write the file; the dialog stays until it is there."""
        request = self.request()
        self._remember(path)
        self.message.clear()
        self._show_running(True)
        self._handle = self._context.operations.background(
            self,
            lambda progress: export(
                self._context.database, request, path, progress=progress.report, cancelled=progress.cancellation
            ),
            self._done,
            failed=self._failed,
            always=True,
        )
        self._handle.progress.connect(self.panel.report)

    def reject(self) -> None:
        """Cancel: of a running export first."""
        if self._handle is None:
            super().reject()
        elif not self._handle.cancelled:
            self.panel.report(-1, "Cancelling…")
            self.cancel_button.setEnabled(False)
            self._handle.cancel()

    def _done(self, report: ExportReport) -> None:
        self._handle = None
        noun = self._subject if report.rows != 1 else self._subject.removesuffix("s")
        text = f"{report.rows:,} {noun} exported to {report.path.name}."
        if report.cut_texts:
            text += f" {report.cut_texts:,} texts were longer than a cell can be and are cut; CSV keeps them whole."
        self._context.notices.saved(report.path, text)
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._show_running(False)
        if isinstance(error, Cancelled):
            self.message.say(str(error), tone="info")
        else:
            self.message.say(str(error), error.hint)

    def _show_running(self, running: bool) -> None:
        for field in self._fields.values():
            field.setEnabled(not running)
        self.panel.setVisible(running)
        self.panel.report(-1, "Exporting…")
        self.export_button.setEnabled(not running)
        self.cancel_button.setEnabled(True)
        (self.cancel_button if running else self.export_button).setFocus()

    def _show_fields(self) -> None:
        format = self.chosen_format
        for name, formats in (
            ("columns", ("csv", "xlsx")),
            ("delimiter", ("csv",)),
            ("encoding", ("csv",)),
            ("version", ("vcf",)),
        ):
            self._fields[name].setVisible(format in formats)
        self._fields["format"].set_hint(HINTS[format])

    def _folder(self) -> Path:
        return usual_folder(self._context.preferences.get(FOLDER_KEY, ""))

    def _remember(self, path: Path) -> None:
        remember = self._context.preferences.set
        for key, value in (
            (FOLDER_KEY, str(path.parent)),
            (FORMAT_KEY, self.format.value),
            (DELIMITER_KEY, self.delimiter.value),
            (BOM_KEY, self.encoding.value),
            (VCARD_KEY, self.version.value),
        ):
            remember(key, value)
