"""The list of customers, its searches and selections, and their cards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_desktop.errors import ServerUnavailable
from scripts.screenshots.scenes.window import SETTLED_MS, choose_customer, close_dialogs, main_window, wait_for_rows
from scripts.screenshots.stage import wait, wait_for
from ui.customers.bulk_delete_dialog import BulkDeleteDialog
from ui.customers.bulk_edit_dialog import BulkEditDialog
from ui.customers.card import CustomerCard
from ui.main_window import MainWindow
from ui.session import Session
from ui.shell.pages import CUSTOMERS
from ui.shell.shape import Shape


@contextmanager
def customers(session: Session) -> Iterator[None]:
    """The list; beside it, where there is room, a card."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    wait_for_rows(window.customers.table.model)
    if Shape.of(window.width()) is Shape.WIDE:
        choose_customer(window)
    window.customers.table.view.setFocus()
    yield
    window.customers.clear_customer()
    window.customers.table.set_sort("name", False)


@contextmanager
def customer_card(session: Session) -> Iterator[None]:
    """The card as the main thing."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    choose_customer(window)
    yield
    window.customers.clear_customer()


@contextmanager
def customers_list(session: Session) -> Iterator[None]:
    """The list with the whole width."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    wait_for_rows(window.customers.table.model)
    window.customers.table.view.setFocus()
    yield


def _marked(session: Session) -> MainWindow:
    """All but two of the customers are selected."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()
    model = window.customers.table.model
    wait_for_rows(model)
    window.customers.table.marks.mark_all()
    for number in (1, 4):
        row = model.row_at(number)
        if row is not None:
            window.customers.table.marks.toggle(row.id)
    return window


@contextmanager
def customers_selected(session: Session) -> Iterator[None]:
    """Boxes, and the bar with what can be done."""
    window = _marked(session)
    yield
    window.customers.selection_bar.clear()


@contextmanager
def bulk_edit_dialog(session: Session) -> Iterator[None]:
    """Changing them all."""
    window = _marked(session)
    window.customers.selection_bar.button("Edit…").click()
    dialog = window.findChildren(BulkEditDialog)[0]
    wait_for(lambda: dialog.frozen is not None, "the count")
    dialog.status.set_value("inactive")
    dialog.tags_mode.set_value("add")
    dialog.tags.set_value(("Autumn fair",))
    dialog.status.edited.emit()
    wait(SETTLED_MS)
    dialog._fit()
    yield
    close_dialogs()
    window.customers.selection_bar.clear()


@contextmanager
def bulk_delete_dialog(session: Session) -> Iterator[None]:
    """Deleting them all."""
    window = _marked(session)
    window.customers.selection_bar.button("Delete…").click()
    dialog = window.findChildren(BulkDeleteDialog)[0]
    wait_for(lambda: dialog.frozen is not None, "the count")
    wait(SETTLED_MS)
    yield
    close_dialogs()
    window.customers.selection_bar.clear()


@contextmanager
def inline_edit(session: Session) -> Iterator[None]:
    """A phone number that cannot be one, said at its cell."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()
    table = window.customers.table
    wait_for_rows(table.model)
    window.customers.inline_edit.start(table.model.row_at(3), "phone")  # type: ignore[arg-type]
    editor = window.customers.inline_edit.editor
    if editor is not None:
        editor.editor.set_value("12 34")
        editor.committed.emit(0)
        wait_for(lambda: bool(editor.message.text()), "the message")
    wait(SETTLED_MS + 300)
    yield
    window.customers.inline_edit.close()


@contextmanager
def customers_search(session: Session) -> Iterator[None]:
    """Found words are marked."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.header.search.setText("mar an")
    wait(SETTLED_MS)
    wait_for_rows(window.customers.table.model)
    yield
    window.header.search.clear()
    wait(SETTLED_MS)


@contextmanager
def no_match(session: Session) -> Iterator[None]:
    """Nothing found, and the way on."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.header.search.setText("xylophone quartz")
    wait(SETTLED_MS)
    yield
    window.header.search.clear()
    wait(SETTLED_MS)


@contextmanager
def list_error(session: Session) -> Iterator[None]:
    """The server went away."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    model = window.customers.table.model
    wait_for_rows(model)
    model.fail(ServerUnavailable("The database does not answer.", hint="Check the network, then try again."))
    yield
    model.reload()
    wait(SETTLED_MS)


@contextmanager
def customer_dialog(session: Session) -> Iterator[None]:
    """Editing a customer."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    choose_customer(window)
    window.findChildren(CustomerCard)[0].actions_of.edit()
    wait(SETTLED_MS + 400)
    yield
    close_dialogs()
    window.customers.clear_customer()


@contextmanager
def customer_files(session: Session) -> Iterator[None]:
    """Files on the card."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    choose_customer(window)
    card = window.findChildren(CustomerCard)[0]
    if not card.files.files:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("Offer 2026-118.pdf", "Shop front.jpg", "Price list.xlsx")]
            for number, path in enumerate(paths):
                path.write_bytes(b"sample" * 20_000 * (number + 1))
            card.files.add(paths)
            wait_for(lambda: len(card.files.files) == len(paths), "the files")
    wait(SETTLED_MS)
    yield
    window.customers.clear_customer()


SCENES = {
    "customers": customers,
    "customers-list": customers_list,
    "customers-selected": customers_selected,
    "customers-cell-editor": inline_edit,
    "bulk-edit-dialog": bulk_edit_dialog,
    "bulk-delete-dialog": bulk_delete_dialog,
    "customers-search": customers_search,
    "customers-none-found": no_match,
    "customers-error": list_error,
    "customer-card": customer_card,
    "customer-dialog": customer_dialog,
    "customer-files": customer_files,
}
