"""Undo and redo in the window: in order, by the transaction, and never over what somebody else did."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.customers.actions import delete_customer, edit_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.errors import ServerUnavailable
from crm_desktop.interactions.actions import complete
from tests.ui.desk import Desk
from ui.customers.customer_dialog import CustomerDialog
from ui.main_window import MainWindow
from ui.undo import offer_undo
from ui.undo_history import Step

CUSTOMERS = frozenset({"customers"})


@pytest.fixture
def ana(desk: Desk) -> UUID:
    return desk.add(contact_name="Ana Ruiz", city="Bonn")


def move(desk: Desk, customer: UUID, city: str) -> Step:
    """An edit that the history is told of."""
    with desk.context.database.session() as session:
        card = customer_card(session, customer)
        edit_customer(session, customer, card.version, CustomerInput(contact_name=card.contact_name, city=city))
        number = current_transaction(session)
    return desk.context.undo.did(f"moved to {city}", number, CUSTOMERS)


def city(desk: Desk, customer: UUID) -> Any:
    return desk.one("SELECT city FROM crm.customers WHERE id = :id", id=customer)


def test_steps_are_undone_and_redone_in_their_order(desk: Desk, ana: UUID) -> None:
    history, seen = desk.context.undo, []
    for place in ("Köln", "Mainz"):
        move(desk, ana, place)
    for act in (history.undo, history.undo, history.redo, history.redo, history.undo):
        act()
        desk.settle()
        seen.append(city(desk, ana))
    assert seen == ["Köln", "Bonn", "Köln", "Mainz", "Köln"]
    assert (history.undo_text, history.redo_text) == ("moved to Köln", "moved to Mainz")
    assert desk.texts()[-2:] == ["Done again: moved to Mainz.", "Undone: moved to Mainz."]


def test_the_offer_on_screen_goes_with_what_it_offers(desk: Desk, ana: UUID) -> None:
    """Undone by key, its button would say that it has been undone already."""
    withdrawn: list[str] = []
    desk.context.notices.withdrawn.connect(lambda notice: withdrawn.append(notice.text))
    history = desk.context.undo
    for place in ("Köln", "Mainz"):
        history.offer(f"Moved to {place}.", move(desk, ana, place))
    assert withdrawn == []
    for gone in (["Moved to Mainz."], ["Moved to Mainz.", "Moved to Köln."]):
        history.undo()
        desk.settle()
        assert withdrawn == gone


def test_what_is_done_anew_ends_redo(desk: Desk, ana: UUID) -> None:
    move(desk, ana, "Köln")
    desk.context.undo.undo()
    desk.settle()
    move(desk, ana, "Mainz")
    assert desk.context.undo.redo_text == ""
    desk.context.undo.redo()
    assert desk.texts()[-1] == "There is nothing to redo."


def test_a_step_that_somebody_built_upon_is_kept_and_stands_in_nobodys_way(desk: Desk, ana: UUID) -> None:
    """peers.md 9: no silent overwrite, not by Undo either."""
    ben = desk.add(contact_name="Ben Okafor", city="Bonn")
    move(desk, ben, "Trier")
    move(desk, ana, "Köln")
    with desk.context.database.session() as session:
        edit_customer(session, ana, 2, CustomerInput(contact_name="Ana Ruiz", city="Essen"))
    desk.context.undo.undo()
    desk.settle()
    assert city(desk, ana) == "Essen"
    notice = desk.said[-1]
    assert notice.is_error and notice.text == "1 change was left alone: nothing was undone."
    assert "Ana Ruiz" in notice.hint
    wanted: list[object] = []
    desk.context.undo.customers_wanted.connect(wanted.append)
    assert notice.action is not None
    notice.action()
    assert wanted == [{"field": "id", "operator": "in", "value": [str(ana)]}]
    desk.context.undo.undo()
    desk.settle()
    assert city(desk, ben) == "Bonn"


def test_the_notice_of_an_earlier_step_takes_back_that_step(desk: Desk, ana: UUID) -> None:
    ben = desk.add(contact_name="Ben Okafor")
    with desk.context.database.session() as session:
        number = delete_customer(session, ben)
    offer_undo(desk.context, "Ben was deleted.", number, CUSTOMERS, "Ben is back.", step="deleted Ben")
    move(desk, ana, "Köln")
    notice = next(said for said in desk.said if said.action_text == "Undo")
    assert notice.action is not None
    notice.action()
    desk.settle()
    assert city(desk, ana) == "Köln"
    assert desk.one("SELECT count(*) FROM crm.customers") == 2
    assert desk.texts()[-1] == "Ben is back."
    notice.action()
    assert desk.texts()[-1] == "This has been undone already."


def test_a_step_stays_while_the_server_is_away(desk: Desk, ana: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    move(desk, ana, "Köln")

    def away(*_: object) -> None:
        raise ServerUnavailable("No server.")

    with monkeypatch.context() as patched:
        patched.setattr("ui.undo_history.undo_transaction", away)
        desk.context.undo.undo()
        desk.settle()
    assert desk.texts() == ["No server."]
    desk.context.undo.undo()
    desk.settle()
    assert city(desk, ana) == "Bonn"


def test_a_saved_dialog_can_be_undone(desk: Desk, ana: UUID) -> None:
    window = QWidget()
    desk.qtbot.addWidget(window)
    dialog = CustomerDialog(desk.context, window, ana)
    dialog.show()
    desk.wait(lambda: dialog.ready)
    dialog.form["city"].control.set_value("Köln")
    dialog.save_and_close()
    desk.settle()
    assert (city(desk, ana), desk.context.undo.undo_text) == ("Köln", "changed Ana Ruiz")
    desk.context.undo.undo()
    desk.settle()
    assert city(desk, ana) == "Bonn"


def test_an_employee_is_not_offered_to_undo_an_addition(desk: Desk) -> None:
    may = replace(desk.context.capabilities, delete_customers=False)
    window = QWidget()
    desk.qtbot.addWidget(window)
    dialog = CustomerDialog(replace(desk.context, capabilities=may), window, None, {"contact_name": "Zoë Neu"})
    dialog.show()
    dialog.form["city"].control.set_value("Köln")
    dialog.save_and_close()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers") == 1
    assert desk.context.undo.undo_text == ""


def test_keys_undo_in_the_window_and_stay_the_fields_own(desk: Desk, ana: UUID) -> None:
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.show()
    desk.settle()
    move(desk, ana, "Köln")
    search: QWidget = window.header.search
    search.setFocus()
    QTest.keyClicks(search, "an")
    QTest.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert (window.header.search.text(), city(desk, ana)) == ("", "Köln")
    window.customers.table.view.setFocus()
    QTest.keyClick(window.customers.table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: city(desk, ana) == "Bonn")
    desk.settle()
    QTest.keyClick(window.customers.table.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: city(desk, ana) == "Köln")
    desk.settle()


def test_the_menu_names_the_steps(desk: Desk, ana: UUID) -> None:
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    move(desk, ana, "Köln & Bonn")
    window.header._name_steps()
    assert window.header._undo.text().startswith("Undo: moved to Köln && Bonn\t")
    assert window.header._undo.isEnabled() and not window.header._redo.isEnabled()
    desk.settle()


def test_a_finished_follow_up_is_a_step(desk: Desk, ana: UUID) -> None:
    call = desk.log(ana)
    with desk.context.database.session() as session:
        complete(session, call, 1)
        number = current_transaction(session)
    offer_undo(desk.context, "Done.", number, CUSTOMERS, "Open again.")
    desk.context.undo.undo()
    desk.settle()
    assert desk.one("SELECT status FROM crm.customer_interactions") == "pending"


def test_a_long_undo_shows_how_far_it_is_and_can_be_cancelled(
    desk: Desk, ana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_desktop.audit.undo import undo_transaction
    from ui.widgets.progress_dialog import ProgressDialog

    def slow(session: Any, transaction: int, report: Any) -> Any:
        result = undo_transaction(session, transaction)
        while True:
            report(0.25)
            threading.Event().wait(0.005)
        return result

    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.show()
    move(desk, ana, "Köln")
    monkeypatch.setattr("ui.undo_history.undo_transaction", slow)
    desk.context.undo.undo()
    desk.wait(lambda: any(each.isVisible() for each in window.findChildren(ProgressDialog)))
    dialog = window.findChildren(ProgressDialog)[0]
    assert dialog.panel.text == "Undoing: moved to Köln"
    dialog.cancel_button.click()
    desk.settle()
    assert desk.texts()[-1] == "Cancelled: nothing was changed."
    assert (city(desk, ana), desk.context.undo.undo_text) == ("Köln", "moved to Köln")
