"""The Customers tab against a real database: search, filters, the card, what is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.modeltest import ModelTester

from crm_desktop.contacts.actions import add_contact
from crm_desktop.contacts.validation import ContactInput
from tests.ui.customers_page import make_page, rows
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.shell.shape import Shape


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    desk.add(contact_name="Ana Ruiz", email="ana@example.org", city="Córdoba", status="active")
    desk.add(contact_name="Ben Okafor", company_name="Okafor Ltd", customer_type="business", status="prospect")
    desk.add(contact_name="", company_name="Ångström AB", customer_type="business", phone="+46317600100")
    return make_page(desk)


def test_cells_are_what_the_database_holds(page: CustomersPage, desk: Desk, qtmodeltester: ModelTester) -> None:
    assert rows(page, desk) == ["Ana Ruiz", "Ångström AB", "Ben Okafor"]
    model = page.table.model
    cells = {column.title: model.index(1, number).data() for number, column in enumerate(model.columns)}
    assert cells["Type"] == "Business"
    assert cells["Phone"] == "+46 31 760 01 00"
    assert cells["Status"] == "Active"
    assert cells["Last contact"] == ""
    assert cells["Created"] == "Today"
    assert page.filters.count.text() == "3 customers"
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("cordoba", ["Ana Ruiz"]),
        ("ANGSTROM", ["Ångström AB"]),
        ("okafor ltd", ["Ben Okafor"]),
        ("031 760 01 00", ["Ångström AB"]),
        ("ana@", ["Ana Ruiz"]),
    ],
)
def test_finds_by_whatever_is_known(page: CustomersPage, desk: Desk, search: str, found: list[str]) -> None:
    page.set_search(search)
    assert rows(page, desk) == found


def test_filters_narrow_and_are_cleared(page: CustomersPage, desk: Desk) -> None:
    page.filters.type.set_value("business")
    assert rows(page, desk) == ["Ångström AB", "Ben Okafor"]
    page.filters.status.set_value("prospect")
    assert rows(page, desk) == ["Ben Okafor"]
    page.filters.clear_button.click()
    assert len(rows(page, desk)) == 3
    assert not page.filters.clear_button.isVisible()


def test_nothing_found_offers_to_clear_everything(page: CustomersPage, desk: Desk) -> None:
    page.filters.type.set_value("business")
    page.set_search("nobody at all")
    assert rows(page, desk) == []
    button = next(b for b in page.table.findChildren(QPushButton) if b.text() == "Clear" and b.isVisible())
    with desk.qtbot.waitSignal(page.search_cleared):
        button.click()
    assert len(rows(page, desk)) == 3


def test_a_chosen_row_opens_its_card_beside_the_list(page: CustomersPage, desk: Desk) -> None:
    with desk.qtbot.waitSignal(page.customer_chosen) as chosen:
        page.table.choose(2)
    desk.wait(lambda: page.pane.is_open)
    assert chosen.args is not None and chosen.args[0].name == "Ben Okafor"
    assert not page.pane.covers
    assert page.table.view.isVisible()


def test_on_a_narrow_window_arrow_keys_stay_in_the_list(desk: Desk, page: CustomersPage) -> None:
    narrow = make_page(desk, Shape.NARROW)
    narrow.table.view.setFocus()
    narrow.table.choose(0)
    desk.qtbot.wait(150)
    assert not narrow.pane.is_open
    QTest.keyClick(narrow.table.view, Qt.Key.Key_Return)
    assert narrow.pane.is_open
    assert narrow.close_card()
    assert not narrow.pane.is_open


def test_closing_the_card_beside_the_list_chooses_nobody(page: CustomersPage, desk: Desk) -> None:
    page.table.choose(0)
    desk.wait(lambda: page.pane.is_open)
    with desk.qtbot.waitSignal(page.customer_chosen) as chosen:
        page.close_card()
    assert chosen.args == [None]
    assert page.table.current_row() is None


def test_a_customer_out_of_the_list_is_the_chosen_one_too(page: CustomersPage, desk: Desk) -> None:
    page.table.choose(0)
    zoe = desk.add(contact_name="Zoë Late")
    page.set_search("okafor")
    rows(page, desk)
    names: list[str | None] = []
    page.customer_chosen.connect(lambda row: names.append(row.name if row else None))
    page.show_customer(zoe)
    desk.settle()
    desk.qtbot.wait(10)
    assert names == [None, "Zoë Late"]


def test_changes_from_elsewhere_arrive_in_the_list(page: CustomersPage, desk: Desk) -> None:
    from ui.operations import DataChange

    desk.add(contact_name="Carla Neu")
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: "Carla Neu" in rows(page, desk))


def test_the_order_is_remembered(page: CustomersPage, desk: Desk) -> None:
    page.table.set_sort("email", True)
    rows(page, desk)
    page.remember()
    again = CustomersPage(desk.context)
    desk.qtbot.addWidget(again)
    assert (again.table.request.sort, again.table.request.descending) == ("email", True)


def test_everything_that_tab_reaches_has_a_name(page: CustomersPage) -> None:
    assert nameless(page) == []


@pytest.mark.parametrize(
    ("search", "column"), [("privat@home", "email"), ("0171 555", "phone"), ("kovacs", "company_name")]
)
@pytest.mark.parametrize("shape", [Shape.WIDE, Shape.NARROW])
def test_another_value_that_was_found_is_shown_and_marked(desk: Desk, search: str, column: str, shape: Shape) -> None:
    desk.add(email="ana@example.org", other_emails=("ana.privat@home.example",), phone="+4930123456",
             other_phones=("+491715551234",))  # fmt: skip
    company = desk.add(contact_name="Nord", company_name="Nordlicht", customer_type="business")
    with desk.context.database.session() as session:
        add_contact(session, company, ContactInput(name="Renáta Kovács"))
    page = make_page(desk, shape)
    page.set_search(search)
    assert rows(page, desk) == ["Nord" if search == "kovacs" else "Ana Ruiz"]
    view, found = page.table.view, page.table.delegate.ink.colour("found").rgb()
    place = (
        0
        if shape is Shape.NARROW
        else next(number for number, each in enumerate(page.table.model.columns) if each.key == column)
    )
    desk.qtbot.waitExposed(page)
    cell = view.visualRect(page.table.model.index(0, place))
    picture = view.viewport().grab(cell).toImage()
    marked = sum(picture.pixel(x, y) == found for x in range(picture.width()) for y in range(picture.height()))
    assert marked > 20
    page.set_search("ana ruiz")
    rows(page, desk)
    plain = view.viewport().grab(cell).toImage()
    if shape is Shape.WIDE and column == "phone":
        assert not any(plain.pixel(x, y) == found for x in range(plain.width()) for y in range(plain.height()))


@pytest.mark.parametrize("width", [1160, 1300, 1440])
def test_no_empty_band_is_left_above_the_rows_beside_a_card(page: CustomersPage, desk: Desk, width: int) -> None:
    page.resize(width, 700)
    desk.settle()
    page.table.choose(0)
    row = page.table.model.row_at(0)
    assert row is not None
    page.show_customer(row.id)
    desk.wait(lambda: page.pane.is_open)
    desk.wait(lambda: page.table.y() == page.filters.geometry().bottom() + 2)
