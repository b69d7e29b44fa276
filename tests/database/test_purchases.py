"""What customers have bought, as the database keeps it: equal to its orders after anything that happens to them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.customers import business, contact, customer, order
from tests.factories.merges import merge
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)

KEPT = """
    SELECT customer_id, currency, orders, spent, first_order_at, last_order_at FROM crm.customer_purchases ORDER BY 1, 2
"""
BARE = """
    SELECT customer_id, currency, count(*), sum(total), min(ordered_at), max(ordered_at) FROM crm.orders
    WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 1, 2 ORDER BY 1, 2
"""


def rows(connection: Connection, query: str, *values: Any) -> list[Any]:
    return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


def agree(connection: Connection) -> bool:
    return rows(connection, KEPT) == rows(connection, BARE)


NUMBER = st.integers(0, 12)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.sampled_from(["open", "paid", "cancelled"]), NUMBER),
        st.tuples(st.just("status"), st.sampled_from(["completed", "cancelled", "refunded", "open"]), NUMBER),
        st.tuples(st.just("currency"), st.sampled_from(["EUR", "USD"]), NUMBER),
        st.tuples(st.just("date"), st.integers(0, 4), NUMBER),
        st.tuples(st.just("price"), st.sampled_from([1, 7, 0]), NUMBER),
        st.tuples(st.just("many"), st.sampled_from(["paid", "cancelled"]), st.just(0)),
        st.tuples(st.just("line"), st.none(), NUMBER),
        st.tuples(st.just("move"), st.none(), NUMBER),
        st.tuples(st.just("delete"), st.none(), NUMBER),
        st.tuples(st.just("leave"), st.none(), NUMBER),
    ),
    min_size=1,
    max_size=16,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_purchases_equal_the_orders_whatever_happens(crm: Crm, steps: list[tuple[str, Any, int]]) -> None:
    with closing(crm.connect()) as connection:
        people = [customer(connection) for _ in range(3)]
        for step in steps:
            _take(connection, people, *step)
            assert agree(connection), step
        kept = rows(connection, KEPT)
        connection.execute("SELECT crm.rebuild_derived()")
        assert rows(connection, KEPT) == kept
        connection.rollback()


def _take(connection: Connection, people: list[UUID], step: str, value: Any, number: int) -> None:
    nth = "(SELECT id FROM crm.orders ORDER BY order_number OFFSET %s LIMIT 1)"
    statements = {
        "status": f"UPDATE crm.orders SET status = %s WHERE id = {nth}",
        "currency": f"UPDATE crm.orders SET currency = %s WHERE id = {nth}",
        "date": f"UPDATE crm.orders SET ordered_at = timestamptz '2026-01-01Z' + %s * interval '1d' WHERE id = {nth}",
        "price": f"UPDATE crm.order_lines SET unit_price = %s WHERE order_id = {nth}",
        "many": "UPDATE crm.orders SET status = %s, notes = 'x' WHERE position('1' IN order_number) > %s",
    }
    at = number % len(people)
    if step in statements:
        connection.execute(statements[step], (value, number))  # type: ignore[arg-type]
    elif step == "order":
        gone = rows(connection, "SELECT id FROM crm.customers WHERE id = %s", people[at])
        if gone:
            currency = "USD" if number % 5 == 0 else "EUR"
            order(connection, people[at], lines=number % 3, status=value, currency=currency,
                  ordered_at=START + number * DAY, total=number)  # fmt: skip
    elif step == "line":
        connection.execute(f"DELETE FROM crm.order_lines WHERE order_id = {nth}", (number,))  # type: ignore[arg-type]
    elif step == "move":
        connection.execute(
            f"UPDATE crm.orders SET customer_id = c.id FROM crm.customers c WHERE orders.id = {nth} AND c.id = %s",  # type: ignore[arg-type]
            (number, people[at]),
        )
    elif step == "delete":
        connection.execute(f"DELETE FROM crm.orders WHERE id = {nth}", (number,))  # type: ignore[arg-type]
    elif number == 0:
        connection.execute("DELETE FROM crm.customers WHERE id = %s", (people[at],))


def test_totals_keep_four_decimals(ada: Connection) -> None:
    someone = customer(ada)
    bought = order(ada, someone, lines=0)
    for position in range(3):
        line = {"order_id": bought, "position": position, "description": "x", "unit_price": Decimal("6.67")}
        insert(ada, "order_lines", {**line, "quantity": Decimal("0.05"), "discount_percent": Decimal("0.05")})
    exact = Decimal("6.67") * Decimal("0.05") * Decimal("99.95") / 100
    rounded = exact.quantize(Decimal("0.0001"))
    assert rows(ada, "SELECT total FROM crm.orders") == [(3 * rounded,)]
    assert rows(ada, "SELECT spent FROM crm.customer_purchases") == [(3 * rounded,)]


def test_two_sessions_add_orders_of_one_customer_and_cancel_its_last(each_crm: Crm) -> None:
    """One cancels the latest order while the other has a later one in an open transaction."""
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        someone = customer(ada)
        first = order(ada, someone, ordered_at=START)
        last = order(ada, someone, ordered_at=START + DAY)
        ada.commit()
        order(emil, someone, ordered_at=START + 2 * DAY)

        def cancel() -> None:
            ada.execute("UPDATE crm.orders SET status = 'cancelled' WHERE id = %s", (last,))
            ada.commit()

        thread = Thread(target=cancel, daemon=True)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "nobody waited: what the other adds would have been missed"
        emil.commit()
        thread.join(10)
        assert agree(ada) and rows(ada, KEPT)[0][2:] == (2, Decimal(20), START, START + 2 * DAY)
        ada.execute("UPDATE crm.orders SET ordered_at = %s WHERE id = %s", (START + 9 * DAY, first))
        ada.commit()
        assert agree(emil)


def test_a_merge_adds_purchases_up_and_its_undo_parts_them(ada: Connection) -> None:
    first, second = customer(ada), customer(ada)
    order(ada, first, ordered_at=START + DAY)
    order(ada, second, ordered_at=START)
    order(ada, second, currency="USD")
    ada.commit()
    before = rows(ada, KEPT)
    done = merge(ada, first, second)
    assert agree(ada) and {row[0] for row in rows(ada, KEPT)} == {first}
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", (done,))
    ada.commit()
    assert rows(ada, KEPT) == before


def test_deleting_a_customer_and_bringing_it_back(ada: Connection) -> None:
    someone = customer(ada)
    order(ada, someone, lines=2)
    ada.commit()
    before = rows(ada, KEPT)
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (someone,))
    done = rows(ada, "SELECT pg_current_xact_id()::text")[0][0]
    assert rows(ada, KEPT) == []
    ada.commit()
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", (done,))
    assert rows(ada, KEPT) == before and agree(ada)


def test_many_orders_at_once_are_a_few_statements_for_all(ada: Connection) -> None:
    people = [customer(ada) for _ in range(20)]
    ada.execute("SET LOCAL statement_timeout = '60s'")
    ada.execute(
        """
        INSERT INTO crm.orders (order_number, customer_id, ordered_at, total)
        SELECT 'N' || n, (%s::uuid[])[1 + n %% 20], '2026-01-01 UTC'::timestamptz + n * interval '1 minute', n
        FROM generate_series(1, 5000) n
        """,
        (people,),
    )
    assert agree(ada)
    ada.execute("UPDATE crm.orders SET status = 'refunded' WHERE total::int % 20 < 10")
    assert agree(ada) and len(rows(ada, KEPT)) == 10


def test_a_change_of_many_orders_that_counts_nothing_takes_no_long_look(clean: Crm) -> None:
    """Each compared with each, six thousand took a quarter of a minute."""
    with closing(clean.connect()) as ada:
        ada.execute(
            "INSERT INTO crm.orders (order_number, customer_id) SELECT 'N' || n, %s FROM generate_series(1, 6000) n",
            (customer(ada),),
        )
        ada.execute("SET LOCAL statement_timeout = '8s'")
        ada.execute("UPDATE crm.orders SET notes = 'call first'")


def test_a_change_that_counts_nothing_writes_nothing(ada: Connection) -> None:
    bought = order(ada, customer(ada))
    before = rows(ada, "SELECT xmin::text, ctid::text FROM crm.customer_purchases")
    ada.execute("UPDATE crm.orders SET notes = 'call first', status = 'shipped' WHERE id = %s", (bought,))
    assert rows(ada, "SELECT xmin::text, ctid::text FROM crm.customer_purchases") == before


def test_the_version_of_an_order_counts_changes_of_its_number_and_total(ada: Connection) -> None:
    bought = order(ada, customer(ada), lines=0)
    version = "SELECT version FROM crm.orders"
    ada.execute("UPDATE crm.orders SET notes = notes")
    assert rows(ada, version) == [(1,)]
    ada.execute("UPDATE crm.orders SET order_number = 'B 1' WHERE id = %s", (bought,))
    assert rows(ada, version) == [(2,)]
    changes = "SELECT changes FROM crm.audit_log WHERE table_name = 'orders' AND action = 'update'"
    assert list(rows(ada, changes)[0][0]) == ["order_number"], "what is derived from it is not told"


def test_changing_a_line_counts_as_changing_the_order(each_crm: Crm) -> None:
    """Two people at one order: whoever changes another line must not pass unnoticed, even when the total stays."""
    with closing(each_crm.connect()) as ada:
        bought = order(ada, customer(ada), lines=2, total=20)
        assert rows(ada, "SELECT version, total FROM crm.orders") == [(3, 20)], "each line changed the total"
        ada.commit()
        ada.execute("UPDATE crm.order_lines SET description = 'Tea' WHERE position = 1")
        assert rows(ada, "SELECT version, total FROM crm.orders") == [(4, 20)]
        ada.execute("UPDATE crm.order_lines SET description = description")
        assert rows(ada, "SELECT version FROM crm.orders") == [(4,)]
        ada.execute("UPDATE crm.order_lines SET quantity = 2 WHERE position = 1")
        assert rows(ada, "SELECT version, total FROM crm.orders") == [(5, 30)]
        ada.commit()
        ada.execute("DELETE FROM crm.orders WHERE id = %s", (bought,))
        done = rows(ada, "SELECT pg_current_xact_id()::text")[0][0]
        ada.commit()
        ada.execute("SELECT crm.undo_transaction(%s::xid8)", (done,))
        assert rows(ada, "SELECT total, (SELECT count(*) FROM crm.order_lines) FROM crm.orders") == [(30, 2)]


def test_an_order_that_was_added_with_its_total_is_taken_back(ada: Connection) -> None:
    """By the window or by an import: undo takes the lines first, which changes the total."""
    bought = order(ada, customer(ada), lines=0, total=20)
    for position in (1, 2):
        insert(ada, "order_lines", {"order_id": bought, "position": position, "description": "x", "unit_price": 10})
    done = rows(ada, "SELECT pg_current_xact_id()::text")[0][0]
    ada.commit()
    assert rows(ada, "SELECT restored, refused FROM crm.undo_transaction(%s::xid8)", done) == [(6, 0)]
    assert rows(ada, "SELECT count(*) FROM crm.orders") == [(0,)]


def test_only_a_contact_of_the_customer_can_have_ordered(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        firm, other = business(emil), business(emil)
        ours, theirs = contact(emil, firm), contact(emil, other)
        bought = order(emil, firm, contact_id=ours)
        emil.commit()
        with pytest.raises(psycopg.Error) as refused:
            emil.execute("UPDATE crm.orders SET contact_id = %s WHERE id = %s", (theirs, bought))
        assert refused.value.sqlstate == "CR001"
        emil.rollback()
        with pytest.raises(psycopg.Error) as refused:
            order(emil, firm, contact_id=theirs)
        assert refused.value.sqlstate == "CR001"
        emil.rollback()
        # Leaving the company changes no order; being deleted leaves the order without the name.
        emil.execute("DELETE FROM crm.contact_positions WHERE contact_id = %s", (ours,))
        emil.execute("UPDATE crm.orders SET notes = 'kept' WHERE id = %s", (bought,))
        assert rows(emil, "SELECT contact_id FROM crm.orders") == [(ours,)]
        emil.execute("DELETE FROM crm.contacts WHERE id = %s", (ours,))
        assert rows(emil, "SELECT contact_id FROM crm.orders") == [(None,)]


def test_an_order_of_a_contact_who_left_comes_back_by_undo(ada: Connection) -> None:
    firm = business(ada)
    who = contact(ada, firm)
    bought = order(ada, firm, contact_id=who)
    ada.commit()
    ada.execute("DELETE FROM crm.orders WHERE id = %s", (bought,))
    done = rows(ada, "SELECT pg_current_xact_id()::text")[0][0]
    ada.commit()
    ada.execute("DELETE FROM crm.contact_positions WHERE contact_id = %s", (who,))
    ada.commit()
    assert rows(ada, "SELECT restored, refused FROM crm.undo_transaction(%s::xid8)", done)[0][1] == 0
    assert rows(ada, "SELECT contact_id, total FROM crm.orders") == [(who, 10)]


def test_erasing_a_customer_leaves_nothing_of_orders_and_preferences(ada: Connection) -> None:
    someone = customer(ada)
    order(ada, someone)
    gone = order(ada, someone)
    wish = {"customer_id": someone, "kind": "other", "subject": "Unforgettable cheese", "note": "on Fridays"}
    insert(ada, "customer_preferences", wish)
    ada.commit()
    ada.execute("DELETE FROM crm.orders WHERE id = %s", (gone,))
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (someone,))
    for table in ("orders", "order_lines", "customer_purchases", "customer_preferences"):
        assert rows(ada, f"SELECT count(*) FROM crm.{table}") == [(0,)]
    assert rows(ada, "SELECT table_name, action FROM crm.audit_log") == [("customers", "erase")]


def test_a_preference_outlives_its_product_and_moves_with_a_merge(ada: Connection) -> None:
    first, second = customer(ada), customer(ada)
    product = insert(ada, "products", {"sku": "S1", "name": "Chai"})
    wish = insert(
        ada,
        "customer_preferences",
        {"customer_id": second, "kind": "product", "subject": "Chai", "product_id": product, "attitude": "dislikes"},
    )
    ada.execute("DELETE FROM crm.products WHERE id = %s", (product,))
    ada.commit()
    done = merge(ada, first, second)
    found = "SELECT customer_id, subject, product_id FROM crm.customer_preferences WHERE id = %s"
    assert rows(ada, found, wish) == [(first, "Chai", None)]
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", (done,))
    assert rows(ada, found, wish) == [(second, "Chai", None)]


def test_an_amount_that_is_no_number_is_refused(each_crm: Crm) -> None:
    """NaN counts as more than any limit, and no sum gets rid of it again."""
    with closing(each_crm.connect("emil")) as emil:
        someone = customer(emil)
        bought = order(emil, someone)
        emil.commit()
        for statement, value in (
            ("UPDATE crm.orders SET total = 'NaN' WHERE id = %s", bought),
            ("INSERT INTO crm.orders (order_number, customer_id, total) VALUES ('N', %s, 'NaN')", someone),
            ("INSERT INTO crm.order_lines (order_id, description, quantity) VALUES (%s, 'x', 'NaN')", bought),
            ("INSERT INTO crm.order_lines (order_id, description, unit_price) VALUES (%s, 'x', 'NaN')", bought),
            ("INSERT INTO crm.products (id, sku, name, unit_price) VALUES (%s, 'N', 'N', 'NaN')", someone),
        ):
            if statement.startswith("UPDATE"):
                emil.execute("DELETE FROM crm.order_lines WHERE order_id = %s", (bought,))
            with pytest.raises(psycopg.errors.CheckViolation):
                emil.execute(statement, (value,))
            emil.rollback()


def test_nobody_writes_another_total_over_an_order_that_has_lines(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        someone = customer(emil)
        bought = insert(emil, "orders", {"order_number": "T", "customer_id": someone, "total": 3, "status": "paid"})
        emil.execute("UPDATE crm.orders SET total = 4 WHERE id = %s", (bought,))
        assert rows(emil, "SELECT total FROM crm.orders") == [(4,)]
        line = {"order_id": bought, "description": "Tea", "quantity": 2, "unit_price": 10}
        insert(emil, "order_lines", line)
        emil.commit()
        emil.execute("UPDATE crm.orders SET total = 50000, notes = 'x' WHERE id = %s", (bought,))
        assert rows(emil, "SELECT total, notes FROM crm.orders") == [(20, "x")]
        assert rows(emil, "SELECT spent FROM crm.customer_purchases") == [(20,)]
        emil.execute("UPDATE crm.order_lines SET quantity = 3")
        assert rows(emil, "SELECT total FROM crm.orders") == [(30,)]


def test_two_sessions_add_a_line_to_one_order_at_once(each_crm: Crm) -> None:
    """The first has come as far as the foreign key of its line: the second must not wait for that, nor the first for
    the second, or one of them is thrown out."""
    with closing(each_crm.connect("emil")) as emil, closing(each_crm.connect()) as ada:
        bought = order(emil, customer(emil))
        emil.commit()
        ada.execute("SET lock_timeout = '2s'")
        ada.commit()
        emil.execute("SELECT FROM crm.orders WHERE id = %s FOR KEY SHARE", (bought,))
        line = {"order_id": bought, "description": "Tea", "unit_price": 5}
        insert(ada, "order_lines", line)
        ada.commit()
        insert(emil, "order_lines", line)
        emil.commit()
        assert rows(emil, "SELECT total FROM crm.orders") == [(20,)]
