"""The Follow-ups tab: what has to be done by when, mine or, for administrators, anybody's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.interactions.agenda import PAGE, SECTIONS, Agenda, AgendaRow, SectionKey, agenda, agenda_page
from crm_desktop.interactions.whose import Whose
from crm_desktop.listing.periods import Clock
from ui.follow_ups.agenda_model import AgendaModel
from ui.follow_ups.agenda_view import AgendaView
from ui.follow_ups.bar import FollowUpBar
from ui.follow_ups.follow_up_actions import FollowUpActions
from ui.follow_ups.menus import fill_entry, fill_people, fill_snooze, menu_of
from ui.follow_ups.whose_choice import EVERYONE, MINE, WhoseChoice
from ui.follow_ups.words import Look, count_words
from ui.interactions.rights import NO_RIGHTS, Rights, rights_of
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.shortcuts import bind
from ui.theme.tokens import XL, L
from ui.widgets.frames import separator
from ui.widgets.state_panel import StatePanel, Words
from ui.widgets.waiting_line import WaitingLine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.operations import DataChange

SETTLE_MS = 150
MINUTE_MS = 60_000


class FollowUpsPage(ShellPage):
    """Reads when it is seen, after changes, and every minute: things fall due without anybody changing a row."""

    def __init__(self, context: Signed, parent: QWidget | None = None, *, clock: Callable[[], Clock] = Clock) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._is_stale = True
        self._more_coming: set[SectionKey] = set()
        self._dealt_with: UUID | None = None
        self._wants_focus = False
        self._keys: list[QShortcut] = []
        self._wanted_section: SectionKey | None = None
        self.model = AgendaModel(self._look(clock()), self)
        self.view = AgendaView(self.model, context.theme)
        self.actions_of = FollowUpActions(context, self)
        self.who = WhoseChoice(context)
        slots = {"done": self._done, "next": self._next, "snooze": self._snooze, "reassign": self._reassign}
        self.bar = FollowUpBar(self.who, slots, self._more)
        self.panel = StatePanel()
        self._line = WaitingLine(self)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._read)
        self._connect()
        self._show_buttons()

    def _lay_out(self) -> None:
        surface = QFrame()
        surface.setProperty("role", "surface")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.panel)
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(separator())
        box.addLayout(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)
        self.set_shape(Shape.WIDE)

    def _connect(self) -> None:
        view, actions = self.view, self.actions_of
        self.who.value_changed.connect(lambda _value: self._read_from_the_top())
        view.current_entry_changed.connect(self._show_buttons)
        view.opened.connect(actions.open)
        view.done_wanted.connect(lambda row: self._if_allowed(row, actions.done))
        view.customer_wanted.connect(lambda row: self.customer_wanted.emit(row.customer_id))
        view.menu_wanted.connect(self._show_menu)
        view.more_wanted.connect(self._read_more)
        actions.stale.connect(self._settle.start)
        actions.dealt_with.connect(self._on_dealt_with)
        self._context.operations.data_changed.connect(self._on_data_changed)
        keys = {
            "follow_up_done": self._done,
            "follow_up_outcome": self._outcome,
            "follow_up_next": self._next,
            "follow_up_snooze": self._snooze,
            "follow_up_reassign": self._reassign,
            "follow_up_edit": self._open,
            "follow_up_customer": self._customer,
        }
        for name, slot in keys.items():
            self._keys += bind(view, name, slot, Qt.ShortcutContext.WidgetShortcut)

    # What the window asks

    def refresh(self) -> None:
        self._read()

    def take_focus(self) -> None:
        self._wants_focus = not self.model.rowCount()  # nothing has been read yet
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_section(self, section: SectionKey) -> None:
        """Mine, with a section at the top and its first entry chosen."""
        self._wanted_section = section
        self.who.set_value(MINE)
        self._read()

    def set_shape(self, shape: Shape) -> None:
        self.view.cells.lead = L if shape is Shape.NARROW else XL
        self.bar.set_shape(shape, self.view.cells.lead)

    # Reading

    def _look(self, clock: Clock) -> Look:
        return Look(clock.now, clock.zone)

    def _read_from_the_top(self) -> None:
        self.view.setCurrentIndex(QModelIndex())
        self.view.scrollToTop()
        self._read(from_the_top=True)

    def _read(self, *, from_the_top: bool = False) -> None:
        if not self.isVisible():
            self._is_stale = True
            return
        self._settle.stop()
        self._is_stale = False
        clock, whose = self._clock(), self.who.user_id
        # As much of each section as is on screen, so that nothing jumps.
        wanted = {} if from_the_top else {s: max(PAGE, len(self.model.entries(s))) for s in SECTIONS}
        self._line.start()

        def read(session: Session) -> Agenda:
            return agenda(session, clock, whose, wanted)

        def show(found: Agenda) -> None:
            if whose == self.who.user_id:  # otherwise somebody else was chosen meanwhile
                self._show(found, self._look(clock))

        self._context.operations.query(self, read, show, failed=self._failed)

    def _show(self, found: Agenda, look: Look) -> None:
        self._line.stop()
        view, model = self.view, self.model
        view.cells.names_people = self.who.value != MINE
        chosen, place, scrolled = view.entry(), view.currentIndex().row(), view.verticalScrollBar().value()
        model.show_agenda(found, look)
        if not model.rowCount():
            self.panel.say(self._empty_words())
            self._stack.setCurrentWidget(self.panel)
        else:
            self._stack.setCurrentWidget(view)
            stays = chosen is not None and chosen.id != self._dealt_with
            again = model.place_of(chosen.id) if chosen is not None and stays else -1
            view.choose(again if again >= 0 else max(0, min(place, model.rowCount() - 1)))
            view.verticalScrollBar().setValue(scrolled)
        self._dealt_with = None
        self.bar.show_count(count_words(found.total))
        self._show_buttons()
        if self._wants_focus:
            self._wants_focus = False
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self._wanted_section is not None:
            section, self._wanted_section = self._wanted_section, None
            view.setFocus()
            view.go_to(section)

    def _on_dealt_with(self, entry_id: UUID) -> None:
        """What was put off stands further down afterwards; whoever works down the list stays where it stood."""
        self._dealt_with = entry_id

    def _read_more(self, section: SectionKey) -> None:
        known = self.model.entries(section)
        if not known or section in self._more_coming:
            return
        clock, whose, last = Clock(self.model.look.now, self.model.look.zone), self.who.user_id, known[-1]
        self._more_coming.add(section)

        def show(rows: list[AgendaRow]) -> None:
            self._more_coming.discard(section)
            if whose == self.who.user_id:
                place = self.view.currentIndex().row()
                self.model.add_page(section, rows)
                self.view.choose(place)

        def failed(error: CrmError) -> None:
            self._more_coming.discard(section)
            self._context.notices.crm_error(error)

        self._context.operations.query(
            self, lambda session: agenda_page(session, clock, whose, section, last), show, failed=failed
        )

    def _failed(self, error: CrmError) -> None:
        self._line.stop()
        self.panel.say(Words("error", str(error), error.hint, (("Try again", self._read),)), tone="danger")
        self._stack.setCurrentWidget(self.panel)

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("interactions", "customers"):
            self._settle.start()

    # What the person does

    def rights(self, row: AgendaRow | None) -> Rights:
        """What this person may do with an entry."""
        if row is None:
            return NO_RIGHTS
        user = self._context.user
        return rights_of(Whose(row.author_id, row.assignee_id), user.id, admin=user.role == "admin")

    def _if_allowed(self, row: AgendaRow | None, act: Callable[[AgendaRow], Any]) -> None:
        if row is not None and self.rights(row).edit:
            act(row)

    def _done(self) -> None:
        self._if_allowed(self.view.entry(), self.actions_of.done)

    def _outcome(self) -> None:
        self._if_allowed(self.view.entry(), self.actions_of.ask_outcome)

    def _next(self) -> None:
        self._if_allowed(self.view.entry(), self.actions_of.done_and_next)

    def _snooze(self) -> None:
        self._if_allowed(self.view.entry(), self._open_snooze)

    def _open_snooze(self, row: AgendaRow) -> None:
        menu = menu_of(self, f"Snooze {row.subject}")
        fill_snooze(menu, row, self.actions_of)
        self._pop_up(menu)

    def _reassign(self) -> None:
        self._if_allowed(self.view.entry(), self._open_reassign)

    def _open_reassign(self, row: AgendaRow) -> None:
        menu = menu_of(self, f"Reassign {row.subject}")
        self._fill_people(row, menu)
        self._pop_up(menu)

    def _fill_people(self, row: AgendaRow, menu: QMenu) -> None:
        fill_people(menu, row, self.who.people, self._context.user.id, self.actions_of)

    def _open(self) -> None:
        row = self.view.entry()
        if row is not None:
            self.actions_of.open(row)

    def _customer(self) -> None:
        row = self.view.entry()
        if row is not None:
            self.customer_wanted.emit(row.customer_id)

    def _more(self) -> None:
        row = self.view.entry()
        if row is not None:
            self._show_menu(row, self.bar.place_for_menu())

    def _show_menu(self, row: AgendaRow, place: QPoint) -> None:
        menu = menu_of(self, row.subject)
        fill_entry(
            menu,
            row,
            self.actions_of,
            may_edit=self.rights(row).edit,
            show_customer=lambda: self.customer_wanted.emit(row.customer_id),
            fill_handing_on=partial(self._fill_people, row),
        )
        self._pop_up(menu, place)

    def _pop_up(self, menu: QMenu, place: QPoint | None = None) -> None:
        """While it is open, letters are the menu's: a name that begins with D is not "done"."""
        self._enable_keys(False)
        menu.aboutToHide.connect(lambda: self._enable_keys(True))
        menu.popup(self.view.place_for_menu() if place is None else place)
        if place is None:
            menu.setActiveAction(menu.actions()[0])

    def _enable_keys(self, on: bool) -> None:
        for each in self._keys:
            each.setEnabled(on)

    # On screen

    def _show_buttons(self) -> None:
        row = self.view.entry()
        self.bar.set_possible(change=self.rights(row).edit, more=row is not None)

    def _empty_words(self) -> Words:
        text = "Log a call, a meeting or an email with a follow-up time, and it will stand here until it is done."
        if self.who.value == MINE:
            return Words("follow-up", "You have nothing to follow up", text)
        if self.who.value == EVERYONE:
            return Words("follow-up", "Nobody has anything to follow up", text)
        return Words("follow-up", f"{self.who.currentText()} has nothing to follow up", text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()
        self.who.read_people()
        if self._is_stale:
            self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line.place()
