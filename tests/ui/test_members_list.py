"""The Loyalty tab: the list of members, searched and filtered, and the way to a card."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from tests.ui.desk import Desk, nameless
from ui.loyalty.page import LoyaltyPage
from ui.loyalty.programme_view import ProgrammeView
from ui.operations import DataChange


def enrolled(desk: Desk, name: str, points: int) -> UUID:
    customer_id = desk.add(contact_name=name)
    with desk.context.database.session() as session:
        account = actions.enrol(session, customer_id)
        if points:
            actions.book(session, account, Booking("earn", points))
    return customer_id


def opened(desk: Desk, qtbot: QtBot, width: int = 1100) -> LoyaltyPage:
    page = LoyaltyPage(desk.context)
    qtbot.addWidget(page)
    page.resize(width, 700)
    page.show()
    desk.settle()
    return page


def cells(page: LoyaltyPage, desk: Desk, *keys: str) -> list[tuple[str, ...]]:
    desk.settle()
    desk.qtbot.wait(10)
    desk.settle()
    model = page.members.table.model
    places = [place for place, column in enumerate(model.columns) if column.key in keys]
    return [tuple(model.index(row, place).data() for place in places) for row in range(model.rowCount())]


@pytest.fixture
def three(desk: Desk) -> dict[str, UUID]:
    desk.add(contact_name="Nobody")
    return {name: enrolled(desk, name, points) for name, points in (("Zoë", 0), ("Ana", 12_000), ("Ben", 999))}


def test_members_with_their_tier_and_points(desk: Desk, qtbot: QtBot, three: dict[str, UUID]) -> None:
    page = opened(desk, qtbot)
    assert cells(page, desk, "name", "tier", "points_balance", "to_next") == [
        ("Ana", "Platinum", "12,000", "Highest tier"),
        ("Ben", "Bronze", "999", "1"),
        ("Zoë", "Bronze", "0", "1,000"),
    ]
    assert page.members.count.text() == "3 members"
    page.members.table.set_sort("points_balance", True)
    assert cells(page, desk, "name") == [("Ana",), ("Ben",), ("Zoë",)]
    assert not nameless(page)


def test_a_row_opens_the_card(desk: Desk, qtbot: QtBot, three: dict[str, UUID]) -> None:
    page = opened(desk, qtbot)
    with qtbot.waitSignal(page.customer_wanted) as wanted:
        page.members.table.choose(1)
        page.members.table._on_activated(1)
    assert wanted.args == [three["Ben"]]


def test_searching_and_filtering_leave_the_others_out(desk: Desk, qtbot: QtBot, three: dict[str, UUID]) -> None:
    page = opened(desk, qtbot)
    QTest.keyClicks(page.members.search, "zoe")
    qtbot.wait(100)
    assert cells(page, desk, "name") == [("Zoë",)]
    page.members.tier.set_value("gold")
    assert cells(page, desk, "name") == []
    assert page.members._empty_words().title == "No member is found"
    page.members.clear()
    assert len(cells(page, desk, "name")) == 3 and not page.members.clear_button.isVisible()
    page.members.tier.set_value("bronze")
    assert cells(page, desk, "name") == [("Ben",), ("Zoë",)]


def test_points_booked_elsewhere_show(desk: Desk, qtbot: QtBot, three: dict[str, UUID]) -> None:
    page = opened(desk, qtbot)
    account = desk.one("select user_id from crm.customers where contact_name = 'Ben'")
    with desk.context.database.session() as session:
        actions.book(session, account, Booking("earn", 1))
    desk.context.operations.tell_changed(DataChange(frozenset({"loyalty"}), (account,), None))
    desk.wait(lambda: cells(page, desk, "name", "tier")[1] == ("Ben", "Silver"))


def test_without_members_the_way_to_the_customers_is_shown(desk: Desk, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    words = page.members._empty_words()
    assert words.title == "No members yet"
    with qtbot.waitSignal(page.page_wanted) as wanted:
        words.actions[0][1]()
    assert wanted.args == ["customers"]


def test_the_programme_is_built_when_it_is_opened(desk: Desk, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    assert page.bar.isVisible() and page.findChild(ProgrammeView) is None
    page.open_programme()
    page.bar.setCurrentIndex(0)
    page.open_programme()
    assert len(page.findChildren(ProgrammeView)) == 1 and page.on_top is page.findChild(ProgrammeView)


@pytest.mark.parametrize("width", [390, 820])
def test_narrow_windows_show_it_whole(desk: Desk, qtbot: QtBot, three: dict[str, UUID], width: int) -> None:
    page = opened(desk, qtbot, width)
    assert page.width() == width and cells(page, desk, "name")[0] == ("Ana",)
    for each in (page.members.search, page.members.tier):
        assert each.geometry().right() <= width
