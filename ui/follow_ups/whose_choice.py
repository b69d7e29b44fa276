"""Whose follow-ups are shown: one's own, everybody's or one person's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.customers.suggestions import Person, people
from ui.widgets.form import ComboBox

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.operations import DataChange

MINE, EVERYONE = "mine", "everyone"


class WhoseChoice(ComboBox):
    """Administrators choose; others have it hidden, and it knows for everybody who works here."""

    def __init__(self, context: Signed) -> None:
        super().__init__([(MINE, "My follow-ups"), (EVERYONE, "Everyone")])
        self._context = context
        self.people: tuple[Person, ...] = ()
        self.setAccessibleName("Whose follow-ups")
        self.setMinimumContentsLength(0)
        self.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 28)
        if context.user.role != "admin":
            self.hide()
        context.operations.data_changed.connect(self._on_data_changed)

    @property
    def user_id(self) -> UUID | None:
        """The person chosen; None for everybody."""
        if self.value == EVERYONE:
            return None
        return self._context.user.id if self.value in ("", MINE) else UUID(self.value)

    def read_people(self) -> None:
        """Ask who works here, unless that is known."""
        if not self.people:
            self._read()

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("users"):
            self._read()

    def _read(self) -> None:
        self._context.operations.query(self, people, self._show, failed=lambda _error: None, patient=True)

    def _show(self, found: tuple[Person, ...]) -> None:
        self.people, chosen = found, self.value
        self.blockSignals(True)
        self.clear()
        self.addItem("My follow-ups", MINE)
        self.addItem("Everyone", EVERYONE)
        for person in found:
            if person.id != self._context.user.id:
                self.addItem(person.name, str(person.id))
        self.set_value(chosen)
        self.blockSignals(False)
