"""The standard figures equal the bare aggregates over the tables, whatever was written."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.analytics.queries import (
    acquisition_by_month,
    created_since,
    customers_by_type_and_status,
    interactions_by_type,
    overview,
)
from crm_desktop.database.engine import Database
from crm_desktop.listing.periods import Clock

NOW = datetime(2026, 5, 20, 10, tzinfo=UTC)
CLOCK = Clock(NOW, UTC)

BARE = {
    "customers": """
        SELECT coalesce(customer_type, ''), coalesce(status, ''), count(*)
        FROM crm.customers GROUP BY 1, 2 ORDER BY 1, 2
    """,
    "acquired": """
        SELECT coalesce(to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM'), ''), coalesce(customer_type, ''), count(*)
        FROM crm.customers GROUP BY 1, 2 ORDER BY 1, 2
    """,
    "interactions": """
        SELECT type, count(*) FROM crm.customer_interactions GROUP BY 1 ORDER BY 2 DESC, 1
    """,
}


def write(session: Session, seed: int) -> None:
    """Some rows in, some changed, some out, each in statements of many rows."""
    chance = random.Random(seed)
    rows = [
        {
            "name": f"c{number}", "type": chance.choice(["individual", "business", None]),
            "status": chance.choice(["active", "inactive", "prospect", None]),
            "created": chance.choice([None, *(NOW - timedelta(hours=24 * 20 * step + 3) for step in range(-1, 12))]),
        }
        for number in range(60)
    ]  # fmt: skip
    session.execute(
        text(
            "INSERT INTO crm.customers (contact_name, customer_type, status, created_at)"
            " VALUES (:name, :type, :status, :created)"
        ),
        rows,
    )
    session.execute(
        text(
            """
            INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject, created_at)
            SELECT id, crm.current_user_id(), (ARRAY['call', 'email', 'sale'])[1 + n % 3], 's',
                :now - n * interval '7 hours'
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM crm.customers) AS c
            """
        ),
        {"now": NOW},
    )
    changes = (
        "UPDATE crm.customers SET status = 'inactive', customer_type = 'business' WHERE right(contact_name, 1) = '3'",
        "UPDATE crm.customer_interactions SET type = 'support' WHERE type = 'sale' AND created_at < '2026-05-15Z'",
        "DELETE FROM crm.customers WHERE right(contact_name, 1) = '7'",
    )
    for change in changes:
        session.execute(text(change))


def test_figures_equal_the_bare_aggregates(admin: Database) -> None:
    for seed in (1, 2):
        with admin.session() as session:
            write(session, seed)
        with admin.session() as session:
            bare = {name: [tuple(row) for row in session.execute(text(query))] for name, query in BARE.items()}
            found = overview(session)
            by_type = customers_by_type_and_status(session)
            assert [(r.customer_type, r.status, r.count) for r in by_type] == bare["customers"]
            assert [(r.month, r.customer_type, r.count) for r in acquisition_by_month(session)] == bare["acquired"]
            assert [(r.type, r.count) for r in interactions_by_type(session)] == bare["interactions"]
            assert found.customers == by_type
            assert found.acquisition == acquisition_by_month(session)
            assert found.interactions == interactions_by_type(session)


def test_the_latest_months_and_days(admin: Database) -> None:
    with admin.session() as session:
        write(session, 3)
    with admin.session() as session:
        months = {row.month for row in acquisition_by_month(session, months=3, clock=CLOCK)}
        assert months == {row.month for row in acquisition_by_month(session) if row.month >= "2026-03"} != set()
        recent = sum(row.count for row in interactions_by_type(session, days=3, clock=CLOCK))
        since = text("SELECT count(*) FROM crm.customer_interactions WHERE created_at >= '2026-05-18T00:00Z'")
        assert recent == session.execute(since).scalar_one()


def test_created_since_any_moment(admin: Database) -> None:
    with admin.session() as session:
        write(session, 4)
    with admin.session() as session:
        for hours in (0, 1, 10, 23, 24 * 7 + 5, 24 * 19, 24 * 20 + 3, 24 * 33 + 1, 24 * 400):
            start = NOW - timedelta(hours=hours)
            for measure, table in (("acquired", "customers"), ("interactions", "customer_interactions")):
                bare = text(f"SELECT count(*) FROM crm.{table} WHERE created_at >= :start")
                expected = session.execute(bare, {"start": start}).scalar_one()
                assert created_since(session, measure, start) == expected, (measure, hours)  # type: ignore[arg-type]
