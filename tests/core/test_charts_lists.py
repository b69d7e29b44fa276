"""Every number opens its list: what a value's filter lists are the customers behind it, whatever is in the tables."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm_desktop.analytics.charts import CHARTS
from crm_desktop.analytics.shapes import Filter, Period, Question
from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.models import Customer
from crm_desktop.database.engine import Database
from crm_desktop.listing.filter_sql import to_sql
from crm_desktop.listing.filters import parse
from crm_desktop.listing.periods import Clock
from crm_desktop.loyalty.kinds import TIERS
from tests.factories.customers import customer, order
from tests.factories.interactions import interaction
from tests.factories.loyalty import entry
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

BERLIN = Clock(datetime(2026, 5, 20, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
SPRING = Period(date(2026, 3, 1), date(2026, 5, 31))
KINDS = ("call", "email", "meeting", "follow_up", "other")

_MONTH = "to_char({} AT TIME ZONE 'Europe/Berlin', 'YYYY-MM')"
_IN = "({0} AT TIME ZONE 'Europe/Berlin')::date BETWEEN '2026-03-01' AND '2026-05-31'"
_SALES = f"""
    FROM crm.orders o JOIN crm.customers c ON c.id = o.customer_id
    WHERE o.status NOT IN ('cancelled', 'refunded') AND {_IN.format("o.ordered_at")}
"""
_EUR = _SALES + " AND o.currency = 'EUR'"
_LINES = _EUR.replace(" WHERE", " JOIN crm.order_lines l ON l.order_id = o.id WHERE").replace(
    "WHERE", "LEFT JOIN crm.products p ON p.id = l.product_id WHERE"
)
_DUE = f"""
    FROM crm.customer_interactions i
    WHERE {_IN.format("follow_up")} AND follow_up < '2026-05-20T10:00Z'
      AND (status = 'pending' OR status = 'completed' AND completed_at IS NOT NULL)
"""
_LATE = """
    CASE WHEN status = 'pending' THEN 'open' WHEN completed_at <= follow_up THEN 'in_time'
         WHEN completed_at <= follow_up + interval '1 day' THEN 'within_day' ELSE 'late' END
"""
_BOOKED = f"""
    FROM crm.loyalty_ledger l JOIN crm.customers c ON c.user_id = l.user_id WHERE {_IN.format("l.created_at")}
"""
_LOGGED = f"FROM crm.customer_interactions WHERE {_IN.format('created_at')}"
BEHIND = {
    "interactions": f"SELECT type, 'interactions', customer_id {_LOGGED}",
    "recent": f"SELECT {_MONTH.format('created_at')}, 'interactions', customer_id {_LOGGED}",
    "employees": f"SELECT user_id::text, 'logged', customer_id {_LOGGED}",
    "punctuality": f"SELECT assignee_id::text, {_LATE}, customer_id {_DUE}",
    "response_time": f"SELECT assignee_id::text, 'median', customer_id {_DUE} AND status = 'completed'",
    "revenue": f"SELECT {_MONTH.format('o.ordered_at')}, 'revenue', c.id {_EUR}",
    "orders": f"SELECT {_MONTH.format('o.ordered_at')}, 'orders', c.id {_SALES}",
    "revenue_by_country": f"SELECT crm.fold(coalesce(c.country, '')), 'revenue', c.id {_EUR}",
    "top_customers": f"SELECT c.id::text, 'revenue', c.id {_EUR}",
    "top_products": f"SELECT p.id::text, 'revenue', c.id {_LINES} AND p.id IS NOT NULL",
    "top_categories": f"SELECT crm.fold(btrim(coalesce(p.category, ''))), 'revenue', c.id {_LINES}",
    "points": f"""SELECT {_MONTH.format("l.created_at")}, CASE kind WHEN 'redeem' THEN 'redeemed'
                  WHEN 'expire' THEN 'expired' ELSE 'earned' END, c.id {_BOOKED}""",
    "tier_flow": f"""SELECT coalesce(from_tier, ''), to_tier, c.id FROM crm.loyalty_tier_changes t
                     JOIN crm.customers c ON c.user_id = t.user_id WHERE {_IN.format("t.created_at")}""",
}  # fmt: skip
"""Category, series and customer of each row that is behind a value: plain SQL."""


def fill(crm: Crm, chance: Random) -> None:
    """Customers of the last months with whatever can be counted, cancelled, late, blank and in two currencies."""

    def moment() -> datetime:
        return datetime(2026, 2, 20, 22, 30, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 105))

    accounts: list[UUID] = []
    done: list[tuple[UUID, datetime]] = []
    with closing(crm.connect()) as ada, closing(crm.connect("emil")) as emil:
        products = [
            insert(ada, "products", {"sku": name, "name": name, "category": category})
            for name, category in (("Tea", "Drinks"), ("Mate", " drinks"), ("Pen", None), ("Ink", ""))
        ]
        people = [
            customer(
                ada,
                created_at=moment() - timedelta(days=chance.choice((0, 0, 60))),
                country=chance.choice(("Spain", "spain", "Österreich", None)),
                source=chance.choice(("Web", "web", None)),
                status=chance.choice(("active", "inactive")),
                customer_type=chance.choice(("individual", "business")),
            )
            for _ in range(40)
        ]
        ada.commit()
        for writer in [*[ada] * 60, *[emil] * 50]:
            due = chance.choice((None, moment()))
            made = interaction(
                writer, chance.choice(people), type=chance.choice(KINDS), created_at=moment(), follow_up=due,
                status=chance.choice(("pending", "completed", "completed", "cancelled")),
            )  # fmt: skip
            if due:
                done.append((made, due + timedelta(hours=chance.choice((-30, 0, 5, 24, 60)))))
            writer.commit()
        for _ in range(60):
            one = order(
                ada, chance.choice(people), lines=0, ordered_at=moment(), currency=chance.choice(("EUR", "EUR", "USD")),
                status=chance.choice(("open", "paid", "completed", "cancelled", "refunded")),
            )  # fmt: skip
            for position in range(chance.randrange(3)):
                insert(ada, "order_lines", {
                    "order_id": one, "position": position, "description": "x", "unit_price": chance.choice((3, 7.5)),
                    "product_id": chance.choice((None, *products)),
                })  # fmt: skip
        for person in people[::3]:
            enrolled = ada.execute("SELECT crm.enrol_customer(%s)", (person,)).fetchone()
            assert enrolled is not None
            accounts.append(enrolled[0])
            entry(ada, enrolled[0], "earn", 5_000, created_at=moment())
            for kind, points in (("redeem", -40), ("expire", -10), ("adjust", 25)):
                if chance.random() < 0.5:
                    entry(ada, enrolled[0], kind, points, created_at=moment())
        ada.commit()
    with crm.as_superuser() as connection:  # nobody else says when something was done, or moves a member by hand
        connection.execute("SET LOCAL session_replication_role = replica")
        for which, when in done:
            connection.execute(
                "UPDATE crm.customer_interactions SET completed_at = %s WHERE id = %s AND status = 'completed'",
                (when, which),
            )
        for _ in range(30):
            before, after = chance.sample((None, *TIERS), 2)
            connection.execute(
                "INSERT INTO crm.loyalty_tier_changes VALUES (DEFAULT, %s, %s, %s, 0, 0, %s)",
                (chance.choice(accounts), before, after or "bronze" if before != "bronze" else "gold", moment()),
            )


def listed(session: Session, picked: Filter) -> set[UUID]:
    """As the list of customers reads it."""
    condition = to_sql(parse(picked, FIELDS), FIELDS, Customer.__table__, BERLIN)
    return set(session.execute(select(Customer.id).where(condition)).scalars())


@pytest.mark.parametrize("seed", [1, 2])
def test_a_value_lists_exactly_the_customers_behind_it(clean: Crm, admin: Database, seed: int) -> None:
    fill(clean, Random(seed))
    with admin.session() as session:
        for spec in CHARTS:
            found = spec.read(session, Question(SPRING, clock=BERLIN, step="month" if spec.by_step else None))
            behind: dict[tuple[Any, Any], set[UUID]] = defaultdict(set)
            if spec.key in BEHIND:
                for category, series_key, person in session.execute(text(BEHIND[spec.key])):
                    behind[category, series_key].add(person)
            seen = 0
            for series in found.series:
                assert series.filters, f"{spec.key} opens nothing"
                for place, (value, picked) in enumerate(zip(series.values, series.filters, strict=True)):
                    if picked is None:
                        assert value is None, (spec.key, series.key, place)
                        continue
                    people = listed(session, picked)
                    told = (spec.key, series.key, found.categories[place].key)
                    seen += len(people)
                    if spec.key in BEHIND:
                        assert people == behind[found.categories[place].key, series.key], told
                    elif found.unit == "customers":
                        assert len(people) == value, told
                    elif spec.key == "cohorts":
                        size = len(listed(session, picked["all"][0]))
                        assert value == round(100 * len(people) / size, 1), told
            assert seen, f"{spec.key} has nothing to check"


def test_the_rest_of_a_ranking_lists_whoever_is_in_none_of_its_bars(clean: Crm, admin: Database) -> None:
    with closing(clean.connect()) as ada:
        for number in range(18):
            order(ada, customer(ada, country=f"Land {number:02}", source=f"Way {number:02}" if number else None))
        order(ada, customer(ada))
        ada.commit()
    with admin.session() as session:
        for key in ("revenue_by_country", "source_revenue"):
            spec = next(spec for spec in CHARTS if spec.key == key)
            found = spec.read(session, Question(Period.of("all", Clock())))
            assert found.categories[-1].key == "other"
            shown = [listed(session, picked) for picked in found.series[0].filters if picked]
            assert len(shown) == 16
            assert sum(map(len, shown)) == len(set.union(*shown)) == 19
