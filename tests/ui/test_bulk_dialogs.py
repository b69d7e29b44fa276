"""Bulk edit and deletion in the window: the exact count before, one Undo after, and what others did is kept."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.customers.actions import edit_customer
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.errors import ServerUnavailable
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.actions import enrol
from tests.ui.customers_page import make_page
from tests.ui.desk import Desk, nameless
from ui.customers.bulk_delete_dialog import BulkDeleteDialog
from ui.customers.bulk_dialog import BulkDialog
from ui.customers.bulk_edit_dialog import BulkEditDialog
from ui.customers.page import CustomersPage
from ui.loyalty.bulk_enrol_dialog import BulkEnrolDialog


@pytest.fixture
def four(desk: Desk) -> list[UUID]:
    return [desk.add(contact_name=name, tags=("VIP",)) for name in ("Ana Ruiz", "Ben Okafor", "Carla Neu", "Dan Wu")]


@pytest.fixture
def page(desk: Desk, four: list[UUID]) -> CustomersPage:
    return make_page(desk)


def opened(page: CustomersPage, desk: Desk, title: str) -> BulkDialog:
    page.selection_bar.button(title).click()
    dialog = page.findChildren(BulkDialog)[-1]
    desk.settle()
    return dialog


def choose(dialog: BulkEditDialog, **values: str) -> None:
    for name, value in values.items():
        choice = getattr(dialog, name)
        choice.set_value(value)
        choice.edited.emit()


def statuses(desk: Desk) -> int:
    count: int = desk.one("SELECT count(*) FROM crm.customers WHERE status = 'inactive'")
    return count


def test_all_but_one_are_edited_and_undone(page: CustomersPage, desk: Desk, four: list[UUID]) -> None:
    """peers.md 19: the exact count before, the selection cleared afterwards."""
    page.table.marks.mark_all()
    page.table.marks.toggle(four[3])
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    assert dialog.heading.text() == "Edit 3 customers"
    assert not dialog.apply_button.isEnabled()
    choose(dialog, status="inactive", tags_mode="add")
    dialog.tags.set_value(("New",))
    dialog.tags.edited.emit()
    assert dialog.summary.text() == "Status becomes Inactive.\nTags are added: “New”."
    assert dialog.apply_button.text() == "Change 3 customers"
    assert nameless(dialog) == []
    dialog.apply_button.click()
    desk.settle()
    assert statuses(desk) == 3
    assert desk.one('SELECT count(*) FROM crm.customers WHERE tags = \'["VIP", "New"]\'') == 3
    assert desk.texts()[-1] == "Changed status and tags of 3 customers."
    assert not page.table.marks.any
    assert desk.context.undo.undo_text == "changed status and tags of 3 customers"
    desk.context.undo.undo()
    desk.settle()
    assert (statuses(desk), desk.one("SELECT count(*) FROM crm.customers WHERE tags = '[\"VIP\"]'")) == (0, 4)
    desk.context.undo.redo()
    desk.settle()
    assert statuses(desk) == 3


def test_each_field_can_be_changed_and_made_blank(page: CustomersPage, desk: Desk) -> None:
    me = desk.context.user
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    choose(dialog, type="business", owner=me.id, source_mode="clear", tags_mode="clear")  # type: ignore[arg-type]
    assert dialog.summary.text().split("\n") == [
        "Customer type becomes Business.",
        f"Responsible becomes {me.display_name}.",
        "Source becomes blank.",
        "All tags are removed.",
    ]
    dialog.apply_button.click()
    desk.settle()
    where = f"customer_type = 'business' AND owner_id = '{me.id}' AND source IS NULL AND tags = '[]'"
    assert desk.one(f"SELECT count(*) FROM crm.customers WHERE {where}") == 4


def test_who_was_changed_meanwhile_is_left_alone_and_can_be_listed(
    page: CustomersPage, desk: Desk, four: list[UUID]
) -> None:
    """peers.md 9: no silent overwrite by bulk edits."""
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    with desk.context.database.session() as session:
        edit_customer(session, four[1], 1, CustomerInput(contact_name="Ben Okafor", status="prospect"))
    choose(dialog, status="inactive")
    dialog.apply_button.click()
    desk.settle()
    assert statuses(desk) == 3
    told = desk.said[-1]
    assert told.text == "1 customer was left alone: changed by somebody else meanwhile."
    assert told.hint == "Ben Okafor"
    wanted: list[object] = []
    desk.context.undo.customers_wanted.connect(wanted.append)
    assert told.action is not None
    told.action()
    assert wanted == [{"field": "id", "operator": "in", "value": [str(four[1])]}]


def test_a_failure_keeps_what_was_chosen(page: CustomersPage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    choose(dialog, status="inactive")

    def away(*_: object) -> None:
        raise ServerUnavailable("No server.", hint="Try again.")

    with monkeypatch.context() as patched:
        patched.setattr("ui.customers.bulk_edit_dialog.bulk_edit", away)
        dialog.apply_button.click()
        desk.settle()
    assert dialog.message.text == "No server. Try again."
    assert dialog.content.isVisible() and dialog.status.value() == "inactive"
    assert page.table.marks.any
    dialog.apply_button.click()
    desk.settle()
    assert statuses(desk) == 4


def test_cancelling_leaves_everything_as_it_was(
    page: CustomersPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from crm_desktop.customers.bulk import bulk_edit

    running = threading.Event()

    def slow(session: object, frozen: object, edit: object, report: object) -> object:
        result = bulk_edit(session, frozen, edit)  # type: ignore[arg-type]
        running.set()
        while True:
            report(0.5, "2 of 4")  # type: ignore[operator]
            threading.Event().wait(0.005)
        return result

    monkeypatch.setattr("ui.customers.bulk_edit_dialog.bulk_edit", slow)
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    choose(dialog, status="inactive")
    dialog.apply_button.click()
    desk.wait(lambda: running.is_set() and "2 of 4" in dialog.panel.text)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert dialog.isVisible() and dialog.message.text == "Cancelled: nothing was changed."
    assert statuses(desk) == 0
    dialog.reject()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.frozen_rows") == 0


def test_administrators_delete_many_and_bring_them_back(page: CustomersPage, desk: Desk, four: list[UUID]) -> None:
    desk.log(four[0])
    desk.log(four[0])
    page.table.marks.mark_all()
    page.table.marks.toggle(four[3])
    dialog = opened(page, desk, "Delete…")
    assert isinstance(dialog, BulkDeleteDialog)
    assert dialog.heading.text() == "Delete 3 customers?"
    assert dialog.words.text() == "2 interactions will be deleted, too."
    assert nameless(dialog) == []
    dialog.apply_button.click()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers") == 1
    desk.context.undo.undo()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers") == 4
    assert desk.one("SELECT count(*) FROM crm.customer_interactions") == 2


def test_employees_are_not_offered_to_delete(desk: Desk, four: list[UUID]) -> None:
    may = replace(desk.context.capabilities, delete_customers=False)
    page = CustomersPage(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(page)
    offered = [action.title for action, _large, _small in page.selection_bar._buttons]
    assert "Edit…" in offered and "Delete…" not in offered


def test_a_selection_that_has_gone_says_so(page: CustomersPage, desk: Desk, four: list[UUID]) -> None:
    page.table.marks.add([four[0]])
    with desk.context.database.session() as session:
        session.connection().exec_driver_sql(f"DELETE FROM crm.customers WHERE id = '{four[0]}'")
    dialog = opened(page, desk, "Edit…")
    assert dialog.message.text.startswith("None of them is there any more.")
    assert not dialog.apply_button.isEnabled()
    dialog.reject()
    desk.settle()


def test_what_matches_is_frozen_when_the_dialog_opens(page: CustomersPage, desk: Desk) -> None:
    """peers.md 19: who comes to match while somebody thinks is not changed."""
    page.table.set_request(ListRequest(search="a"))
    desk.settle()
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Edit…")
    assert isinstance(dialog, BulkEditDialog)
    count = dialog.frozen.count if dialog.frozen else 0
    desk.add(contact_name="Anna Later")
    choose(dialog, status="inactive")
    dialog.apply_button.click()
    desk.settle()
    assert statuses(desk) == count > 0
    assert desk.one("SELECT status FROM crm.customers WHERE contact_name = 'Anna Later'") == "active"


def test_selected_customers_are_enrolled_and_it_is_taken_back(
    page: CustomersPage, desk: Desk, four: list[UUID]
) -> None:
    with desk.context.database.session() as session:
        enrol(session, four[0])
    page.table.marks.mark_all()
    dialog = opened(page, desk, "Enrol…")
    assert dialog.heading.text() == "Enrol 4 customers in the loyalty programme?"
    assert isinstance(dialog, BulkEnrolDialog)
    assert "one is a member already" in dialog.words.text()
    assert dialog.apply_button.text() == "Enrol 3 customers"
    assert nameless(dialog) == []
    dialog.apply_button.click()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.loyalty_accounts") == 4
    assert desk.texts()[-1] == "Enrolled 3 customers. 1 customer was so already."
    desk.context.undo.undo()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.loyalty_accounts") == 1
    assert desk.texts()[-1] == "Undone: enrolled 3 customers."


def test_members_are_not_enrolled_again(page: CustomersPage, desk: Desk, four: list[UUID]) -> None:
    with desk.context.database.session() as session:
        enrol(session, four[0])
    page.table.marks.toggle(four[0])
    dialog = opened(page, desk, "Enrol…")
    assert isinstance(dialog, BulkEnrolDialog)
    assert dialog.words.text() == "This customer is a member already." and not dialog.apply_button.isEnabled()
    dialog.reject()
    desk.settle()
