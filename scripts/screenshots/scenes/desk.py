"""What belongs to no one tab: drafts, commands, keys, exports, the first minute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from crm_desktop.drafts.draft import Draft
from crm_desktop.drafts.store import DraftStore
from scripts.screenshots.scenes.window import SETTLED_MS, close_dialogs, dialogs, main_window, wait_for_rows
from scripts.screenshots.stage import wait
from ui.session import Session
from ui.shell.pages import CUSTOMERS
from ui.widgets.search_field import SearchField


@contextmanager
def unsaved_work(session: Session) -> Iterator[None]:
    """After a crash: what was typed."""
    at = datetime.now(UTC) - timedelta(minutes=20)
    store = DraftStore(session.context.preferences.folder / "drafts", session.drafts_of)
    for draft in (
        Draft("1", "customers", None, 0, "Ana Ruiz", at, {}, {"contact_name": "Ana Ruiz"}),
        Draft(
            "2", "interactions", None, 0, "Delivery dates", at, {}, {"subject": "Delivery dates"},
            {"customer_id": None, "customer_name": "Café Moreno"},
        ),
    ):  # fmt: skip
        store.write(draft)
    store.close()
    session.drafts.look()
    wait(SETTLED_MS)
    yield
    for draft in session.drafts.left:
        session.drafts.drop(draft.id)
    close_dialogs()


@contextmanager
def customer_draft(session: Session) -> Iterator[None]:
    """The same, in the dialog that it was typed into."""
    with unsaved_work(session):
        close_dialogs()
        main_window(session).add_customer()
        wait(SETTLED_MS)
        yield


@contextmanager
def shortcuts(session: Session) -> Iterator[None]:
    """The map that F1 shows."""
    session.show_shortcuts()
    wait(SETTLED_MS)
    yield
    close_dialogs()


@contextmanager
def empty(session: Session) -> Iterator[None]:
    """The first minute: nobody is there yet."""
    main_window(session).open_tab(CUSTOMERS)
    wait(SETTLED_MS)
    yield


@contextmanager
def export(session: Session) -> Iterator[None]:
    """Writing the list to a file."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    wait_for_rows(window.customers.table.model)
    window.export()
    wait(SETTLED_MS)
    yield
    close_dialogs()


@contextmanager
def palette(session: Session) -> Iterator[None]:
    """Commands and customers by a few letters."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.open_palette()
    wait(SETTLED_MS)
    field = dialogs()[0].findChild(SearchField)
    assert field is not None
    field.setText("an")
    wait(SETTLED_MS)
    yield
    close_dialogs()


SCENES = {
    "unsaved-work": unsaved_work,
    "customer-draft": customer_draft,
    "export": export,
    "palette": palette,
    "shortcuts": shortcuts,
}
