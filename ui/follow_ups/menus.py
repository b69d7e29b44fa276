"""The menus of an entry: what can be done, until when to put it off, and to whom it can be handed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from ui.follow_ups.snooze_times import snooze_times
from ui.interactions.local_time import moment_text
from ui.shortcuts import hint
from ui.theme.icons import icon
from ui.widgets.labels import literal

if TYPE_CHECKING:
    from uuid import UUID

    from crm_desktop.customers.suggestions import Person
    from crm_desktop.interactions.agenda import AgendaRow
    from ui.follow_ups.follow_up_actions import FollowUpActions


def menu_of(parent: QWidget, name: str) -> QMenu:
    """An empty menu that goes when it closes."""
    menu = QMenu(parent)
    menu.setTitle(name)
    menu.setAccessibleName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def fill_snooze(menu: QMenu, row: AgendaRow, actions: FollowUpActions) -> None:
    """The usual times, each with its number as a key, and one to be picked."""
    now = datetime.now(UTC)
    for number, (text, until) in enumerate(snooze_times(now), start=1):
        action = menu.addAction(f"&{number}  {text}\t{moment_text(until, now)}", partial(actions.snooze, row, until))
        action.setData(until)
    menu.addSeparator()
    menu.addAction(icon("calendar"), "&Pick a time…", partial(actions.pick_time, row))


def fill_people(menu: QMenu, row: AgendaRow, people: Sequence[Person], me: UUID, actions: FollowUpActions) -> None:
    """Everybody who works here except who has it already; oneself first. Letters go to names."""
    others = [person for person in people if person.id != row.assignee_id]
    for person in sorted(others, key=lambda each: each.id != me):
        name = "&" + literal(person.name)
        menu.addAction(f"{name} (me)" if person.id == me else name, partial(actions.reassign, row, person))
    if not others:
        menu.addAction("Nobody else works here").setEnabled(False)


def fill_entry(
    menu: QMenu,
    row: AgendaRow,
    actions: FollowUpActions,
    *,
    may_edit: bool,
    show_customer: Callable[[], None],
    fill_handing_on: Callable[[QMenu], None],
) -> None:
    """All that can be done with an entry, with the keys that do it at once."""
    if may_edit:
        menu.addAction(icon("complete"), f"Done\t{hint('follow_up_done')}", partial(actions.done, row))
        menu.addAction(f"Done with outcome…\t{hint('follow_up_outcome')}", partial(actions.ask_outcome, row))
        menu.addAction(f"Done and schedule next…\t{hint('follow_up_next')}", partial(actions.done_and_next, row))
        menu.addSeparator()
        snooze = menu.addMenu(icon("due"), "Snooze")
        fill_snooze(snooze, row, actions)
        handing_on = menu.addMenu(icon("people"), "Reassign")
        fill_handing_on(handing_on)
        menu.addSeparator()
    words = "Edit" if may_edit else "Open"
    menu.addAction(icon("edit"), f"{words}\t{hint('follow_up_edit')}", partial(actions.open, row))
    menu.addAction(icon("individual"), f"Show {_short(row.customer_name)}\t{hint('follow_up_customer')}", show_customer)


def _short(name: str) -> str:
    words = name or "the customer"
    return literal(words if len(words) <= 32 else f"{words[:31]}…")
