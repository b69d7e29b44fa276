"""The people at a company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.screenshots.scenes.window import SETTLED_MS, close_dialogs, main_window, wait_for_rows
from scripts.screenshots.stage import wait
from ui.contacts.link_dialog import LinkContactDialog
from ui.contacts.section import ContactsSection
from ui.customers.card import CustomerCard
from ui.main_window import MainWindow
from ui.session import Session
from ui.shell.pages import CUSTOMERS


def _company(window: MainWindow) -> CustomerCard:
    """The card of a company with several contacts, one of whom can be reached in more than one way."""
    window.open_tab(CUSTOMERS)
    page = window.customers
    page.show_filter({"field": "customer_type", "operator": "is", "value": "business"})
    wait(SETTLED_MS)
    model = page.table.model
    wait_for_rows(model)
    for number in range(60):
        row = model.row_at(number)
        if row is None:
            continue
        page.show_customer(row.id)
        wait(120)
        card = window.findChildren(CustomerCard)[0]
        section = card.contacts.section
        if section and len(section.entries) > 2 and any(len(e.row.emails) > 1 for e in section.entries):
            break
    wait(SETTLED_MS + 300)
    return card


def _people(session: Session) -> tuple[MainWindow, ContactsSection]:
    """The window, and the people at that company."""
    window = main_window(session)
    section = _company(window).contacts.section
    assert section is not None
    return window, section


def _left(window: MainWindow) -> None:
    close_dialogs()
    window.customers.clear_customer()
    window.customers.show_filter({})
    wait(SETTLED_MS)


@contextmanager
def customer_contacts(session: Session) -> Iterator[None]:
    """The people at a company, on its card."""
    window, section = _people(session)
    section.entries[1].setFocus()
    wait(SETTLED_MS)
    yield
    _left(window)


@contextmanager
def contact_dialog(session: Session) -> Iterator[None]:
    """Editing one of them."""
    window, section = _people(session)
    chosen = max(section.entries, key=lambda entry: len(entry.row.emails) + len(entry.row.phones))
    section.edit_wanted.emit(chosen.row)
    wait(SETTLED_MS + 300)
    yield
    _left(window)


@contextmanager
def link_contact_dialog(session: Session) -> Iterator[None]:
    """Somebody who is a contact elsewhere already."""
    window, section = _people(session)
    section.link_button.click()
    wait(SETTLED_MS)
    window.findChildren(LinkContactDialog)[0].picker.input.setText("an")
    wait(SETTLED_MS + 200)
    yield
    _left(window)


@contextmanager
def interaction_with_contact(session: Session) -> Iterator[None]:
    """Logging a call with one of them."""
    window, section = _people(session)
    section.log_wanted.emit(section.entries[1].row)
    wait(SETTLED_MS + 300)
    yield
    _left(window)


SCENES = {
    "customer-contacts": customer_contacts,
    "contact-dialog": contact_dialog,
    "link-contact-dialog": link_contact_dialog,
    "interaction-with-contact": interaction_with_contact,
}
