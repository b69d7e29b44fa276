"""Charts: what they show, and the same as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.analytics.one_customer import customer_figures
from crm_desktop.analytics.queries import InteractionType, MonthOfAcquisition, TypeAndStatus
from tests.ui.desk import Desk
from ui.analytics import shaping
from ui.analytics.bar_chart import BarChart
from ui.analytics.chart_card import ChartCard
from ui.analytics.page import AnalyticsPage
from ui.analytics.series import ChartData, Series, nice_step, short, thin
from ui.theme import Theme
from ui.theme.tokens import DARK, LIGHT


@pytest.mark.parametrize(("highest", "step"), [(1, 1), (3, 1), (9, 5), (40, 10), (1_200, 500), (1_000_000, 500_000)])
def test_axis_steps_are_round(highest: int, step: int) -> None:
    assert nice_step(highest) == step


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (950, "950"), (1_500, "1,500"), (12_000, "12k"), (1_500_000, "1.5M")]
)
def test_axis_numbers_are_short(number: int, text: str) -> None:
    assert short(number) == text


def test_labels_are_thinned_to_what_fits_and_end_with_the_last() -> None:
    assert thin(list("abcdefg"), 3) == [(0, "a"), (3, "d"), (6, "g")]
    assert thin([], 3) == []


def test_types_are_stacked_by_status() -> None:
    rows = [TypeAndStatus("individual", "active", 3), TypeAndStatus("business", "prospect", 2)]
    data = shaping.by_type_and_status(rows)
    assert data.categories == ("Individuals", "Businesses")
    assert [(series.name, series.values) for series in data.series] == [
        ("Active", (3, 0)),
        ("Prospects", (0, 2)),
        ("Inactive", (0, 0)),
    ]
    assert data.sentence(0, 0) == "Individuals, active: 3 customers (100%)"


def test_months_without_anybody_stay_as_gaps() -> None:
    rows = [MonthOfAcquisition("2026-01", "business", 4)]
    data = shaping.by_month(rows, date(2026, 2, 15), months=4)
    assert data.categories == ("Nov", "Dec", "Jan ’26", "Feb")
    assert data.series[1].values == (0, 0, 4, 0)
    assert data.name(2) == "Jan 2026"


def test_interaction_types_have_names() -> None:
    data = shaping.by_interaction_type([InteractionType("follow_up", 2), InteractionType("call", 1)])
    assert data.categories == ("Follow-up", "Call")
    assert data.sentence(1, 0) == "Call: 1 interaction"


DATA = ChartData(("A", "B"), (Series("One", (10, 5), 0), Series("Two", (10, 0), 2)), "customers", ("Alpha", "Beta"))


@pytest.mark.parametrize("lying", [False, True])
def test_a_bar_under_the_pointer_can_be_clicked(qtbot: QtBot, lying: bool) -> None:
    chart = BarChart(LIGHT, lying=lying)
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.set_clickable(True)
    chart.set_data(DATA)
    chart.show()
    qtbot.wait(20)
    rect = chart.bar_rect(0, 1)
    with qtbot.waitSignal(chart.bar_clicked) as clicked:
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert clicked.args == [0, 1]
    QTest.mouseMove(chart.viewport(), QPoint(2, 2))
    chart.set_tokens(DARK)
    chart.set_data(ChartData((), (), ""))


def test_the_table_says_the_same_as_the_chart(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Customers", "All of them", theme.tokens, clickable=True)
    qtbot.addWidget(card)
    card.set_data(DATA)
    card.show()
    card.toggle()
    table = card.table
    assert table.isVisible()
    cells = [[table.item(row, column).text() for column in range(4)] for row in range(2)]  # type: ignore[union-attr]
    assert cells == [["Alpha", "10", "10", "20"], ["Beta", "5", "0", "5"]]
    with qtbot.waitSignal(card.bar_clicked) as clicked:
        table.activated.emit(table.model().index(1, 2))
    assert clicked.args == [1, 1]
    card.toggle()
    assert card.chart.isVisible()


def test_everybody_and_then_one_customer(desk: Desk) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    desk.add(contact_name="Ben Okafor", customer_type="business", status="prospect")
    desk.log(ana, type="call", status="completed", duration=30)
    desk.log(ana, type="meeting", status="cancelled")
    page = AnalyticsPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    desk.settle()
    desk.qtbot.wait(20)
    assert page.kinds.data.totals == (1, 1)
    assert page.types.data.total == 2
    with desk.qtbot.waitSignal(page.customers_wanted) as wanted:
        page.kinds.bar_clicked.emit(1, 1)
    assert wanted.args == [
        {
            "all": [
                {"field": "customer_type", "operator": "is", "value": "business"},
                {"field": "status", "operator": "is", "value": "prospect"},
            ]
        }
    ]
    page.set_customer(ana, "Ana Ruiz")
    desk.settle()
    desk.qtbot.wait(20)
    assert page.own_types.data.categories == ("Call",)
    page.resize(390, 700)
    desk.qtbot.wait(20)


def test_one_customers_figures(desk: Desk) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    desk.log(ana, type="call", status="completed", duration=30)
    desk.log(ana, type="call", follow_up=datetime.now(UTC) + timedelta(days=1))
    with desk.context.database.session() as session:
        figures = customer_figures(session, ana)
    assert (figures.total, figures.completed, figures.pending, figures.minutes) == (2, 1, 1, 30)
    assert figures.by_type == [InteractionType("call", 2)]
    assert sum(count for _month, count in figures.by_month) == 2
    assert figures.points_balance is None
