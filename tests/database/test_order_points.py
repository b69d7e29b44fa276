"""Points of orders: what is paid for earns points, once, whatever happens to the order, the customer or the import."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.factories.customers import contact, customer, order
from tests.factories.loyalty import entry, member
from tests.factories.merges import merge
from tests.factories.orders import bought
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


def settle(connection: Connection) -> None:
    """What committing does to points, without the end of the transaction."""
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def balance(connection: Connection, user_id: UUID) -> Any:
    settle(connection)
    row = connection.execute(
        "SELECT points_balance FROM crm.loyalty_accounts WHERE user_id = %s", (user_id,)
    ).fetchone()
    return row and row[0]


def entries(connection: Connection, user_id: UUID) -> list[tuple[str, int, str]]:
    settle(connection)
    return connection.execute(
        "SELECT kind, points, regexp_replace(reason, '(B|ORDER)-\\d+', '#') FROM crm.loyalty_ledger"
        " WHERE user_id = %s ORDER BY id",
        (user_id,),
    ).fetchall()


def rates(connection: Connection, **by_currency: float) -> None:
    connection.execute(
        "INSERT INTO crm.settings (key, value) VALUES ('points_per_amount', %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (Jsonb(by_currency),),
    )


def transaction(connection: Connection) -> str:
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert row is not None
    connection.commit()
    return str(row[0])


def undo(connection: Connection, number: str) -> tuple[Any, ...]:
    row = connection.execute("SELECT restored, refused FROM crm.undo_transaction(%s::xid8)", (number,)).fetchone()
    assert row is not None
    connection.commit()
    return tuple(row)


@pytest.mark.parametrize(
    ("status", "points"),
    [("open", 0), ("paid", 99), ("shipped", 99), ("completed", 99), ("cancelled", 0), ("refunded", 0)],
)
def test_an_order_earns_once_it_is_paid(ada: Connection, status: str, points: int) -> None:
    customer_id, user_id = member(ada)
    bought(ada, customer_id, 99.99, status=status)
    assert balance(ada, user_id) == points
    assert entries(ada, user_id) == ([("earn", points, "Order #")] if points else [])


def test_later_differences_are_adjusted(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    one = bought(ada, customer_id, 100, status="open")
    for change in ("status = 'paid'", "total = 150.5", "status = 'shipped'", "notes = 'x'", "status = 'cancelled'",
                   "status = 'paid'", "total = 20", "status = 'refunded'"):  # fmt: skip
        ada.execute(f"UPDATE crm.orders SET {change} WHERE id = %s", (one,))
        ada.commit()
    assert entries(ada, user_id) == [
        ("earn", 100, "Order #"),
        ("adjust", 50, "Order # was changed"),
        ("adjust", -150, "Order # is cancelled"),
        ("adjust", 150, "Order # was changed"),
        ("adjust", -130, "Order # was changed"),
        ("adjust", -20, "Order # is refunded"),
    ]
    row = ada.execute(
        "SELECT points_balance, total_earned, tier FROM crm.loyalty_accounts WHERE user_id = %s", (user_id,)
    ).fetchone()
    assert row == (0, 0, "bronze")


def test_lines_that_are_added_count(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    one = order(ada, customer_id, lines=3, status="paid")
    assert balance(ada, user_id) == 30
    ada.execute("DELETE FROM crm.order_lines WHERE order_id = %s AND position = 2", (one,))
    assert balance(ada, user_id) == 20


def test_one_edit_of_an_order_is_one_entry_and_nobody_falls_out_of_a_tier_on_the_way(ada: Connection) -> None:
    """An edit removes, changes and adds lines: what the ledger gets is the difference that is left."""
    customer_id, user_id = member(ada)
    one = order(ada, customer_id, lines=2, status="paid")
    ada.execute("UPDATE crm.order_lines SET unit_price = 600 WHERE order_id = %s", (one,))
    ada.commit()
    ada.execute("DELETE FROM crm.order_lines WHERE order_id = %s AND position = 1", (one,))
    ada.execute("UPDATE crm.order_lines SET unit_price = 700 WHERE order_id = %s", (one,))
    line = {"order_id": one, "position": 3, "description": "New", "unit_price": 450}
    insert(ada, "order_lines", line)
    ada.commit()
    assert entries(ada, user_id) == [("earn", 1200, "Order #"), ("adjust", -50, "Order # was changed")]
    moves = "SELECT to_tier FROM crm.loyalty_tier_changes WHERE user_id = %s ORDER BY id"
    assert ada.execute(moves, (user_id,)).fetchall() == [("bronze",), ("silver",)]
    # Changed and changed back within one transaction is no change.
    ada.execute("UPDATE crm.orders SET status = 'cancelled' WHERE id = %s", (one,))
    ada.execute("UPDATE crm.orders SET status = 'completed' WHERE id = %s", (one,))
    ada.commit()
    assert len(entries(ada, user_id)) == 2
    assert ada.execute("SELECT count(*) FROM crm.loyalty_ledger WHERE order_id = %s", (one,)).fetchone() == (2,)


def test_no_balance_falls_below_nothing_and_the_reason_says_so(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    first, second = bought(ada, customer_id, 100), bought(ada, customer_id, 50)
    settle(ada)
    entry(ada, user_id, "redeem", -110)
    ada.execute("UPDATE crm.orders SET status = 'cancelled' WHERE id = ANY (%s)", ([first, second],))
    taken = entries(ada, user_id)[3:]
    assert sum(points for _, points, _ in taken) == -40
    assert balance(ada, user_id) == 0
    assert [reason for _, _, reason in taken if "only 40 of" in reason] or len(taken) == 1
    # What comes in at the same time is there to be taken back.
    ada.execute("UPDATE crm.orders SET status = CASE id WHEN %s THEN 'paid' ELSE 'refunded' END, total = 70", (first,))
    assert balance(ada, user_id) >= 0


def test_the_multiplier_is_that_of_the_tier_at_the_time(ada: Connection) -> None:
    ada.execute("UPDATE crm.loyalty_tiers SET earning_multiplier = 1.5 WHERE tier = 'silver'")
    customer_id, user_id = member(ada, points=990)
    first = bought(ada, customer_id, 100)
    settle(ada)
    second = bought(ada, customer_id, 101)
    assert entries(ada, user_id)[1:] == [("earn", 100, "Order #"), ("earn", 151, "Order #")]
    ada.execute("UPDATE crm.loyalty_tiers SET earning_multiplier = 3 WHERE tier = 'silver'")
    ada.execute("UPDATE crm.orders SET total = 200 WHERE id = ANY (%s)", ([first, second],))
    settle(ada)
    held = dict(ada.execute("SELECT order_id, sum(points)::int FROM crm.loyalty_ledger GROUP BY 1").fetchall())
    assert (held[first], held[second]) == (200, 300), "each reckons with the rate at which it earned"


def test_the_rate_is_that_of_the_currency(ada: Connection) -> None:
    rates(ada, default=0.5, JPY=0.01, USD=2)
    customer_id, user_id = member(ada)
    yen = bought(ada, customer_id, 1999, currency="JPY")
    bought(ada, customer_id, 10, currency="USD")
    bought(ada, customer_id, 11, currency="EUR")
    assert sorted(points for _, points, _ in entries(ada, user_id)) == [5, 19, 20]
    ada.execute("UPDATE crm.orders SET currency = 'USD' WHERE id = %s", (yen,))
    assert balance(ada, user_id) == 3998 + 20 + 5


@pytest.mark.parametrize(
    "wrong",
    [{}, {"EUR": 1}, {"default": -1}, {"default": "1"}, {"default": 1, "eur": 1}, {"default": 1, "EURO": 1},
     {"default": 1, "EUR": None}, {"default": 1_000_001}, [1], 1, None],
)  # fmt: skip
def test_the_database_checks_the_rates(ada: Connection, wrong: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        ada.execute("INSERT INTO crm.settings (key, value) VALUES ('points_per_amount', %s)", (Jsonb(wrong),))


def test_an_amount_beyond_measure_can_be_ordered(ada: Connection) -> None:
    rates(ada, default=1_000_000)
    customer_id, user_id = member(ada)
    bought(ada, customer_id, 10**11)
    assert balance(ada, user_id) == 10**12


def test_importing_orders_twice_credits_them_once(ada: Connection) -> None:
    """Complaint 7: a balance that nothing proves. The ledger holds each order's points once."""
    customer_id, user_id = member(ada)
    for _ in range(2):
        ada.execute(
            "INSERT INTO crm.orders (order_number, customer_id, status, total)"
            " SELECT 'N-' || n, %s, 'paid', n FROM generate_series(1, 300) n"
            " ON CONFLICT (number_key) WHERE number_key <> ''"
            " DO UPDATE SET total = excluded.total, status = excluded.status",
            (customer_id,),
        )
    assert balance(ada, user_id) == 300 * 301 // 2
    assert ada.execute("SELECT count(*) FROM crm.loyalty_ledger").fetchone() == (300,)


def test_who_enrols_later_earns_from_then_on(ada: Connection) -> None:
    someone = customer(ada)
    early = bought(ada, someone, 100, status="open")
    ada.commit()
    ada.execute("SELECT crm.enrol_customer(%s)", (someone,))
    ada.commit()
    ada.execute("UPDATE crm.orders SET status = 'paid' WHERE id = %s", (early,))
    bought(ada, someone, 30)
    ada.commit()
    row = ada.execute("SELECT points_balance FROM crm.loyalty_accounts").fetchone()
    assert row == (30,)


def test_deleting_an_order_takes_its_points_back_and_undo_returns_them(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    one = bought(ada, customer_id, 100)
    ada.commit()
    ada.execute("DELETE FROM crm.orders WHERE id = %s", (one,))
    deleted = transaction(ada)
    assert entries(ada, user_id)[1:] == [("adjust", -100, "Order # was deleted")]
    undo(ada, deleted)
    assert balance(ada, user_id) == 100
    ada.execute("UPDATE crm.orders SET status = 'cancelled' WHERE id = %s", (one,))
    assert balance(ada, user_id) == 0, "undone twice, it would have been credited twice"


def test_undo_of_adding_orders_is_not_kept_by_their_points(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    ada.commit()
    bought(ada, customer_id, 100)
    assert undo(ada, transaction(ada))[0] >= 1
    assert ada.execute("SELECT count(*) FROM crm.orders").fetchone() == (0,)
    assert balance(ada, user_id) == 0


@pytest.mark.parametrize("change", ["UPDATE crm.orders SET status = 'cancelled'", "DELETE FROM crm.orders"])
def test_undo_says_of_no_points_that_they_were_left_alone(ada: Connection, change: str) -> None:
    customer_id, user_id = member(ada)
    bought(ada, customer_id, 100)
    ada.commit()
    ada.execute(change)
    done = transaction(ada)
    undone = "SELECT refused, kept FROM crm.undo_transaction(%s::xid8)"
    assert ada.execute(undone, (done,)).fetchone() == (0, [])
    back = transaction(ada)
    assert balance(ada, user_id) == 100
    assert ada.execute(undone, (back,)).fetchone() == (0, [])
    assert balance(ada, user_id) == 0


def test_undo_of_a_deleted_customer_brings_orders_and_points_back(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    bought(ada, customer_id, 100)
    ada.commit()
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (customer_id,))
    deleted = transaction(ada)
    assert balance(ada, user_id) == 0
    undo(ada, deleted)
    assert balance(ada, user_id) == 100
    assert ada.execute("SELECT customer_id FROM crm.orders").fetchall() == [(customer_id,)]


def test_an_order_that_moves_takes_its_points_along(ada: Connection) -> None:
    (first, one), (second, other) = member(ada), member(ada)
    stranger = customer(ada)
    moved = bought(ada, first, 100)
    move = "UPDATE crm.orders SET customer_id = %s WHERE id = %s"
    for target, expected in ((second, (0, 100)), (first, (100, 0)), (stranger, (0, 0)), (second, (0, 100))):
        ada.execute(move, (target, moved))
        assert (balance(ada, one), balance(ada, other)) == expected
    assert entries(ada, one)[1] == ("adjust", -100, "Order # was moved to another customer")


@pytest.mark.parametrize("enrolled", [(True, True), (True, False), (False, True), (False, False)])
def test_a_merge_moves_points_without_crediting_twice(ada: Connection, enrolled: tuple[bool, bool]) -> None:
    """Complaint 6: merge strands loyalty points. And its undo parts them again as they were."""
    people = [member(ada) if is_member else (customer(ada), None) for is_member in enrolled]
    for (person, _), total in zip(people, (100, 40), strict=True):
        bought(ada, person, total)
    ada.commit()
    ledger = "SELECT user_id, order_id, kind, points FROM crm.loyalty_ledger ORDER BY id"
    before = ada.execute(ledger).fetchall()
    expected = sum(total for total, is_member in zip((100, 40), enrolled, strict=True) if is_member)
    number = merge(ada, people[0][0], people[1][0])
    accounts = ada.execute("SELECT points_balance FROM crm.loyalty_accounts").fetchall()
    assert accounts == ([(expected,)] if any(enrolled) else [])
    assert [row[1:] for row in ada.execute(ledger)] == [row[1:] for row in before]
    again = undo_number(ada, number)
    assert ada.execute(ledger).fetchall() == before
    for (_, user_id), total in zip(people, (100, 40), strict=True):
        assert balance(ada, user_id) == (total if user_id else None) if user_id else True
    undo(ada, again)
    assert [row[1:] for row in ada.execute(ledger)] == [row[1:] for row in before]
    ada.execute("UPDATE crm.orders SET status = 'cancelled'")
    ada.commit()
    assert ada.execute("SELECT coalesce(sum(points_balance), 0)::int FROM crm.loyalty_accounts").fetchone() == (0,)


def undo_number(connection: Connection, number: str) -> str:
    """Undoes, and returns the transaction that did."""
    connection.execute("SELECT crm.undo_transaction(%s::xid8)", (number,))
    return transaction(connection)


def test_a_merge_keeps_the_earliest_enrolment_and_undo_each_its_own(ada: Connection) -> None:
    early, _ = member(ada)
    ada.commit()
    late, _ = member(ada)
    ada.commit()
    joined = "SELECT enrolled_at FROM crm.loyalty_accounts ORDER BY 1"
    before = ada.execute(joined).fetchall()
    number = merge(ada, late, early)
    assert ada.execute(joined).fetchall() == before[:1]
    undo(ada, number)
    assert ada.execute(joined).fetchall() == before


def test_erasing_a_customer_leaves_nothing_of_their_points(ada: Connection) -> None:
    customer_id, user_id = member(ada)
    one = bought(ada, customer_id, 100)
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (customer_id,))
    left = ada.execute(
        "SELECT table_name, changes FROM crm.audit_log WHERE action <> 'erase' AND ("
        " table_name = 'loyalty_ledger' OR changes::text LIKE %s OR changes::text LIKE %s OR row_id = %s)",
        (f"%{one}%", f"%{user_id}%", str(one)),
    ).fetchall()
    assert left == []
    assert ada.execute("SELECT count(*) FROM crm.loyalty_ledger").fetchone() == (0,)


def test_people_book_on_orders_that_are_there_only(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        _, user_id = member(emil)
        emil.commit()
        with pytest.raises(psycopg.DatabaseError, match="not there any more"):
            entry(emil, user_id, "earn", 5, order_id=user_id)
        emil.rollback()
        for statement in (
            "SELECT crm.settle_order_points('{}', '{}', '{}')",
            "INSERT INTO crm.loyalty_ledger (kind, points, points_rate) VALUES ('earn', 1, 1)",
            """INSERT INTO crm.settings (key, value) VALUES ('points_per_amount', '{"default": 9}')""",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                emil.execute(statement)
            emil.rollback()


def test_who_ordered_is_who_earned_while_they_are_with_the_company(ada: Connection) -> None:
    company, user_id = member(ada, customer_type="business", company_name="Hansen AS")
    buyer = contact(ada, company)
    one = bought(ada, company, 10, contact_id=buyer)
    ada.commit()
    ada.execute("DELETE FROM crm.contact_positions WHERE contact_id = %s", (buyer,))
    ada.execute("UPDATE crm.orders SET total = 30 WHERE id = %s", (one,))
    ada.commit()
    named = ada.execute("SELECT points, contact_id FROM crm.loyalty_ledger ORDER BY id").fetchall()
    assert named == [(10, buyer), (20, None)]
    assert balance(ada, user_id) == 30


def test_an_employee_s_order_earns_in_their_name(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        customer_id, _ = member(emil)
        bought(emil, customer_id, 12)
        emil.commit()
        row = emil.execute(
            "SELECT u.username FROM crm.loyalty_ledger l JOIN crm.users u ON u.id = l.created_by"
        ).fetchone()
        assert row == ("emil",)
