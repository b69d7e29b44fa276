"""Second step: how the file is written, with its first rows as they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView

from crm_desktop.errors import CrmError
from crm_desktop.importing.preview import Preview, preview
from ui.forms.responsive_grid import ResponsiveGrid
from ui.importing.choices import Choices
from ui.importing.source_step import describe
from ui.importing.step import Step
from ui.importing.words import DATE_CHOICES, DECIMAL_CHOICES, DELIMITER_CHOICES, DELIMITER_WORDS, ENCODING_CHOICES
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class PreviewModel(QAbstractTableModel):
    """The first rows of a file."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None

    def show_preview(self, found: Preview | None) -> None:
        self.beginResetModel()
        self._preview = found
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._preview is None else len(self._preview.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._preview is None else len(self._preview.header)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if self._preview is None or role != _DISPLAY:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._preview.header[section] if section < len(self._preview.header) else None
        return str(self._preview.rows[section].line) if section < len(self._preview.rows) else None

    def data(self, index: _Index, role: int = _DISPLAY) -> object:
        if self._preview is None or not index.isValid():
            return None
        record = self._preview.rows[index.row()]
        if role == _DISPLAY:
            cell = record.cells[index.column()] if index.column() < len(record.cells) else ""
            return " ".join(cell[:200].split())
        if role == int(Qt.ItemDataRole.ToolTipRole) and record.fault:
            return record.fault
        return None


class FileStep(Step):
    title = "File"

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        self._reading: Handle | None = None
        self._unreadable = False
        self.encoding = ComboBox(list(ENCODING_CHOICES))
        self.delimiter = ComboBox(list(DELIMITER_CHOICES))
        self.sheet = ComboBox([])
        self.decimal = ComboBox(list(DECIMAL_CHOICES))
        self.dates = ComboBox(list(DATE_CHOICES))
        self.header = QCheckBox("Column names in the first row")
        self.fields = {
            "sheet": FormField("Sheet", self.sheet),
            "encoding": FormField("Encoding", self.encoding),
            "delimiter": FormField("Between the values", self.delimiter),
            "dates": FormField("Order in dates", self.dates),
            "decimal": FormField("Decimal mark", self.decimal),
        }
        grid = ResponsiveGrid(letters=26, most=3)
        for field in self.fields.values():
            grid.add(field)
        self.column.addWidget(grid)
        self.column.addWidget(self.header)
        self.summary = text_label("", "caption")
        self.column.addWidget(self.summary)
        self.model = PreviewModel()
        self.table = QTableView()
        self._set_up_table()
        self.column.addWidget(self.table, 1)
        for box in (self.encoding, self.delimiter, self.sheet, self.decimal, self.dates):
            box.value_changed.connect(lambda _value: self._on_changed())
        self.header.toggled.connect(lambda _checked: self._on_changed())
        self._filling = False

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("First rows of the file")
        table.setProperty("role", "plain")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setMinimumHeight(200)
        table.horizontalHeader().setDefaultSectionSize(150)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.verticalHeader().setDefaultSectionSize(max(32, self.fontMetrics().height() * 2 - 4))

    @property
    def ready(self) -> bool:
        return self._reading is None and self._choices.preview is not None and not self._unreadable

    def enter(self) -> None:
        self._unreadable = False
        self._show(self._choices.preview)

    def _show(self, found: Preview | None) -> None:
        """Fill the fields with what holds now."""
        self.model.show_preview(found)
        if found is None:
            return
        self._filling = True
        properties, source = self._choices.properties, found.source
        if [self.sheet.itemText(place) for place in range(self.sheet.count())] != list(source.sheets):
            self.sheet.clear()
            for name in source.sheets:
                self.sheet.addItem(name, name)
        self.sheet.set_value(source.sheet)
        self.encoding.setItemText(
            0, f"As detected: {source.encoding.label}" if not properties.encoding else "As detected"
        )
        between = DELIMITER_WORDS.get(source.delimiter, source.delimiter)
        self.delimiter.setItemText(0, f"As detected: {between.lower()}" if not properties.delimiter else "As detected")
        self.encoding.set_value(properties.encoding)
        self.delimiter.set_value(properties.delimiter)
        self.decimal.set_value(properties.decimal)
        self.dates.set_value(properties.date_order)
        self.header.setChecked(properties.has_header)
        shown = {
            "sheet": source.format == "workbook",
            "encoding": source.format != "workbook",
            "delimiter": source.format == "text",
            "dates": True,
            "decimal": self._choices.kind in ("interactions", "products", "orders"),
        }
        for name, field in self.fields.items():
            field.setVisible(shown[name])
        self.header.setVisible(source.format != "cards")
        note = f" {source.encoding.note}" if source.encoding.note else ""
        faults = sum(1 for record in found.rows if record.fault)
        broken = f" {faults} of the rows shown cannot be read." if faults else ""
        self.summary.setText(f"{describe(found)}.{note}{broken}")
        self._filling = False

    def _on_changed(self) -> None:
        if self._filling:
            return
        choices = self._choices
        before = choices.properties
        choices.properties = replace(
            before,
            encoding=self.encoding.value,
            delimiter=self.delimiter.value,
            sheet=self.sheet.value,
            decimal=self.decimal.value or ".",
            date_order=self.dates.value,
            has_header=self.header.isChecked(),
        )
        read_again = replace(choices.properties, decimal="", date_order="") != replace(
            before, decimal="", date_order=""
        )
        path, properties, kind = choices.path, choices.properties, choices.kind
        if path is None or not read_again:
            return
        if self._reading is not None:
            self._reading.cancel()
        self.said.emit("", "")
        self._reading = self._context.operations.background(
            self, lambda _progress: preview(path, properties, kind), self._take, failed=self._failed
        )
        self.ready_changed.emit()

    def _take(self, found: Preview) -> None:
        self._reading, self._unreadable = None, False
        self._choices.take_preview(found)
        self._show(found)
        self.ready_changed.emit()

    def _failed(self, error: CrmError) -> None:
        self._reading, self._unreadable = None, True
        self.model.show_preview(None)
        self.said.emit(str(error), error.hint)
        self.ready_changed.emit()
