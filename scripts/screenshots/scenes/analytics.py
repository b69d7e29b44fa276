"""Scenes of the charts: each group, a table, the menu, the period before, one customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from scripts.screenshots.scenes.window import SETTLED_MS, choose_customer, main_window
from scripts.screenshots.stage import wait, wait_for
from ui.analytics.card_tab import AnalyticsTab
from ui.analytics.page import OVERVIEW, AnalyticsPage
from ui.customers.card import CustomerCard
from ui.reports.report_dialog import ReportDialog
from ui.session import Session
from ui.shell.pages import ANALYTICS, CUSTOMERS


def _page(session: Session, group: str = OVERVIEW) -> AnalyticsPage:
    window = main_window(session)
    window.open_tab(ANALYTICS)
    wait_for(lambda: isinstance(window.pages.currentWidget(), AnalyticsPage), "the charts")
    page = window.pages.currentWidget()
    assert isinstance(page, AnalyticsPage)
    page.open_group(group)
    wait_for(lambda: not page.reading, "the figures")
    wait(SETTLED_MS)
    return page


def _group(name: str, down: float = 0.0) -> Callable[[Session], AbstractContextManager[None]]:
    """A group; `down` is how far it is scrolled, as a share."""

    @contextmanager
    def scene(session: Session) -> Iterator[None]:
        page = _page(session, name)
        bar = page.scroll_bar
        bar.setValue(round(bar.maximum() * down))
        wait(SETTLED_MS)
        yield
        bar.setValue(0)
        page.open_group(OVERVIEW)
        main_window(session).open_tab(CUSTOMERS)

    return scene


@contextmanager
def analytics(session: Session) -> Iterator[None]:
    """Everybody's figures."""
    window = main_window(session)
    window.open_tab(ANALYTICS)
    wait_for(lambda: window.pages.currentWidget().objectName() == "analytics", "the charts")  # type: ignore[union-attr]
    wait(SETTLED_MS + 600)
    yield
    window.open_tab(CUSTOMERS)


@contextmanager
def analytics_customer(session: Session) -> Iterator[None]:
    """One customer's figures."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    choose_customer(window)
    window.open_tab(ANALYTICS)
    wait(SETTLED_MS + 600)
    yield
    window.open_tab(CUSTOMERS)
    window.customers.clear_customer()


@contextmanager
def table(session: Session) -> Iterator[None]:
    """The figures of a chart as a table, beside the period before."""
    page = _page(session)
    page.period.compare.setChecked(True)
    wait_for(lambda: not page.reading, "the figures")
    card = page.view.cards["acquired"]
    card.toggle()
    page.scroll_to(card)
    wait(SETTLED_MS)
    yield
    card.toggle()
    page.period.compare.setChecked(False)
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def compared(session: Session) -> Iterator[None]:
    """A chart over time with the period before, and the values under the pointer."""
    page = _page(session)
    page.period.compare.setChecked(True)
    wait_for(lambda: not page.reading, "the figures")
    card = page.view.cards["acquired"]
    page.scroll_to(card)
    wait(SETTLED_MS)
    QTest.mouseMove(card.chart.viewport(), card.chart.mark_rect(7, 0).center())
    wait(SETTLED_MS)
    yield
    QTest.mouseMove(card.chart.viewport(), QPoint(1, 1))
    page.period.compare.setChecked(False)
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def keyboard(session: Session) -> Iterator[None]:
    """The cursor of the keyboard in a grid."""
    page = _page(session, "Customers")
    card = page.view.cards["cohorts"]
    page.scroll_to(card)
    card.chart.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(card.chart, key)
    wait(SETTLED_MS)
    yield
    page.open_group(OVERVIEW)
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def menu(session: Session) -> Iterator[None]:
    """What can be done with a chart."""
    page = _page(session)
    card = page.view.cards["customers"]
    page.scroll_to(card)
    wait(SETTLED_MS)
    card.open_menu()
    wait(SETTLED_MS)
    yield
    for each in card.findChildren(QMenu):
        each.close()
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def dates(session: Session) -> Iterator[None]:
    """Any two days."""
    page = _page(session)
    first = page.period.period().start
    page.period.choose(first, first.replace(month=6 if first.month < 6 else 12, day=15))
    wait_for(lambda: not page.reading, "the figures")
    wait(SETTLED_MS)
    yield
    page.period.preset.set_value("last_12_months")
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def monthly_report(session: Session) -> Iterator[None]:
    """Which month, and as what."""
    page = _page(session)
    page.open_report()
    wait(SETTLED_MS)
    yield
    for each in page.window().findChildren(ReportDialog):
        each.reject()
    main_window(session).open_tab(CUSTOMERS)


@contextmanager
def card_tab(session: Session) -> Iterator[None]:
    """The figures on the card."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.table.set_sort("last_contact", True)
    wait(SETTLED_MS)
    model = window.customers.table.model
    wait_for(lambda: model.exact, "the rows")
    rows = [row for number in range(30) if (row := model.row_at(number)) is not None]
    chosen = next((row for row in rows if row.tier and row.next_follow_up), rows[0])
    window.customers.show_customer(chosen.id)
    wait(SETTLED_MS + 300)
    (card,) = window.customers.findChildren(CustomerCard)
    tabs = card.tabs
    tabs.open("analytics")
    tab = tabs.findChild(AnalyticsTab)
    assert isinstance(tab, AnalyticsTab)
    wait_for(lambda: tab.view is not None and tab.view.known is not None, "the figures")
    wait(SETTLED_MS)
    yield
    tabs.open("overview")
    window.customers.clear_customer()
    window.customers.table.set_sort("name", False)


SCENES = {
    "analytics": analytics,
    "analytics-customer": analytics_customer,
    "analytics-customers": _group("Customers"),
    "analytics-interactions": _group("Interactions"),
    "analytics-revenue": _group("Revenue"),
    "analytics-revenue-below": _group("Revenue", 1.0),
    "analytics-loyalty": _group("Loyalty"),
    "analytics-compared": compared,
    "analytics-table": table,
    "analytics-keyboard": keyboard,
    "analytics-menu": menu,
    "monthly-report": monthly_report,
    "analytics-dates": dates,
    "card-analytics": card_tab,
}
