"""The Follow-ups tab: what has to be done by when, mine or, for administrators, anybody's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.customers.suggestions import Person, people
from crm_desktop.errors import CrmError
from crm_desktop.interactions.agenda import PAGE, SECTIONS, Agenda, AgendaRow, SectionKey, agenda, agenda_page
from crm_desktop.interactions.whose import Whose
from crm_desktop.listing.periods import Clock
from ui.follow_ups.agenda_model import AgendaModel
from ui.follow_ups.agenda_view import AgendaView
from ui.follow_ups.follow_up_actions import FollowUpActions
from ui.follow_ups.menus import fill_entry, fill_people, fill_snooze, menu_of
from ui.follow_ups.words import Look, count_words
from ui.interactions.rights import NO_RIGHTS, Rights, rights_of
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.shortcuts import bind, hint
from ui.theme.tokens import XL, L, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.form import ComboBox
from ui.widgets.frames import separator
from ui.widgets.labels import text_label
from ui.widgets.progress import BusyLine
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.operations import DataChange

MINE, EVERYONE = "mine", "everyone"
SETTLE_MS = 150
MINUTE_MS = 60_000
PATIENCE_MS = 180


class FollowUpsPage(ShellPage):
    """Reads when it is seen, after changes, and every minute: things fall due without anybody changing a row."""

    def __init__(self, context: Signed, parent: QWidget | None = None, *, clock: Callable[[], Clock] = Clock) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._people: tuple[Person, ...] = ()
        self._counts: dict[SectionKey, int] = {}
        self._is_stale = True
        self._more_coming: set[SectionKey] = set()
        self._dealt_with: UUID | None = None
        self._wants_focus = False
        self._keys: list[QShortcut] = []
        self._wanted_section: SectionKey | None = None
        self.model = AgendaModel(self._look(clock()), self)
        self.view = AgendaView(self.model, context.theme)
        self.actions_of = FollowUpActions(context, self)
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of follow-ups")
        self.who = ComboBox([(MINE, "My follow-ups"), (EVERYONE, "Everyone")])
        self.who.setAccessibleName("Whose follow-ups")
        self.who.setMinimumContentsLength(0)
        self.who.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.who.setMaximumWidth(self.who.fontMetrics().averageCharWidth() * 28)
        self.who.setVisible(context.user.role == "admin")
        self.panel = StatePanel()
        self._line = BusyLine(self)
        self._line.hide()
        self._make_buttons()
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._read)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_waiting)
        self._connect()
        self._show_buttons()

    def _make_buttons(self) -> None:
        may: dict[str, tuple[str, str, Callable[[], None], str]] = {
            "done": ("Done", "complete", self._done, "follow_up_done"),
            "next": ("Done and next", "follow-up", self._next, "follow_up_next"),
            "snooze": ("Snooze", "due", self._snooze, "follow_up_snooze"),
            "reassign": ("Reassign", "people", self._reassign, "follow_up_reassign"),
        }
        self.buttons: dict[str, QPushButton] = {}
        self.small_buttons = {}
        for name, (text, glyph, slot, key) in may.items():
            self.buttons[name] = button(text, slot, icon_name=glyph, kind="ghost")
            self.small_buttons[name] = icon_button(glyph, text, slot)
            for each in (self.buttons[name], self.small_buttons[name]):
                each.setToolTip(f"{text} ({hint(key)})")
        self.more_button = icon_button("more-vertical", "More for the chosen follow-up", self._more)

    def _lay_out(self) -> None:
        whose, tools = QHBoxLayout(), QHBoxLayout()
        whose.addWidget(self.who)
        whose.addWidget(self.count)
        whose.addStretch(1)
        tools.addStretch(1)
        for name in self.buttons:
            tools.addWidget(self.buttons[name])
            tools.addWidget(self.small_buttons[name])
        tools.addWidget(self.more_button)
        self._bar = bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for part in (whose, tools, bar):
            part.setSpacing(S)
        bar.addLayout(whose)
        bar.addLayout(tools, 1)
        self._parts = (whose, tools)
        surface = QFrame()
        surface.setProperty("role", "surface")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.panel)
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(bar)
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
        narrow = shape is Shape.NARROW
        for name, made in self.buttons.items():
            made.setHidden(shape is not Shape.WIDE)
            self.small_buttons[name].setHidden(shape is Shape.WIDE or (narrow and name == "next"))
        edge = self.view.cells.lead = L if narrow else XL
        self._bar.setContentsMargins(edge, S, S if narrow else L, S)
        self._fit()
        self.count.setHidden(narrow and self._context.user.role == "admin")

    # Reading

    @property
    def whose(self) -> UUID | None:
        """Whose agenda it is; None is everybody's."""
        if self.who.value == EVERYONE:
            return None
        return self._context.user.id if self.who.value in ("", MINE) else UUID(self.who.value)

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
        clock, whose = self._clock(), self.whose
        # As much of each section as is on screen, so that nothing jumps.
        wanted = {} if from_the_top else {s: max(PAGE, len(self.model.entries(s))) for s in SECTIONS}
        self._patience.start()

        def read(session: Session) -> Agenda:
            return agenda(session, clock, whose, wanted)

        def show(found: Agenda) -> None:
            if whose == self.whose:  # otherwise somebody else was chosen meanwhile
                self._show(found, self._look(clock))

        self._context.operations.query(self, read, show, failed=self._failed)

    def _show(self, found: Agenda, look: Look) -> None:
        self._end_reading()
        self._counts = dict(found.counts)
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
        self.count.setText(count_words(found.total))
        self._fit()
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
        clock, whose, last = Clock(self.model.look.now, self.model.look.zone), self.whose, known[-1]
        self._more_coming.add(section)

        def show(rows: list[AgendaRow]) -> None:
            self._more_coming.discard(section)
            if whose == self.whose:
                place = self.view.currentIndex().row()
                self.model.add_page(section, rows)
                self.view.choose(place)

        def failed(error: CrmError) -> None:
            self._more_coming.discard(section)
            self._context.notices.crm_error(error)

        self._context.operations.query(
            self, lambda session: agenda_page(session, clock, whose, section, last), show, failed=failed
        )

    def _end_reading(self) -> None:
        self._patience.stop()
        self._line.set_busy(False)
        self._line.hide()

    def _failed(self, error: CrmError) -> None:
        self._end_reading()
        self.panel.say(Words("error", str(error), error.hint, (("Try again", self._read),)), tone="danger")
        self._stack.setCurrentWidget(self.panel)

    def _show_waiting(self) -> None:
        self._line.set_busy(True)
        self._line.show()

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("interactions", "customers"):
            self._settle.start()
        if change.concerns("users"):
            self._read_people()

    def _read_people(self) -> None:
        self._context.operations.query(self, people, self._show_people, failed=lambda _error: None, patient=True)

    def _show_people(self, found: tuple[Person, ...]) -> None:
        self._people, chosen = found, self.who.value
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem("My follow-ups", MINE)
        self.who.addItem("Everyone", EVERYONE)
        for person in found:
            if person.id != self._context.user.id:
                self.who.addItem(person.name, str(person.id))
        self.who.set_value(chosen)
        self.who.blockSignals(False)

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
        fill_people(menu, row, self._people, self._context.user.id, self.actions_of)

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
            self._show_menu(row, self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

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
        may = self.rights(row).edit
        for made in (*self.buttons.values(), *self.small_buttons.values()):
            made.setEnabled(may)
        self.more_button.setEnabled(row is not None)

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
        if not self._people:
            self._read_people()
        if self._is_stale:
            self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()

    def _fit(self) -> None:
        """In one line, or where large text leaves no room for that, in two."""
        around = self._bar.contentsMargins()
        wanted = sum(part.sizeHint().width() for part in self._parts) + around.left() + around.right()
        below = wanted > self.width()
        self._bar.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()
        self._line.setGeometry(0, 0, self.width(), self._line.sizeHint().height())
        self._line.raise_()
