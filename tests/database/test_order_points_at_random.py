"""Points of orders against a plain reading of the rules: random histories, and two sessions at once."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.customers import customer
from tests.factories.loyalty import entry, member
from tests.factories.orders import bought
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
PAID = ("paid", "shipped", "completed")
MULTIPLIERS = {"bronze": Decimal(1), "silver": Decimal("1.25"), "gold": Decimal("1.5"), "platinum": Decimal(2)}
THRESHOLDS = (("platinum", 10_000), ("gold", 5_000), ("silver", 1_000), ("bronze", 0))


@dataclass
class Reading:
    """What the rules in docs/loyalty.md say, one order and one step after the other."""

    owner: dict[int, int] = field(default_factory=dict)
    status: dict[int, str] = field(default_factory=dict)
    total: dict[int, Decimal] = field(default_factory=dict)
    counts_for: dict[int, set[int]] = field(default_factory=dict)  # whose orders it was recorded for as a member
    members: set[int] = field(default_factory=set)
    held: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    rate: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    balance: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    lifetime: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def tier(self, who: int) -> str:
        return next(tier for tier, threshold in THRESHOLDS if self.lifetime[who] >= threshold or not threshold)

    def settle(self, number: int) -> None:
        owner = self.owner.get(number)
        concerned = {who for key, who in self.held if key == number} | ({owner} if owner in self.members else set())
        for who in sorted(each for each in concerned if each is not None):
            due = 0
            earned = (number, who) in self.rate
            if who == owner and self.status[number] in PAID and (earned or who in self.counts_for[number]):
                rate = self.rate.get((number, who), MULTIPLIERS[self.tier(who)])
                due = math.floor(max(self.total[number], Decimal(0)) * rate)
                if due > 0:
                    self.rate[number, who] = rate
            change = max(due - self.held[number, who], -self.balance[who])
            self.held[number, who] += change
            self.balance[who] += change
            self.lifetime[who] += change


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.integers(0, 2), st.integers(-5, 300_000)),
        st.tuples(st.just("status"), st.integers(0, 5), st.sampled_from(["open", *PAID, "cancelled", "refunded"])),
        st.tuples(st.just("total"), st.integers(0, 5), st.integers(-5, 300_000)),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.none()),
        st.tuples(st.just("redeem"), st.integers(0, 2), st.integers(1, 4_000)),
        st.tuples(st.just("enrol"), st.integers(0, 2), st.none()),
    ),
    max_size=14,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_points_of_orders_equal_a_plain_reading_of_the_rules(clean: Crm, steps: list[tuple[str, int, Any]]) -> None:
    with closing(clean.connect(autocommit=True)) as ada:
        for tier, multiplier in MULTIPLIERS.items():
            ada.execute("UPDATE crm.loyalty_tiers SET earning_multiplier = %s WHERE tier = %s", (multiplier, tier))
        people = [member(ada)[0], customer(ada), customer(ada)]
        reading, orders = Reading(members={0}), list[UUID]()
        for kind, number, value in steps:
            _take(ada, reading, people, orders, kind, number, value)
        held: dict[tuple[UUID, UUID], int] = {
            (order_id, customer_id): points
            for order_id, customer_id, points in ada.execute(
                "SELECT l.order_id, c.id, sum(l.points)::int FROM crm.loyalty_ledger l"
                " JOIN crm.customers c ON c.user_id = l.user_id WHERE c.id = ANY (%s) AND l.order_id IS NOT NULL"
                " GROUP BY 1, 2",
                (people,),
            )
        }
        expected = {(orders[key], people[who]): points for (key, who), points in reading.held.items()}
        assert {key: points for key, points in held.items() if points} == {
            key: points for key, points in expected.items() if points
        }
        accounts = ada.execute(
            "SELECT c.id, a.points_balance, a.total_earned, a.tier FROM crm.loyalty_accounts a"
            " JOIN crm.customers c USING (user_id) WHERE c.id = ANY (%s)",
            (people,),
        ).fetchall()
        assert {row[0]: row[1:] for row in accounts} == {
            people[who]: (reading.balance[who], reading.lifetime[who], reading.tier(who)) for who in reading.members
        }


def _take(
    connection: Connection,
    reading: Reading,
    people: list[UUID],
    orders: list[UUID],
    kind: str,
    number: int,
    value: Any,
) -> None:
    if kind == "order":
        total = Decimal(value) / 100
        reading.owner[len(orders)], reading.status[len(orders)], reading.total[len(orders)] = number, "paid", total
        reading.counts_for[len(orders)] = set(reading.members)
        orders.append(bought(connection, people[number], total))  # type: ignore[arg-type]
        reading.settle(len(orders) - 1)
    elif kind == "enrol":
        connection.execute("SELECT crm.enrol_customer(%s)", (people[number],))
        reading.members.add(number)
    elif kind == "redeem":
        if number in reading.members and (points := min(value, reading.balance[number])):
            row = connection.execute("SELECT user_id FROM crm.customers WHERE id = %s", (people[number],)).fetchone()
            assert row is not None
            entry(connection, row[0], "redeem", -points)
            reading.balance[number] -= points
    elif number in reading.owner:
        if kind == "delete":
            connection.execute("DELETE FROM crm.orders WHERE id = %s", (orders[number],))
            del reading.owner[number]
        elif kind == "move":
            connection.execute("UPDATE crm.orders SET customer_id = %s WHERE id = %s", (people[value], orders[number]))
            if reading.owner[number] == value:
                return
            reading.owner[number] = value
        elif kind == "status":
            connection.execute("UPDATE crm.orders SET status = %s WHERE id = %s", (value, orders[number]))
            before, reading.status[number] = reading.status[number], value
            if (before in PAID) == (value in PAID):
                return
        else:
            total = Decimal(value) / 100
            connection.execute("UPDATE crm.orders SET total = %s WHERE id = %s", (total, orders[number]))
            if total == reading.total[number]:
                return
            reading.total[number] = total
        reading.settle(number)


CHANGES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["paid", "open", "cancelled"]), st.integers(1, 900)),
    min_size=1,
    max_size=6,
)


@given(CHANGES, CHANGES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
def test_two_sessions_credit_each_order_once(
    clean: Crm, one: list[tuple[int, str, int]], other: list[tuple[int, str, int]]
) -> None:
    """Both import and change the same orders of the same customers: each holds what is due in the end."""
    with closing(clean.connect(autocommit=True)) as ada:
        people = [member(ada)[0] for _ in range(2)]
        numbers = [f"{people[0]}-{place}" for place in range(4)]
        failures: list[BaseException] = []

        def work(changes: list[tuple[int, str, int]]) -> None:
            try:
                with clean.connect("emil", autocommit=True) as emil:
                    for place, status, total in changes:
                        emil.execute(
                            "INSERT INTO crm.orders (order_number, customer_id, status, total)"
                            " VALUES (%s, %s, %s, %s) ON CONFLICT (number_key) WHERE number_key <> '' DO UPDATE"
                            " SET status = excluded.status, total = excluded.total",
                            (numbers[place], people[place % 2], status, total),
                        )
            except Exception as error:  # noqa: BLE001 - shown by the test below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(changes,)) for changes in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not failures
        rows = ada.execute(
            "SELECT o.status, o.total, (SELECT coalesce(sum(l.points), 0)::int FROM crm.loyalty_ledger l"
            " WHERE l.order_id = o.id), (SELECT count(*) FROM crm.loyalty_ledger l"
            " WHERE l.order_id = o.id AND l.kind = 'earn') FROM crm.orders o WHERE o.order_number = ANY (%s)",
            (numbers,),
        ).fetchall()
        for status, total, held, earned in rows:
            assert held == (math.floor(total) if status in PAID else 0)
            assert earned <= 1
        totals = ada.execute(
            "SELECT a.points_balance, (SELECT coalesce(sum(points), 0)::int FROM crm.loyalty_ledger l"
            " WHERE l.user_id = a.user_id) FROM crm.loyalty_accounts a"
        ).fetchall()
        assert all(balance == proven for balance, proven in totals)
