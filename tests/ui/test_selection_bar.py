"""The bar below the customers while some are marked: counts that are exact, and actions that get what is marked."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from crm_desktop.listing.selection import Selection
from tests.ui.customers_page import make_page
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.main_window import MainWindow
from ui.shell.shape import Shape
from ui.tables.selection_bar import SelectionAction, SelectionBar


@pytest.fixture
def three(desk: Desk) -> list[UUID]:
    return [desk.add(contact_name=name, email=f"{name.lower()}@example.org") for name in ("Ana", "Ben", "Carla")]


@pytest.fixture
def page(desk: Desk, three: list[UUID]) -> CustomersPage:
    return make_page(desk)


def mark(page: CustomersPage, row: int) -> None:
    view = page.table.view
    place = QPoint(200, view.rowViewportPosition(row) + 10)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)


def test_the_bar_counts_and_clears(page: CustomersPage, desk: Desk) -> None:
    bar = page.selection_bar
    assert not bar.isVisible()
    mark(page, 0)
    assert (bar.isVisible(), bar.count.text()) == (True, "1 customer selected")
    mark(page, 2)
    assert (bar.accessibleName(), bar.all_button.text()) == ("2 customers selected", "Select all 3")
    desk.qtbot.wait(120)
    assert not page.pane.is_open, "marking opens no card"
    bar.all_button.click()
    assert (bar.count.text(), bar.all_button.isVisible()) == ("3 customers selected", False)
    assert nameless(page) == []
    bar.clear_button.click()
    assert not bar.isVisible() and not page.table.marks.any


def test_an_action_gets_what_is_marked(page: CustomersPage, desk: Desk, three: list[UUID]) -> None:
    got: list[Selection] = []

    def run(_context: object, selection: Selection, bar: SelectionBar) -> None:
        got.append(selection)
        bar.clear()

    actions = (
        SelectionAction("Take", "edit", lambda may: may.edit_customers, run),
        SelectionAction("Pair", "edit", lambda may: may.edit_customers, run, least=2, most=2),
        SelectionAction("Never", "delete", lambda _may: False, run, dangerous=True),
    )
    bar = SelectionBar(desk.context, page.table, "customer", actions)
    desk.qtbot.addWidget(bar)
    mark(page, 1)
    assert bar.button("Take").isEnabled() and not bar.button("Pair").isEnabled()
    assert bar.button("Pair").toolTip() == "Pair: select 2"
    with pytest.raises(StopIteration):
        bar.button("Never")
    bar.button("Take").click()
    assert got == [Selection.of([three[1]])]
    assert not page.table.marks.any


def test_a_customer_who_is_deleted_elsewhere_is_not_meant_any_more(
    page: CustomersPage, desk: Desk, three: list[UUID]
) -> None:
    """peers.md 19: the count is that of rows that are there."""
    from crm_desktop.customers.actions import delete_customer
    from ui.operations import DataChange

    mark(page, 0)
    mark(page, 1)
    with desk.context.database.session() as session:
        delete_customer(session, three[0])
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: page.selection_bar.count.text() == "1 customer selected")
    desk.settle()


def test_on_a_phone_taps_select_after_one_asked_for_it(page: CustomersPage, desk: Desk) -> None:
    page.resize(390, 800)
    page.set_shape(Shape.NARROW)
    page.filters._select.click()
    assert page.selection_bar.isVisible()
    view = page.table.view
    for row in (0, 1):
        place = QPoint(200, view.rowViewportPosition(row) + 10)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.selection_bar.count.text() == "2 selected"
    assert not page.pane.is_open
    page.selection_bar.clear()
    assert not page.filters._select.isChecked()


def test_what_is_said_does_not_cover_the_bar(desk: Desk, three: list[UUID]) -> None:
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.resize(1300, 800)
    window.show()
    desk.settle()
    desk.context.notices.info("Somebody saved something.")
    mark(window.customers, 0)
    desk.qtbot.wait(50)
    bar = window.customers.selection_bar
    top = bar.mapTo(window, QPoint(0, 0)).y()
    assert bar.isVisible() and window.notices.isVisible()
    assert window.notices.geometry().bottom() < top
    bar.clear()
    desk.qtbot.wait(50)
    assert window.notices.geometry().bottom() > top
    desk.settle()


@pytest.mark.parametrize(("width", "icons", "lines"), [(1400, False, 1), (620, True, 1), (230, True, 2)])
def test_words_give_way_to_icons_and_one_line_to_two(
    page: CustomersPage, desk: Desk, width: int, icons: bool, lines: int
) -> None:
    page.resize(width, 700)
    mark(page, 0)
    mark(page, 1)
    desk.qtbot.wait(20)
    bar = page.selection_bar
    bar.resize(width, bar.sizeHint().height())
    for action, large, small in bar._buttons:
        assert (large.isVisible(), small.isVisible()) == (not icons, icons), action.title
    same_line = bar._can[0].y() < bar._what[0].y() + bar._what[0].height()
    assert same_line == (lines == 1)
    assert bar.minimumSizeHint().width() == 0
