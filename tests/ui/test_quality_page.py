"""The Data quality tab: figures, the formula, and that every number opens its list."""

from __future__ import annotations

import pytest

from crm_desktop.duplicates.scanning import scan
from tests.ui.desk import Desk, nameless
from ui.main_window import MainWindow
from ui.quality.check_card import percent
from ui.quality.page import DataQualityPage
from ui.shell.pages import DATA_QUALITY, DUPLICATES


def show(desk: Desk) -> DataQualityPage:
    page = DataQualityPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    desk.settle()
    return page


def fill(desk: Desk) -> None:
    desk.add(contact_name="Fine", email="fine@example.org")
    desk.add(contact_name="Unreachable")
    for _ in range(2):
        desk.add(contact_name="Twice There", email="twice@example.org")


def test_the_score_is_said_with_its_formula(desk: Desk) -> None:
    fill(desk)
    page = show(desk)
    assert page.score.text() == percent((0.75 + 1 + 1 + 0 + 1 + 1) / 6)
    assert page.formula.text().endswith("that pass: (75 + 100 + 100 + 0 + 100 + 100) / 6.")
    assert page.cards["unreachable"].count.text() == "1"
    assert page.cards["duplicates"].count.text() == "–", "nobody has looked yet"
    assert page.cards["duplicates"].show_button.text() == "Look for them"
    assert not page.cards["email"].show_button.isEnabled()
    assert not nameless(page)


def test_figures_follow_changes_and_the_number_of_months(desk: Desk) -> None:
    someone = desk.add(contact_name="Ana Ruiz", email="ana@example.org")
    page = show(desk)
    assert page.cards["stale"].accessibleName() == "No recent contact for 12 months: 1"
    desk.one("UPDATE crm.customers SET email = 'ana at example' WHERE id = :id RETURNING 1", id=someone)
    page.refresh()
    desk.wait(lambda: page.cards["email"].count.text() == "1")
    page.months.set_value("6")
    desk.wait(lambda: page.cards["stale"].accessibleName() == "No recent contact for 6 months: 1")
    assert desk.context.preferences.get("quality/months", None) == 6


@pytest.mark.parametrize("key", ["unreachable", "duplicates", "stale"])
def test_every_number_opens_its_list(desk: Desk, key: str) -> None:
    fill(desk)
    scan(desk.context.database, lambda _share, _doing: None)
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.resize(1300, 800)
    window.show()
    window.open_tab(DATA_QUALITY)
    page = window.pages.page(DATA_QUALITY)
    assert isinstance(page, DataQualityPage)
    desk.wait(lambda: page.score.text() != "–")
    wanted = int(page.cards[key].count.text())
    page.cards[key].show_button.click()
    desk.wait(lambda: window.customers.table.total_is_exact and window.customers.table.total == wanted)
    assert window.pages.current_key == "customers"
    desk.settle()


def test_before_the_first_scan_it_leads_to_the_duplicates(desk: Desk) -> None:
    fill(desk)
    page = show(desk)
    with desk.qtbot.waitSignal(page.page_wanted) as wanted:
        page.cards["duplicates"].show_button.click()
    assert wanted.args == [DUPLICATES]
