"""Making one customer of several: which one stays, which of the differing values, and what moves to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget
from sqlalchemy import select

from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.duplicates.actions import MOST_TO_MERGE, merge, merge_preview
from crm_desktop.duplicates.rows import MergePreview
from crm_desktop.errors import CrmError, StaleRow
from crm_desktop.listing.selection import condition
from ui.customers.words import LABELS
from ui.duplicates import merge_words as words
from ui.forms.option import Option
from ui.forms.responsive_grid import ResponsiveGrid
from ui.theme.tokens import XS, S
from ui.undo import offer_undo
from ui.widgets.dialog import Dialog
from ui.widgets.frames import Card
from ui.widgets.labels import text_label
from ui.widgets.value_label import ValueLabel

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.listing.selection import Selection
    from ui.context import Signed
    from ui.tables.selection_bar import SelectionBar

CHANGED = frozenset({"customers", "interactions", "contacts", "orders", "loyalty", "attachments", "duplicates"})


class MergeDialog(Dialog):
    """`merged` carries the id of the customer that is left."""

    merged = Signal(object)

    def __init__(self, context: Signed, parent: QWidget, ids: Sequence[UUID]) -> None:
        super().__init__(f"Merge {len(ids)} customers", parent, width=760)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._ids = tuple(ids)
        self._preview: MergePreview | None = None
        self._survivor: UUID | None = None
        self._primary = QButtonGroup(self)
        self._groups: dict[str, QButtonGroup] = {}
        self._offered: dict[str, list[UUID]] = {}
        self._filled = QWidget()
        self._column = QVBoxLayout(self._filled)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.waiting = text_label("Looking at what belongs to them…", "muted")
        self.moving = ValueLabel()
        self.body.addWidget(self.waiting)
        self.body.addWidget(self._filled)
        self.cancel_button = self.add_button("Cancel")
        self.merge_button = self.add_button("Merge", "primary")
        self.merge_button.setEnabled(False)
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.merge_button.clicked.connect(lambda _c=False: self._merge())
        self._read()

    @property
    def survivor(self) -> UUID | None:
        """The customer that stays."""
        return self._survivor

    def choose_survivor(self, customer_id: UUID) -> None:
        """Which customer stays; the values follow, and can be chosen otherwise."""
        if self._preview is not None:
            place = [customer.id for customer in self._preview.customers].index(customer_id)
            self._primary.button(place).setChecked(True)

    def choose(self, field: str, customer_id: UUID) -> None:
        """Whose value of a differing field stays."""
        self._groups[field].button(self._offered[field].index(customer_id)).setChecked(True)

    def chosen(self) -> dict[str, UUID]:
        """Whose value stays, for each differing field."""
        return {field: self._offered[field][group.checkedId()] for field, group in self._groups.items()}

    # Reading

    def _read(self) -> None:
        self.message.clear()
        ids = self._ids
        self._context.operations.query(
            self, lambda session: merge_preview(session, ids), self._show, failed=self._failed
        )

    def _show(self, preview: MergePreview) -> None:
        self._preview = preview
        self._groups, self._offered = {}, {}
        self._clear()
        self.waiting.hide()
        column, customers = self._column, preview.customers
        column.setSpacing(S)
        column.addWidget(self._primary_card(preview))
        differing = words.differing(customers)
        if differing:
            column.addWidget(text_label("Choose what stays", "subheading"))
            for field in differing:
                column.addWidget(self._field_card(customers, field))
        column.addWidget(self._kept_card(customers))
        self.choose_survivor(customers[0].id)
        self._follow_survivor(0)
        self._primary.idToggled.connect(lambda place, on: self._follow_survivor(place) if on else None)
        self.merge_button.setEnabled(True)
        self.merge_button.setDefault(True)
        self._primary.button(0).setFocus()
        self._fit()

    def _primary_card(self, preview: MergePreview) -> QWidget:
        card = Card("Which one stays?", padding=12)
        card.body.setSpacing(S)
        grid = ResponsiveGrid(letters=26, most=3)
        self._primary.deleteLater()
        self._primary = QButtonGroup(card)
        names = words.told_apart(preview.customers)
        for place, customer in enumerate(preview.customers):
            about = f"{names[customer.id]}\n{_about(customer, preview)}"
            grid.add(Option(self._primary, place, "Keep this one", about, "Which one stays"))
        card.body.addWidget(grid)
        self.moving = ValueLabel()
        card.body.addWidget(self.moving)
        return card

    def _field_card(self, customers: Sequence[CustomerDetails], field: str) -> QWidget:
        card = Card(LABELS[field], padding=12)
        card.body.setSpacing(S)
        grid = ResponsiveGrid(letters=26, most=3)
        group = QButtonGroup(card)
        names = words.told_apart(customers)
        offered = words.choices(customers, field)
        for number, (owner, text) in enumerate(offered):
            grid.add(Option(group, number, "Keep", text, LABELS[field], f"From {names[owner]}"))
        self._groups[field], self._offered[field] = group, [owner for owner, _ in offered]
        card.body.addWidget(grid)
        return card

    def _kept_card(self, customers: Sequence[CustomerDetails]) -> QWidget:
        card = Card("Kept in any case", padding=12)
        card.body.setSpacing(XS)
        for label, value in words.alike(customers):
            card.body.addWidget(ValueLabel(f"{label}: {value}"))
        for label, main, others in (
            ("Emails", "email", "other_emails"),
            ("Phones", "phone", "other_phones"),
        ):
            values = words.all_values(customers, main, others)
            if len(values) > 1:
                card.body.addWidget(ValueLabel(f"{label}: {', '.join(values)}"))
        tags = list(dict.fromkeys(tag for customer in customers for tag in customer.tags))
        if tags:
            card.body.addWidget(ValueLabel(f"Tags: {', '.join(tags)}"))
        notes = sum(bool(customer.notes.strip()) for customer in customers)
        if notes:
            card.body.addWidget(text_label("The notes" if notes == 1 else "The notes of all, one below the other"))
        card.body.addWidget(text_label("You can undo the merge afterwards.", "muted"))
        return card

    def _follow_survivor(self, place: int) -> None:
        """The survivor's values are suggested; where it has none, the first there is."""
        preview = self._preview
        if preview is None:
            return
        survivor = preview.customers[place]
        self._survivor = survivor.id
        self.moving.set_value(words.moving_words(preview, survivor.id))
        for field, group in self._groups.items():
            group.button(words.place_of(survivor, field, preview.customers)).setChecked(True)

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    # Merging

    def _merge(self) -> None:
        preview, survivor = self._preview, self._survivor
        if preview is None or survivor is None:
            return
        versions = {customer.id: customer.version for customer in preview.customers}
        others = [customer.id for customer in preview.customers if customer.id != survivor]
        chosen = self.chosen()
        self._set_busy(True)

        def work(session: Session) -> int:
            return merge(session, survivor, others, versions, chosen)

        done = partial(self._done, preview, survivor)
        self._context.operations.change(self, work, done, failed=self._failed, changed=CHANGED)

    def _done(self, preview: MergePreview, survivor: UUID, transaction: int) -> None:
        gone = words.names_of(preview.customers, survivor)
        name = next(customer.name for customer in preview.customers if customer.id == survivor)
        who = words.listed(gone) if len(gone) < 3 else f"{len(gone)} customers"
        was = "was" if len(gone) == 1 else "were"
        offer_undo(
            self._context,
            f"{who} {was} merged into {name}.",
            transaction,
            CHANGED,
            f"{who} and {name} are separate again.",
            step=f"merged {who} into {name}",
        )
        self.merged.emit(survivor)
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self._set_busy(False)
        self.waiting.hide()
        if isinstance(error, StaleRow) or self._preview is None:
            # Nobody merges what they have not seen: the values are read again.
            self.merge_button.setEnabled(False)
            if self._preview is not None:
                self._preview = None
                self._read()
        self.message.say(str(error), error.hint)
        self._fit()

    def _set_busy(self, busy: bool) -> None:
        self.merge_button.setEnabled(not busy)
        self.cancel_button.setEnabled(not busy)
        self.merge_button.setText("Merging…" if busy else "Merge")
        self.merge_button.setAccessibleName("Merge")


def merge_selected(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    """The marked customers, for a selection bar: also where all that match were marked."""

    def read(session: Session) -> list[UUID]:
        met = condition(session.connection(), selection, SOURCE)
        return list(session.execute(select(SOURCE.table.c.id).where(met).limit(MOST_TO_MERGE + 1)).scalars())

    def show(ids: list[UUID]) -> None:
        dialog = MergeDialog(context, bar.window(), ids)
        dialog.merged.connect(lambda _id: bar.clear())
        dialog.open()

    context.operations.query(bar, read, show)


def _about(customer: CustomerDetails, preview: MergePreview) -> str:
    """What tells one from the other: company, place, since when, how much there is."""
    calls = sum(m.count for m in preview.moving[customer.id] if m.table == "customer_interactions")
    since = words.since(customer)
    since = since[:1].upper() + since[1:]
    company = customer.company_name if customer.company_name != customer.name else ""
    place = ", ".join(part for part in (customer.city, customer.country) if part)
    count = f"{calls:,} interaction{'' if calls == 1 else 's'}"
    return "\n".join(part for part in (company, place, since, count) if part)
