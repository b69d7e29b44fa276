"""One segment: what it means, how many are in it, who they are, and what can be done with all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.queries import customer_listing
from crm_desktop.listing.filters import InvalidFilter, parse
from crm_desktop.listing.selection import Selection
from crm_desktop.segments.members import members
from crm_desktop.segments.rows import SegmentRow
from ui.customers.columns import COLUMNS, COMPACT
from ui.customers.selection_actions import ACTIONS
from ui.filters.names import Names
from ui.segments.counts import Count, SegmentCounts
from ui.segments.outline import Outline
from ui.segments.rules_section import RulesSection
from ui.segments.words import share_text
from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.tables.selection_bar import SelectionAction, SelectionBar
from ui.tables.sorting import sort_button
from ui.theme.icons import icon
from ui.theme.tokens import XL, L, M, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Message, scrolled, separator
from ui.widgets.labels import literal, text_label
from ui.widgets.state_panel import Words
from ui.widgets.tab_bar import tab_bar

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.segments.growth_part import GrowthPart

TABLE_ROWS = 8
GROWTH = "Growth"
_SHOWN = (
    "name",
    "company_name",
    "email",
    "phone",
    "city",
    "country",
    "status",
    "tier",
    "last_contact",
    "next_follow_up",
)


class SegmentPane(QWidget):
    """Shows the segment that it is told; says what is wanted of it."""

    edit_wanted = Signal()
    copy_wanted = Signal()
    delete_wanted = Signal()
    use_wanted = Signal(bool)
    why_wanted = Signal()
    list_wanted = Signal()
    customer_wanted = Signal(object)
    closed = Signal()

    def __init__(self, context: Signed, counts: SegmentCounts, names: Names) -> None:
        super().__init__()
        self._context, self._counts, self._names = context, counts, names
        self.segment: SegmentRow | None = None
        self.setAccessibleName("Segment")
        self.title = text_label("", "heading")
        self.off_badge = Badge("Not in use")
        self.close_button = icon_button("close", "Close the segment", self.closed.emit)
        self.description = text_label("", "muted")
        self.count = text_label("", "display", wrap=False)
        self.share = text_label("", "muted", wrap=False)
        self.message = Message()
        self.outline = Outline("Who belongs to it")
        self.table = PagedTable(
            context,
            "Customers of the segment",
            tuple(column for column in COLUMNS if column.key in _SHOWN),
            customer_listing,
            subjects=frozenset({"customers", "interactions", "segments", "loyalty", "orders"}),
            compact=COMPACT,
            markable=True,
        )
        self.selection_bar = SelectionBar(context, self.table, "customer", ACTIONS)
        self.edit_button = button("Edit", self.edit_wanted.emit, icon_name="edit")
        self.list_button = button("Show in Customers", self.list_wanted.emit, icon_name="customers")
        self.all_button = button("With all", self._open_actions, icon_name="chevron-down")
        self.why_button = button("Why?", self.why_wanted.emit, icon_name="question")
        self.why_button.setAccessibleName("Why is somebody in it, or not?")
        self.why_button.setToolTip("Why is somebody in it, or not?")
        self.all_button.setToolTip("Edit, export or delete all customers of the segment")
        self.sort_button = sort_button(self.table)  # where no header is
        self.more_button = icon_button("more", "More for this segment", self._open_more)
        self._actions = [each for each in ACTIONS if each.allowed(context.capabilities)]
        self.tabs = tab_bar("Parts of the segment", ())
        self._stack = QStackedLayout()
        self._lay_out()
        self.growth: GrowthPart | None = None
        self.add_part("Customers", self._customers_part())
        room = QWidget()
        self._growth_room = QVBoxLayout(room)
        self._growth_room.setContentsMargins(0, 0, 0, 0)
        self.add_part(GROWTH, room)
        self.rules = RulesSection(context)
        self.add_part("Rules", self.rules)
        self.table.set_empty(self._empty_words)
        self.table.row_activated.connect(lambda row: self.customer_wanted.emit(row.id))
        self.table.said.connect(context.notices.info)
        self.tabs.currentChanged.connect(self._on_part)
        counts.changed.connect(self._on_counted)
        counts.total_changed.connect(self._show_count)
        names.changed.connect(self._show_criteria)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self.title, 1)
        head.addWidget(self.off_badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        figures = QWidget()
        flow = FlowLayout(figures, spacing=M)
        flow.addWidget(self.count)
        flow.addWidget(self.share)
        actions = QWidget()
        row = FlowLayout(actions, spacing=S)
        for each in (self.edit_button, self.list_button, self.all_button, self.why_button, self.sort_button,
                     self.more_button):  # fmt: skip
            row.addWidget(each)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setSpacing(M)
        self._column.addLayout(head)
        for part in (self.description, figures, self.message, actions, self.outline):
            self._column.addWidget(part)
        parts = QVBoxLayout()
        parts.setSpacing(0)
        parts.addWidget(self.tabs)
        parts.addWidget(separator())
        self._column.addLayout(parts)
        self._column.addLayout(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content))
        self.set_shape(Shape.WIDE)

    def _customers_part(self) -> QWidget:
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.table, 1)
        box.addWidget(self.selection_bar)
        self.table.setMinimumHeight(TABLE_ROWS * (self.fontMetrics().height() + 2 * M))
        return part

    def add_part(self, title: str, part: QWidget) -> None:
        """Another part behind a tab of its own."""
        self._stack.addWidget(part)
        self.tabs.addTab(title)

    def _on_part(self, place: int) -> None:
        if self.tabs.tabText(place) == GROWTH and self.growth is None:
            from ui.segments.growth_part import GrowthPart

            self.growth = GrowthPart(self._context)
            self._growth_room.addWidget(self.growth)
            if self.segment is not None:
                self.growth.show_segment(self.segment)
        self._stack.setCurrentIndex(place)

    # What the page says

    def show_segment(self, row: SegmentRow) -> None:
        """Show this one, or the same as it is now."""
        other = self.segment is None or self.segment.id != row.id
        again = other or (self.segment is not None and self.segment.criteria != row.criteria)
        self.segment = row
        self.title.setText(row.name)
        self.setAccessibleName(f"Segment {row.name}")
        self.off_badge.setHidden(row.is_active)
        self.description.setText(row.description)
        self.description.setVisible(bool(row.description))
        self._names.resolve([row.criteria])
        self._show_criteria()
        self._show_count()
        if other:
            self.selection_bar.clear()
        if self.growth is not None:
            self.growth.show_segment(row)
        self.rules.show_segment(row.id, row.name, row.is_active)
        if again:
            self.table.set_request(members(row.id))

    def set_shape(self, shape: Shape) -> None:
        """Another width of the window."""
        narrow = shape is Shape.NARROW
        edge = L if narrow else XL
        self._column.setContentsMargins(edge, L, edge, L)
        self.table.set_compact(shape is not Shape.WIDE)
        self.sort_button.setHidden(shape is Shape.WIDE)
        self.selection_bar.set_narrow(narrow)
        self.close_button.setHidden(shape is Shape.WIDE)

    def refresh(self) -> None:
        """Read the customers, growth and rules again."""
        self.table.refresh()
        self.rules.refresh()
        if self.growth is not None:
            self.growth.refresh()

    # On screen

    def _show_criteria(self) -> None:
        if self.segment is None:
            return
        try:
            parse(self.segment.criteria, FIELDS)
        except InvalidFilter as error:
            self.message.say("This segment cannot be evaluated.", f"{error.fault} (at {error.path})")
            self.outline.hide()
            return
        self.outline.show()
        self.outline.show_filter(self.segment.criteria, self._names.by_id)

    def _on_counted(self, segment_id: object) -> None:
        if self.segment is not None and segment_id == self.segment.id:
            self._show_count()

    def _show_count(self) -> None:
        if self.segment is None:
            return
        count = self._counts.of(self.segment.id)
        usable = count is not None and not count.fault
        self.all_button.setEnabled(usable and count is not None and count.number > 0)
        if count is not None and count.fault:
            self.message.say("This segment cannot be evaluated.", count.fault)
            self.count.setText("–")
            self.share.setText("")
            return
        self.message.clear()
        self.all_button.setText(f"With all {_shown(count)}" if usable and count is not None else "With all")
        self.count.setText("…" if count is None else _shown(count))
        self.share.setText(self._share(count))

    def _share(self, count: Count | None) -> str:
        if count is None:
            return "Being counted"
        noun = "customer" if count.number == 1 else "customers"
        share = share_text(count.number, self._counts.total) if count.exact else "being counted"
        return f"{noun} · {share}" if share else noun

    def _empty_words(self) -> Words:
        return Words(
            "customers", "Nobody is in this segment at present", "It is evaluated anew each time it is opened."
        )

    # What can be done with all

    def selection(self) -> Selection:
        """All its customers."""
        assert self.segment is not None
        count = self._counts.of(self.segment.id)
        return Selection.everything(members(self.segment.id), count.number if count is not None else 0)

    def _open_actions(self) -> None:
        menu = self.actions_menu()
        menu.popup(self.all_button.mapToGlobal(QPoint(0, self.all_button.height())))

    def actions_menu(self) -> QMenu:
        """What can be done with all its customers at once."""
        menu = self._menu("With all customers of the segment")
        number = len(self.selection())
        for each in self._actions:
            action = menu.addAction(icon(each.icon, "danger" if each.dangerous else "text_muted"), each.title)
            action.triggered.connect(partial(self._run, each))
            action.setEnabled(number >= each.least and (each.most is None or number <= each.most))
        return menu

    def _run(self, action: SelectionAction, _checked: bool = False) -> None:
        action.run(self._context, self.selection(), self.selection_bar)

    def _open_more(self) -> None:
        menu = self.more_menu()
        menu.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def more_menu(self) -> QMenu:
        """What else can be done with the segment itself."""
        menu = self._menu("More for this segment")
        if self.segment is None:
            return menu
        name, active = self.segment.name, self.segment.is_active
        menu.addAction(icon("duplicates"), "Duplicate…", self.copy_wanted.emit)
        menu.addAction(icon("power"), "Switch off" if active else "Switch on", lambda: self.use_wanted.emit(not active))
        menu.addSeparator()
        menu.addAction(icon("delete", "danger"), literal(f"Delete “{name}”"), self.delete_wanted.emit)
        return menu

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(name)
        return menu


def _shown(count: Count) -> str:
    return f"{count.number:,}" if count.exact else f"{count.number - 1:,}+"
