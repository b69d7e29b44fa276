"""What the database derives: last contact, next follow-up, order totals, versions, folded keys, figures."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.listing.folding import fold
from tests.factories.customers import customer, order
from tests.factories.interactions import follow_up, interaction
from tests.factories.loyalty import entry
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
DAY = timedelta(days=1)


def contact_of(connection: Connection, customer_id: UUID) -> tuple[datetime | None, datetime | None]:
    row = connection.execute(
        "SELECT last_contact, next_follow_up FROM crm.customers WHERE id = %s", (customer_id,)
    ).fetchone()
    assert row is not None
    return row


def test_logging_a_contact_moves_last_contact_forward_only(ada: Connection) -> None:
    someone = customer(ada)
    now = datetime.now(UTC)
    interaction(ada, someone, created_at=now - 2 * DAY)
    interaction(ada, someone, created_at=now - 5 * DAY)
    assert contact_of(ada, someone) == (now - 2 * DAY, None)
    interaction(ada, someone, created_at=now - DAY, status="cancelled")
    follow_up(ada, someone, days=3)
    last, upcoming = contact_of(ada, someone)
    assert last == now - 2 * DAY
    assert upcoming is not None and upcoming > now + 2 * DAY


def test_completing_cancelling_and_deleting_recalculate(ada: Connection) -> None:
    someone = customer(ada)
    first, second = follow_up(ada, someone, days=1), follow_up(ada, someone, days=2)
    early, late = (
        ada.execute("SELECT follow_up FROM crm.customer_interactions WHERE id = %s", (one,)).fetchone()
        for one in (first, second)
    )
    assert early is not None and late is not None
    assert contact_of(ada, someone) == (None, early[0])
    ada.execute("UPDATE crm.customer_interactions SET status = 'completed' WHERE id = %s", (first,))
    last, upcoming = contact_of(ada, someone)
    assert last is not None and upcoming == late[0]
    ada.execute("UPDATE crm.customer_interactions SET status = 'cancelled' WHERE id = %s", (second,))
    assert contact_of(ada, someone) == (last, None)
    ada.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (first,))
    assert contact_of(ada, someone) == (None, None)


def test_an_imported_last_contact_survives_older_interactions(ada: Connection) -> None:
    imported = datetime.now(UTC) - DAY
    someone = customer(ada, last_contact=imported)
    old = interaction(ada, someone, created_at=imported - DAY)
    ada.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (old,))
    assert contact_of(ada, someone) == (imported, None)


def test_the_author_follows_up_unless_said_otherwise(ada: Connection) -> None:
    mine = follow_up(ada, customer(ada))
    row = ada.execute("SELECT assignee_id = user_id FROM crm.customer_interactions WHERE id = %s", (mine,)).fetchone()
    assert row == (True,)


def test_two_sessions_do_not_lose_each_other_s_follow_up(each_crm: Crm) -> None:
    """One completes the earlier follow-up while the other has a later one in an open transaction."""
    with closing(each_crm.connect()) as ada, closing(each_crm.connect()) as other:
        someone = customer(ada)
        first = follow_up(ada, someone, days=1)
        ada.commit()
        follow_up(other, someone, days=2)
        other.execute("SET lock_timeout = '5s'")
        ada.execute("SET LOCAL lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ada.execute("UPDATE crm.customer_interactions SET status = 'completed' WHERE id = %s", (first,))
        ada.rollback()
        other.commit()
        ada.execute("UPDATE crm.customer_interactions SET status = 'completed' WHERE id = %s", (first,))
        ada.commit()
        assert contact_of(ada, someone)[1] is not None


def test_the_version_counts_what_people_edit(ada: Connection) -> None:
    someone = customer(ada)

    def version() -> Any:
        row = ada.execute("SELECT version FROM crm.customers WHERE id = %s", (someone,)).fetchone()
        assert row is not None
        return row[0]

    interaction(ada, someone)
    assert version() == 1
    ada.execute("UPDATE crm.customers SET city = city, notes = notes")
    assert version() == 1
    ada.execute("UPDATE crm.customers SET city = 'Bonn'")
    assert version() == 2


def test_keys_are_folded_and_blank_where_the_text_is(ada: Connection) -> None:
    insert(
        ada,
        "customers",
        {
            "contact_name": "Zoë Œuvrard-Łukasiewicz",
            "company_name": "Straße & Söhne",
            "email": " Zoe@Example.ORG ",
            "phone": "+49 (30) 123-456",
            "phone_national": "030123456",
            "city": "KØBENHAVN",
            "tags": ["VIP", "Ärger"],
        },
    )
    row = ada.execute(
        """SELECT name_key, company_key, email_key, email_normalized, phone_digits, phone_e164, city_key, country_key,
                  tags_key, type_key, tier_rank, search_text FROM crm.customers"""
    ).fetchone()
    assert row == (
        "zoe oeuvrard-lukasiewicz",
        "strasse & sohne",
        " zoe@example.org ",
        "zoe@example.org",
        "4930123456",
        None,
        "kobenhavn",
        "",
        "vip, arger",
        "individual",
        0,
        " zoe oeuvrard-lukasiewicz strasse & sohne  zoe@example.org  4930123456 030123456 kobenhavn",
    )


@pytest.mark.parametrize(
    ("phone", "checked"),
    [("+4930123456", True), ("+1", False), ("+049123456", False), ("030123456", False), ("+49 30 123456", False)],
)
def test_only_e164_counts_as_checked(ada: Connection, phone: str, checked: bool) -> None:
    customer(ada, phone=phone)
    row = ada.execute("SELECT phone_e164 FROM crm.customers").fetchone()
    assert row == (phone if checked else None,)


def test_a_name_counts_before_the_company(ada: Connection) -> None:
    customer(ada, contact_name="", company_name="Ünal AG")
    assert ada.execute("SELECT name_key FROM crm.customers").fetchone() == ("unal ag",)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_folding_is_the_same_here_and_in_the_database(crm: Crm, text: str) -> None:
    with crm.connect() as connection:
        row = connection.execute("SELECT crm.fold(%s)", (text,)).fetchone()
        assert row == (fold(text),)


def test_the_total_of_an_order_is_the_sum_of_its_lines(ada: Connection) -> None:
    one = order(ada, customer(ada), lines=3)
    total = "SELECT total FROM crm.orders WHERE id = %s"
    assert ada.execute(total, (one,)).fetchone() == (30,)
    ada.execute("UPDATE crm.order_lines SET quantity = 2, discount_percent = 50 WHERE position = 1")
    ada.execute("DELETE FROM crm.order_lines WHERE position = 2")
    assert ada.execute(total, (one,)).fetchone() == (20,)
    written = order(ada, customer(ada), lines=0, total=99)
    assert ada.execute(total, (written,)).fetchone() == (99,)


FIGURES = """
    SELECT measure, key, part, sum(amount) FROM crm.figures GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
    ORDER BY 1, 2, 3
"""
BARE = """
    SELECT 'customers' AS measure, coalesce(customer_type, '') AS key, coalesce(status, '') AS part,
           count(*)::numeric AS amount
    FROM crm.customers GROUP BY 2, 3
    UNION ALL
    SELECT 'acquired', coalesce(to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''), coalesce(customer_type, ''),
           count(*)
    FROM crm.customers GROUP BY 2, 3
    UNION ALL
    SELECT 'sources', coalesce(source, ''), coalesce(status, ''), count(*) FROM crm.customers GROUP BY 2, 3
    UNION ALL
    SELECT 'interactions', coalesce(to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''), type, count(*)
    FROM crm.customer_interactions GROUP BY 2, 3
    UNION ALL
    SELECT 'logged', coalesce(to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''), user_id::text, count(*)
    FROM crm.customer_interactions GROUP BY 2, 3
    UNION ALL
    SELECT 'orders', to_char(ordered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), currency, count(*)
    FROM crm.orders WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 2, 3
    UNION ALL
    SELECT 'revenue', to_char(ordered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), currency, sum(total)
    FROM crm.orders WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 2, 3 HAVING sum(total) <> 0
    UNION ALL
    SELECT 'points', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), kind, sum(points)
    FROM crm.loyalty_ledger GROUP BY 2, 3 HAVING sum(points) <> 0
    ORDER BY 1, 2, 3
"""
DERIVED = """
    SELECT c.last_contact, c.next_follow_up,
           max(i.created_at) FILTER (
               WHERE i.status <> 'cancelled' AND (i.type <> 'follow_up' OR i.status = 'completed')
           ),
           max(i.completed_at) FILTER (WHERE i.status = 'completed'),
           min(i.follow_up) FILTER (WHERE i.status = 'pending')
    FROM crm.customers c LEFT JOIN crm.customer_interactions i ON i.customer_id = c.id
    GROUP BY c.id
"""
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["individual", "business", None]), st.integers(0, 400)),
        st.tuples(st.just("status"), st.sampled_from(["active", "inactive", "prospect", None]), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.none(), st.integers(0, 9)),
        st.tuples(st.just("log"), st.sampled_from(["call", "follow_up"]), st.integers(0, 9)),
        st.tuples(st.just("settle"), st.sampled_from(["completed", "cancelled", "pending"]), st.integers(0, 9)),
        st.tuples(st.just("drop"), st.none(), st.integers(0, 9)),
        st.tuples(st.just("source"), st.sampled_from(["fair", "Fair", "", None]), st.integers(0, 9)),
        st.tuples(st.just("order"), st.sampled_from(["EUR", "USD"]), st.integers(0, 9)),
        st.tuples(st.just("order status"), st.sampled_from(["paid", "cancelled", "refunded"]), st.integers(0, 9)),
        st.tuples(st.just("order lines"), st.none(), st.integers(0, 9)),
        st.tuples(st.just("order moved"), st.sampled_from(["EUR", "USD"]), st.integers(0, 9)),
        st.tuples(st.just("order gone"), st.none(), st.integers(0, 9)),
        st.tuples(st.just("points"), st.sampled_from(["earn", "opening", "adjust"]), st.integers(0, 9)),
        st.tuples(st.just("fold"), st.none(), st.just(0)),
        st.tuples(st.just("rebuild"), st.none(), st.just(0)),
    ),
    max_size=25,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_figures_and_derived_columns_equal_bare_aggregates(crm: Crm, steps: list[tuple[str, Any, int]]) -> None:
    with closing(crm.connect()) as connection:
        before = connection.execute(FIGURES).fetchall()
        assert before == connection.execute(BARE).fetchall()
        for step in steps:
            _take(connection, *step)
        assert connection.execute(FIGURES).fetchall() == connection.execute(BARE).fetchall()
        for last, upcoming, logged, completed, planned in connection.execute(DERIVED):
            assert last == max((moment for moment in (logged, completed) if moment is not None), default=None)
            assert upcoming == planned
        connection.rollback()


def _take(connection: Connection, step: str, value: Any, number: int) -> None:
    nth = "(SELECT id FROM crm.{} ORDER BY id OFFSET %s LIMIT 1)"
    one_customer, one_interaction = nth.format("customers"), nth.format("customer_interactions")
    one_order = nth.format("orders")
    if step == "add":
        customer(connection, customer_type=value, created_at=datetime(2026, 1, 1, tzinfo=UTC) + number * DAY)
    elif step == "status":
        connection.execute(f"UPDATE crm.customers SET status = %s WHERE id = {one_customer}", (value, number))
    elif step == "delete":
        connection.execute(f"DELETE FROM crm.customers WHERE id = {one_customer}", (number,))
    elif step == "source":
        connection.execute(f"UPDATE crm.customers SET source = %s WHERE id = {one_customer}", (value, number))
    elif step == "order status":
        connection.execute(f"UPDATE crm.orders SET status = %s WHERE id = {one_order}", (value, number))
    elif step == "order lines":
        connection.execute(f"UPDATE crm.order_lines SET quantity = 1.2345 WHERE order_id = {one_order}", (number,))
    elif step == "order moved":
        moved = "UPDATE crm.orders SET currency = %s, ordered_at = ordered_at + interval '30 hours' WHERE id ="
        connection.execute(f"{moved} {one_order}", (value, number))
    elif step == "order gone":
        connection.execute(f"DELETE FROM crm.orders WHERE id = {one_order}", (number,))
    elif step == "order":
        found = connection.execute(one_customer[1:-1], (number,)).fetchone()
        if found is not None:
            moment = datetime(2026, 2, 1, tzinfo=UTC) + number * DAY
            order(connection, found[0], lines=number % 3, currency=value, ordered_at=moment, total=number)
    elif step == "points":
        found = connection.execute(one_customer[1:-1], (number,)).fetchone()
        if found is not None:
            account = connection.execute("SELECT crm.enrol_customer(%s)", found).fetchone()
            assert account is not None
            entry(connection, account[0], value, number + 1, created_at=datetime(2026, 2, 1, tzinfo=UTC) + number * DAY)
    elif step == "log":
        found = connection.execute(one_customer[1:-1], (number,)).fetchone()
        if found is not None:
            make = follow_up if value == "follow_up" else interaction
            make(connection, found[0], created_at=datetime(2026, 2, 1, tzinfo=UTC) + number * DAY)
    elif step == "settle":
        statement = f"UPDATE crm.customer_interactions SET status = %s WHERE id = {one_interaction}"
        connection.execute(statement, (value, number))
    elif step == "drop":
        connection.execute(f"DELETE FROM crm.customer_interactions WHERE id = {one_interaction}", (number,))
    else:
        connection.execute("SELECT crm.fold_figures()" if step == "fold" else "SELECT crm.rebuild_derived()")


def test_folding_figures_in_two_sessions_counts_nothing_twice(clean: Crm) -> None:
    with closing(clean.connect()) as ada, closing(clean.connect()) as other:
        for _ in range(5):
            customer(ada)
            ada.commit()
        ada.execute("SELECT crm.fold_figures()")
        customer(other)
        other.execute("SELECT crm.fold_figures()")  # somebody is at it: left to them
        other.commit()
        ada.commit()
        assert ada.execute(FIGURES).fetchall() == ada.execute(BARE).fetchall()
        ada.execute("SELECT crm.fold_figures()")
        assert ada.execute("SELECT count(*) FROM crm.figures").fetchone() == (3,)
