"""What a page puts above its list to filter it further: a button for the builder, and chips for what is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.listing.request import ListRequest
from ui.filters.active import ActiveFilter
from ui.filters.chips import ChipLine
from ui.filters.names import Known, Names
from ui.filters.subjects import FilterSubject
from ui.shortcuts import hint
from ui.widgets.buttons import button

if TYPE_CHECKING:
    from ui.context import Signed


class Conditions(QObject):
    """`beside` tells what narrows the list besides: the builder counts with it. The page lays out button and chips."""

    changed = Signal()

    def __init__(
        self, context: Signed, subject: FilterSubject, beside: Callable[[], ListRequest], parent: QWidget, text: str
    ) -> None:
        super().__init__(parent)
        self._context, self._subject, self._beside = context, subject, beside
        self._window_of, self._text = parent, text
        self.active = ActiveFilter(subject.fields, self)
        self.names = Names(context, self)
        self.chips = ChipLine()
        self.button = button(text, self.open_builder, kind="ghost", icon_name="filter")
        self.button.setToolTip(f"Build a filter ({hint('filters')})")
        self.chips.removed.connect(self.active.remove)
        self.active.changed.connect(self._on_changed)
        self.names.changed.connect(self._show)

    def set_quietly(self, members: list[dict[str, object]]) -> None:
        """Put these in place of what is on, without `changed`."""
        self.active.blockSignals(True)
        self.active.set({"all": members})
        self.active.blockSignals(False)
        self._show()

    def open_builder(self) -> None:
        """Let the person put conditions together."""
        self.names.when_known(self._open)

    def _open(self, known: Known) -> None:
        from ui.filters.builder import FilterBuilder

        builder = FilterBuilder(
            self._context, self._window_of.window(), self._subject, known, self.active.filter(), self._beside()
        )
        builder.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        builder.applied.connect(self.active.set)
        builder.open()

    def _on_changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        count = len(self.active.members)
        self.names.resolve(self.active.members)
        self.button.setText(f"{self._text} ({count})" if count else self._text)
        self.chips.show_conditions(self.active.words(self.names.by_id))
