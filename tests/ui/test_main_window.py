"""The main window: figures, tabs, the chosen customer, keys, widths."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from tests.ui.desk import Desk, nameless
from ui.customers.customer_dialog import CustomerDialog
from ui.follow_ups.page import FollowUpsPage
from ui.interactions.interaction_dialog import InteractionDialog
from ui.interactions.page import InteractionsPage
from ui.main_window import MainWindow
from ui.shell.header import initials
from ui.shell.pages import ANALYTICS, CUSTOMERS, FOLLOW_UPS, INTERACTIONS


@pytest.fixture
def window(desk: Desk) -> MainWindow:
    now = datetime.now(UTC)
    ana = desk.add(contact_name="Ana Ruiz")
    desk.add(contact_name="Ben Okafor", customer_type="business", status="prospect")
    desk.log(ana, subject="Late", follow_up=now - timedelta(days=20))
    desk.log(ana, subject="Done", status="completed", type="meeting")
    made = MainWindow(desk.context)
    desk.qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    settle(desk)
    return made


def settle(desk: Desk) -> None:
    for _ in range(3):
        desk.settle()
        desk.qtbot.wait(10)


def figure(window: MainWindow, key: str) -> str:
    return next(card for card in window.figures.cards if card.figure.key == key).accessibleName()


def interactions(window: MainWindow) -> InteractionsPage:
    page = window.pages.page(INTERACTIONS)
    assert isinstance(page, InteractionsPage)
    return page


def dialogs(window: MainWindow) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def test_figures_are_counted(window: MainWindow) -> None:
    assert figure(window, "all") == "Customers: 2"
    assert figure(window, "prospect") == "Prospects: 1"
    assert figure(window, "recent") == "Interactions: 2"
    assert figure(window, "overdue") == "Overdue: 1"


def test_a_figure_opens_the_rows_it_counts(window: MainWindow, desk: Desk) -> None:
    window.figures.opened.emit("prospect")
    settle(desk)
    assert window.customers.table.model.rowCount() == 1
    window.figures.opened.emit("overdue")
    settle(desk)
    assert window.pages.current_key == INTERACTIONS
    assert interactions(window).table.model.index(0, 0).data() == "Late"
    assert interactions(window).table.model.rowCount() == 1
    window.figures.opened.emit("recent")
    settle(desk)
    assert interactions(window).table.model.rowCount() == 2
    assert interactions(window).filters.is_set
    window.figures.opened.emit("all")
    settle(desk)
    assert window.pages.current_key == CUSTOMERS
    assert window.customers.table.model.rowCount() == 2


def test_figures_follow_changes(window: MainWindow, desk: Desk) -> None:
    from ui.operations import DataChange

    desk.add(contact_name="Carla Neu")
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: figure(window, "all") == "Customers: 3")


def test_typing_in_the_search_field_finds(window: MainWindow, desk: Desk) -> None:
    window.open_tab(INTERACTIONS)
    QTest.keyClicks(window.header.search, "okaf")
    desk.wait(lambda: window.customers.table.model.rowCount() == 1)
    assert window.pages.current_key == CUSTOMERS
    assert window.customers.table.model.index(0, 0).data() == "Ben Okafor"


def test_return_opens_the_only_one_who_was_found(window: MainWindow, desk: Desk) -> None:
    """While the phone rings: the last digits, Return, and the card is there."""
    desk.add(contact_name="Carla Neu", phone="+49 30 0074321")
    window.open_tab(INTERACTIONS)
    QTest.keyClicks(window.header.search, "4321")
    QTest.keyClick(window.header.search, Qt.Key.Key_Return)
    settle(desk)
    assert window.customers.pane.is_open
    assert window.customers._the_card().customer.name == "Carla Neu"
    assert not window.header.search.hasFocus()


def test_down_leads_from_the_search_to_the_first_of_several(window: MainWindow, desk: Desk) -> None:
    window.resize(820, 1100)  # no card beside the list
    settle(desk)
    window.header.focus_search()
    QTest.keyClick(window.header.search, Qt.Key.Key_Down)
    settle(desk)
    assert window.customers.table.view.hasFocus() and not window.customers.pane.is_open
    assert window.customers.table.current_row().name == "Ana Ruiz"


def test_a_tab_opened_by_its_key_has_the_keyboard(window: MainWindow, desk: Desk) -> None:
    """Ctrl+4 and D: done, and not a search for "d"."""
    window.header.focus_search()
    window._bound["tab_follow_ups"]()
    settle(desk)
    page = window.pages.page(FOLLOW_UPS)
    assert isinstance(page, FollowUpsPage) and window.focusWidget() is page.view
    for name, pages in (("tab_customers", window.customers), ("tab_interactions", interactions(window))):
        window._bound[name]()
        settle(desk)
        assert window.focusWidget() is pages.table.view


def test_tab_and_keys_lead_to_the_list_and_choose_nobody(window: MainWindow, desk: Desk) -> None:
    """Else the next call would be logged with the first customer of the list."""
    window._bound["tab_customers"]()
    settle(desk)
    assert window.focusWidget() is window.customers.table.view
    assert window._customer is None and not window.customers.pane.is_open
    QTest.keyClick(window.customers.table.view, Qt.Key.Key_Return)
    settle(desk)
    assert window._customer is not None and window._customer[1] == "Ana Ruiz"
    assert window.customers.pane.is_open


def test_whoever_goes_on_typing_stays_in_the_search(window: MainWindow, desk: Desk) -> None:
    """Return is taken back by the next letter, even where the answer to it comes late."""
    window.header.focus_search()
    QTest.keyClicks(window.header.search, "an")
    QTest.keyClick(window.header.search, Qt.Key.Key_Return)
    QTest.keyClicks(window.header.search, "a")
    settle(desk)
    assert window.header.search.hasFocus() and not window.customers.pane.is_open


def test_a_letter_typed_on_the_table_goes_to_the_search(window: MainWindow, desk: Desk) -> None:
    window.customers.table.view.setFocus()
    QTest.keyClick(window.customers.table.view, Qt.Key.Key_B)
    assert window.header.search.text() == "b"
    desk.wait(lambda: window.customers.table.model.rowCount() == 1)


def test_the_chosen_customer_narrows_the_other_tabs(window: MainWindow, desk: Desk) -> None:
    window.customers.table.choose(1)
    window.open_tab(INTERACTIONS)
    settle(desk)
    assert window.tabs.chip.isVisible()
    assert window.tabs.chip.accessibleName() == "Only Ben Okafor"
    assert interactions(window).table.model.rowCount() == 0
    window.tabs.scope_cleared.emit()
    settle(desk)
    assert not window.tabs.chip.isVisible()
    assert interactions(window).table.model.rowCount() == 2


def test_a_new_customer_is_shown_and_is_the_one_to_log_with(window: MainWindow, desk: Desk) -> None:
    window.customers.table.choose(0)
    window.add_customer()
    dialog = dialogs(window)[0]
    assert isinstance(dialog, CustomerDialog)
    zoe = desk.add(contact_name="Zoë Late")
    dialog.saved.emit(zoe)
    dialog.done(0)
    settle(desk)
    window.log_interaction()
    logging = dialogs(window)[0]
    assert isinstance(logging, InteractionDialog)
    assert "Zoë Late" in logging.with_label.text()
    logging.done(0)
    settle(desk)


def test_logging_without_a_customer_asks_for_one(window: MainWindow, desk: Desk) -> None:
    window.log_interaction()
    dialog = dialogs(window)[0]
    assert isinstance(dialog, InteractionDialog)
    assert dialog.picker is not None
    dialog.done(0)
    settle(desk)


def test_who_may_not_add_is_told(desk: Desk) -> None:
    may = replace(desk.context.capabilities, add_customers=False, log_interactions=False)
    window = MainWindow(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(window)
    window.add_customer()
    window.log_interaction()
    assert [text.split(".")[0] for text in desk.texts()] == [
        "Your account may not add customers",
        "Your account may not log interactions",
    ]
    assert dialogs(window) == []
    settle(desk)


def test_initials_stand_for_a_person() -> None:
    assert initials("Ana María Lindqvist") == "AL"
    assert initials("ana") == "A"
    assert initials("") == "?"


@pytest.mark.parametrize("width", [1440, 820, 390, 340])
def test_no_part_is_wider_than_the_window(window: MainWindow, desk: Desk, width: int) -> None:
    window.resize(width, 844)
    for index in (CUSTOMERS, INTERACTIONS):
        window.open_tab(index)
        settle(desk)
        assert window.centralWidget().minimumSizeHint().width() <= max(width, 340)
        page = window.pages.currentWidget()
        assert page is not None
        assert page.width() <= width


def test_a_card_on_a_narrow_window_has_it_to_itself(window: MainWindow, desk: Desk) -> None:
    window.resize(390, 844)
    window.customers.table.choose(0)
    window.customers.table.view.setFocus()
    QTest.keyClick(window.customers.table.view, Qt.Key.Key_Return)
    settle(desk)
    assert not window.header.isVisible()
    window.customers.close_card()
    assert window.header.isVisible()


def test_the_charts_come_when_they_are_asked_for(window: MainWindow, desk: Desk) -> None:
    assert window.pages.widget(window.pages.place(ANALYTICS)).objectName() == ""  # type: ignore[union-attr]
    window.open_tab(ANALYTICS)
    desk.wait(lambda: window.pages.currentWidget().objectName() == "analytics")  # type: ignore[union-attr]
    settle(desk)
    assert window.pages.current_key == ANALYTICS


def test_the_customers_behind_a_bar_are_listed(window: MainWindow, desk: Desk) -> None:
    wanted = [("customer_type", "business"), ("status", "prospect")]
    window.pages.page(ANALYTICS).customers_wanted.emit(
        {"all": [{"field": field, "operator": "is", "value": value} for field, value in wanted]}
    )
    settle(desk)
    assert window.pages.current_key == CUSTOMERS
    assert window.customers.table.model.rowCount() == 1
    assert window.customers.filters.is_set


def test_a_page_can_open_a_card(window: MainWindow, desk: Desk) -> None:
    window.open_tab(INTERACTIONS)
    zoe = desk.add(contact_name="Zoë Late")
    interactions(window).customer_wanted.emit(zoe)
    settle(desk)
    assert window.pages.current_key == CUSTOMERS
    assert window.customers.pane.is_open


def test_size_and_place_are_remembered(window: MainWindow, desk: Desk) -> None:
    window.resize(640, 560)
    window.close()
    again = MainWindow(desk.context)
    desk.qtbot.addWidget(again)
    assert again.size().width() == 640
    settle(desk)


def test_everything_that_tab_reaches_has_a_name(window: MainWindow) -> None:
    assert nameless(window) == []
