"""What is in the pictures. Each scene brings the window into a state, and takes it back afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QMenu, QTabBar, QWidget

from crm_desktop.drafts.draft import Draft
from crm_desktop.drafts.store import DraftStore
from crm_desktop.errors import ServerUnavailable
from scripts.screenshots_analytics import SCENES as ANALYTICS_SCENES
from scripts.screenshots_clean_data import CLEAN_DATA
from scripts.screenshots_filters import builder, chips, interactions_filtered, views_menu
from scripts.screenshots_imports import IMPORTS
from scripts.screenshots_loyalty import LOYALTY_MEMBERS
from scripts.screenshots_orders import ORDER_SCENES
from scripts.screenshots_programme import PROGRAMME
from scripts.screenshots_segment_rules import SCENES as SEGMENT_RULES
from scripts.screenshots_segments import SCENES as SEGMENTS
from scripts.screenshots_stage import wait, wait_for
from ui.contacts.link_dialog import LinkContactDialog
from ui.customers.bulk_delete_dialog import BulkDeleteDialog
from ui.customers.bulk_edit_dialog import BulkEditDialog
from ui.customers.card import CustomerCard
from ui.follow_ups.page import EVERYONE, MINE, FollowUpsPage
from ui.main_window import MainWindow
from ui.session import Session
from ui.settings.dialog import SettingsDialog
from ui.settings.keys import NEVER_REMIND
from ui.settings.reminders_page import RemindersPage
from ui.shell.pages import ANALYTICS, CUSTOMERS, FOLLOW_UPS, INTERACTIONS
from ui.shell.shape import Shape
from ui.tables.paged_model import PagedModel, Phase
from ui.widgets.search_field import SearchField

Scene = Callable[[Session], AbstractContextManager[None]]
SETTLED_MS = 400


def _window(session: Session) -> MainWindow:
    window = session.window
    assert isinstance(window, MainWindow)
    return window


def _rows(model: PagedModel) -> None:
    wait_for(lambda: model.phase is Phase.READY and model.exact, "the rows")


def _chosen(window: MainWindow) -> None:
    """The list by latest contact, and in it a business with follow-ups and a loyalty account."""
    page = window.customers
    page.table.set_sort("last_contact", True)
    wait(SETTLED_MS)
    model = page.table.model
    _rows(model)
    rows = [row for number in range(12) if (row := model.row_at(number)) is not None]
    rich = [row for row in rows if row.next_follow_up and row.tier] or [r for r in rows if r.next_follow_up] or rows
    page.show_customer(rich[0].id)
    wait(SETTLED_MS + 500)


def _dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def _close_dialogs() -> None:
    for dialog in _dialogs():
        dialog.done(0)
        dialog.deleteLater()


@contextmanager
def customers(session: Session) -> Iterator[None]:
    """The list; beside it, where there is room, a card."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _rows(window.customers.table.model)
    if Shape.of(window.width()) is Shape.WIDE:
        _chosen(window)
    window.customers.table.view.setFocus()
    yield
    window.customers.clear_customer()
    window.customers.table.set_sort("name", False)


@contextmanager
def customer_card(session: Session) -> Iterator[None]:
    """The card as the main thing."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _chosen(window)
    yield
    window.customers.clear_customer()


@contextmanager
def customers_list(session: Session) -> Iterator[None]:
    """The list with the whole width."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _rows(window.customers.table.model)
    window.customers.table.view.setFocus()
    yield


def _marked(session: Session) -> MainWindow:
    """All but two of the customers are selected."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()
    model = window.customers.table.model
    _rows(model)
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
    _close_dialogs()
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
    _close_dialogs()
    window.customers.selection_bar.clear()


@contextmanager
def inline_edit(session: Session) -> Iterator[None]:
    """A phone number that cannot be one, said at its cell."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()
    table = window.customers.table
    _rows(table.model)
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
    window = _window(session)
    window.open_tab(CUSTOMERS)
    window.header.search.setText("mar an")
    wait(SETTLED_MS)
    _rows(window.customers.table.model)
    yield
    window.header.search.clear()
    wait(SETTLED_MS)


@contextmanager
def no_match(session: Session) -> Iterator[None]:
    """Nothing found, and the way on."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    window.header.search.setText("xylophone quartz")
    wait(SETTLED_MS)
    yield
    window.header.search.clear()
    wait(SETTLED_MS)


@contextmanager
def list_error(session: Session) -> Iterator[None]:
    """The server went away."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    model = window.customers.table.model
    _rows(model)
    model.fail(ServerUnavailable("The database does not answer.", hint="Check the network, then try again."))
    yield
    model.reload()
    wait(SETTLED_MS)


@contextmanager
def customer_dialog(session: Session) -> Iterator[None]:
    """Editing a customer."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _chosen(window)
    window.findChildren(CustomerCard)[0].edit()
    wait(SETTLED_MS + 400)
    yield
    _close_dialogs()
    window.customers.clear_customer()


def _company(window: MainWindow) -> CustomerCard:
    """The card of a company with several contacts, one of whom can be reached in more than one way."""
    window.open_tab(CUSTOMERS)
    page = window.customers
    page.show_filter({"field": "customer_type", "operator": "is", "value": "business"})
    wait(SETTLED_MS)
    model = page.table.model
    _rows(model)
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


def _left(window: MainWindow) -> None:
    _close_dialogs()
    window.customers.clear_customer()
    window.customers.show_filter({})
    wait(SETTLED_MS)


@contextmanager
def customer_contacts(session: Session) -> Iterator[None]:
    """The people at a company, on its card."""
    window = _window(session)
    section = _company(window).contacts.section
    assert section is not None
    section.entries[1].setFocus()
    wait(SETTLED_MS)
    yield
    _left(window)


@contextmanager
def contact_dialog(session: Session) -> Iterator[None]:
    """Editing one of them."""
    window = _window(session)
    section = _company(window).contacts.section
    assert section is not None
    chosen = max(section.entries, key=lambda entry: len(entry.row.emails) + len(entry.row.phones))
    section.edit_wanted.emit(chosen.row)
    wait(SETTLED_MS + 300)
    yield
    _left(window)


@contextmanager
def link_contact_dialog(session: Session) -> Iterator[None]:
    """Somebody who is a contact elsewhere already."""
    window = _window(session)
    section = _company(window).contacts.section
    assert section is not None
    section.link_button.click()
    wait(SETTLED_MS)
    window.findChildren(LinkContactDialog)[0].picker.input.setText("an")
    wait(SETTLED_MS + 200)
    yield
    _left(window)


@contextmanager
def interaction_with_contact(session: Session) -> Iterator[None]:
    """Logging a call with one of them."""
    window = _window(session)
    section = _company(window).contacts.section
    assert section is not None
    section.log_wanted.emit(section.entries[1].row)
    wait(SETTLED_MS + 300)
    yield
    _left(window)


@contextmanager
def interaction_dialog(session: Session) -> Iterator[None]:
    """Logging a call."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _chosen(window)
    window.log_interaction()
    wait(SETTLED_MS + 400)
    yield
    _close_dialogs()
    window.customers.clear_customer()


@contextmanager
def interactions(session: Session) -> Iterator[None]:
    """All interactions."""
    window = _window(session)
    window.open_tab(INTERACTIONS)
    page: QWidget | None = window.pages.currentWidget()
    wait_for(lambda: page.table.model.exact, "the interactions")  # type: ignore[union-attr]
    wait(SETTLED_MS)
    yield
    window.open_tab(CUSTOMERS)


@contextmanager
def follow_ups(session: Session) -> Iterator[None]:
    """What everybody has to do, by when."""
    window = _window(session)
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
        page = _window(session).pages.page(FOLLOW_UPS)
        assert isinstance(page, FollowUpsPage)
        page.buttons["snooze"].click()
        wait(SETTLED_MS)
        yield
        for menu in page.findChildren(QMenu):
            menu.close()


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
    _close_dialogs()


@contextmanager
def customer_draft(session: Session) -> Iterator[None]:
    """The same, in the dialog that it was typed into."""
    with unsaved_work(session):
        _close_dialogs()
        _window(session).add_customer()
        wait(SETTLED_MS)
        yield


@contextmanager
def analytics(session: Session) -> Iterator[None]:
    """Everybody's figures."""
    window = _window(session)
    window.open_tab(ANALYTICS)
    wait_for(lambda: window.pages.currentWidget().objectName() == "analytics", "the charts")  # type: ignore[union-attr]
    wait(SETTLED_MS + 600)
    yield
    window.open_tab(CUSTOMERS)


@contextmanager
def analytics_customer(session: Session) -> Iterator[None]:
    """One customer's figures."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _chosen(window)
    window.open_tab(ANALYTICS)
    wait(SETTLED_MS + 600)
    yield
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()


@contextmanager
def settings_people(session: Session) -> Iterator[None]:
    """Who may sign in."""
    session.open_settings()
    wait(SETTLED_MS + 300)
    yield
    _close_dialogs()


@contextmanager
def settings_reminders(session: Session) -> Iterator[None]:
    """Whether, and how long before."""
    session.open_settings()
    wait(SETTLED_MS)
    (dialog,) = [each for each in _dialogs() if isinstance(each, SettingsDialog)]
    titles = [dialog.tabs.tabText(place) for place in range(dialog.tabs.count())]
    dialog.tabs.setCurrentIndex(titles.index("Reminders"))
    page = dialog.pages.currentWidget()
    assert isinstance(page, RemindersPage)
    page.minutes.set_value("15")
    wait(SETTLED_MS)
    yield
    page.minutes.set_value(str(NEVER_REMIND))
    _close_dialogs()


@contextmanager
def shortcuts(session: Session) -> Iterator[None]:
    """The map that F1 shows."""
    session.show_shortcuts()
    wait(SETTLED_MS)
    yield
    _close_dialogs()


@contextmanager
def empty(session: Session) -> Iterator[None]:
    """The first minute: nobody is there yet."""
    _window(session).open_tab(CUSTOMERS)
    wait(SETTLED_MS)
    yield


@contextmanager
def export(session: Session) -> Iterator[None]:
    """Writing the list to a file."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _rows(window.customers.table.model)
    window.export()
    wait(SETTLED_MS)
    yield
    _close_dialogs()


@contextmanager
def palette(session: Session) -> Iterator[None]:
    """Commands and customers by a few letters."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    window.open_palette()
    wait(SETTLED_MS)
    field = _dialogs()[0].findChild(SearchField)
    assert field is not None
    field.setText("an")
    wait(SETTLED_MS)
    yield
    _close_dialogs()


@contextmanager
def customer_files(session: Session) -> Iterator[None]:
    """Files on the card."""
    window = _window(session)
    window.open_tab(CUSTOMERS)
    _chosen(window)
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


@contextmanager
def settings_files(session: Session) -> Iterator[None]:
    """How large a file may be."""
    session.open_settings()
    tabs = _dialogs()[0].findChild(QTabBar)
    assert tabs is not None
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n) == "Files"))
    wait(SETTLED_MS)
    yield
    _close_dialogs()


SIGNED_IN: dict[str, Scene] = {
    "customers": customers,
    "customers-list": customers_list,
    "customers-selected": customers_selected,
    "customers-cell-editor": inline_edit,
    "bulk-edit-dialog": bulk_edit_dialog,
    "bulk-delete-dialog": bulk_delete_dialog,
    "customers-search": customers_search,
    "customers-none-found": no_match,
    "customers-error": list_error,
    "customers-filtered": chips,
    **SEGMENTS,
    **SEGMENT_RULES,
    "filter-builder": builder,
    "views": views_menu,
    "interactions-filtered": interactions_filtered,
    "customer-card": customer_card,
    "customer-dialog": customer_dialog,
    "customer-contacts": customer_contacts,
    "contact-dialog": contact_dialog,
    "link-contact-dialog": link_contact_dialog,
    "interaction-with-contact": interaction_with_contact,
    "interaction-dialog": interaction_dialog,
    "interactions": interactions,
    "follow-ups": follow_ups,
    "follow-ups-snooze": follow_ups_snooze,
    **CLEAN_DATA,
    "unsaved-work": unsaved_work,
    "customer-draft": customer_draft,
    "analytics": analytics,
    "analytics-customer": analytics_customer,
    **ANALYTICS_SCENES,
    "settings-people": settings_people,
    "settings-reminders": settings_reminders,
    "customer-files": customer_files,
    "settings-files": settings_files,
    **LOYALTY_MEMBERS,
    **PROGRAMME,
    **ORDER_SCENES,
    "export": export,
    "palette": palette,
    **IMPORTS,
    "shortcuts": shortcuts,
}
