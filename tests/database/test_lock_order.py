"""Two who change one customer, its points and its orders at once wait in a row, never in a circle."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.factories.loyalty import entry, member
from tests.factories.merges import merge, versions_of
from tests.factories.orders import bought
from tests.helpers.postgres import Crm
from tests.helpers.together import together

Connection = psycopg.Connection[Any]
RENAME = "UPDATE crm.customers SET contact_name = %s WHERE id = %s"
TOUCH = "UPDATE crm.customers SET notes = 'Called' WHERE id = %s"


@pytest.fixture
def ada(each_crm: Crm) -> Iterator[Connection]:
    with closing(each_crm.connect(autocommit=True)) as connection:
        yield connection


class Waiting:
    """What another session does meanwhile; it has come as far as it can when this is made."""

    def __init__(self, crm: Crm, work: Callable[[Connection], object]) -> None:
        self._failures: list[BaseException] = []
        self._connection = crm.connect()
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        with crm.as_superuser(autocommit=True) as superuser:
            waits = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
            for _ in range(200):
                found = superuser.execute(waits, (self._connection.info.backend_pid,)).fetchone()
                if not self._thread.is_alive() or (found and found[0]):
                    break
                time.sleep(0.01)

    def _run(self, work: Callable[[Connection], object]) -> None:
        try:
            with self._connection as connection:
                work(connection)
        except psycopg.Error as error:
            self._failures.append(error)

    def done(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert not self._failures


def test_a_member_is_renamed_while_points_move_the_tier(each_crm: Crm, ada: Connection) -> None:
    customer_id, account = member(ada)
    with closing(each_crm.connect()) as emil:
        emil.execute(TOUCH, (customer_id,))
        booking = Waiting(each_crm, lambda other: entry(other, account, "earn", 6000))
        emil.execute(RENAME, ("Zoe Zimmer", customer_id))
        emil.commit()
        booking.done()
    kept = "SELECT a.tier, c.tier, a.name_key FROM crm.loyalty_accounts a JOIN crm.customers c USING (user_id)"
    assert ada.execute(kept).fetchall() == [("gold", "gold", "zoe zimmer")]


def test_a_member_is_renamed_while_the_rules_change(each_crm: Crm, ada: Connection) -> None:
    customer_id, account = member(ada)
    entry(ada, account, "earn", 1500)
    with closing(each_crm.connect()) as emil:
        emil.execute(TOUCH, (customer_id,))
        change = "UPDATE crm.loyalty_tiers SET threshold = 2000 WHERE tier = 'silver'"
        rules = Waiting(each_crm, lambda other: other.execute(change))
        emil.execute(RENAME, ("Zoe Zimmer", customer_id))
        emil.commit()
        rules.done()
    assert ada.execute("SELECT tier FROM crm.customers").fetchall() == [("bronze",)]


@pytest.mark.parametrize("how", ["merged", "erased"])
def test_an_order_is_paid_while_its_customer_is_merged_or_erased(each_crm: Crm, ada: Connection, how: str) -> None:
    customer_id, _ = member(ada)
    survivor, account = member(ada)
    order_id = bought(ada, customer_id, 6000, status="open")

    def work(other: Connection) -> None:
        if how == "merged":
            merge(other, survivor, customer_id)
        else:
            other.execute("SELECT crm.erase_customer(%s)", (customer_id,))

    with closing(each_crm.connect()) as emil:
        emil.execute("SELECT FROM crm.orders WHERE id = %s FOR UPDATE", (order_id,))
        other = Waiting(each_crm, work)
        emil.execute("UPDATE crm.orders SET status = 'paid' WHERE id = %s", (order_id,))
        emil.commit()
        other.done()
    left = "SELECT points_balance FROM crm.loyalty_accounts WHERE user_id = %s"
    assert ada.execute(left, (account,)).fetchone() == (6000 if how == "merged" else 0,)


def test_points_are_booked_while_their_customer_is_merged(each_crm: Crm, ada: Connection) -> None:
    """Whoever books holds nothing that merging needs before it waits for the merge."""
    customer_id, account = member(ada)
    survivor, kept = member(ada)

    def book(other: Connection) -> None:
        with pytest.raises(psycopg.errors.ForeignKeyViolation):  # the account is gone
            entry(other, account, "earn", 6000)

    with closing(each_crm.connect()) as eve:
        eve.execute("SELECT crm.lock_customers(%s)", ([survivor, customer_id],))
        booking = Waiting(each_crm, book)
        merge(eve, survivor, customer_id)
        booking.done()
    assert ada.execute("SELECT user_id, points_balance FROM crm.loyalty_accounts").fetchall() == [(kept, 0)]


def buyer(connection: Connection) -> tuple[UUID, UUID]:
    customer_id, account = member(connection)
    for total in (900, 300):
        bought(connection, customer_id, total)
    return customer_id, account


def whirl(crm: Crm, people: list[tuple[UUID, UUID]], until: float, seed: int) -> None:
    """Everything that touches customers and their points, in no order, until that time."""
    chance = random.Random(seed)
    with crm.connect(autocommit=True) as connection:
        while time.monotonic() < until:
            place = chance.randrange(len(people))
            customer_id, account = people[place]
            what = chance.randrange(8)
            try:
                if connection.execute("SELECT FROM crm.customers WHERE id = %s", (customer_id,)).fetchone() is None:
                    people[place] = buyer(connection)  # a merge that was not undone took them
                _one(connection, chance, what, customer_id, account, chance.choice(people)[0])
            except psycopg.Error as error:
                # Gone by now, not enough points, or changed in the meantime.
                if not (error.sqlstate or "").startswith("CR") and error.sqlstate != "23503":
                    raise


def _one(
    connection: Connection, chance: random.Random, what: int, customer_id: UUID, account: UUID, other: UUID
) -> None:
    if what in (0, 1):
        connection.execute(RENAME, (f"Name {chance.random()}", customer_id))
    elif what in (2, 3):
        entry(connection, account, *chance.choice([("earn", 1500), ("adjust", -1200), ("redeem", -300)]))
    elif what in (4, 5):
        with connection.transaction():
            bought_by = "SELECT id FROM crm.orders WHERE customer_id = %s ORDER BY random() LIMIT 1"
            found = connection.execute(bought_by, (customer_id,)).fetchone()
            statement = "UPDATE crm.orders SET status = %s, total = %s WHERE id = %s"
            for status in (chance.choice(["paid", "open"]), "paid"):
                connection.execute(statement, (status, chance.randrange(4000), found and found[0]))
    elif what == 6:
        connection.execute(
            "UPDATE crm.loyalty_tiers SET threshold = %s WHERE tier = 'silver'", (chance.randrange(500, 1500),)
        )
    elif customer_id != other:
        with connection.transaction():
            versions = versions_of(connection, customer_id, other)
            connection.execute("SELECT crm.merge_customers(%s, %s, %s)", (customer_id, [other], versions))
            number = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
        connection.execute("SELECT crm.undo_transaction(%s::xid8)", number)


def stress(crm: Crm, seconds: float, sessions: int) -> None:
    with crm.connect(autocommit=True) as ada:
        people = [buyer(ada) for _ in range(4)]
        until = time.monotonic() + seconds
        together([partial(whirl, crm, people, until, seed) for seed in random.sample(range(1000), sessions)])
        wrong = ada.execute(
            "SELECT count(*) FROM crm.loyalty_accounts a LEFT JOIN crm.customers c USING (user_id) WHERE"
            " a.points_balance <>"
            " (SELECT coalesce(sum(points), 0) FROM crm.loyalty_ledger l WHERE l.user_id = a.user_id)"
            " OR (a.tier, a.name_key) IS DISTINCT FROM (c.tier, c.name_key)"
        ).fetchone()
        assert wrong == (0,)
        accounts = "SELECT to_jsonb(a) - 'updated_at' FROM crm.loyalty_accounts a ORDER BY user_id"
        before = ada.execute(accounts).fetchall()
        ada.execute("SELECT crm.rebuild_derived()")
        assert ada.execute(accounts).fetchall() == before


def test_nobody_waits_in_a_circle_whatever_is_done_at_once(each_crm: Crm) -> None:
    stress(each_crm, 1.5, 5)
