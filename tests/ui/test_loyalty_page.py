"""The Loyalty tab: its figures, and that every number opens its list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.factories.customers import customer
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, nameless
from ui.loyalty.page import LoyaltyPage
from ui.loyalty.programme_view import ProgrammeView
from ui.main_window import MainWindow
from ui.shell.pages import LOYALTY


def fill(clean: Crm) -> None:
    with clean.connect() as ada:
        _, account = member(ada, points=6000, contact_name="Ana Ruiz")
        entry(ada, account, "redeem", -500)
        member(ada, points=20)
        member(ada)
        customer(ada)
        ada.execute("""INSERT INTO crm.settings (key, value) VALUES ('points_expire_months', '12')""")


def show(desk: Desk) -> LoyaltyPage:
    page = LoyaltyPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show()
    page.open_programme()
    desk.settle()
    return page


def view_of(page: LoyaltyPage) -> ProgrammeView:
    view = page.findChild(ProgrammeView)
    assert view is not None
    return view


def test_the_programme_at_a_glance(clean: Crm, desk: Desk) -> None:
    fill(clean)
    page = show(desk)
    view = view_of(page)
    told = [card.accessibleName() for card in view.figures.cards]
    assert told == ["Members: 3", "Not enrolled: 1", "Points to redeem: 5,520", "Points earned: 6,020",
                    "Points redeemed: 500"]  # fmt: skip
    assert [card.accessibleName() for card in view.tiers.values()] == [
        "Bronze: 2 members", "Silver: 0 members", "Gold: 1 members", "Platinum: 0 members",
    ]  # fmt: skip
    assert "redeeming never demotes" in view.basis.text()
    assert "5,520 points expire 12 months after they came" in view.forecast.words.text()
    assert view.changes.table.rowCount() == 4
    assert not nameless(view)


@pytest.mark.parametrize(
    ("press", "rows"),
    [(lambda v: v.figures.cards[0].click(), 3), (lambda v: v.figures.cards[1].click(), 1),
     (lambda v: v.figures.cards[2].click(), 2), (lambda v: v.figures.cards[3].click(), 2),
     (lambda v: v.figures.cards[4].click(), 1), (lambda v: v.tiers["bronze"].show_button.click(), 2),
     (lambda v: v.forecast.rows[2].click(), 2)],
)  # fmt: skip
def test_every_number_opens_its_list(clean: Crm, desk: Desk, press: Any, rows: int) -> None:
    fill(clean)
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.resize(1300, 900)
    window.show()
    window.open_tab(LOYALTY)
    page = window.pages.page(LOYALTY)
    assert isinstance(page, LoyaltyPage)
    page.open_programme()
    desk.wait(lambda: bool(view_of(page).forecast.rows))
    press(view_of(page))
    desk.wait(lambda: window.pages.current_key == "customers")
    desk.wait(lambda: window.customers.table.total_is_exact and window.customers.table.total == rows)
    desk.settle()


def test_a_tier_change_opens_its_customer(clean: Crm, desk: Desk) -> None:
    fill(clean)
    page = show(desk)
    table = view_of(page).changes.table
    row = next(row for row in range(table.rowCount()) if "Bronze → Gold" in table.item(row, 1).text())
    with desk.qtbot.waitSignal(page.customer_wanted) as wanted:
        table.activated.emit(table.model().index(row, 0))
    assert wanted.args == [desk.one("SELECT id FROM crm.customers WHERE contact_name = 'Ana Ruiz'")]


def test_rules_that_change_show_at_once(clean: Crm, desk: Desk) -> None:
    fill(clean)
    page = show(desk)
    view = view_of(page)
    desk.one("UPDATE crm.loyalty_tiers SET threshold = 10, benefits = 'Coffee', discount_percent = 5,"
             " earning_multiplier = 1.5 WHERE tier = 'silver' RETURNING 1")  # fmt: skip
    view.refresh()
    desk.wait(lambda: view.tiers["silver"].count.text() == "1")
    assert view.tiers["silver"].benefits.text() == "points × 1.5\n5 % discount\nCoffee"
    desk.settle()


def test_only_administrators_are_led_to_the_rules(clean: Crm, desk: Desk) -> None:
    opened: list[str] = []

    def open_settings(*, page: str) -> None:
        opened.append(page)

    may = replace(desk.context.capabilities, change_settings=False)
    other = ProgrammeView(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(other)
    assert other.rules_button.isHidden()
    view = ProgrammeView(replace(desk.context, open_settings=open_settings))
    desk.qtbot.addWidget(view)
    view.rules_button.click()
    assert opened == ["Loyalty"]
