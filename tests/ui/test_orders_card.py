"""The Orders tab of a customer's card: history, habits and preferences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session

from crm_desktop.customers.queries import customer_card
from crm_desktop.orders.preferences import PreferenceInput, add_preference
from tests.factories.orders import WHEN, line, ordered, product
from tests.ui.desk import Desk, nameless
from ui.orders.card_page import OrdersCardPage
from ui.orders.habits_section import interval_words
from ui.orders.order_dialog import OrderDialog
from ui.orders.preference_dialog import PreferenceDialog


@pytest.fixture
def who(desk: Desk) -> UUID:
    found = desk.add(contact_name="Ana Ruiz")
    with desk.context.database.session() as session:
        chai = product(session, "1", "Chai", category="Beverages")
        for days, status in ((0, "completed"), (14, "paid"), (21, "cancelled")):
            lines = (line("Chai", "2", "18", "15", product_id=chai), line("Postage", "1", "4.99"))
            ordered(session, found, *lines, order_number=f"N-{days}", status=status, ordered_at=WHEN - timedelta(days))
        ordered(session, found, line("Umbrella", "1", "30"), order_number="US", currency="USD", ordered_at=WHEN)
        add_preference(session, PreferenceInput(found, "product", "Chai", chai, "likes", "Masala, not green"))
    return found


def shown(desk: Desk, qtbot: QtBot, who: UUID, window: QWidget | None = None) -> OrdersCardPage:
    page = OrdersCardPage(desk.context)
    qtbot.addWidget(page)
    page.resize(900, 800)
    with desk.context.database.session() as session:
        page.show_customer(_card(session, who))
    page.show()
    desk.settle()
    return page


def _card(session: Session, who: UUID) -> object:
    return customer_card(session, who)


def test_the_history_with_totals_in_each_currency(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    page = shown(desk, qtbot, who)
    names = [entry.accessibleName() for entry in page.history.entries]
    assert [name.split(",")[0] for name in names] == ["Order US", "Order N-0", "Order N-14", "Order N-21"] or (
        sorted(name.split(",")[0] for name in names[:2]) == ["Order N-0", "Order US"]
    )
    paid = next(name for name in names if "N-14" in name)
    assert "Paid" in paid and "35.59 EUR" in paid and "Chai, Postage" in paid
    said = page.history.totals.text().splitlines()
    assert said[0].startswith("2 orders, 71.18 EUR since ") and said[1].startswith("1 order, 30.00 USD, ")
    assert nameless(page) == []


def test_what_purchases_tell(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    page = shown(desk, qtbot, who)
    values = {name: label.value for name, label in page.habits.values.items()}
    assert values["Buys most"] == "Chai (2 orders), Postage (2 orders), Umbrella (1 order)"
    assert values["Categories"] == "Beverages (2 orders)"
    assert values["Buys every"] == "14 days" and values["Average order"] == "35.59 EUR · 30.00 USD"
    assert "2 Nov 2026" in values["Last purchase"] or "2 Nov" in values["Last purchase"]
    assert [interval_words(days) for days in (None, 0.5, 27, 60, 365)] == [
        "",
        "1 day",
        "27 days",
        "9 weeks",
        "12 months",
    ]


def test_an_order_is_opened_and_a_new_one_is_of_this_customer(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    page = shown(desk, qtbot, who)
    entry = next(each for each in page.history.entries if each.row.order_number == "N-14")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    desk.settle()
    dialog = page.findChild(OrderDialog)
    assert dialog is not None and dialog.title() == "Order N-14"
    dialog.discard()
    QApplication.processEvents()
    page.history.add_button.click()
    desk.settle()
    dialog = page.findChildren(OrderDialog)[-1]
    assert dialog.with_label.text() == "For Ana Ruiz"
    dialog.order_fields.lines.rows[0].product.input.setText("Tea")
    dialog.order_fields.lines.rows[0].price.setText("5")
    dialog.save_and_close()
    desk.wait(lambda: len(page.history.entries) == 5)
    assert page.actions_of.menu(entry.row).actions()[0].text() == "Open"
    assert all("Show" not in action.text() for action in page.actions_of.menu(entry.row).actions())


def test_preferences_are_added_changed_and_removed_each_with_undo(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    page = shown(desk, qtbot, who)
    section = page.preferences
    assert [entry.accessibleName() for entry in section.entries] == ["Likes Chai (product). Masala, not green"]
    section.add()
    dialog = page.findChild(PreferenceDialog)
    assert dialog is not None
    desk.settle()
    dialog.save()
    assert dialog.form["subject"].message_text == "Say what it is about."
    dialog.form["attitude"].control.set_value("dislikes")
    dialog.kind.set_value("other")
    dialog.kind.edited.emit()
    dialog.words.words.setText("calls before noon")
    dialog.save_and_close()
    desk.wait(lambda: len(section.entries) == 2)
    assert section.entries[1].accessibleName() == "Dislikes calls before noon."
    section.entries[0].edit_button.click()
    desk.settle()
    editing = next(each for each in page.findChildren(PreferenceDialog) if each.isVisible())
    assert editing.words.value()[1] == "Chai" and not editing.is_dirty()
    editing.form["note"].editor.setPlainText("any")  # type: ignore[attr-defined]
    editing.save_and_close()
    desk.wait(lambda: section.entries[0].accessibleName() == "Likes Chai (product). any")
    section.entries[1].remove_button.click()
    desk.wait(lambda: len(section.entries) == 1)
    desk.context.undo.undo()
    desk.wait(lambda: len(section.entries) == 2)


def test_a_hidden_tab_reads_nothing_until_it_is_shown(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    page = shown(desk, qtbot, who)
    page.hide()
    with desk.context.database.session() as session:
        ordered(session, who, order_number="LATE")
    from ui.operations import DataChange

    desk.context.operations.data_changed.emit(DataChange(frozenset({"orders"}), None, None))
    desk.settle()
    assert len(page.history.entries) == 4
    page.show()
    desk.wait(lambda: len(page.history.entries) == 5)


def test_somebody_who_bought_nothing(desk: Desk, qtbot: QtBot) -> None:
    page = shown(desk, qtbot, desk.add(contact_name="Nobody Yet"))
    assert page.history.none.isVisible() and not page.habits.isVisible() and page.preferences.none.isVisible()
    page.resize(360, 800)
    QApplication.processEvents()
    assert page.minimumSizeHint().width() <= 360


def test_without_rights_there_is_nothing_to_press(desk: Desk, qtbot: QtBot, who: UUID) -> None:
    may = replace(desk.context.capabilities, edit_orders=False, edit_customers=False)
    desk.context = replace(desk.context, capabilities=may)
    page = shown(desk, qtbot, who)
    assert not page.history.add_button.isVisible() and not page.preferences.add_button.isVisible()
    assert not page.preferences.entries[0].remove_button.isVisible()
    assert [a.text() for a in page.actions_of.menu(page.history.entries[0].row).actions()] == ["Open"]
