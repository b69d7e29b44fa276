"""Interactions, and what has to be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QMenu, QWidget

from scripts.screenshots.scenes.window import SETTLED_MS, choose_customer, close_dialogs, main_window
from scripts.screenshots.stage import wait, wait_for
from ui.follow_ups.page import FollowUpsPage
from ui.follow_ups.whose_choice import EVERYONE, MINE
from ui.session import Session
from ui.shell.pages import CUSTOMERS, FOLLOW_UPS, INTERACTIONS


@contextmanager
def interaction_dialog(session: Session) -> Iterator[None]:
    """Logging a call."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    choose_customer(window)
    window.log_interaction()
    wait(SETTLED_MS + 400)
    yield
    close_dialogs()
    window.customers.clear_customer()


@contextmanager
def interactions(session: Session) -> Iterator[None]:
    """All interactions."""
    window = main_window(session)
    window.open_tab(INTERACTIONS)
    page: QWidget | None = window.pages.currentWidget()
    wait_for(lambda: page.table.model.exact, "the interactions")  # type: ignore[union-attr]
    wait(SETTLED_MS)
    yield
    window.open_tab(CUSTOMERS)


@contextmanager
def follow_ups(session: Session) -> Iterator[None]:
    """What everybody has to do, by when."""
    window = main_window(session)
    window.open_tab(FOLLOW_UPS)
    page = window.pages.page(FOLLOW_UPS)
    assert isinstance(page, FollowUpsPage)
    page.who.set_value(EVERYONE)
    wait_for(lambda: page.model.rowCount() > 0, "the agenda")
    wait(SETTLED_MS)
    page.view.setFocus()
    wait(SETTLED_MS)
    yield
    page.who.set_value(MINE)
    window.open_tab(CUSTOMERS)


@contextmanager
def follow_ups_snooze(session: Session) -> Iterator[None]:
    """Putting one off."""
    with follow_ups(session):
        page = main_window(session).pages.page(FOLLOW_UPS)
        assert isinstance(page, FollowUpsPage)
        page.bar.buttons["snooze"].click()
        wait(SETTLED_MS)
        yield
        for menu in page.findChildren(QMenu):
            menu.close()


SCENES = {
    "interaction-dialog": interaction_dialog,
    "interactions": interactions,
    "follow-ups": follow_ups,
    "follow-ups-snooze": follow_ups_snooze,
}
