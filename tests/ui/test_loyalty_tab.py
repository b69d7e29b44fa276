"""The loyalty tab of the card: enrolling, booking, taking back, and what it shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import text

from crm_desktop.contacts.actions import add_contact
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from crm_desktop.loyalty.queries import account_of
from tests.factories.loyalty import entry, months_ago, points_expire
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, nameless
from ui.customers.card import CustomerCard
from ui.loyalty.booking_dialog import BookingDialog
from ui.loyalty.card_tab import LoyaltyTab
from ui.loyalty.points_editor import parse_points


def shown(desk: Desk, customer_id: UUID, width: int = 900) -> LoyaltyTab:
    """The tab on a customer's card."""
    card = CustomerCard(desk.context)
    desk.qtbot.addWidget(card)
    card.resize(width, 1000)
    card.show()
    card.show_customer(customer_id)
    desk.wait(lambda: card.customer is not None)
    card.tabs.open("loyalty")
    desk.settle()
    [tab] = card.findChildren(LoyaltyTab)
    desk.settle()
    return tab


def enrolled(desk: Desk, points: int = 0, **fields: Any) -> tuple[UUID, UUID]:
    customer_id = desk.add(**fields)
    with desk.context.database.session() as session:
        account = actions.enrol(session, customer_id)
        if points:
            actions.book(session, account, Booking("earn", points, "Welcome"))
    return customer_id, account


def opened(desk: Desk, tab: LoyaltyTab, kind: str) -> BookingDialog:
    tab.book(kind)
    desk.settle()
    return next(dialog for dialog in tab.window().findChildren(BookingDialog) if dialog.isVisible())


def ledger(tab: LoyaltyTab) -> list[tuple[str, str, str]]:
    return [(row.title.text(), row.number.text(), row.aside.text()) for row in tab.ledger.rows]


def test_whoever_is_not_enrolled_is_enrolled_from_here_and_can_be_taken_back(desk: Desk) -> None:
    tab = shown(desk, desk.add())
    assert tab.not_enrolled.isVisible() and not tab.figures.isVisible()
    tab.enrol()
    desk.settle()
    desk.wait(lambda: tab.figures.isVisible())
    assert tab.figures.balance.text() == "0 points" and tab.opening_button.isVisible()
    assert desk.texts()[-1] == "Ana Ruiz is in the loyalty programme."
    desk.said[-1].action()  # type: ignore[misc]
    desk.wait(lambda: tab.not_enrolled.isVisible())
    assert desk.one("select count(*) from crm.loyalty_accounts") == 0


def test_an_account_with_points_stays_and_the_reason_is_said(desk: Desk) -> None:
    customer_id = desk.add()
    tab = shown(desk, customer_id)
    tab.enrol()
    desk.settle()
    offered = desk.said[-1]
    with desk.context.database.session() as session:
        account = account_of(session, customer_id)
        actions.book(session, account.id, Booking("earn", 100))
    offered.action()  # type: ignore[misc]
    desk.settle()
    assert desk.said[-1].hint == "Points were booked since: Ana Ruiz."
    assert desk.one("select count(*) from crm.loyalty_accounts") == 1


def test_the_head_says_the_tier_and_the_way_to_the_next(desk: Desk) -> None:
    """Complaint 8 of users of other systems: the wrong tier at a threshold."""
    customer_id, account = enrolled(desk)
    tab = shown(desk, customer_id)
    before = 0
    for points, tier, way in (
        (0, "Bronze", "1,000 points to Silver"),
        (999, "Bronze", "1 point to Silver"),
        (1000, "Silver", "4,000 points to Gold"),
        (4999, "Silver", "1 point to Gold"),
        (5000, "Gold", "5,000 points to Platinum"),
        (9999, "Gold", "1 point to Platinum"),
        (10000, "Platinum", "The highest tier is reached."),
    ):
        if points > before:
            with desk.context.database.session() as session:
                actions.book(session, account, Booking("earn", points - before))
        before = points
        tab.refresh()
        desk.settle()
        assert (tab.figures.tier.text(), tab.figures.way.text()) == (tier, way)
        assert (tab.figures.bar.value() == 1000) == (points == 10000)


def test_return_in_a_line_books(desk: Desk) -> None:
    """The one rule of small dialogs: it presses the main button, and refuses what is wrong as that does."""
    customer_id, account = enrolled(desk)
    tab = shown(desk, customer_id)
    dialog = opened(desk, tab, "earn")
    reason = dialog.form["reason"].editor
    desk.qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.form["points"].message_text
    desk.qtbot.keyClicks(dialog.points, "50")
    desk.qtbot.keyClick(reason, Qt.Key.Key_Return)
    desk.settle()
    assert desk.one("select points_balance from crm.loyalty_accounts where user_id = :id", id=account) == 50


def test_points_are_earned_and_the_card_follows(desk: Desk) -> None:
    customer_id, _ = enrolled(desk, 900)
    tab = shown(desk, customer_id)
    dialog = opened(desk, tab, "earn")
    assert not nameless(dialog)
    dialog.form["points"].editor.setText("1,250")  # type: ignore[attr-defined]
    dialog.form["reason"].editor.setText("Fair in Köln")  # type: ignore[attr-defined]
    assert dialog.form["points"].message_text == "Balance after it: 2,150"
    dialog.save_and_close()
    desk.settle()
    desk.wait(lambda: tab.figures.balance.text() == "2,150 points")
    assert ledger(tab) == [("Fair in Köln", "+1,250", "2,150"), ("Welcome", "+900", "900")]
    assert tab.figures.tier.text() == "Silver"
    assert [row.title.text() for row in tab.changes.rows] == ["Silver", "Bronze"]
    assert desk.texts()[-1] == "+1,250 points for Ana Ruiz."


def test_the_overview_leads_to_the_account(desk: Desk) -> None:
    card = CustomerCard(desk.context)
    desk.qtbot.addWidget(card)
    card.show()
    card.show_customer(enrolled(desk, 900)[0])
    desk.wait(lambda: card.customer is not None)
    card.loyalty.account_button.click()
    desk.settle()
    assert card.tabs.current_key == "loyalty"
    [tab] = card.findChildren(LoyaltyTab)
    desk.wait(lambda: tab.figures.balance.text() == "900 points")


def test_undo_books_the_opposite(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk, 900)[0])
    dialog = opened(desk, tab, "redeem")
    dialog.form["points"].set_value(400)
    dialog.save_and_close()
    desk.settle()
    assert desk.texts()[-1] == "\u2212400 points for Ana Ruiz."
    desk.said[-1].action()  # type: ignore[misc]
    desk.settle()
    assert desk.texts()[-1] == "Taken back: +400 points for Ana Ruiz."
    desk.wait(lambda: len(tab.ledger.rows) == 3)
    assert ledger(tab)[:2] == [("Taken back", "+400", "900"), ("Redeemed", "\u2212400", "500")]


def test_ctrl_z_takes_back_the_last_booking_once(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk, 900)[0])
    for count in (50, 70):
        dialog = opened(desk, tab, "earn")
        dialog.form["points"].set_value(count)
        dialog.save_and_close()
        desk.settle()
    undo = desk.context.undo
    assert undo.undo_text == "+70 points for Ana Ruiz"
    undo.undo()
    desk.settle()
    assert desk.texts()[-1] == "Taken back: \u221270 points for Ana Ruiz." and undo.redo_text == ""
    desk.said[-2].action()  # type: ignore[misc]  # the notice of what has been taken back already
    desk.settle()
    assert desk.texts()[-1] == "This has been undone already."
    undo.undo()
    desk.settle()
    assert desk.one("select points_balance from crm.loyalty_accounts") == 900
    assert desk.one("select count(*) from crm.loyalty_ledger") == 5, "corrected, not erased"


def test_too_many_points_are_refused_at_the_field_and_nothing_is_lost(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk, 900)[0])
    dialog = opened(desk, tab, "redeem")
    dialog.form["points"].editor.setText("901")  # type: ignore[attr-defined]
    dialog.form["reason"].editor.setText("Voucher")  # type: ignore[attr-defined]
    dialog.save_and_close()
    desk.settle()
    assert dialog.isVisible()
    assert dialog.form["points"].message_text == "There are not enough points: the balance is 900."
    assert dialog.form["reason"].value() == "Voucher"
    dialog.form["points"].editor.setText("900")  # type: ignore[attr-defined]
    dialog.save_and_close()
    desk.settle()
    assert desk.one("select points_balance from crm.loyalty_accounts") == 0


def test_what_is_no_number_of_points_is_said_at_the_field(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk)[0])
    dialog = opened(desk, tab, "earn")
    too_few = "Enter a number of points above zero."
    no_number = "This is not a whole number. Write it like 1200 or 1,200."
    for typed, words in {
        "": too_few, "0": too_few, "-5": too_few, "a lot": no_number, "1.5": no_number, "9999999999999": too_few,
    }.items():  # fmt: skip
        dialog.form["points"].editor.setText(typed)  # type: ignore[attr-defined]
        dialog.save_and_close()
        desk.settle()
        assert dialog.isVisible() and dialog.form["points"].message_text == words, typed
    assert desk.one("select count(*) from crm.loyalty_ledger") == 0
    dialog.discard()


def test_an_adjustment_needs_a_reason(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk, 100)[0])
    dialog = opened(desk, tab, "adjust")
    dialog.form["points"].editor.setText("-30")  # type: ignore[attr-defined]
    dialog.save_and_close()
    desk.settle()
    assert "Say why" in dialog.form["reason"].message_text
    dialog.form["reason"].editor.setText("Counted twice")  # type: ignore[attr-defined]
    dialog.save_and_close()
    desk.settle()
    desk.wait(lambda: ledger(tab)[0] == ("Counted twice", "\u221230", "70"))


def test_a_balance_is_opened_where_nothing_has_been_booked(desk: Desk) -> None:
    tab = shown(desk, enrolled(desk)[0])
    dialog = opened(desk, tab, "opening")
    dialog.form["points"].set_value(4999)
    dialog.save_and_close()
    desk.settle()
    desk.wait(lambda: tab.figures.balance.text() == "4,999 points")
    assert not tab.opening_button.isVisible()


def test_a_contact_of_a_company_earns_on_its_account(desk: Desk) -> None:
    customer_id, _ = enrolled(desk, company_name="Nordlicht", contact_name="", customer_type="business")
    with desk.context.database.session() as session:
        renata = add_contact(session, customer_id, ContactInput(name="Renáta Kovács"))
    tab = shown(desk, customer_id)
    dialog = opened(desk, tab, "earn")
    assert dialog.form["contact_id"].isVisible()
    dialog.form["points"].set_value(120)
    dialog.form["contact_id"].set_value(renata)
    dialog.save_and_close()
    desk.settle()
    desk.wait(lambda: len(tab.contacts.rows) == 1)
    assert (tab.contacts.rows[0].title.text(), tab.contacts.rows[0].number.text()) == ("Renáta Kovács", "120 earned")
    assert "Renáta Kovács" in tab.ledger.rows[0].detail.text()


def test_somebody_elses_booking_shows_by_itself(desk: Desk, crm: Crm) -> None:
    customer_id, account = enrolled(desk, 100)
    tab = shown(desk, customer_id)
    from ui.operations import DataChange

    with crm.connect("emil") as emil:
        entry(emil, account, "earn", 11)
    desk.context.operations.tell_changed(DataChange(frozenset({"loyalty"}), (account,), None))
    desk.wait(lambda: tab.figures.balance.text() == "111 points")


def test_what_expires_next_is_shown(desk: Desk, crm: Crm) -> None:
    customer_id, account = enrolled(desk)
    with crm.connect() as ada:
        points_expire(ada, 12)
        entry(ada, account, "earn", 60, created_at=months_ago(11, day=15))
        entry(ada, account, "earn", 40, created_at=months_ago(3, day=15))
    tab = shown(desk, customer_id)
    following = months_ago(-1)
    assert tab.figures.figures["expiring"].value.text() == f"60 in {following:%b} {following.year}"
    assert [row.number.text() for row in tab.expiring.rows] == ["60 points", "40 points"]


def test_a_long_ledger_shows_its_newest_entries_first(desk: Desk) -> None:
    customer_id, account = enrolled(desk)
    with desk.context.database.session() as session:
        for number in range(55):
            actions.book(session, account, Booking("earn", number + 1))
    tab = shown(desk, customer_id)
    assert len(tab.ledger.rows) == 50 and tab.ledger.rows[0].number.text() == "+55"
    tab.more_button.click()
    desk.settle()
    desk.wait(lambda: len(tab.ledger.rows) == 55)
    assert not tab.more_button.isVisible()


@pytest.mark.parametrize("width", [390, 820])
def test_nothing_of_the_tab_is_without_a_name_or_wider_than_the_card(desk: Desk, width: int) -> None:
    tab = shown(desk, enrolled(desk, 5000)[0], width)
    assert not nameless(tab)
    assert tab.width() <= width


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1200", 1200), ("1,200", 1200), ("1 200", 1200), ("1'200'000", 1200000), ("-50", -50), ("\u221250", -50),
     ("+7", 7), ("1.5", None), ("1,2", None), ("", None), ("1e3", None), ("12,00,000", None), ("١٢", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, number: int | None) -> None:
    assert parse_points(typed) == number


def test_the_tab_reads_one_account_with_few_questions(desk: Desk) -> None:
    from sqlalchemy import event

    from crm_desktop.loyalty.queries import account_card

    customer_id, _ = enrolled(desk, 100)
    asked: list[str] = []
    with desk.context.database.session() as session:
        session.execute(text("select 1"))
        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        account_card(session, customer_id)
    assert len(asked) <= 7
