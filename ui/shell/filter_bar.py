"""Filters above the customers, how many there are, and the table's own controls (order, columns)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.listed import FIELDS
from crm_desktop.listing.request import ListRequest
from ui.filters.boxes import arranged, divided, one_of
from ui.filters.conditions import Conditions
from ui.filters.subjects import CUSTOMERS
from ui.shell.shape import Shape
from ui.shortcuts import hint
from ui.tables.paged_model import Phase
from ui.tables.paged_view import PagedTable
from ui.tables.sorting import open_sort_menu, sort_button, sorted_by
from ui.theme.tokens import XL, XS, L, M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

TYPES = (("", "All types"), ("individual", "Individuals"), ("business", "Businesses"))
STATUSES = (("", "Any status"), ("active", "Active"), ("prospect", "Prospects"), ("inactive", "Inactive"))

_SAID = {field: one_of(field) for field in ("customer_type", "status")}


class FilterBar(QWidget):
    """Type and status of customers, and any other conditions as chips below."""

    changed = Signal()
    export_wanted = Signal()

    def __init__(self, context: "Signed", table: PagedTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conditions = Conditions(context, CUSTOMERS, self._beside, self, "Filters")
        self.active, self.chips = self.conditions.active, self.conditions.chips
        self.builder_button = self.conditions.button
        self._table = table
        self._shape: Shape | None = None
        self._counted = (0, True)
        self.type = ComboBox(list(TYPES))
        self.type.setAccessibleName("Filter by type")
        self.status = ComboBox(list(STATUSES))
        self.status.setAccessibleName("Filter by status")
        for box in (self.type, self.status):
            box.setMinimumContentsLength(9)
            box.value_changed.connect(self._on_changed)
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of customers")
        self._sort_button = button("Sort", lambda: open_sort_menu(table, self._sort_button), kind="ghost",
                                   icon_name="sort-ascending")  # fmt: skip
        self._columns_button = button("Columns", lambda: table.open_columns(self._columns_button), kind="ghost",
                                      icon_name="columns")  # fmt: skip
        self._sort_small = sort_button(table)
        self._columns_small = icon_button("columns", "Columns", lambda: table.open_columns(self._columns_small))
        self._columns_button.setToolTip("Show, hide and order the columns")
        self._select = icon_button("select", "Select several", lambda: table.set_selecting(self._select.isChecked()))
        self._select.setCheckable(True)
        self._select.setToolTip("Let each click or tap select a customer. With the keyboard: Space")
        self._export = icon_button("export", "Export", self.export_wanted.emit)
        self._export.setToolTip(f"Export this list to a file ({hint('export')})")
        self._may_export = context.capabilities.export
        self._views_button: QWidget | None = None
        self._filters = QWidget()
        self._flow = FlowLayout(self._filters, spacing=S, line_spacing=XS)
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(S)
        tools.addWidget(self.count)
        tools.addStretch(1)
        for tool in (self._select, self._sort_button, self._sort_small, self._columns_button, self._columns_small,
                     self._export):  # fmt: skip
            tools.addWidget(tool)
        self._line = QHBoxLayout()
        self._line.setSpacing(M)
        self._lines = QVBoxLayout(self)
        self._lines.setSpacing(S)
        self._lines.addLayout(self._line)
        self._lines.addWidget(self.chips)
        self.chips.cleared.connect(self.clear)
        self.conditions.changed.connect(self._on_changed)
        table.counted.connect(self.show_count)
        table.model.phase_changed.connect(self._on_phase)
        table.selecting_changed.connect(self._select.setChecked)
        table.sort_changed.connect(lambda *_: self._show_sort())
        self.set_shape(Shape.WIDE)
        self._show_sort()
        self._show_clear()

    def add_views(self, views_button: QWidget) -> None:
        """Put the button of the views in front."""
        self._views_button = views_button
        self._order()
        self.fit()

    def filter(self) -> dict[str, object] | None:
        """What is chosen, in the filter language; None when everything is let in."""
        parts = [*self._quick(), *self.active.members]
        return {"all": parts} if parts else None

    def viewed(self) -> dict[str, object] | None:
        """What a view keeps of it."""
        return self.filter()

    def arranged(self, wanted: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """A filter as the bar gives it back once it is set. InvalidFilter when it cannot be used."""
        return arranged(wanted, FIELDS, _SAID)

    def open_builder(self) -> None:
        """Let the person put conditions together; the choices of the bar stay as they are."""
        self.conditions.open_builder()

    def _beside(self) -> ListRequest:
        quick = self._quick()
        return ListRequest(search=self._table.request.search, filter={"all": quick} if quick else None)

    def _quick(self) -> list[dict[str, Any]]:
        chosen = {"customer_type": self.type.value, "status": self.status.value}
        return [{"field": name, "operator": "is", "value": value} for name, value in chosen.items() if value]

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.type.value or self.status.value or self.active.members)

    def choose(self, *, customer_type: str = "", status: str = "") -> None:
        """Let in these only, whatever was on."""
        picked = {"customer_type": customer_type, "status": status}
        self.set_filter(
            {"all": [{"field": name, "operator": "is", "value": value} for name, value in picked.items() if value]}
        )

    def set_filter(self, wanted: Mapping[str, Any] | None) -> None:
        """Put a filter in place of what was on: a type and a status as the choices, the rest as chips.

        InvalidFilter, and nothing changes, when it cannot be used.
        """
        quick, rest = divided(wanted, FIELDS, _SAID)
        for field, box in (("customer_type", self.type), ("status", self.status)):
            box.blockSignals(True)
            box.set_value(quick[field]["value"] if field in quick else "")
            box.blockSignals(False)
        self.conditions.set_quietly(rest)
        self._on_changed()

    def clear(self) -> None:
        """Let everything in."""
        self.choose()

    def show_count(self, count: int, exact: bool) -> None:
        """Say how many rows there are; '1,000+' while they are still being counted."""
        self._counted = (count, exact)
        number = f"{count:,}" if exact else f"{count:,}+"
        noun = "customer" if exact and count == 1 else "customers"
        self.count.setText(f"{number} {noun}")
        self.count.setToolTip("" if exact else "Counting…")
        self.fit()

    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.FAILED:
            self.count.setText("")

    def set_shape(self, shape: Shape) -> None:
        """One line, or two on a narrow window."""
        if shape is self._shape:
            return
        self._shape = shape
        narrow = shape is Shape.NARROW
        for widget in (self._filters, self._tools):
            self._line.removeWidget(widget)
            self._lines.removeWidget(widget)
        if narrow:
            self._lines.insertWidget(0, self._filters)
            self._lines.insertWidget(1, self._tools)
            self._lines.setSpacing(0)
            self._lines.setContentsMargins(L, S, S, XS)
        else:
            self._line.addWidget(self._filters, 1)
            self._line.addWidget(self._tools)
            self._lines.setSpacing(S)
            self._lines.setContentsMargins(XL, S, L, S)
        self._order()
        self.fit()

    def _order(self) -> None:
        """In a row; on a narrow window the two choices have a line of their own below the buttons."""
        choices, buttons = (self.type, self.status), (self.builder_button, self.clear_button)
        views = () if self._views_button is None else (self._views_button,)
        while self._flow.takeAt(0) is not None:
            pass
        narrow = self._shape is Shape.NARROW
        for widget in (*views, *buttons, *choices) if narrow else (*views, *choices, *buttons):
            self._flow.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """Words give way to icons before the bar forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def fit(self) -> None:
        """Words give way to icons where they do not fit."""
        words = self._sort_button.sizeHint().width() + self._columns_button.sizeHint().width()
        words += self._select.sizeHint().width() + self._export.sizeHint().width() + 2 * S
        filters = sum(each.sizeHint().width() for each in (self.type, self.status, self.builder_button))
        if self._views_button is not None:
            filters += self._views_button.sizeHint().width() + S
        clear = 0 if self.clear_button.isHidden() else self.clear_button.sizeHint().width()
        needed = filters + clear + self.count.sizeHint().width() + words + XL + L + 6 * S + M
        narrow = self._shape is Shape.NARROW
        small = narrow or self.width() < needed
        if small != self._sort_button.isHidden():
            # Whoever places the bar asked for its height while the words were still there, or already gone.
            QTimer.singleShot(0, self, self.updateGeometry)
        self._sort_button.setHidden(small)
        self._sort_small.setVisible(small)
        self._columns_button.setHidden(small)
        self._columns_small.setVisible(small and not narrow)
        self._export.setVisible(self._may_export and not narrow)

    def _on_changed(self) -> None:
        self._show_clear()
        self.changed.emit()

    def _show_clear(self) -> None:
        # Below, where there are chips, is a "Clear all" for everything.
        self.clear_button.setVisible(self.is_set and not self.active.members)
        self.fit()

    def _show_sort(self) -> None:
        title, direction = sorted_by(self._table)
        self._sort_button.setText(f"Sort: {title}" if title else "Sort")
        self._sort_button.setAccessibleName(f"Sort by {title}, {direction}")
        self._sort_button.setToolTip(f"Sorted by {title.lower()}, {direction}")
