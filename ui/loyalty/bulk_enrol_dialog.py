"""Enrolling all the selected customers: how many, and how many of them are members already, is said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from crm_desktop.customers.bulk import BulkResult, bulk_enrol, members_among
from crm_desktop.listing.frozen import Frozen
from crm_desktop.listing.selection import Selection
from ui.customers.bulk_dialog import CHANGED, BulkDialog, hint_label
from ui.customers.bulk_words import customers
from ui.loyalty.enrol import why_still_enrolled
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Progress
    from ui.tables.selection_bar import SelectionBar


def enrol_selected(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    """Open the dialog."""
    BulkEnrolDialog(context, selection, bar).open()


class BulkEnrolDialog(BulkDialog):
    """Persons and companies alike get one account each; a company's contacts earn on its own."""

    changed = CHANGED | {"loyalty"}
    why = staticmethod(why_still_enrolled)

    def __init__(self, context: Signed, selection: Selection, bar: SelectionBar) -> None:
        super().__init__(context, selection, bar, width=480)
        self.heading.setWordWrap(True)
        self.words = text_label("Looking who is a member already…")
        self.column.addWidget(self.words)
        self.column.addWidget(hint_label())

    def make_apply_button(self) -> QPushButton:
        return self.add_button("Enrol", "primary")

    def title(self, count: int) -> str:
        return f"Enrol {customers(count)} in the loyalty programme?"

    def look(self, session: Session, frozen: Frozen) -> object:
        return members_among(session, frozen)

    def counted(self, frozen: Frozen, found: object) -> None:
        assert isinstance(found, int)
        coming = frozen.count - found
        if not coming:
            self.words.setText(
                "All of them are members already." if found > 1 else "This customer is a member already."
            )
            return
        have = "one is a member already and stays" if found == 1 else f"{found:,} are members already and stay"
        self.words.setText(
            "Each gets an account without points; the contacts of a company earn on its account."
            + (f" Of these customers {have} as {'it is' if found == 1 else 'they are'}." if found else "")
        )
        self.apply_button.setText(f"Enrol {customers(coming)}")
        self.apply_button.setEnabled(True)
        self.apply_button.setFocus()

    def change(self, session: Session, frozen: Frozen, progress: Progress) -> BulkResult:
        return bulk_enrol(session, frozen, progress.report)

    def doing(self) -> str:
        return f"Enrolling {customers(self.frozen.count if self.frozen else 0)}…"

    def step(self, count: int) -> str:
        return f"enrolled {customers(count)}"
