"""The Interactions tab: all interactions, or those of the chosen customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from crm_desktop.contacts.queries import contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.suggestions import Person, people
from crm_desktop.errors import CrmError
from crm_desktop.interactions.queries import interaction_listing
from crm_desktop.interactions.rows import InteractionRow
from crm_desktop.interactions.whose import Whose, whose
from crm_desktop.listing.request import ListRequest
from ui.filters.conditions import Conditions
from ui.filters.subjects import INTERACTIONS
from ui.filters.table_views import TableViews
from ui.filters.views import Views
from ui.filters.views_button import ViewsButton
from ui.interactions.columns import COLUMNS, COMPACT
from ui.interactions.entry_actions import EntryActions
from ui.interactions.filters import InteractionFilters
from ui.interactions.rights import ALL_RIGHTS, NO_RIGHTS, Rights, rights_of
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.shortcuts import bind, hint
from ui.tables.paged_view import PagedTable
from ui.tables.sorting import sort_button
from ui.theme.icons import icon
from ui.theme.tokens import XL, L, S
from ui.widgets.buttons import icon_button
from ui.widgets.frames import separator
from ui.widgets.labels import text_label
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

LEAST_TABLE = 140


class InteractionsPage(ShellPage):
    """The list with its filters, and what can be done with a row."""

    can_export = True

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: tuple[UUID, str] | None = None
        self._rights: dict[UUID, Rights] = {}
        self._restoring = False
        self._asked_people = False
        self._contacts_of: UUID | None = None  # whose contacts the filter offers
        self._contacts_asked: Handle | None = None
        self.actions_of = EntryActions(context, self)
        self.table = PagedTable(
            context,
            "Interactions",
            COLUMNS,
            interaction_listing,
            subjects=frozenset({"interactions", "customers"}),
            compact=COMPACT,
        )
        self.table.start_sorted("created_at", True)
        self.table.setMinimumHeight(LEAST_TABLE)  # open filters may take the rest on a phone-sized window
        self.filters = InteractionFilters()
        self.conditions = Conditions(context, INTERACTIONS, self._beside, self, "Filters")
        self.views = Views(context, "interactions", TableViews(self.table, self.filters), self)
        self.views_button = ViewsButton(context, self.views, "interactions")
        self.filters.use(self.conditions, self.views_button)
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of interactions")
        self.complete_button = icon_button("complete", "Complete interaction", lambda: self._act("complete"))
        self.cancel_button = icon_button("cancel", "Cancel interaction", lambda: self._act("cancel"))
        self.delete_button = icon_button("delete", "Delete interaction", lambda: self._act("delete"), tone="danger")
        self.columns_button = icon_button("columns", "Columns", lambda: self.table.open_columns(self.columns_button))
        self.sort_button = sort_button(self.table)  # where no header is
        self.export_button = icon_button("export", "Export", self.export)
        self.export_button.setToolTip(f"Export this list to a file ({hint('export')})")
        self._lay_out()
        self._connect()
        self._show_actions()
        self._restoring = True
        self.views.restore()
        self._restoring = False
        self.reload()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(self.count)
        tools.addStretch(1)
        for each in (self.complete_button, self.cancel_button, self.delete_button, self.sort_button,
                     self.columns_button, self.export_button):  # fmt: skip
            tools.addWidget(each)
        self._bar = bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(XL, S, L, S)
        bar.setSpacing(S)
        bar.addWidget(self.filters, 1)
        bar.addLayout(tools)
        surface = QFrame()
        surface.setProperty("role", "surface")
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(bar)
        self._chips = QHBoxLayout()
        self._chips.addWidget(self.conditions.chips)
        self.conditions.chips.set_margin_below(S)
        box.addLayout(self._chips)
        box.addWidget(separator())
        box.addWidget(self.table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        outer.addWidget(surface)

    def _connect(self) -> None:
        table = self.table
        self.filters.changed.connect(self.reload)
        table.set_empty(self._empty_words)
        table.counted.connect(self._show_count)
        table.sort_changed.connect(lambda *_: self.views.state_changed())
        table.columns.changed.connect(self.views.state_changed)
        table.row_activated.connect(self.actions_of.open)
        table.current_row_changed.connect(self._on_current)
        table.menu_requested.connect(self._show_menu)
        bind(table.view, "delete", lambda: self._act("delete"), Qt.ShortcutContext.WidgetShortcut)

    # What the window asks.

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        """Narrow the list to one customer, or let all in."""
        scope = None if customer_id is None else (customer_id, name)
        if scope != self._customer:
            self._customer = scope
            self._contacts_of = None
            self.filters.set_contacts(())
            if self.isVisible():
                self._offer_contacts()
            self.reload()

    def _offer_contacts(self) -> None:
        customer_id = self._customer[0] if self._customer else None
        if customer_id == self._contacts_of or customer_id is None:
            return
        self._contacts_of = customer_id
        if self._contacts_asked is not None:
            self._contacts_asked.cancel()

        def show(contacts: list[ContactRow]) -> None:
            self._contacts_asked = None
            self.filters.set_contacts((contact.id, contact.name) for contact in contacts)

        self._contacts_asked = self._context.operations.query(
            self, lambda session: contacts_of(session, customer_id), show, failed=_no_answer
        )

    def show_due(self, due: str) -> None:
        """Show what is "overdue", due "today" or this "week", or "recent": logged of late; "" is all of it."""
        if due in ("", "recent"):
            self.table.set_sort("created_at", True)
        else:
            self.table.set_sort("follow_up", False)
        self.filters.choose(due=due)
        self.views.leave()

    def show_filter(self, wanted: Mapping[str, Any]) -> None:
        """List the interactions of a filter, and nothing else."""
        self.filters.set_filter(wanted)
        self.views.leave()

    def open_filters(self) -> None:
        """Open the builder."""
        self.conditions.open_builder()

    def _beside(self) -> ListRequest:
        return self.filters.beside(self._customer[0] if self._customer else None)

    def reload(self) -> None:
        """Read the list from its top."""
        if self._restoring:
            return
        self.views.state_changed()
        customer_id = self._customer[0] if self._customer else None
        self.table.set_request(ListRequest(filter=self.filters.filter(customer_id)))

    def take_focus(self) -> None:
        self.table.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Read again what is on screen."""
        self.table.refresh()

    def remember(self) -> None:
        """Write down the last state."""
        self.table.columns.flush()
        self.views.flush()

    def export(self) -> None:
        """Write the list to a file."""
        from ui.exporting.open_export import export_list

        export_list(self._context, self.table, "interactions")

    # One row.

    def _on_current(self, row: InteractionRow) -> None:
        self._show_actions()
        if row.id in self._rights:
            return

        def told(found: dict[UUID, Whose]) -> None:
            user = self._context.user
            self._rights[row.id] = rights_of(found.get(row.id), user.id, admin=user.role == "admin")
            self._show_actions()

        self._context.operations.query(self, lambda session: whose(session, [row.id]), told, failed=_no_answer)

    def _rights_for(self, row: InteractionRow | None) -> Rights:
        if row is None:
            return NO_RIGHTS
        if self._context.user.role == "admin":
            return ALL_RIGHTS
        return self._rights.get(row.id, NO_RIGHTS)

    def _show_actions(self) -> None:
        row: InteractionRow | None = self.table.current_row()
        rights = self._rights_for(row)
        pending = row is not None and row.status == "pending"
        self.complete_button.setEnabled(pending and rights.edit)
        self.cancel_button.setEnabled(pending and rights.edit)
        self.delete_button.setEnabled(rights.delete)

    def _act(self, name: str) -> None:
        row: InteractionRow | None = self.table.current_row()
        rights = self._rights_for(row)
        if row is None:
            return
        if name == "delete" and rights.delete:
            self.actions_of.delete(row)
        elif name == "complete" and rights.edit and row.status == "pending":
            self.actions_of.complete(row)
        elif name == "cancel" and rights.edit and row.status == "pending":
            self.actions_of.cancel(row)

    def _show_menu(self, row: InteractionRow, place: QPoint) -> None:
        rights = self._rights_for(row)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("edit"), "Open", lambda: self.actions_of.open(row))
        if rights.edit and row.status == "pending":
            menu.addAction(icon("complete"), "Complete", lambda: self.actions_of.complete(row))
            menu.addAction(icon("cancel"), "Cancel interaction", lambda: self.actions_of.cancel(row))
        if rights.delete:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.actions_of.delete(row))
        menu.popup(place)

    # Words, width, memory.

    def _show_count(self, count: int, exact: bool) -> None:
        number = f"{count:,}" if exact else f"{count:,}+"
        self.count.setText(f"{number} {'interaction' if exact and count == 1 else 'interactions'}")
        self._show_actions()

    def _empty_words(self) -> Words:
        clear = ("Clear filters", self.filters.clear)
        if self._customer is not None:
            customer_id, name = self._customer
            log = ("Log Interaction", lambda: self.actions_of.log(customer_id, name))
            if self.filters.is_set:
                return Words("filter", f"Nothing with {name} matches the filters", "", (clear, log))
            everyone = ("Show all customers", self.scope_cleared.emit)
            return Words("interactions", f"Nothing has been logged with {name}", "", (log, everyone))
        if self.filters.is_set:
            return Words("filter", "No interaction matches the filters", "", (clear,))
        return Words("interactions", "No interactions yet", "Choose a customer and log a call, a meeting or an email.")

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.views.ask()
        self._offer_contacts()
        if not self._asked_people:
            self._asked_people = True
            self._context.operations.query(self, people, self._show_people, failed=_no_answer)

    def _show_people(self, found: tuple[Person, ...]) -> None:
        self.filters.set_people(found, self._context.user.id)

    def minimumSizeHint(self) -> QSize:
        """What stands side by side gives way before it forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shape = Shape.of(self.width())
        narrow = shape is Shape.NARROW
        direction = QBoxLayout.Direction.LeftToRight if shape is Shape.WIDE else QBoxLayout.Direction.TopToBottom
        self._bar.setDirection(direction)
        self._bar.setContentsMargins(L if narrow else XL, S, S if narrow else L, S)
        self._chips.setContentsMargins(L if narrow else XL, 0, S if narrow else L, 0)
        self.table.set_compact(narrow)
        self.filters.set_narrow(narrow)
        self.sort_button.setVisible(narrow)
        self.columns_button.setHidden(narrow)
        self.export_button.setVisible(self._context.capabilities.export and not narrow)


def _no_answer(_error: CrmError) -> None:
    """Buttons stay disabled and lists short; what is really wrong shows in the table itself."""
