"""The customer's card: what it shows, what can be done on it, how it follows changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from crm_desktop.customers.actions import delete_customer, edit_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.errors import NotAllowed
from crm_desktop.settings import Preferences
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.customers.card import CustomerCard
from ui.customers.card_data import read_card
from ui.customers.delete_customer import DeleteCustomerDialog
from ui.interactions.entry_words import marks
from ui.live import SUBJECTS
from ui.operations import DataChange
from ui.theme import Theme


@pytest.fixture
def colleague(crm: Crm, clean: Crm, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Desk]:
    database = crm.database("emil")
    with at_desk(database, theme, preferences, qtbot) as desk:
        yield desk
    database.close()


def shown(desk: Desk, customer_id: object, qtbot: QtBot) -> CustomerCard:
    card = CustomerCard(desk.context)
    qtbot.addWidget(card)
    card.resize(420, 900)
    card.show()
    card.show_customer(customer_id)  # type: ignore[arg-type]
    desk.wait(lambda: card.customer is not None)
    desk.settle()
    return card


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_the_card_shows_who_it_is(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add(
        contact_name="Renáta Kovács", company_name="Nordlicht", email="r@nordlicht.example", phone="+4930901820",
        city="Berlin", country="Germany", postal_code="10119", tags=("VIP",), notes="Before noon",
        owner_id=desk.context.user.id,
    )  # fmt: skip
    card = shown(desk, customer, qtbot)
    text = words(card)
    for part in ("Renáta Kovács", "Nordlicht", "Individual", "Active", "VIP", "r@nordlicht.example", "+49 30 901820",
                 "10119 Berlin", "Before noon", "Ada Admin", "Nothing is planned."):  # fmt: skip
        assert part in text
    assert "Not checked" not in text and "Loyalty" not in text


def test_a_number_kept_as_written_is_marked(desk: Desk, qtbot: QtBot) -> None:
    assert "Not checked" in words(shown(desk, desk.add(phone="0171/xx"), qtbot))


def test_loyalty_shows_once_enrolled(desk: Desk, qtbot: QtBot, crm: Crm) -> None:
    customer = desk.add()
    with crm.connect() as connection:
        connection.execute("select crm.enrol_customer(%s)", (customer,))
    text = words(shown(desk, customer, qtbot))
    assert "Loyalty" in text and "Bronze" in text and "redeemed" in text


def test_planned_stands_above_history_with_overdue_in_red(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    now = datetime.now(UTC)
    desk.log(customer, subject="Was", status="completed")
    desk.log(customer, subject="Later", follow_up=now + timedelta(days=9))
    desk.log(customer, subject="Late", follow_up=now - timedelta(days=1))
    card = shown(desk, customer, qtbot)
    assert [entry.row.subject for entry in card.timeline.entries] == ["Late", "Later", "Was"]
    tones = [[mark.tone for mark in marks(entry.row, now) if mark.tone] for entry in card.timeline.entries]
    assert tones == [["danger"], ["success"], []]
    assert "Overdue since" in card.timeline.entries[0].accessibleName()


def test_an_entry_stays_with_its_interaction(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    for number in range(30):
        desk.log(customer, subject=f"Call {number}", status="completed")
    card = shown(desk, customer, qtbot)
    desk.wait(lambda: len(card.timeline.entries) == 30)
    before = {entry.row.subject: entry for entry in card.timeline.entries}
    before["Call 28"].setFocus()
    desk.log(customer, subject="New", status="completed")
    desk.log(customer, subject="Planned", follow_up=datetime.now(UTC) + timedelta(days=2))
    card.refresh()
    desk.settle()
    desk.wait(lambda: len(card.timeline.entries) == 32)
    after = [entry.row.subject for entry in card.timeline.entries]
    assert after == ["Planned", "New", *(f"Call {number}" for number in reversed(range(30)))]
    for entry in card.timeline.entries[2:]:
        assert before[entry.row.subject] is entry
    shown_there = sorted((entry for entry in card.timeline.entries if entry.isVisible()), key=_height)
    assert shown_there == card.timeline.entries
    assert card.focusWidget() is before["Call 28"]


def _height(entry: QWidget) -> int:
    return entry.mapTo(entry.window(), entry.rect().topLeft()).y()


def test_a_card_costs_two_queries(desk: Desk) -> None:
    customer = desk.add()
    for number in range(3):
        desk.log(customer, subject=f"Call {number}", follow_up=datetime.now(UTC))
    with desk.context.database.session() as session:
        connection, asked = session.connection(), []
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        found = read_card(session, customer, 50)
    assert len(asked) == 2, asked
    assert [row.author for row in found.timeline.planned] == ["Ada Admin"] * 3


def test_an_entry_is_completed_and_that_is_undone(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    entry = desk.log(customer, follow_up=datetime.now(UTC) + timedelta(days=1))
    card = shown(desk, customer, qtbot)
    card.timeline.entries[0].completed.emit(card.timeline.entries[0].row)
    desk.wait(lambda: card.timeline.entries and card.timeline.entries[0].row.status == "completed")
    assert desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: card.timeline.entries[0].row.status == "pending")
    assert desk.one("select status from crm.customer_interactions where id = :id", id=entry) == "pending"


def test_the_menu_of_an_entry_has_what_the_person_may(desk: Desk, colleague: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    desk.log(customer, follow_up=datetime.now(UTC))
    colleague.log(customer, subject="Emil's", follow_up=datetime.now(UTC) + timedelta(days=1))
    card = shown(colleague, customer, qtbot)
    adas, emils = card.timeline.entries

    def texts(entry: object) -> list[str]:
        menu = entry.menu()  # type: ignore[attr-defined]
        found = [action.text() for action in menu.actions() if action.text()]
        menu.deleteLater()
        return found

    assert texts(adas) == ["Open"]
    assert texts(emils) == ["Edit", "Complete", "Cancel interaction", "Delete"]


def test_the_card_follows_changes_and_says_whose(desk: Desk, crm: Crm, qtbot: QtBot) -> None:
    customer = desk.add(city="Berlin")
    card = shown(desk, customer, qtbot)
    other = crm.database("emil")
    with other.session() as session:
        edit_customer(session, customer, 1, CustomerInput(contact_name="Ana Ruiz", city="Hamburg"))
    other.close()
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"}), (customer,)))
    desk.wait(lambda: "Hamburg" in words(card))
    desk.wait(lambda: "Emil Employee has just changed this customer." in card.message.text)


def test_the_card_says_that_the_customer_is_gone(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    card = shown(desk, customer, qtbot)
    with desk.context.database.session() as session:
        delete_customer(session, customer)
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"}), (customer,)))
    desk.wait(lambda: "This customer has been deleted." in words(card))


def test_the_card_follows_points_that_are_booked_elsewhere(desk: Desk, qtbot: QtBot) -> None:
    card = shown(desk, desk.add(), qtbot)
    desk.context.operations.tell_changed(DataChange(frozenset({SUBJECTS["loyalty_accounts"]})))
    assert card._settle.isActive()
    desk.wait(lambda: not card._settle.isActive())
    desk.settle()


def test_changes_of_others_leave_the_card_alone(desk: Desk, qtbot: QtBot) -> None:
    card = shown(desk, desk.add(), qtbot)
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"}), (desk.add(contact_name="X"),)))
    assert not card._settle.isActive()


def test_copy_puts_the_value_on_the_clipboard(desk: Desk, qtbot: QtBot) -> None:
    card = shown(desk, desk.add(email="ana@example.com"), qtbot)
    button = next(b for b in card.findChildren(QWidget) if b.accessibleName() == "Copy email")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "ana@example.com"
    assert desk.texts() == ["Email copied"]


def test_call_and_email_hand_over_to_other_programs(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def open_url(url: QUrl) -> bool:
        asked.append(url.toString())
        return len(asked) < 2

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    card = shown(desk, desk.add(email="ana@example.com", phone="+4930901820"), qtbot)
    card.header.call_button.click()
    card.header.mail_button.click()
    assert asked == ["tel:+4930901820", "mailto:ana@example.com"]
    assert desk.texts() == ["No program for mail is set up here. The address was copied instead."]


def test_other_values_can_be_used_and_copied_like_the_main_ones(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(asked.append(url.toString())) or True)
    customer = desk.add(email="ana@example.com", other_emails=("a@home.example", "b@home.example"),
                        phone="+4930111111", other_phones=("+4930901820", "ext. 12"))  # fmt: skip
    card = shown(desk, customer, qtbot)
    text = words(card)
    assert "a@home.example" in text and "+49 30 901820" in text and text.count("Not checked") == 1
    named = {each.accessibleName(): each for each in card.facts.findChildren(QWidget)}
    for name in ("Write to b@home.example", "Call ext. 12", "Call +49 30 901820", "Copy a@home.example"):
        named[name].setFocus()
        qtbot.keyClick(named[name], Qt.Key.Key_Space)
    assert asked == ["mailto:b@home.example", "tel:ext. 12", "tel:+4930901820"]
    assert QGuiApplication.clipboard().text() == "a@home.example"
    assert nameless(card) == []


def test_deleting_says_what_goes_and_can_be_undone(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add(tags=("VIP",), phone="+4930901820")
    entries = {desk.log(customer), desk.log(customer, subject="Another")}
    card = shown(desk, customer, qtbot)
    card.header.delete_button.click()
    dialog = card.findChild(DeleteCustomerDialog)
    desk.wait(lambda: dialog.delete_button.isEnabled())
    assert "2 interactions will be deleted, too." in dialog.words.text()
    with qtbot.waitSignal(card.closed):
        dialog.delete_button.click()
    assert desk.one("select count(*) from crm.customers") == 0
    assert desk.texts() == ["Ana Ruiz was deleted."] and desk.said[0].action_text == "Undo"
    assert desk.said[0].action is not None
    desk.said[0].action()
    desk.wait(lambda: "Ana Ruiz is back." in desk.texts())
    with desk.context.database.session() as session:
        back = customer_card(session, customer)
    assert (back.tags, back.phone) == (("VIP",), "+4930901820")
    assert desk.one("select count(*) from crm.customer_interactions") == len(entries)


def test_keeping_changes_nothing(desk: Desk, qtbot: QtBot) -> None:
    card = shown(desk, desk.add(), qtbot)
    card.actions_of.delete()
    dialog = card.findChild(DeleteCustomerDialog)
    desk.settle()
    assert "Nothing else belongs" in dialog.words.text() and dialog.keep_button.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.one("select count(*) from crm.customers") == 1


def test_an_employee_has_no_delete_and_the_database_refuses_it(desk: Desk, colleague: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    card = shown(colleague, customer, qtbot)
    assert not card.header.delete_button.isVisible()
    card.actions_of.delete()
    assert card.findChild(DeleteCustomerDialog) is None
    with pytest.raises(NotAllowed):
        colleague.one("delete from crm.customers returning id")
    assert desk.one("select count(*) from crm.customers") == 1


def test_keys_work_within_the_card(desk: Desk, qtbot: QtBot) -> None:
    from ui.customers.customer_dialog import CustomerDialog

    card = shown(desk, desk.add(), qtbot)
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = card.findChild(CustomerDialog)
    desk.settle()
    dialog.discard()
    QApplication.processEvents()
    card.activateWindow()
    card.setFocus()
    qtbot.waitUntil(card.hasFocus)
    with qtbot.waitSignal(card.closed):
        qtbot.keyClick(card, Qt.Key.Key_Escape)


@pytest.mark.parametrize("width", [390, 420, 1000])
def test_nothing_is_cut_at_any_width(desk: Desk, qtbot: QtBot, width: int) -> None:
    customer = desk.add(
        contact_name="Wolfeschlegelsteinhausenbergerdorff", company_name="Donaudampfschifffahrtsgesellschaft mbH",
        tags=("a" * 50,),
        email="a.very.long.address.that.never.ends@subdomain.of.a.long.company.example.com",
    )  # fmt: skip
    desk.log(customer, follow_up=datetime.now(UTC) - timedelta(days=400), priority="urgent")
    card = shown(desk, customer, qtbot)
    card.resize(width, 900)
    qtbot.wait(50)
    content = card._scroll.widget()
    assert content.width() <= card._scroll.viewport().width()
    assert all(entry.height() == entry.heightForWidth(entry.width()) for entry in card.timeline.entries)


def test_everything_that_tab_reaches_has_a_name(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add(email="ana@example.com", phone="+4930901820")
    desk.log(customer, follow_up=datetime.now(UTC))
    assert nameless(shown(desk, customer, qtbot)) == []


def test_a_long_history_is_filled_in_bit_by_bit_and_put_away_again(desk: Desk, qtbot: QtBot) -> None:
    busy, quiet = desk.add(contact_name="Busy"), desk.add(contact_name="Quiet")
    for number in range(30):
        desk.log(busy, subject=f"Call {number}", status="completed")
    desk.log(quiet, subject="Only one", status="completed")
    card = shown(desk, busy, qtbot)
    desk.wait(lambda: len(card.timeline.entries) == 30)
    assert [entry.row.subject for entry in card.timeline.entries][:2] == ["Call 29", "Call 28"]
    made = {id(entry) for entry in card.timeline.entries}
    card.show_customer(quiet)
    desk.wait(lambda: card.customer is not None and card.customer.name == "Quiet")
    assert [entry.row.subject for entry in card.timeline.entries if entry.isVisible()] == ["Only one"]
    assert id(card.timeline.entries[0]) in made


def test_the_focus_stays_on_its_entry(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add()
    desk.log(customer, subject="First", status="completed")
    card = shown(desk, customer, qtbot)
    card.activateWindow()
    card.timeline.entries[0].setFocus()
    desk.log(customer, subject="Second", status="completed")
    card.refresh()
    desk.wait(lambda: len(card.timeline.entries) == 2)
    assert card.focusWidget() is card.timeline.entries[1] and card.timeline.entries[1].row.subject == "First"


@pytest.mark.parametrize("tab", ["overview", "analytics"])
def test_an_open_card_fits_a_narrow_window_in_large_text(desk: Desk, qtbot: QtBot, theme: Theme, tab: str) -> None:
    card = shown(desk, desk.add(contact_name="Renáta Kovács-Bartholomew", tags=("VIP", "Wholesale")), qtbot)
    card.resize(390, 844)
    card.tabs.open(tab)
    desk.settle()
    content = card.header.parentWidget()
    assert content is not None
    try:
        theme.set_text_scale(2.0)
        qtbot.wait(100)  # what was laid out for small letters fits at once, and says nothing
        assert (content.width(), content.minimumSizeHint().width() <= 390) == (390, True)
    finally:
        theme.set_text_scale(1.0)
