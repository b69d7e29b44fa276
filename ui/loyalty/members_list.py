"""The members of the loyalty programme: a list of any length, searched and filtered by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.queries import member_listing
from crm_desktop.loyalty.rows import MemberRow
from crm_desktop.words import counted
from ui.customers.words import TIER_WORDS
from ui.loyalty.columns import COLUMNS, COMPACT
from ui.shell.list_frame import ListFrame
from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.theme.icons import icon
from ui.theme.tokens import S
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from ui.context import Signed

# Accounts whose customer was deleted wait for the customer to come back.
_MEMBERS = {"field": "is_customer", "operator": "is", "value": True}


class MembersList(ListFrame):
    """A row opens its customer's card."""

    def __init__(self, context: Signed) -> None:
        table = PagedTable(
            context, "Members", COLUMNS, member_listing, subjects=frozenset({"loyalty", "customers"}), compact=COMPACT
        )
        super().__init__(table, "Search members", "Name, email or phone")
        table.start_sorted("name", False)
        self.tier = ComboBox([("", "All tiers"), *TIER_WORDS.items()])
        self.tier.setAccessibleName("Filter by tier")
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self.count.setAccessibleName("Number of members")
        self.columns_button = icon_button("columns", "Columns", lambda: table.open_columns(self.columns_button))
        filters = QWidget()
        flow = FlowLayout(filters, spacing=S)
        for each in (self.tier, self.clear_button):
            flow.addWidget(each)
        self.lay_out(filters, (self.columns_button,))
        self._connect()
        self.reload()

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
        self.count.setText(counted(count, "member") if exact else f"{count:,}+ members")

    def _empty_words(self) -> Words:
        if self.is_narrowed:
            return Words("search", "No member is found", "", (("Clear", self.clear),))
        return Words(
            "loyalty",
            "No members yet",
            "Mark customers and choose Enrol, or open a customer's card and its Loyalty tab.",
            (("Show customers", lambda: self.page_wanted.emit("customers")),),
        )

    def on_shape(self, shape: Shape) -> None:
        self.columns_button.setHidden(shape is Shape.NARROW)
