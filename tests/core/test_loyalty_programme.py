"""The programme's figures: equal to what the tables say, also after rebuilding, deleting and undoing."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.database.engine import Database
from crm_desktop.loyalty.programme import Programme, programme, whose_points_expire
from tests.factories.customers import customer
from tests.factories.loyalty import entry, member, points_expire
from tests.factories.merges import merge
from tests.helpers.postgres import Crm

KEPT = "SELECT key, sum(amount)::int FROM crm.figures WHERE measure = 'members' GROUP BY 1 HAVING sum(amount) <> 0"
BARE = "SELECT tier, count(*)::int FROM crm.customers WHERE tier IS NOT NULL GROUP BY 1"


def agree(connection: psycopg.Connection[Any]) -> bool:
    return sorted(connection.execute(KEPT).fetchall()) == sorted(connection.execute(BARE).fetchall())


def read(database: Database) -> Programme:
    with database.session() as session:
        return programme(session)


def test_figures_are_those_of_the_tables(clean: Crm, admin: Database) -> None:
    with clean.connect() as ada:
        _, rich = member(ada, points=6000, contact_name="Ana Ruiz")
        member(ada, points=10)
        customer(ada)
        entry(ada, rich, "redeem", -1000)
        entry(ada, rich, "opening", 50, created_at=datetime.now(UTC) - timedelta(days=90))
        entry(ada, rich, "expire", -20)
    found = read(admin)
    assert found.members == {"gold": 1, "bronze": 1}
    assert (found.customers, found.enrolled) == (3, 2)
    assert (found.outstanding, found.earned, found.redeemed) == (5040, 6010, 1000)
    assert [
        (change.name, change.from_tier, change.to_tier) for change in found.changes if change.name == "Ana Ruiz"
    ] == [
        ("Ana Ruiz", "bronze", "gold"),
        ("Ana Ruiz", None, "bronze"),
    ]


def test_members_are_counted_through_everything(clean: Crm, admin: Database) -> None:
    with closing(clean.connect()) as ada:
        first, _ = member(ada, points=1200)
        second, other = member(ada, points=6000)
        ada.commit()
        ada.execute("UPDATE crm.loyalty_tiers SET threshold = 7000 WHERE tier = 'gold'")
        entry(ada, other, "adjust", -5500)
        assert agree(ada)
        ada.execute("DELETE FROM crm.customers WHERE id = %s", (second,))
        assert agree(ada)
        number = (ada.execute("SELECT pg_current_xact_id()::text::bigint").fetchone() or (0,))[0]
        ada.commit()
        assert read(admin).outstanding == 1200, "points of a deleted customer are nobody's"
        with admin.session() as session:
            undo_transaction(session, number)
        assert agree(ada)
        assert read(admin).enrolled == 2
        ada.rollback()
        merge(ada, first, second)
        assert agree(ada)
        ada.execute("SELECT crm.rebuild_derived()")
        assert agree(ada)
        assert ada.execute(KEPT).fetchall() == [("silver", 1)]


def test_who_has_points_that_expire_in_a_month(clean: Crm, admin: Database) -> None:
    with clean.connect() as ada:
        soon, account = member(ada)
        entry(ada, account, "earn", 100, created_at=datetime(2024, 3, 10, tzinfo=UTC))
        member(ada, points=10)
        points_expire(ada, 36)
    with admin.session() as session:
        assert whose_points_expire(session, datetime(2027, 3, 1).date()) == (soon,)
        assert whose_points_expire(session, datetime(2027, 4, 1).date()) == ()
