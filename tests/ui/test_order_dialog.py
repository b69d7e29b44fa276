"""Taking down and editing orders: the customer, the lines, and somebody else at the same order."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.drafts.draft import Draft
from crm_desktop.drafts.store import DraftStore
from crm_desktop.orders import actions
from crm_desktop.orders.numbers import this_year
from crm_desktop.orders.queries import order
from crm_desktop.orders.rows import OrderDetails
from crm_desktop.orders.validation import OrderInput
from crm_desktop.settings import Preferences
from tests.factories.orders import WHEN, line, ordered, product
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.numbers import parse_number
from ui.orders.line_row import LineRow
from ui.orders.moment_field import before
from ui.orders.order_dialog import OrderDialog
from ui.theme import Theme
from ui.unsaved_work import KINDS, sentence

YEAR = this_year()


def opened(desk: Desk, window: QWidget, customer_id: UUID | None, order_id: UUID | None = None) -> OrderDialog:
    dialog = OrderDialog(desk.context, window, customer_id, "Ana Ruiz" if customer_id else "", order_id)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    desk.settle()
    return dialog


def rows(dialog: OrderDialog) -> list[LineRow]:
    return dialog.order_fields.lines.rows


def saved(desk: Desk, order_id: UUID) -> OrderDetails:
    with desk.context.database.session() as session:
        return order(session, order_id)


def choose(desk: Desk, row: LineRow, words: str) -> None:
    desk.qtbot.keyClicks(row.product.input, words)
    desk.wait(lambda: row.product.list.isVisible())
    desk.qtbot.keyClick(row.product.input, Qt.Key.Key_Return)
    desk.settle()


def test_an_order_is_taken_down_by_keyboard_alone(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    with desk.context.database.session() as session:
        chai = product(session, "1", "Chai", category="Beverages")
        product(session, "2", "Chang", "19.00")
    dialog = opened(desk, window, customer)
    desk.wait(lambda: dialog.order_fields.number.placeholderText() == f"{YEAR}-000001")
    first = rows(dialog)[0]
    assert first.product.input.hasFocus()
    choose(desk, first, "chai")
    assert first.price.text() == "18.00" and first.quantity.hasFocus()
    qtbot.keyClicks(first.quantity, "3")
    qtbot.keyClick(first.quantity, Qt.Key.Key_Tab)
    qtbot.keyClick(first.price, Qt.Key.Key_Tab)
    first.discount.selectAll()
    qtbot.keyClicks(first.discount, "15")
    assert first.total.text() == "45.90"
    second = rows(dialog)[1]
    qtbot.keyClick(first.discount, Qt.Key.Key_Tab)
    qtbot.keyClick(first.remove_button, Qt.Key.Key_Tab)
    assert second.product.input.hasFocus(), "Tab leads to the line that was begun meanwhile, not past it"
    qtbot.keyClicks(second.product.input, "Gift wrap")
    desk.wait(lambda: second.product.list.isVisible())
    qtbot.keyClick(second.product.input, Qt.Key.Key_Tab)
    assert second.product.list.isHidden(), "what was not found stays no longer than the typing"
    qtbot.keyClick(second.quantity, Qt.Key.Key_Tab)
    assert second.price.hasFocus()
    qtbot.keyClicks(second.price, "2,5")
    second.price.left.emit()
    assert second.price.text() == "2.50" and len(rows(dialog)) == 3
    assert dialog.order_fields.lines.total.text() == "2 lines, total 48.40 EUR"
    with qtbot.waitSignal(dialog.saved) as told:
        qtbot.keyClick(second.price, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    made = saved(desk, told.args[0])
    assert (made.order_number, made.customer_id, made.total) == (f"{YEAR}-000001", customer, Decimal("48.4"))
    assert [(each.product_id, each.description, each.discount_percent) for each in made.lines] == [
        (chai, "Chai", 15),
        (None, "Gift wrap", 0),
    ]
    assert abs((made.ordered_at - datetime.now(UTC)).total_seconds()) < 60
    desk.settle()
    desk.context.undo.undo()
    desk.settle()
    assert desk.one("select count(*) from crm.orders") == 0
    dialog.deleteLater()


def test_the_customer_is_picked_where_none_is_chosen(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    desk.add(contact_name="Ben Okafor")
    dialog = opened(desk, window, None)
    assert dialog.picker is not None
    qtbot.keyClicks(rows(dialog)[0].product.input, "Tea")
    rows(dialog)[0].price.setText("5")
    dialog.save()
    assert "Choose the customer first." in dialog.notice.text
    qtbot.keyClicks(dialog.picker.input, "okafor")
    desk.wait(lambda: dialog.picker is not None and dialog.picker.list.isVisible())
    qtbot.keyClick(dialog.picker.input, Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select c.contact_name from crm.orders join crm.customers c on c.id = customer_id") == "Ben Okafor"
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("quantity", "0", "Line 1: enter a quantity above 0"),
        ("quantity", "three", "Line 1: enter a quantity above 0"),
        ("price", "1.005", "Line 1: enter a price of 0 or more"),
        ("price", "", "Line 1: enter a price of 0 or more"),
        ("discount", "101", "Line 1: enter a discount from 0 to 100"),
    ],
)
def test_a_wrong_line_is_marked_where_it_is_wrong(
    desk: Desk, window: QWidget, field: str, text: str, said: str
) -> None:
    dialog = opened(desk, window, desk.add())
    row = rows(dialog)[0]
    row.product.input.setText("Tea")
    row.price.setText("5")
    editor = getattr(row, field)
    editor.setText(text)
    dialog.save()
    assert dialog.form["lines"].message_text.startswith(said)
    assert editor.property("invalid") and not row.product.input.property("invalid")
    assert editor.hasFocus(), "what is typed next mends the field that is wrong"
    editor.setText("5")
    dialog.form.show_errors(dialog.form.errors())
    assert not editor.property("invalid")
    assert desk.one("select count(*) from crm.orders") == 0
    dialog.discard()
    dialog.deleteLater()


def test_lines_are_moved_and_removed_by_keyboard(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    with desk.context.database.session() as session:
        made = ordered(session, desk.add(), line("Tea"), line("Milk"), line("Sugar"))
    dialog = opened(desk, window, None, made)
    assert [row.product.input.text() for row in rows(dialog)] == ["Tea", "Milk", "Sugar", ""]
    assert not dialog.is_dirty()
    rows(dialog)[2].remove_button.setFocus()
    qtbot.keyClick(rows(dialog)[2].remove_button, Qt.Key.Key_Tab)
    assert rows(dialog)[3].product.input.hasFocus()
    rows(dialog)[3].discount.setFocus()
    qtbot.keyClick(rows(dialog)[3].discount, Qt.Key.Key_Tab)
    assert dialog.form["notes"].editor.hasFocus()
    qtbot.keyClick(rows(dialog)[0].product.input, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [row.product.input.text() for row in rows(dialog)] == ["Milk", "Tea", "Sugar", ""]
    qtbot.keyClick(rows(dialog)[2].quantity, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert dialog.is_dirty()
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert [each.description for each in saved(desk, made).lines] == ["Milk", "Tea"]
    assert saved(desk, made).total == 20
    dialog.deleteLater()


def test_a_number_that_is_taken_is_said_at_its_field(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    with desk.context.database.session() as session:
        ordered(session, customer, order_number="10248")
    dialog = opened(desk, window, customer)
    rows(dialog)[0].product.input.setText("Tea")
    rows(dialog)[0].price.setText("5")
    dialog.order_fields.number.setText("10248")
    dialog.save()
    desk.settle()
    assert dialog.form["order_number"].message_text == "Another order has this number."
    dialog.discard()
    dialog.deleteLater()


def test_a_stale_save_shows_original_theirs_and_mine(desk: Desk, clean: Crm, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    with desk.context.database.session() as session:
        tea = line("Tea")
        made = ordered(session, customer, tea, order_number="A")
    dialog = opened(desk, window, None, made)
    with clean.database("emil").session() as session:
        theirs = OrderInput(customer, "A", ordered_at=WHEN, lines=(tea, line("Milk")))
        actions.edit_order(session, made, 1, theirs)
    rows(dialog)[0].quantity.setText("5")
    dialog.form["notes"].editor.setPlainText("by noon")
    dialog.save()
    desk.settle()
    question = next(each for each in dialog.findChildren(ConflictDialog))
    assert "Emil Employee saved this order" in question.heading.text()
    assert question.choices() == {"lines": "mine", "notes": "mine"}
    question.choose("lines", "theirs")
    question.save_button.click()
    desk.settle()
    assert [each.description for each in saved(desk, made).lines] == ["Tea", "Milk"]
    assert saved(desk, made).notes == "by noon" and saved(desk, made).lines[0].quantity == 1
    dialog.discard()
    dialog.deleteLater()


def test_what_somebody_else_saves_shows_at_once(desk: Desk, clean: Crm, window: QWidget) -> None:
    with desk.context.database.session() as session:
        tea = line("Tea")
        made = ordered(session, desk.add(), tea, order_number="A")
    dialog = opened(desk, window, None, made)
    with clean.database("emil").session() as session:
        given = OrderInput(UUID(int=0), "A", ordered_at=WHEN, lines=(tea, line("Milk")))
        actions.edit_order(session, made, 1, given)
    from ui.operations import DataChange

    desk.context.operations.data_changed.emit(DataChange(frozenset({"orders"}), None, (made,)))
    desk.wait(lambda: len(rows(dialog)) == 3)
    assert dialog.order_fields.lines.total.text() == "2 lines, total 20.00 EUR"
    dialog.discard()
    dialog.deleteLater()


def test_a_draft_brings_back_the_lines(desk: Desk, window: QWidget) -> None:
    customer = desk.add()
    dialog = opened(desk, window, customer)
    rows(dialog)[0].product.input.setText("Tea")
    rows(dialog)[0].price.setText("5")
    rows(dialog)[0].quantity.setText("7")
    values, about, before_it = dialog.form.values(), dialog.draft_about(), dict(dialog.form.opened)
    dialog.discard()
    dialog.deleteLater()
    desk.settle()
    store = DraftStore(desk.context.preferences.folder / "drafts", f"test|{desk.context.database.username}")
    store.write(Draft("1a", "orders", None, 0, "order", datetime.now(UTC), before_it, values, about))
    store.close()
    desk.context.drafts.look()
    desk.wait(lambda: desk.context.drafts.left)
    left = desk.context.drafts.left[0]
    assert "an unsaved order" in sentence(left) and "Ana Ruiz" in sentence(left)
    again = KINDS["orders"][1](desk.context, window, left)
    again.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    again.kept.go_on_with(left)
    again.open()
    desk.settle()
    assert again.form["lines"].value() == values["lines"] and again.is_dirty()
    with desk.qtbot.waitSignal(again.saved) as told:
        again.save_and_close()
    assert saved(desk, told.args[0]).lines[0].quantity == 7
    again.deleteLater()


def test_the_first_product_brings_its_currency_and_another_one_is_not_priced(
    desk: Desk, window: QWidget, qtbot: QtBot
) -> None:
    with desk.context.database.session() as session:
        product(session, "U1", "Umbrella", "30.00", currency="USD")
        product(session, "E1", "Earl Grey", "5.00")
    dialog = opened(desk, window, desk.add())
    choose(desk, rows(dialog)[0], "umbrella")
    assert dialog.form["currency"].value() == "USD" and rows(dialog)[0].price.text() == "30.00"
    rows(dialog)[1].product.input.setFocus()
    choose(desk, rows(dialog)[1], "earl")
    assert rows(dialog)[1].price.text() == ""
    assert dialog.order_fields.lines.hint.text() == "Earl Grey costs 5.00 EUR: enter its price in USD."
    dialog.discard()
    dialog.deleteLater()


def test_new_lines_start_with_the_discount_of_the_tier_and_others_keep_theirs(
    desk: Desk, window: QWidget, qtbot: QtBot
) -> None:
    desk.one("update crm.loyalty_tiers set discount_percent = 7.5 where tier = 'gold' returning 1")
    customer = desk.add()
    desk.one("select crm.enrol_customer(:who)", who=customer)
    earned = "insert into crm.loyalty_ledger (user_id, kind, points) select user_id, 'earn', 6000 from crm.customers"
    desk.one(f"{earned} returning 1")
    with desk.context.database.session() as session:
        product(session, "T-1", "Green tea", "10")
        old = ordered(session, customer, line("Milk"))
    dialog = opened(desk, window, None, old)
    assert [row.value().discount for row in rows(dialog)] == ["0", "7.5"]  # the last one is the blank one
    assert not dialog.is_dirty()
    dialog.discard()
    dialog.deleteLater()
    dialog = opened(desk, window, customer)
    assert dialog.order_fields.lines.benefit.text() == "Gold: 7.5 % discount on new lines."
    choose(desk, rows(dialog)[0], "green")
    assert rows(dialog)[0].discount.value() == "7.5" and rows(dialog)[0].amount == Decimal("9.25")
    qtbot.keyClicks(rows(dialog)[1].product.input, "Delivery")  # its discount is left blank
    qtbot.keyClicks(rows(dialog)[1].price, "4")
    rows(dialog)[0].discount.setText("0")
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_and_close()
    assert [line.discount_percent for line in saved(desk, told.args[0]).lines] == [0, Decimal("7.5")]
    dialog.deleteLater()


def test_an_order_without_lines_keeps_its_total(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    """Some are imported with nothing but a total."""
    customer = desk.add()
    desk.one(
        "insert into crm.orders (order_number, customer_id, total) values ('T', :who, 99) returning 1", who=customer
    )
    made = desk.one("select id from crm.orders")
    dialog = opened(desk, window, None, made)
    assert dialog.order_fields.lines.total.text() == "Total 99.00 EUR"
    dialog.form["notes"].editor.setPlainText("later")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert saved(desk, made).total == 99 and saved(desk, made).notes == "later"
    dialog.deleteLater()


def test_who_ordered_at_a_company_is_one_of_its_contacts(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    company = desk.add(company_name="Nord AG", customer_type="business")
    with desk.context.database.session() as session:
        from crm_desktop.contacts.actions import add_contact
        from crm_desktop.contacts.validation import ContactInput

        mara = add_contact(session, company, ContactInput(name="Mara Weiß"))
    dialog = opened(desk, window, company)
    desk.wait(lambda: dialog.form["contact_id"].isVisible())
    dialog.form["contact_id"].control.set_value(mara)
    rows(dialog)[0].product.input.setText("Tea")
    rows(dialog)[0].price.setText("5")
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_and_close()
    assert saved(desk, told.args[0]).contact == "Mara Weiß"
    dialog.deleteLater()


def test_every_part_has_a_name_and_fits_a_phone(desk: Desk, qtbot: QtBot) -> None:
    phone = QWidget()
    phone.resize(390, 844)
    qtbot.addWidget(phone)
    phone.show()
    with desk.context.database.session() as session:
        made = ordered(session, desk.add(), line("A product with a rather long name of many words", "12", "1234567.89"))
    dialog = opened(desk, phone, None, made)
    QApplication.processEvents()
    assert nameless(dialog) == []
    assert dialog.width() <= 390 and dialog.fields.width() <= 390
    assert rows(dialog)[0].captions["Quantity"].isVisible()
    dialog.discard()
    dialog.deleteLater()


def test_an_employee_takes_down_orders_too(
    clean: Crm, theme: Theme, preferences: Preferences, window: QWidget, qtbot: QtBot
) -> None:
    with at_desk(clean.database("emil"), theme, preferences, qtbot) as emil:
        dialog = opened(emil, window, emil.add())
        rows(dialog)[0].product.input.setText("Tea")
        rows(dialog)[0].price.setText("5")
        with qtbot.waitSignal(dialog.saved):
            dialog.save_and_close()
        emil.settle()
        dialog.deleteLater()


def test_without_the_right_an_order_can_only_be_read(desk: Desk, window: QWidget) -> None:
    from dataclasses import replace

    with desk.context.database.session() as session:
        made = ordered(session, desk.add())
    may = replace(desk.context.capabilities, edit_orders=False)
    desk.context = replace(desk.context, capabilities=may)
    dialog = opened(desk, window, None, made)
    assert rows(dialog)[0].quantity.isReadOnly() and not rows(dialog)[0].remove_button.isVisible()
    assert not dialog.save_button.isEnabled() and not dialog.delete_button.isVisible()
    dialog.discard()
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,5", "1.5"), ("1,000", "1000"), ("1.234,50", "1234.50"), ("1,234.5", "1234.5"), ("12 %", "12"), (".5", "0.5"),
     ("", None), ("1e9", None), ("NaN", None), ("1,2,3.4.5", None), ("٣", None)],
)  # fmt: skip
def test_numbers_are_read_as_they_are_typed(text: str, number: str | None) -> None:
    assert parse_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 Dec", datetime(2025, 12, 3, 9)),
        ("25 Nov 14:30", datetime(2026, 11, 25, 14, 30)),
        ("8:15", datetime(2026, 11, 26, 8, 15)),
        ("14:00", datetime(2026, 11, 26, 14)),
        ("3 Dec 2027", datetime(2027, 12, 3, 9)),
        ("yesterday", datetime(2026, 11, 25, 9)),
        ("soon", None),
    ],
)
def test_a_day_without_a_year_is_the_last_one(text: str, expected: Any) -> None:
    assert before(text, datetime(2026, 11, 26, 12)) == expected
