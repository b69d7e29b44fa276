"""Every chart tells what bare SQL over the tables tells, whatever is in them, in any time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_desktop.analytics.charts import CHARTS, ChartSpec, chart
from crm_desktop.analytics.of_interactions import employee_names
from crm_desktop.analytics.of_revenue import currencies
from crm_desktop.analytics.shapes import ChartData, Period, Question, is_currency
from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.models import Customer
from crm_desktop.database.engine import Database
from crm_desktop.listing.filter_sql import to_sql
from crm_desktop.listing.filters import parse
from crm_desktop.listing.periods import Clock
from tests.factories.customers import business, customer, order
from tests.factories.interactions import interaction
from tests.factories.loyalty import entry, member
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

BERLIN = Clock(datetime(2026, 5, 20, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@contextmanager
def rows(crm: Crm) -> Iterator[psycopg.Connection[Any]]:
    with closing(crm.connect()) as connection:
        yield connection
        connection.commit()


@pytest.mark.parametrize("spec", CHARTS, ids=lambda spec: spec.key)
@pytest.mark.parametrize("period", ["last_30_days", "all"])
def test_nothing_is_in_the_database_yet(admin: Database, spec: ChartSpec, period: str) -> None:
    with admin.session() as session:
        found = spec.read(session, Question(Period.of(period, BERLIN), compare=True, clock=BERLIN))
    assert found.is_empty
    assert (found.key, found.title) == (spec.key, spec.title)
    assert found.explanation


def read(session: Session, key: str, period: Period = MAY, clock: Clock = BERLIN, **asked: Any) -> ChartData:
    return chart(key).read(session, Question(period, clock=clock, **asked))


def test_a_customer_of_the_first_minutes_of_a_local_month_counts_there(clean: Crm, admin: Database) -> None:
    """Complaint 23: a day is that of whoever looks. 22:30 UTC on 30 April is May in Berlin."""
    with rows(clean) as ada:
        customer(ada, created_at=datetime(2026, 4, 30, 22, 30, tzinfo=UTC))
        customer(ada, created_at=datetime(2026, 4, 30, 21, 30, tzinfo=UTC), customer_type="business")
    with admin.session() as session:
        found = read(session, "acquired", compare=True, step="month")
        assert [(series.key, series.values, series.previous) for series in found.series] == [
            ("individual", (1,), (0,)),
            ("business", (0,), (1,)),
        ]
        utc = read(session, "acquired", clock=Clock(BERLIN.now, UTC), step="month")
        assert [series.values for series in utc.series] == [(0,), (0,)]


def test_interactions_of_the_period_and_of_the_one_before(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        someone = customer(ada)
        for days, kind in ((0, "call"), (1, "call"), (2, "follow_up"), (31, "email")):
            interaction(ada, someone, created_at=datetime(2026, 5, 10, tzinfo=UTC) - timedelta(days=days), type=kind)
    with admin.session() as session:
        found = read(session, "interactions", compare=True)
    assert [(category.label, value, before) for category, value, before in zip(
        found.categories, found.series[0].values, found.series[0].previous, strict=True
    )] == [("Call", 2, 0), ("Follow-up", 1, 0), ("Email", 0, 1)]  # fmt: skip


def values(found: ChartData, series: str = "") -> dict[str, Any]:
    """Label -> value of one series."""
    shown = next(each for each in found.series if series in ("", each.key))
    return dict(zip((category.label for category in found.categories), shown.values, strict=True))


def moment(day: int, hour: int = 10, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_interactions_over_time_and_by_employee(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        someone = customer(ada)
        for day in (1, 1, 3):
            interaction(ada, someone, created_at=moment(day))
        interaction(ada, someone, created_at=moment(3, 22))  # the fourth in Berlin
    with closing(clean.connect("emil")) as emil:
        interaction(emil, someone, created_at=moment(4))
        emil.commit()
    with admin.session() as session:
        days = values(read(session, "recent", step="day"))
        by_whom = read(session, "employees")
        names = employee_names(session).values()
    assert {day: count for day, count in days.items() if count} == {"1 May": 2, "3 May": 1, "4 May": 2}
    assert set(values(by_whom)) == set(names)
    assert list(values(by_whom).values()) == [4, 1]
    assert by_whom.series[0].filter(1) is not None


def test_follow_ups_by_how_soon_they_were_done(clean: Crm, admin: Database) -> None:
    now = datetime.now(UTC)
    due = now - timedelta(days=10)
    with rows(clean) as ada:
        someone = customer(ada)
        ids = [interaction(ada, someone, type="follow_up", status="pending", follow_up=due) for _ in range(5)]
        for which in range(3):
            ada.execute("UPDATE crm.customer_interactions SET status = 'completed' WHERE id = %s", (ids[which],))
        ada.execute("UPDATE crm.customer_interactions SET status = 'cancelled' WHERE id = %s", (ids[3],))
        interaction(ada, someone, status="pending", follow_up=now + timedelta(days=40))
    with clean.as_superuser() as connection:  # nobody else says when something was done
        connection.execute("SET LOCAL session_replication_role = replica")
        for which, hours in ((0, -5), (1, 3), (2, 49)):
            done = "UPDATE crm.customer_interactions SET completed_at = %s WHERE id = %s"
            connection.execute(done, (due + timedelta(hours=hours), ids[which]))
    clock = Clock(now, BERLIN.zone)
    period = Period.of("last_90_days", clock)
    with admin.session() as session:
        done = read(session, "punctuality", period, clock)
        hours = read(session, "response_time", period, clock)
        waiting = read(session, "follow_ups", period, clock)
    assert [series.values for series in done.series] == [(1,), (1,), (1,), (1,)]
    assert hours.series[0].values == (3.0,)
    assert values(waiting) == {"Overdue": 1, "Today": 0, "Tomorrow": 0, "This week": 0, "Later": 1, "No date": 0}


def test_retention_counts_contacts_and_orders_of_later_months(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        first, second, third = (customer(ada, created_at=moment(5, month=3)) for _ in range(3))
        customer(ada, created_at=moment(1, month=4))
        interaction(ada, first, created_at=moment(2, month=4), status="completed")
        interaction(ada, first, created_at=moment(9, month=4), status="completed")  # counts once
        interaction(ada, second, created_at=moment(2, month=4), status="cancelled")
        order(ada, second, ordered_at=moment(2, month=5))
        order(ada, third, ordered_at=moment(2, month=5), status="refunded")
        interaction(ada, third, created_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC), status="completed")  # April there
    with admin.session() as session:
        found = read(session, "cohorts")
    march = next(place for place, category in enumerate(found.categories) if category.label == "Mar 2026")
    assert found.categories[march].name == "Mar 2026 (3)"
    assert [series.values[march] for series in found.series[:4]] == [0, 66.7, 33.3, None]
    assert [series.values[march + 1] for series in found.series[:3]] == [0, 0, None]


def test_sources_are_one_whatever_their_spelling(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        bought = [customer(ada, source=source) for source in ("Fair", "fair", "Fair", "web")]
        customer(ada, source=None, status="inactive")
        order(ada, bought[0], lines=2)
        order(ada, bought[3], status="cancelled")
    with admin.session() as session:
        assert values(read(session, "sources"), "active") == {"Fair": 3, "Not set": 0, "web": 1}
        worth = read(session, "source_effectiveness")
        assert values(worth, "active") == {"Fair": 100, "Not set": 0, "web": 100}
        assert values(worth, "buyers") == {"Fair": 33.3, "Not set": 0, "web": 0}
        assert values(read(session, "source_revenue")) == {"Fair": 20}


@pytest.fixture
def shop(clean: Crm) -> None:
    """Two countries, two currencies, a catalogue, and what does not count."""
    with rows(clean) as ada:
        ana = customer(ada, contact_name="Ana", country="Spain")
        firm = business(ada, company_name="Firm", contact_name="Ben", country="spain")
        eve = customer(ada, contact_name="Eve")
        tea = insert(ada, "products", {"sku": "T", "name": "Tea", "category": "Drinks"})
        pen = insert(ada, "products", {"sku": "P", "name": "Pen"})

        def bought(who: UUID, product: UUID | None, price: str, **given: Any) -> None:
            one = order(ada, who, lines=0, **{"ordered_at": moment(5), "status": "paid", **given})
            line = {"order_id": one, "product_id": product, "description": "x", "unit_price": price}
            insert(ada, "order_lines", {**line, "discount_percent": "33.33"})

        bought(ana, tea, "10.01")
        bought(ana, pen, "10.00", ordered_at=moment(6))
        bought(firm, tea, "99.99")
        bought(eve, None, "5.00", ordered_at=moment(30, 22, month=4))  # May in Berlin
        bought(eve, tea, "1000", currency="USD")
        bought(eve, tea, "1000", status="cancelled")
        bought(eve, tea, "1000", ordered_at=moment(5, month=4), status="open")


def off(price: str) -> Decimal:
    return Decimal(price) * Decimal("66.67") / 100


@pytest.mark.usefixtures("shop")
def test_revenue_in_one_currency_to_the_last_decimal(admin: Database) -> None:
    prices = ("10.01", "10.00", "99.99", "5.00")
    with admin.session() as session:
        assert currencies(session) == ["EUR", "USD"]
        month = read(session, "revenue", step="month", compare=True)
        assert month.unit == "EUR"
        assert is_currency(month.unit)
        assert month.series[0].values == (sum(round(off(price), 4) for price in prices),)
        assert month.series[0].previous == (Decimal("666.7"),)
        assert read(session, "revenue", step="month", currency="USD").series[0].values == (Decimal("666.7"),)
        assert read(session, "orders", step="month").series[0].values == (5,)


@pytest.mark.usefixtures("shop")
def test_revenue_by_country_customer_product_and_category(admin: Database) -> None:
    spain, blank = round(off("10.01"), 4) + off("10.00") + round(off("99.99"), 4), round(off("5.00"), 4)
    with admin.session() as session:
        country = read(session, "revenue_by_country", compare=True)
        assert list(values(country).values()) == [spain, blank]
        assert [category.label.lower() for category in country.categories] == ["spain", "no country"]
        assert country.series[0].previous == (0, Decimal("666.7"))
        assert list(values(read(session, "top_customers"))) == ["Firm", "Ana", "Eve"]
        assert values(read(session, "top_products")) == {
            "Tea": round(off("10.01"), 4) + round(off("99.99"), 4),
            "Pen": off("10.00"),
        }
        assert values(read(session, "top_categories"))["No category"] == off("10.00") + blank


@pytest.mark.usefixtures("shop")
def test_what_is_ordered_for_later_is_no_revenue_of_all_time_yet(clean: Crm, admin: Database) -> None:
    """What each customer has bought in all is kept, with orders that are dated ahead."""
    ever = Period.of("all", BERLIN)
    with admin.session() as session:
        now = [values(read(session, key, ever)) for key in ("top_customers", "revenue_by_country")]
    assert now[0]["Eve"] == round(off("5.00"), 4) + Decimal("666.7")
    with rows(clean) as ada:
        ana = next(iter(ada.execute("SELECT id FROM crm.customers WHERE contact_name = 'Ana'")))[0]
        order(ada, ana, ordered_at=moment(5, month=9))
    with admin.session() as session:
        assert [values(read(session, key, ever)) for key in ("top_customers", "revenue_by_country")] == now


@pytest.mark.usefixtures("shop")
def test_what_is_too_long_ago_to_be_shown_is_said(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        order(ada, customer(ada), ordered_at=datetime(1, 2, 3, tzinfo=UTC))
    with admin.session() as session:
        found = read(session, "orders", Period.of("all", BERLIN))
        assert (len(found.categories), sum(found.series[0].values)) == (50, 6)  # type: ignore[arg-type]
        assert found.note == "What was before 1 January 1977 is not shown"
        assert not read(session, "orders").note


@pytest.mark.usefixtures("shop")
def test_recency_and_frequency(admin: Database) -> None:
    with admin.session() as session:
        grid = read(session, "rfm")
        money = read(session, "rfm_money")
    assert [series.values[0] for series in grid.series] == [1, 2, 0, 0, 0]
    assert sum(series.total for series in grid.series) == 3
    spent = round(off("5.00"), 4) + Decimal("666.7")
    assert money.series[0].values[0] == round(off("99.99"), 2)
    assert money.series[1].values[0] == round((spent + round(off("10.01"), 4) + off("10.00")) / 2, 2)


def test_points_and_moves_between_tiers(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        _, account = member(ada)
        entry(ada, account, "earn", 1200, created_at=moment(30, 23, month=4))  # May in Berlin
        entry(ada, account, "redeem", -200, created_at=moment(3))
        entry(ada, account, "expire", -50, created_at=moment(3))
        entry(ada, account, "adjust", -100, created_at=moment(3))
    with admin.session() as session:
        points = read(session, "points", step="month", compare=True)
        assert [(series.key, series.values, series.previous) for series in points.series] == [
            ("earned", (1100,), (0,)),
            ("redeemed", (200,), (0,)),
            ("expired", (50,), (0,)),
        ]
        moves = read(session, "tier_flow", Period.of("all", Clock()), Clock())
    flow = {series.key: values(moves, series.key) for series in moves.series}
    assert (flow["bronze"]["New member"], flow["silver"]["Bronze"]) == (1, 1)
    assert flow["silver"]["Silver"] is None


@pytest.mark.usefixtures("shop")
def test_a_filter_lists_the_customers_that_were_counted(clean: Crm, admin: Database) -> None:
    """Every number opens its list: what stands behind a value are as many customers, where it counts customers."""
    with rows(clean) as ada:
        for place in range(8):
            someone = customer(
                ada,
                source=["Web", "web", None][place % 3],
                status=["active", None][place % 2],
                created_at=moment(1 + place),
                customer_type=["business", "individual"][place % 2],
            )
            interaction(ada, someone, type=["call", "email"][place % 2], created_at=moment(2 + place),
                        status="pending", follow_up=moment(20 + place % 3))  # fmt: skip
    with admin.session() as session:
        checked = 0
        for spec in CHARTS:
            found = spec.read(session, Question(MAY, clock=BERLIN, step="week" if spec.by_step else None))
            for series in found.series:
                for value, picked in zip(series.values, series.filters, strict=False):
                    if picked is not None:
                        listed = count_customers(session, picked, BERLIN)
                        if found.unit in ("customers", "interactions", "follow-ups"):  # one interaction each
                            assert listed == value, (spec.key, series.key, picked)
                        assert listed or not value, (spec.key, picked)
                        checked += bool(value)
    assert checked > 34


def count_customers(session: Session, picked: Any, clock: Clock) -> int:
    """As the list of customers reads it."""
    condition = to_sql(parse(picked, FIELDS), FIELDS, Customer.__table__, clock)
    return session.execute(select(func.count()).select_from(Customer).where(condition)).scalar_one()
