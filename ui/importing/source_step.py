"""First step: what is imported, and from which file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QRadioButton

from crm_desktop.errors import CrmError
from crm_desktop.importing.plan import KINDS as KIND_KEYS
from crm_desktop.importing.plan import Plan, Properties
from crm_desktop.importing.preview import Preview, preview
from crm_desktop.paths import shipped
from ui.importing.choices import Choices
from ui.importing.drop_area import DropArea
from ui.importing.step import Step
from ui.importing.words import DELIMITER_WORDS, FILES, KINDS
from ui.theme.tokens import XS
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.system_dialogs import ask_where_to_save, usual_folder

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

FOLDER_KEY = "import/folder"


class SourceStep(Step):
    """`history_wanted` opens the list of imports."""

    title = "Source"
    history_wanted = Signal()

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        self._reading: Handle | None = None
        self.kinds = QButtonGroup(self)
        box = self.column
        box.addWidget(text_label("What do you want to import?", "subheading"))
        may = context.capabilities
        allowed = {
            "interactions": may.log_interactions, "products": may.edit_products, "orders": may.edit_orders,
        }  # fmt: skip
        for key, title, text in KINDS:
            radio = QRadioButton(title)
            radio.setProperty("kind", key)
            radio.setAccessibleDescription(text)
            radio.setEnabled(allowed.get(key, may.add_customers))
            radio.setChecked(key == choices.kind)
            self.kinds.addButton(radio)
            inner = text_label(text, "caption")
            inner.setContentsMargins(30, 0, 0, 0)
            box.addWidget(radio)
            box.addWidget(inner)
            box.setSpacing(XS)
        box.addSpacing(12)
        self.area = DropArea()
        box.addWidget(self.area)
        box.addSpacing(8)
        links = FlowLayout(spacing=20)
        self.sample_button = button("Save a sample file…", self._save_sample, kind="link")
        self.sample_button.setAccessibleName("Save a sample file")
        self.history_button = button("Imports so far", self.history_wanted.emit, kind="link")
        links.addWidget(self.sample_button)
        links.addWidget(self.history_button)
        box.addLayout(links)
        box.addStretch(1)
        self.kinds.buttonToggled.connect(lambda _button, on: self._on_kind() if on else None)  # screen readers toggle
        self.area.dropped.connect(self.take_file)
        self.area.choose.connect(self._choose)

    @property
    def ready(self) -> bool:
        return self._choices.preview is not None and self._reading is None

    def take_file(self, path: Path, again: Plan | None = None) -> None:
        """Look at a file. `again`: it has the refused rows of an import with this plan."""
        choices = self._choices
        choices.path, choices.preview, choices.columns = path, None, []
        choices.properties = Properties()
        choices.again = again
        if again is not None:
            choices.kind = again.kind
            choices.properties = Properties(decimal=again.properties.decimal, date_order=again.properties.date_order)
            for radio in self.kinds.buttons():
                radio.setChecked(radio.property("kind") == again.kind)
        self.area.show_file(path, "Reading…")
        self._context.preferences.set(FOLDER_KEY, str(path.parent))
        self._read()

    def _read(self) -> None:
        choices = self._choices
        path, properties, kind = choices.path, choices.properties, choices.kind
        if path is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        self.said.emit("", "")
        self._reading = self._context.operations.background(
            self, lambda _progress: preview(path, properties, kind), self._show, failed=self._failed
        )
        self.ready_changed.emit()

    def _show(self, found: Preview) -> None:
        self._reading = None
        self._choices.take_preview(found)
        self.area.show_file(found.source.path, describe(found))
        self.ready_changed.emit()

    def _failed(self, error: CrmError) -> None:
        self._reading = None
        self._choices.preview = None
        if self._choices.path is not None:
            self.area.show_file(self._choices.path, "Cannot be imported")
        self.said.emit(str(error), error.hint)
        self.ready_changed.emit()

    def _on_kind(self) -> None:
        chosen = self.kinds.checkedButton()
        wanted = chosen.property("kind") if chosen is not None else None
        for key in KIND_KEYS:
            if wanted == key and key != self._choices.kind:
                self._choices.kind = key
                self._choices.columns, self._choices.fixed, self._choices.again = [], {}, None
                self._read()

    def _choose(self) -> None:
        chooser = QFileDialog(self, "Choose a file to import", str(self._folder()), FILES)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.take_file(Path(name)))
        chooser.finished.connect(lambda _result: chooser.deleteLater())
        chooser.open()

    def _save_sample(self) -> None:
        kind = self._choices.kind
        folder = str(self._folder())
        ask_where_to_save(self, "Save a sample file", folder, f"sample-{kind}.csv", "CSV (*.csv)", self.save_sample)

    def save_sample(self, path: Path) -> None:
        """A file of the chosen kind with a few rows, to fill in."""
        source = shipped(f"resources/samples/{self._choices.kind}.csv")
        self._context.operations.background(
            self,
            lambda _progress: shutil.copyfile(source, path),
            lambda _path: self._context.notices.info(f"A sample file is in {path}."),
        )

    def _folder(self) -> Path:
        return usual_folder(self._context.preferences.get(FOLDER_KEY, ""))


def describe(found: Preview) -> str:
    """What kind of file it is: "Comma between values, UTF-8"."""
    source = found.source
    columns = f"{len(source.header):,} columns"
    if source.format == "cards":
        return f"Address cards, {source.encoding.label}"
    if source.format == "workbook":
        return f"Sheet “{source.sheet}”, {columns}"
    between = DELIMITER_WORDS.get(source.delimiter, source.delimiter).lower()
    return f"{columns}, {between} between values, {source.encoding.label}"
