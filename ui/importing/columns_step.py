"""Third step: what the columns hold, what fills the fields that no column does, and keeping all that under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.importing.preview import Preview
from crm_desktop.importing.saved import SavedMapping, delete_mapping, list_mappings, save_mapping
from crm_desktop.importing.targets import FIXED
from crm_desktop.orders.queries import usual_currency
from ui.customers.tags_field import TagsField
from ui.forms.responsive_grid import ResponsiveGrid
from ui.importing.choices import Choices
from ui.importing.column_row import ColumnRow
from ui.importing.step import Step
from ui.importing.words import HAS_NOTES
from ui.orders.currency_editor import CurrencyEditor
from ui.theme.tokens import L, M
from ui.widgets.buttons import button
from ui.widgets.dialog import Dialog
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox, FormField
from ui.widgets.frames import separator
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

BY_NAME = ""
MOST_SHOWN = 200
"""Nobody assigns more columns by hand; those beyond keep what their names say."""
CHANGED = frozenset({"imports"})
IN_USUAL = {
    "products": "A product of which the file names none is in {}.",
    "orders": "An order of which the file names none is in that of its products, else in {}.",
}


class SaveMappingDialog(Dialog):
    """Asks for a name. `name` is what was there already, to be replaced."""

    def __init__(self, context: Signed, parent: QWidget, choices: Choices, name: str) -> None:
        super().__init__("Save the mapping", parent, width=440)
        self._context = context
        self._choices = choices
        self.saved_as = ""
        self.line = QLineEdit(name)
        self.field = FormField("Name", self.line, hint="Offered again, to everybody, when a file has the same columns.")
        self.body.addWidget(self.field)
        cancel = self.add_button("Cancel")
        self.save_button = self.add_button("Save", "primary")
        self.save_button.setDefault(True)
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.save_button.clicked.connect(lambda _c=False: self.save())

    def save(self) -> None:
        name, plan = " ".join(self.line.text().split()), self._choices.plan()
        header = self._choices.preview.header if self._choices.preview is not None else ()

        def done(_id: UUID) -> None:
            self.saved_as = name
            self.accept()

        self._context.operations.change(
            self, lambda session: save_mapping(session, name, plan, header), done, failed=self._failed, changed=CHANGED
        )

    def _failed(self, error: CrmError) -> None:
        if isinstance(error, InvalidInput):
            self.field.set_error(str(error))
        else:
            self.message.say(str(error), error.hint)


class ColumnsStep(Step):
    title = "Columns"

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        self._shown: Preview | None = None
        self._saved: list[SavedMapping] = []
        self._asked = 0
        self._used: tuple[str, ...] | None = None
        self.rows: list[ColumnRow] = []
        self.mapping = ComboBox([(BY_NAME, "Recognised by the names of the columns")])
        self.mapping_field = FormField("Mapping", self.mapping)
        self.save_button = button("Save mapping…", self._save)
        self.save_button.setAccessibleName("Save mapping")
        self.delete_button = button("Delete mapping", self._delete, kind="danger-quiet")
        self.accept_button = button("Use all suggestions", self._use_suggestions)
        top = QHBoxLayout()
        top.setSpacing(M)
        top.addWidget(self.mapping_field, 1)
        self.column.addLayout(top)
        self.summary = text_label("", "muted")
        self.column.addWidget(self.summary)
        buttons = FlowLayout(spacing=8)
        for made in (self.save_button, self.accept_button, self.delete_button):
            buttons.addWidget(made)
        self.column.addLayout(buttons)
        self.column.addWidget(separator())
        self._list = QWidget()
        self._list_box = QVBoxLayout(self._list)
        self._list_box.setContentsMargins(0, 0, 0, 0)
        self._list_box.setSpacing(L)
        self.column.addWidget(self._list)
        self.column.addWidget(separator())
        self.extras_title = text_label("For every row that says nothing else", "subheading")
        self.column.addWidget(self.extras_title)
        self._extras = QWidget()
        self._extras_box = QVBoxLayout(self._extras)
        self._extras_box.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self._extras)
        self.fixed: dict[str, Any] = {}
        self.tags: TagsField | None = None
        self.column.addStretch(1)
        self.mapping.value_changed.connect(self._on_mapping)

    @property
    def ready(self) -> bool:
        return bool(self._choices.columns)

    def enter(self) -> None:
        if self._shown is not self._choices.preview or self._extras_kind != self._choices.kind:
            self._build()
        self._read_saved("")

    def leave(self) -> None:
        self._take_extras()

    _extras_kind = ""

    def _build(self) -> None:
        """A row for each column of the file, and the editors of fixed values."""
        choices = self._choices
        self._shown = choices.preview
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        columns = choices.preview.columns if choices.preview is not None else ()
        shown = list(zip(columns, choices.columns, strict=True))[:MOST_SHOWN]
        for place, (column, target) in enumerate(shown):
            row = ColumnRow(choices.kind, column, target)
            row.chosen.connect(lambda key, place=place: self._on_chosen(place, key))
            self.rows.append(row)
            self._list_box.addWidget(row)
        self._build_extras()
        self._say()

    def _build_extras(self) -> None:
        choices = self._choices
        self._extras_kind = choices.kind
        while (item := self._extras_box.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        grid = ResponsiveGrid(letters=26, most=3)
        self.fixed = {}
        for key, title, values in FIXED[choices.kind]:
            hint = ""
            if key == "currency":
                editor: Any = CurrencyEditor()
                editor.setText(choices.fixed.get(key, ""))
                hint = IN_USUAL[choices.kind].format("the usual one")
            elif values:
                editor = ComboBox([("", "–"), *((value, value.replace("_", " ").capitalize()) for value in values)])
                editor.set_value(choices.fixed.get(key, ""))
            else:
                editor = QLineEdit(choices.fixed.get(key, ""))
            self.fixed[key] = editor
            field = FormField(title, editor, hint=hint)
            grid.add(field)
            if key == "currency":
                self._say_usual_currency(field)
        self.tags = None
        if choices.kind == "customers":
            self.tags = TagsField()
            self.tags.set_value(choices.tags)
            grid.add(FormField("Tags for all", self.tags), whole_row=True)
        self._extras_box.addWidget(grid)

    def _say_usual_currency(self, field: FormField) -> None:
        """What becomes of rows without one is said before anything is imported."""
        kind = self._choices.kind

        def say(code: str) -> None:
            field.set_hint(IN_USUAL[kind].format(code))

        self._context.operations.query(field, usual_currency, say)

    def _take_extras(self) -> None:
        for key, editor in self.fixed.items():
            self._choices.fixed[key] = editor.value if isinstance(editor, ComboBox) else editor.text().strip()
        if self.tags is not None:
            self._choices.tags = tuple(self.tags.value())

    def _on_chosen(self, place: int, key: str) -> None:
        self._choices.columns[place] = key
        self._say()

    def _say(self) -> None:
        columns, targets = self._shown.columns if self._shown is not None else (), self._choices.columns
        assigned = sum(1 for target in targets if target not in ("", "note", "leave"))
        open_ones = [c for c, target in zip(columns, targets, strict=True) if not target]
        hints = [c for c in open_ones if c.suggestion]
        text = f"{assigned} of {len(columns)} columns go to fields."
        if open_ones:
            which = (
                "One is not recognised: what it holds"
                if len(open_ones) == 1
                else (f"{len(open_ones)} are not recognised: what they hold")
            )
            text += f" {which} is {'kept in the notes' if self._choices.kind in HAS_NOTES else 'left out'}."
        if len(columns) > MOST_SHOWN:
            text += f" The first {MOST_SHOWN} columns are shown; the others are taken as their names say."
        self.summary.setText(text)
        self.accept_button.setVisible(bool(hints))
        self.delete_button.setVisible(self._chosen_mapping() is not None)

    def _use_suggestions(self) -> None:
        for place, row in enumerate(self.rows):
            if not self._choices.columns[place] and row.column.suggestion:
                self._choices.columns[place] = row.column.suggestion
                row.set_target(row.column.suggestion)
        self._say()

    # Mappings that were kept

    def _read_saved(self, choose: str) -> None:
        kind, header = self._choices.kind, self._choices.preview.header if self._choices.preview is not None else ()
        self._asked += 1
        asked = self._asked

        def show(found: list[SavedMapping]) -> None:
            if asked == self._asked:
                self._show_saved(found, choose)

        self._context.operations.query(self, lambda session: list_mappings(session, kind, header), show)

    def _show_saved(self, found: list[SavedMapping], choose: str) -> None:
        self._saved = found
        before = self.mapping.value
        self.mapping.blockSignals(True)
        while self.mapping.count() > 1:
            self.mapping.removeItem(1)
        for saved in found:
            self.mapping.addItem(f"{saved.name} (same columns)" if saved.fits else saved.name, str(saved.id))
        wanted = next((str(saved.id) for saved in found if saved.name == choose), before) if choose else before
        self.mapping.set_value(wanted)
        self.mapping.blockSignals(False)
        fitting = next((saved for saved in found if saved.fits), None)
        header = self._shown.header if self._shown is not None else ()
        if fitting is not None and not choose and self._used != header and not before:
            # A file like an earlier one: what was chosen for that one is offered, and can be taken back.
            self._used = header
            self.mapping.set_value(str(fitting.id))
        self._used = header
        self._say()

    def _chosen_mapping(self) -> SavedMapping | None:
        return next((saved for saved in self._saved if str(saved.id) == self.mapping.value), None)

    def _on_mapping(self, value: str) -> None:
        saved = self._chosen_mapping()
        self._take_extras()
        if saved is not None:
            self._choices.take_plan(saved.plan)
        else:
            self._choices.recognise()
        self._build()

    def _save(self) -> None:
        self._take_extras()
        saved = self._chosen_mapping()
        dialog = SaveMappingDialog(self._context, self, self._choices, "" if saved is None else saved.name)
        dialog.accepted.connect(lambda: self._read_saved(dialog.saved_as))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _delete(self) -> None:
        saved = self._chosen_mapping()
        if saved is None:
            return

        def failed(error: CrmError) -> None:
            self.said.emit(str(error), error.hint)

        def done(_none: None) -> None:
            self.mapping.set_value(BY_NAME)
            self._read_saved("")

        self._context.operations.change(
            self, lambda session: delete_mapping(session, saved.id), done, failed=failed, changed=CHANGED
        )
