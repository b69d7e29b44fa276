"""The members of the loyalty programme: a list of any length, searched and filtered by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.queries import member_listing
from crm_desktop.loyalty.rows import MemberRow
from ui.customers.words import TIER_WORDS
from ui.loyalty.columns import COLUMNS, COMPACT
from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.tables.states import Words
from ui.theme.icons import icon
from ui.theme.tokens import XL, L, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.frames import separator
from ui.widgets.labels import text_label
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from ui.context import Signed

# Accounts whose customer was deleted wait for the customer to come back.
_MEMBERS = {"field": "is_customer", "operator": "is", "value": True}
SEARCH_LETTERS = 20


class MembersList(QWidget):
    """A row opens its customer's card."""

    customer_wanted = Signal(object)  # UUID
    customers_wanted = Signal()  # somebody wants to enrol: that is done from the customers

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PagedTable(
            context, "Members", COLUMNS, member_listing, subjects=frozenset({"loyalty", "customers"}), compact=COMPACT
        )
        self.table.start_sorted("name", False)
        self.search = SearchField("Search members")
        self.tier = ComboBox([("", "All tiers"), *TIER_WORDS.items()])
        self.tier.setAccessibleName("Filter by tier")
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of members")
        self.columns_button = icon_button("columns", "Columns", lambda: self.table.open_columns(self.columns_button))
        self._lay_out()
        self._connect()
        self.reload()

    def _lay_out(self) -> None:
        filters = QWidget()
        flow = FlowLayout(filters, spacing=S)
        for each in (self.search, self.tier, self.clear_button):
            flow.addWidget(each)
        self.search.setFixedWidth(self.fontMetrics().averageCharWidth() * SEARCH_LETTERS + XL)
        self._bar = bar = QHBoxLayout()
        bar.setSpacing(S)
        bar.addWidget(filters, 1)
        bar.addWidget(self.count)
        bar.addWidget(self.columns_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(separator())
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        table = self.table
        self.search.searched.connect(lambda _text: self.reload())
        self.search.entered.connect(self.take_focus)
        self.tier.value_changed.connect(lambda _tier: self.reload())
        table.set_empty(self._empty_words)
        table.counted.connect(self._show_count)
        table.row_activated.connect(self._open)
        table.menu_requested.connect(self._show_menu)

    # What a page asks.

    def reload(self) -> None:
        """Read the list from its top."""
        self.clear_button.setVisible(self.is_narrowed)
        members: dict[str, Any] = _MEMBERS
        if self.tier.value:
            members = {"all": [_MEMBERS, {"field": "tier", "operator": "is", "value": self.tier.value}]}
        self.table.set_request(ListRequest(self.search.text().strip(), members))

    def refresh(self) -> None:
        """Read again what is on screen."""
        self.table.refresh()

    def take_focus(self) -> None:
        """The rows get the keyboard."""
        self.table.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remember(self) -> None:
        """Write down the columns."""
        self.table.columns.flush()

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a tier leaves some members out."""
        return bool(self.search.text().strip() or self.tier.value)

    def clear(self) -> None:
        """Show all members again."""
        self.search.set_text_quietly("")
        self.tier.blockSignals(True)
        self.tier.set_value("")
        self.tier.blockSignals(False)
        self.reload()

    # One row.

    def _open(self, row: MemberRow) -> None:
        if row.customer_id is not None:
            self.customer_wanted.emit(row.customer_id)

    def _show_menu(self, row: MemberRow, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("individual"), "Show the customer", lambda: self._open(row))
        menu.popup(place)

    # Words and width.

    def _show_count(self, count: int, exact: bool) -> None:
        number = f"{count:,}" if exact else f"{count:,}+"
        self.count.setText(f"{number} {'member' if exact and count == 1 else 'members'}")

    def _empty_words(self) -> Words:
        if self.is_narrowed:
            return Words("search", "No member is found", "", (("Clear", self.clear),))
        return Words(
            "loyalty",
            "No members yet",
            "Mark customers and choose Enrol, or open a customer's card and its Loyalty tab.",
            (("Show customers", self.customers_wanted.emit),),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = Shape.of(self.width()) is Shape.NARROW
        self._bar.setContentsMargins(L if narrow else XL, S, S if narrow else L, S)
        self.table.set_compact(narrow)
        self.columns_button.setHidden(narrow)
        self.count.setHidden(narrow)
