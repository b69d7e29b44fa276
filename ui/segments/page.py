"""The Segments tab: every segment with its live count, and beside them the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QListView, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError
from crm_desktop.segments import actions
from crm_desktop.segments.members import in_segment
from crm_desktop.segments.queries import segments
from crm_desktop.segments.rows import SegmentRow
from ui.filters.names import Known, Names
from ui.segments.counts import SegmentCounts
from ui.segments.list_delegate import SegmentDelegate
from ui.segments.list_model import SegmentModel
from ui.segments.pane import SegmentPane
from ui.shell.card_pane import CardPane
from ui.shell.commands import Command
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, S
from ui.undo import offer_undo
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import separator
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.operations import DataChange

LIST_WIDTH = 380
SETTLE_MS = 1_000
CHANGED = frozenset({"segments"})
COUNTED = ("segments", "customers", "interactions", "loyalty", "orders", "duplicates")
"""What segments are counted anew for."""


class SegmentsPage(ShellPage):
    """Reads when it is seen; counts a moment after something has changed that segments ask about."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_stale = True
        self._shape = Shape.WIDE
        self._wanted: UUID | None = None
        self.names = Names(context, self)
        self.counts = SegmentCounts(context, self)
        self.model = SegmentModel(self.counts, self)
        self.list = QListView()
        self.list.setAccessibleName("Segments")
        self.list.setModel(self.model)
        self.delegate = SegmentDelegate(self.model)
        self.list.setItemDelegate(self.delegate)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title = text_label("", "muted", wrap=False)
        self.add_button = button("Add Segment", self.add, kind="primary", icon_name="add")
        self.panel = StatePanel()
        self.detail = SegmentPane(context, self.counts, self.names)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self._connect()

    def _lay_out(self) -> None:
        surface = QFrame()
        surface.setProperty("role", "surface")
        head = QWidget()
        self._head = FlowLayout(head, spacing=L, line_spacing=S)
        self._head.addWidget(self.add_button)
        self._head.addWidget(self.title)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.panel)
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(separator())
        box.addLayout(self._stack, 1)
        self.pane = CardPane(surface, content_width=LIST_WIDTH)
        self.pane.set_card(self.detail)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pane)
        self.set_shape(Shape.WIDE)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(lambda current, _before: self._on_current(current.row()))
        self.list.clicked.connect(lambda index: self._open(index.row()))
        self.list.activated.connect(lambda index: self._enter(index.row()))
        detail = self.detail
        detail.closed.connect(self.pane.close_card)
        detail.edit_wanted.connect(self.edit)
        detail.copy_wanted.connect(self.duplicate)
        detail.delete_wanted.connect(self.delete)
        detail.use_wanted.connect(self.use)
        detail.why_wanted.connect(self.explain)
        detail.list_wanted.connect(self.show_in_customers)
        detail.customer_wanted.connect(self.customer_wanted)
        self.pane.closed.connect(self.list.setFocus)
        self._context.operations.data_changed.connect(self._on_data_changed)

    # What the window asks

    def refresh(self) -> None:
        self._read()
        self.detail.refresh()

    def take_focus(self) -> None:
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_shape(self, shape: Shape) -> None:
        self._shape = shape
        edge = L if shape is Shape.NARROW else XL
        self._head.setContentsMargins(edge, S, edge, S)
        self.delegate.narrow = shape is Shape.NARROW
        self.list.doItemsLayout()
        self.detail.set_shape(shape)
        self.pane.set_shape(shape)
        if shape is Shape.WIDE and self.chosen is not None:
            self.pane.open_card()

    def commands(self) -> Sequence[Command]:
        found = [Command("Add Segment", self.add, "add", "", "create group audience")]
        row = self.chosen
        if row is not None:
            found += [
                Command(f"Edit the segment {row.name}", self.edit, "edit"),
                Command(f"Show {row.name} in Customers", self.show_in_customers, "customers", "", "list members"),
                Command(f"Why is somebody in {row.name}?", self.explain, "question", "", "explain reason"),
                Command(f"Duplicate the segment {row.name}", self.duplicate, "duplicates", "", "copy"),
                Command(f"Delete the segment {row.name}", self.delete, "delete"),
            ]
        others = [each for each in self.model.rows if row is None or each.id != row.id]
        return [*found, *(Command(f"Show the segment {each.name}", partial(self.choose, each.id), "segments")
                          for each in others)]  # fmt: skip

    @property
    def chosen(self) -> SegmentRow | None:
        """The segment beside the list."""
        place = self.list.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def choose(self, segment_id: UUID) -> None:
        """Show a segment, now or once it has been read."""
        self._wanted = segment_id
        place = self.model.place(segment_id)
        if place >= 0:
            self._make_current(place)
            self._open(place)
        else:
            self._read()

    # What the person does

    def add(self) -> None:
        """Open the dialog for a new segment."""
        self._open_dialog()

    def edit(self) -> None:
        """Open the dialog for the chosen one."""
        if self.chosen is not None:
            self._open_dialog(self.chosen.id)

    def duplicate(self) -> None:
        """Open the dialog for a new one that begins like the chosen one."""
        row = self.chosen
        if row is None:
            return
        initial = {"description": row.description, "criteria": row.criteria, "is_active": row.is_active}
        self._context.operations.query(
            self,
            lambda session: actions.free_name(session, row.name),
            lambda name: self._open_dialog(initial={**initial, "name": name}),
        )

    def use(self, is_active: bool) -> None:
        """Take the chosen segment into use or out of it."""
        row = self.chosen
        if row is None:
            return
        done = f"switched “{row.name}” {'on' if is_active else 'off'}"

        def work(session: Session) -> int:
            actions.set_active(session, row.id, row.version, is_active)
            return current_transaction(session)

        self._change(work, f"{done[0].upper()}{done[1:]}.", f"“{row.name}” is as it was.", done)

    def delete(self) -> None:
        """Delete the chosen segment; it can be taken back right after."""
        row = self.chosen
        if row is not None:
            said, back = f"The segment “{row.name}” was deleted.", f"The segment “{row.name}” is back."
            self._change(lambda session: actions.delete_segment(session, row.id), said, back, f"deleted “{row.name}”")

    def explain(self) -> None:
        """Why somebody is in the chosen segment, or not."""
        row = self.chosen
        if row is None:
            return
        from ui.segments.why_dialog import WhyDialog

        dialog = WhyDialog(self._context, self.window(), row.id, row.name)
        dialog.customer_wanted.connect(self.customer_wanted)
        dialog.open()

    def show_in_customers(self) -> None:
        """List the chosen segment's customers in the Customers tab."""
        if self.chosen is not None:
            self.customers_wanted.emit(in_segment(self.chosen.id))

    def _change(self, work: Any, said: str, back: str, step: str) -> None:
        def done(transaction: int) -> None:
            offer_undo(self._context, said, transaction, CHANGED, back, step=step)
            self._read()

        self._context.operations.change(self, work, done, failed=self._refused, changed=CHANGED)

    def _refused(self, error: CrmError) -> None:
        self._context.notices.crm_error(error)
        self._read()

    def _open_dialog(self, segment_id: UUID | None = None, initial: Mapping[str, Any] | None = None) -> None:
        def open_it(known: Known) -> None:
            from ui.segments.segment_dialog import SegmentDialog

            dialog = SegmentDialog(self._context, self.window(), known, segment_id, initial)
            dialog.saved.connect(self.choose)
            dialog.saved.connect(lambda _id: self._read())
            dialog.open()

        self.names.when_known(open_it)

    # Reading

    def _read(self) -> None:
        if not self.isVisible():
            self._is_stale = True
            return
        self._settle.stop()
        self._is_stale = False
        self._context.operations.query(self, segments, self._show, failed=self._failed)

    def _show(self, rows: tuple[SegmentRow, ...]) -> None:
        chosen = self._wanted or (self.chosen.id if self.chosen is not None else None)
        before = max(0, self.list.currentIndex().row())
        self.model.set_rows(rows)
        self.title.setText(f"{len(rows):,} segment{'' if len(rows) == 1 else 's'}")
        if not rows:
            self.pane.close_card()
            self.panel.say(self._empty_words())
            self._stack.setCurrentWidget(self.panel)
            return
        self._stack.setCurrentWidget(self.list)
        place = self.model.place(chosen)
        opens = place >= 0 and self._wanted is not None
        self._wanted = None
        if place < 0:
            place = min(before, len(rows) - 1)
            if self.pane.covers:
                self.pane.close_card()
        self._make_current(place)
        self.detail.show_segment(rows[place])
        if self._shape is Shape.WIDE or opens:
            self.pane.open_card()
        self._count(rows, first=rows[place])

    def _count(self, rows: tuple[SegmentRow, ...], first: SegmentRow) -> None:
        """The chosen one before the others."""
        self.counts.count([first.id, *(row.id for row in rows if row.id != first.id)])

    def _make_current(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(self.model.index(place), flags)

    def _failed(self, error: CrmError) -> None:
        self._is_stale = True
        self.pane.close_card()
        self.panel.say(Words("error", str(error), error.hint, (("Try again", self._read),)), tone="danger")
        self._stack.setCurrentWidget(self.panel)

    def _on_data_changed(self, change: DataChange) -> None:
        if not change.concerns(*COUNTED):
            return
        if not self.isVisible():
            self._is_stale = True
        elif change.concerns("segments") and change.origin is not self:
            self._read()
        else:
            self._settle.start()

    # Choosing

    def _on_current(self, place: int) -> None:
        if 0 <= place < len(self.model.rows):
            self.detail.show_segment(self.model.rows[place])

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.model.rows):
            self.detail.show_segment(self.model.rows[place])
            self.pane.open_card()

    def _enter(self, place: int) -> None:
        self._open(place)
        self.detail.edit_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty_words(self) -> Words:
        text = "A segment is a group of customers with something in common. It is evaluated anew each time you look."
        return Words("segments", "No segments yet", text, (("Add Segment", self.add),))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._settle.isActive():
            self._settle.stop()
            self._is_stale = True
        self.counts.stop()
        self._is_stale = True
