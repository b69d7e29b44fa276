"""The Analytics tab: what is read and when, what a bar opens, and the table that says the same as the chart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.analytics.charts import ChartSpec
from crm_desktop.analytics.one_customer import customer_figures
from crm_desktop.analytics.queries import InteractionType
from crm_desktop.analytics.shapes import ChartData, Question
from crm_desktop.customers.queries import customer_listing
from crm_desktop.errors import CrmError
from crm_desktop.listing.request import ListRequest
from tests.factories.orders import ordered
from tests.ui.charts import BARS, EMPTY, EVERY_KIND, LINES, STACKED
from tests.ui.desk import Desk, nameless
from ui.analytics import group_view, reading_line
from ui.analytics.card_tab import AnalyticsTab
from ui.analytics.chart_card import ChartCard
from ui.analytics.customer_figures import FactCard
from ui.analytics.page import AnalyticsPage
from ui.analytics.period_bar import CUSTOM, PeriodBar
from ui.analytics.table_model import TableModel
from ui.interactions.interaction_dialog import InteractionDialog
from ui.operations import DataChange
from ui.orders.order_dialog import OrderDialog
from ui.theme import Theme

Page = Callable[..., AnalyticsPage]


@pytest.fixture
def page(desk: Desk) -> Page:
    def make(charts: tuple[ChartSpec, ...] | None = None) -> AnalyticsPage:
        made = AnalyticsPage(desk.context) if charts is None else AnalyticsPage(desk.context, charts)
        desk.qtbot.addWidget(made)
        made.resize(1100, 800)
        made.show()
        desk.settle()
        return made

    return make


def fixed(data: ChartData, key: str = "fixed", **more: Any) -> ChartSpec:
    """A chart whose figures are known."""
    return ChartSpec(key, data.title, "Customers", lambda _session, _question: data, standard=True, **more)


# The table


@pytest.mark.parametrize("data", EVERY_KIND, ids=lambda data: data.kind)
def test_the_table_is_a_sound_model(qtmodeltester: ModelTester, data: ChartData) -> None:
    model = TableModel()
    model.set_data(data)
    qtmodeltester.check(model)


def cells(card: ChartCard) -> list[list[str]]:
    return [line.split("\t") for line in card.table.text().splitlines()]


def test_the_table_says_the_same_as_the_chart(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Customers", "All of them", theme.tokens)
    qtbot.addWidget(card)
    card.set_data(STACKED)
    card.show()
    card.toggle()
    assert card.state == "table"
    assert cells(card) == [
        ["Name", "Active", "Prospects", "Total"],
        ["Individuals", "10", "10", "20"],
        ["Businesses", "5", "0", "5"],
    ]
    with qtbot.waitSignal(card.opened) as opened:
        card.table.setCurrentIndex(card.table.model().index(1, 1))
        QTest.keyClick(card.table, Qt.Key.Key_Return)
    assert opened.args == [STACKED.series[0].filter(1)]
    card.toggle()
    assert card.state == "chart"


def test_the_period_before_stands_beside_it_in_the_table(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Interactions", "", theme.tokens)
    qtbot.addWidget(card)
    card.set_data(BARS, "October")
    assert cells(card) == [
        ["Name", "Interactions", "Interactions, before", "Change"],
        ["Call", "40", "20", "+100 %"],
        ["Email", "1", "0", "new"],
        ["Meeting", "7", "14", "−50 %"],
    ]
    card.set_data(LINES)
    assert cells(card)[3] == ["Mar 2026", "–", "70.00", "–", "30.00"]
    assert cells(card)[0][1] == "Germany (EUR)"


def test_the_table_is_sorted_by_its_values_not_by_their_letters(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Interactions", "", theme.tokens)
    qtbot.addWidget(card)
    card.set_data(BARS)
    card.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in cells(card)[1:]] == ["Call", "Meeting", "Email"]
    card.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in cells(card)[1:]] == ["Meeting", "Call", "Email"]
    card.set_data(BARS)  # newer figures leave the order alone
    assert [row[0] for row in cells(card)[1:]] == ["Meeting", "Call", "Email"]
    card.table.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("Meeting\t7\t14")


# The card


def test_a_card_says_what_it_is_doing(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Customers", "", theme.tokens)
    qtbot.addWidget(card)
    assert card.state == "waiting"
    card.set_data(EMPTY)
    assert (card.state, card.words) == ("words", "Nothing to show There is nothing to count in this period.")
    card.set_data(STACKED)
    card.show_waiting()
    assert card.state == "chart"  # what is there stays until the new figures come
    tried: list[bool] = []
    card.set_error(CrmError("No connection.", hint="Check the cable."), lambda: tried.append(True))
    assert (card.state, card.words) == ("words", "No connection. Check the cable.")


def test_the_menu_offers_what_can_be_done(qtbot: QtBot, theme: Theme) -> None:
    card = ChartCard("Customers", "", theme.tokens)
    qtbot.addWidget(card)
    card.set_data(STACKED)
    card.show()
    card.open_menu()
    (menu,) = card.findChildren(QMenu)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words[:2] == ["Show as table", "Copy table"] and words[-1] == "Print…"
    with qtbot.waitSignal(card.save_wanted) as wanted:
        next(action for action in menu.actions() if "PDF" in action.text()).trigger()
    assert wanted.args == ["pdf"]
    menu.close()


# The page


def test_every_bar_opens_exactly_the_customers_that_its_number_counts(desk: Desk, page: Page) -> None:
    """What a chart says is what the list behind it holds, bar by bar, asked of the database."""
    for number in range(9):
        kind, status = ("business", "individual")[number % 2], ("active", "prospect", "inactive")[number % 3]
        made = desk.add(contact_name=f"Person {number}", customer_type=kind, status=status)
        for _ in range(number % 3):
            desk.log(made, type=("call", "email", "sale")[number % 3])
    made_page = page()
    checked = 0
    for group in [made_page.bar.tabText(place) for place in range(made_page.bar.count())]:
        made_page.open_group(group)
        desk.settle()
        for card in made_page.view.cards.values():
            assert card.data is not None, card.words
            if card.data.unit != "customers":
                continue
            for series in card.data.series:
                for place, value in enumerate(series.values):
                    if (behind := series.filter(place)) is not None:
                        with desk.context.database.session() as session:
                            found = customer_listing(ListRequest(filter=behind)).count(session.connection())
                        assert found == value, (card.title, series.name, card.data.categories[place].full)
                        checked += bool(value)
    assert checked >= 6


def test_a_bar_asks_for_the_customers_behind_it(desk: Desk, page: Page) -> None:
    desk.add(contact_name="Ben Okafor", customer_type="business", status="prospect")
    made = page()
    card = made.view.cards["customers"]
    card.chart.setFocus(Qt.FocusReason.TabFocusReason)
    with desk.qtbot.waitSignal(made.customers_wanted) as wanted:
        QTest.keyClick(card.chart, Qt.Key.Key_Home)
        QTest.keyClick(card.chart, Qt.Key.Key_Return)
    assert {"field": "status", "operator": "is", "value": "prospect"} in wanted.args[0]["all"]


def test_only_the_group_on_screen_is_read(desk: Desk, page: Page) -> None:
    read: list[str] = []

    def spec(key: str, group: str, standard: bool) -> ChartSpec:
        def reader(_session: Session, _question: Question) -> ChartData:
            read.append(key)
            return STACKED

        return ChartSpec(key, key, group, reader, standard=standard)  # type: ignore[arg-type]

    made = page((spec("first", "Customers", True), spec("second", "Interactions", False)))
    assert read == ["first"]
    made.open_group("Interactions")
    desk.settle()
    assert read == ["first", "second"]
    made.open_group("Overview")
    desk.settle()
    assert read == ["first", "second"]  # nothing has changed
    made.period.compare.setChecked(not made.period.compare.isChecked())
    desk.settle()
    assert read == ["first", "second", "first"]


def test_late_answers_to_an_earlier_question_are_dropped(desk: Desk, page: Page) -> None:
    go_on = threading.Event()
    asked: list[Question] = []

    def reader(_session: Session, question: Question) -> ChartData:
        asked.append(question)
        if len(asked) == 1:
            go_on.wait(5)
            return STACKED
        return BARS

    made = AnalyticsPage(desk.context, (ChartSpec("slow", "Slow", "Customers", reader, standard=True),))
    desk.qtbot.addWidget(made)
    made.show()
    desk.wait(lambda: len(asked) == 1)
    made.period.preset.set_value("last_month")
    desk.wait(lambda: made.view.cards["slow"].data is BARS)
    go_on.set()
    desk.settle()
    assert made.view.cards["slow"].data is BARS
    assert asked[1].period.preset == "last_month"


def test_one_chart_that_fails_leaves_the_others_alone(desk: Desk, page: Page) -> None:
    broken = [True]

    def reader(_session: Session, _question: Question) -> ChartData:
        if broken[0]:
            raise CrmError("The figures cannot be read.")
        return BARS

    made = page((fixed(STACKED), ChartSpec("broken", "Broken", "Customers", reader, standard=True)))
    cards = made.view.cards
    assert (cards["fixed"].state, cards["broken"].words) == ("chart", "The figures cannot be read.")
    broken[0] = False
    again = next(b for b in cards["broken"].findChildren(QPushButton) if b.text() == "Try again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    desk.settle()
    assert cards["broken"].data is BARS


def test_changes_are_followed_once_they_have_settled(desk: Desk, page: Page) -> None:
    made = page()
    totals = made.view.cards["customers"].data.totals  # type: ignore[union-attr]
    assert sum(totals) == 0
    desk.add(contact_name="Ana Ruiz")
    for _ in range(3):
        desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: sum(made.view.cards["customers"].data.totals) == 1)  # type: ignore[union-attr]
    made.hide()
    desk.add(contact_name="Ben Okafor")
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    made.show()
    desk.wait(lambda: sum(made.view.cards["customers"].data.totals) == 2)  # type: ignore[union-attr]


def counting(read: list[str], key: str, **more: Any) -> ChartSpec:
    """A chart that takes down when it is read, with figures of its own each time."""

    def reader(_session: Session, _question: Question) -> ChartData:
        read.append(key)
        return replace(BARS, counted_at=datetime.now(UTC))

    return ChartSpec(key, key, "Customers", reader, standard=True, **more)


def changed(desk: Desk, subject: str) -> None:
    desk.context.operations.tell_changed(DataChange(frozenset({subject})))


def test_only_what_has_changed_is_read_again(desk: Desk, page: Page) -> None:
    read: list[str] = []
    made = page((counting(read, "people"), counting(read, "money", follows=("orders",))))
    read.clear()
    changed(desk, "orders")
    desk.wait(lambda: read == ["money"])
    desk.settle()  # a group that is left before its answer is there reads again
    changed(desk, "attachments")
    made.open_group("Customers")
    desk.settle()
    assert sorted(read[1:]) == ["money", "people"]  # another group has cards of its own
    changed(desk, "customers")
    desk.wait(lambda: len(read) == 4)
    desk.settle()
    made.open_group("Overview")
    desk.settle()
    assert read[3:] == ["people", "people"]


def test_what_takes_long_says_as_of_when_it_is(desk: Desk, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not follow each change: with many at work, it would be counted without end."""
    monkeypatch.setattr(group_view, "SLOW_S", 0.0)
    read: list[str] = []
    made = page((counting(read, "slow"),))
    line, first = made.view.cards["slow"].reading, made.view.cards["slow"].data
    assert first is not None and line.isVisible() and line.words.text().startswith("As of ")
    assert not line.again_button.isVisible()
    changed(desk, "customers")
    desk.wait(line.again_button.isVisible)
    assert line.words.text().endswith("; there have been changes since.")
    assert made.view.cards["slow"].data is first and read == ["slow"]
    QTest.mouseClick(line.again_button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: made.view.cards["slow"].data is not first)
    assert not line.again_button.isVisible() and len(read) == 2


def test_counting_that_takes_long_can_be_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_line, "AFTER_MS", 10)
    asked: list[bool] = []

    def reader(session: Session, _question: Question) -> ChartData:
        asked.append(True)
        if len(asked) == 1:
            session.execute(text("SELECT pg_sleep(60)"))
        return BARS

    made = AnalyticsPage(desk.context, (ChartSpec("long", "Long", "Customers", reader, standard=True),))
    desk.qtbot.addWidget(made)
    made.show()
    card = made.view.cards["long"]
    desk.wait(card.reading.cancel_button.isVisible)
    assert card.reading.words.text() == "Counting…" and not nameless(card)
    QTest.mouseClick(card.reading.cancel_button, Qt.MouseButton.LeftButton)
    assert (card.state, card.words) == ("words", "Not counted Counting was stopped.")
    desk.settle()  # the statement has ended on the server
    again = next(b for b in card.findChildren(QPushButton) if b.text() == "Count now")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    desk.wait(lambda: card.data is BARS)
    assert not card.reading.isVisible()


def test_what_was_asked_is_remembered_for_each_person(desk: Desk) -> None:
    first = PeriodBar(desk.context)
    desk.qtbot.addWidget(first)
    first.choose(date(2026, 3, 1), date(2026, 3, 31))
    first.compare.setChecked(True)
    first.step.set_value("week")
    second = PeriodBar(desk.context)
    desk.qtbot.addWidget(second)
    asked = second.question()
    assert (asked.period.start, asked.period.end) == (date(2026, 3, 1), date(2026, 3, 31))
    assert asked.compare and asked.step == "week"
    assert second.days.text() == "March 2026 · before: February 2026"


@pytest.mark.parametrize("kept", [None, "x", {"preset": 7, "first": "nonsense", "step": []}, {"preset": "custom"}])
def test_preferences_that_make_no_sense_are_passed_over(desk: Desk, kept: Any) -> None:
    desk.context.preferences.set(f"analytics/{desk.context.user.id}/asked", kept)
    bar = PeriodBar(desk.context)
    desk.qtbot.addWidget(bar)
    assert bar.question().period.start <= bar.question().period.end


def test_a_currency_is_chosen_where_orders_have_several(desk: Desk, page: Page) -> None:
    """Amounts of one currency at a time; that of the most orders first."""
    ana = desk.add(contact_name="Ana Ruiz")
    with desk.context.database.session() as session:
        for currency in ("EUR", "EUR", "CHF"):
            ordered(session, ana, currency=currency, status="completed", ordered_at=datetime.now(UTC))
    made = page()
    made.open_group("Revenue")
    desk.settle()
    assert made.period.currency.isVisible()
    assert [made.period.currency.itemText(place) for place in range(2)] == ["EUR", "CHF"]
    assert made.view.cards["revenue"].data.unit == "EUR"  # type: ignore[union-attr]
    made.period.currency.set_value("CHF")
    desk.settle()
    data = made.view.cards["revenue"].data
    assert data is not None and (data.unit, float(sum(data.totals))) == ("CHF", 10.0)
    made.open_group("Interactions")
    assert not made.period.currency.isVisible()


def test_days_chosen_the_wrong_way_round_are_the_same_period(desk: Desk) -> None:
    bar = PeriodBar(desk.context)
    desk.qtbot.addWidget(bar)
    bar.choose(date(2026, 3, 31), date(2026, 3, 1))
    assert bar.preset.value == CUSTOM
    assert bar.period().days == 31


def test_everything_has_a_name(desk: Desk, page: Page) -> None:
    made = page()
    assert nameless(made) == []


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_page_fits_its_width(desk: Desk, page: Page, width: int) -> None:
    made = page((fixed(STACKED), fixed(BARS, "bars", lying=True), fixed(LINES, "lines", by_step=True)))
    made.resize(width, 800)
    desk.qtbot.wait(30)
    view = made.view
    assert made.width() == width
    assert all(card.geometry().right() <= view.width() for card in view.cards.values())
    beside = view.cards["fixed"].y() == view.cards["bars"].y()
    assert beside == (width > 600)


# One customer


def test_one_customer_instead_of_everybody(desk: Desk, page: Page) -> None:
    ana = desk.add(contact_name="Ana Ruiz", email="ana@example.com")
    desk.log(ana, type="call", status="completed", duration=30, outcome="Agreed")
    made = page()
    made.set_customer(ana, "Ana Ruiz")
    desk.settle()
    one = made.one
    assert [each.label for each in one.types.data.categories] == ["Call"]  # type: ignore[union-attr]
    assert sum(one.history.data.totals) == 1  # type: ignore[union-attr]
    assert one.engagement.value.text() == str(one.known.figures.score)  # type: ignore[union-attr]
    assert "Recency 35 of 35" in one.engagement.bar.accessibleDescription()
    assert "Best reached by: call (1 of 1 answered)" in one.reach.text
    assert one.loyalty.nothing.isVisible() and one.orders.text == ""
    assert nameless(one) == []
    made.set_customer(None)
    desk.settle()
    assert made.view.cards["customers"].isVisible()


def test_facts_stand_in_line_whatever_is_written_below_them(qtbot: QtBot, theme: Theme) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    cards = [FactCard("Open", "0", "3 completed"), FactCard("Interactions", "3", "the last one 11 months ago")]
    across = QGridLayout(row)
    for number, card in enumerate(cards):
        across.addWidget(card, 0, number)
        across.setColumnStretch(number, 1)
    row.resize(300, row.heightForWidth(300))
    row.show()
    short, long = ([label.mapTo(row, QPoint()).y() for label in card.findChildren(QLabel)] for card in cards)
    assert short == long


def test_the_score_explains_itself(desk: Desk, page: Page) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    made = page()
    made.set_customer(ana, "Ana Ruiz")
    desk.settle()
    card = made.one.engagement
    rules = [part.rule for part in made.one.known.figures.engagement]  # type: ignore[union-attr]
    shown = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert not set(rules) & set(shown)
    QTest.mouseClick(card.how, Qt.MouseButton.LeftButton)
    shown = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert set(rules) <= set(shown)


def test_points_and_orders_of_one_customer(desk: Desk, page: Page) -> None:
    from crm_desktop.loyalty.actions import Booking, book, enrol

    ana = desk.add(contact_name="Ana Ruiz")
    with desk.context.database.session() as session:
        book(session, enrol(session, ana), Booking("earn", 1_200, "Welcome"))
    made = page()
    made.set_customer(ana, "Ana Ruiz")
    desk.settle()
    account = made.one.loyalty.account
    assert (account.balance.text(), account.tier.text()) == ("1,200 points", "Silver")


@pytest.mark.parametrize(
    ("name", "kind", "status"), [("call", "call", "completed"), ("follow_up", "follow_up", "pending")]
)
def test_what_is_done_next_begins_with_the_customer(desk: Desk, page: Page, name: str, kind: str, status: str) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    made = page()
    made.set_customer(ana, "Ana Ruiz")
    desk.settle()
    QTest.mouseClick(getattr(made.one.quick, name), Qt.MouseButton.LeftButton)
    (dialog,) = made.window().findChildren(InteractionDialog)
    desk.settle()
    values = dialog.form.values()
    assert (values["type"], values["status"]) == (kind, status)
    assert bool(values["follow_up"]) == (kind == "follow_up")
    assert "Ana Ruiz" in dialog.with_label.text()
    dialog.reject()


def test_an_order_is_taken_down_with_the_customer(desk: Desk, page: Page) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    made = page()
    made.set_customer(ana, "Ana Ruiz")
    desk.settle()
    QTest.mouseClick(made.one.quick.order, Qt.MouseButton.LeftButton)
    (dialog,) = made.window().findChildren(OrderDialog)
    desk.settle()
    assert "Ana Ruiz" in dialog.with_label.text()
    dialog.reject()


def test_a_customer_who_is_gone_is_said_to_be(desk: Desk, page: Page) -> None:
    made = page()
    made.set_customer(uuid4(), "Nobody")
    desk.settle()
    assert made.one.known is None
    assert "Try again" in [b.text() for b in made.one.findChildren(QPushButton) if b.isVisible()]


def test_the_card_shows_the_same_figures(desk: Desk) -> None:
    from crm_desktop.customers.queries import customer_card

    ana = desk.add(contact_name="Ana Ruiz")
    desk.log(ana, type="call", status="completed")
    tab = AnalyticsTab(desk.context)
    desk.qtbot.addWidget(tab)
    with desk.context.database.session() as session:
        tab.show_customer(customer_card(session, ana))
    tab.resize(420, 700)
    tab.show()
    desk.wait(lambda: tab.view is not None and tab.view.known is not None)
    assert tab.view is not None and tab.view.known is not None
    assert tab.view.known.figures.total == 1
    desk.log(ana, type="email", status="completed")
    desk.context.operations.tell_changed(DataChange(frozenset({"interactions"})))
    desk.wait(lambda: tab.view.known.figures.total == 2)  # type: ignore[union-attr]


def test_one_customers_figures(desk: Desk) -> None:
    ana = desk.add(contact_name="Ana Ruiz")
    desk.log(ana, type="call", status="completed", duration=30)
    desk.log(ana, type="call", follow_up=datetime.now(UTC) + timedelta(days=1))
    with desk.context.database.session() as session:
        figures = customer_figures(session, ana)
    assert (figures.total, figures.completed, figures.pending, figures.minutes) == (2, 1, 1, 30)
    assert figures.by_type == [InteractionType("call", 2)]
    assert sum(count for _month, count in figures.by_month) == 2
    assert figures.loyalty is None
