"""Undo of a merge: the database is as it was before, row by row; what was changed since stays and is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.customers import consent, contact, customer, order
from tests.factories.interactions import follow_up, interaction
from tests.factories.loyalty import entry, member
from tests.factories.merges import merge
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]

# Everything but the trail itself. Versions and times of change are counted on, as after every undo.
TABLES = (
    "customers", "customer_interactions", "contacts", "contact_positions", "orders", "order_lines", "consents",
    "duplicate_decisions", "duplicate_pairs", "customer_merges", "loyalty_accounts", "loyalty_ledger",
    "loyalty_points_left", "loyalty_tier_changes", "users", "customer_purchases", "customer_preferences",
)  # fmt: skip


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with closing(clean.connect()) as connection:
        yield connection


def everything(connection: Connection) -> dict[str, list[Any]]:
    return {
        table: connection.execute(
            f"SELECT to_jsonb(t) - 'version' - 'updated_at' - 'last_seen_at' FROM crm.{table} t ORDER BY 1"  # type: ignore[arg-type]
        ).fetchall()
        for table in TABLES
    }


def undo(connection: Connection, transaction: str) -> tuple[int, int]:
    row = connection.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", (transaction,)).fetchone()
    transaction_of_undo = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    connection.commit()
    assert row is not None and transaction_of_undo is not None
    undo.last = transaction_of_undo[0]  # type: ignore[attr-defined]
    return int(row[0]), int(row[1])


WORDS = st.sampled_from(["", "Ana Ruiz", "Anna Ruiz", "Bonn", "Köln", "x"])
MOMENTS = st.integers(0, 2000).map(lambda days: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days))
CUSTOMERS = st.fixed_dictionaries(
    {
        "contact_name": WORDS,
        "city": WORDS,
        "email": st.sampled_from(["", "a@example.org", "A@example.org", "b@example.org"]),
        "phone": st.sampled_from(["", "+34911111111", "030 123456"]),
        "other_emails": st.lists(st.sampled_from(["c@example.org", "d@example.org"]), max_size=2, unique=True),
        "tags": st.lists(st.sampled_from(["VIP", "vip", "fair"]), max_size=2, unique=True),
        "notes": WORDS,
        "created_at": MOMENTS,
        "last_contact": st.none() | MOMENTS,
    }
)
HANGERS_ON = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "follow_up", "order", "preference", "consent", "contact", "shared contact", "decision", "pair"]
        ),
        st.integers(0, 3),
        MOMENTS,
    ),
    max_size=10,
)
POINTS = st.none() | st.lists(st.sampled_from([1, 400, 1000, 4999, -1]), max_size=4)


def hang_on(connection: Connection, ids: list[UUID], people: list[UUID], what: str, at: int, when: datetime) -> None:
    """Something that belongs to one of the customers."""
    who, other = ids[at % len(ids)], ids[(at + 1) % len(ids)]
    match what:
        case "call":
            interaction(connection, who, created_at=when)
        case "follow_up":
            follow_up(connection, who, follow_up=when)
        case "order":
            order(connection, who, currency="USD" if at == 3 else "EUR", ordered_at=when)
        case "preference":
            insert(connection, "customer_preferences", {"customer_id": who, "kind": "other", "subject": "cheese"})
        case "consent":
            consent(connection, who)
        case "contact":
            people.append(contact(connection, who))
        case "shared contact" if people:
            connection.execute(
                "INSERT INTO crm.contact_positions (contact_id, customer_id, role, is_primary)"
                " SELECT %s, %s, 'Buyer', NOT EXISTS ("
                "     SELECT FROM crm.contact_positions WHERE customer_id = %s AND is_primary"
                " ) ON CONFLICT DO NOTHING",
                (people[at % len(people)], who, who),
            )
        case "decision":
            connection.execute(
                "INSERT INTO crm.duplicate_decisions (first_id, second_id) VALUES (least(%s, %s), greatest(%s, %s))"
                " ON CONFLICT DO NOTHING",
                (who, other, who, other),
            )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_undo_of_a_merge_leaves_no_trace(clean: Crm, ada: Connection, data: st.DataObject) -> None:
    """Complaints 5 and 6, and what no peer has: undo of a merge. The undo itself can be undone and done again, too."""
    ada.rollback()  # of an example that failed
    clean.empty()
    ids, people = [], list[UUID]()
    for values in data.draw(st.lists(CUSTOMERS, min_size=3, max_size=4)):
        someone = customer(ada, company_name="Ruiz & Co", **values)
        ids.append(someone)
        points = data.draw(POINTS)
        if points is not None:
            row = ada.execute("SELECT crm.enrol_customer(%s)", (someone,)).fetchone()
            assert row is not None
            balance = 0
            for each in points:
                if balance + each >= 0:
                    balance += each
                    entry(ada, row[0], "earn" if each > 0 else "redeem", each)
    for what, at, when in data.draw(HANGERS_ON):
        hang_on(ada, ids, people, what, at, when)
    ada.commit()
    # What the triggers derive from what was hung on is there before; an imported last contact is, too.
    with clean.as_owner() as owner:
        first, second = sorted(ids[:2])
        owner.execute("INSERT INTO crm.duplicate_pairs VALUES (%s, %s, 90, '{phone}')", (first, second))
    before = everything(ada)
    survivor, *gone = ids[: data.draw(st.integers(2, 3))]
    merged = merge(ada, survivor, *gone, city=data.draw(st.sampled_from([survivor, *gone])))
    after = everything(ada)
    assert undo(ada, merged)[1] == 0
    assert everything(ada) == before
    assert undo(ada, undo.last)[1] == 0, "done again"  # type: ignore[attr-defined]
    again = everything(ada)
    for table in set(TABLES) - {"loyalty_tier_changes", "duplicate_pairs", "customers"}:
        assert again[table] == after[table], table
    assert undo(ada, undo.last)[1] == 0  # type: ignore[attr-defined]
    assert everything(ada) == before


def test_what_was_changed_since_stays_and_is_counted(ada: Connection) -> None:
    first, second = customer(ada, city="Bonn"), customer(ada, city="Köln", notes="his")
    moved, edited = interaction(ada, second), interaction(ada, second)
    ada.commit()
    merged = merge(ada, first, second)
    ada.execute("UPDATE crm.customers SET notes = 'edited since' WHERE id = %s", (first,))
    ada.execute("UPDATE crm.customer_interactions SET subject = 'edited since' WHERE id = %s", (edited,))
    new = interaction(ada, first)
    ada.commit()
    restored, refused = undo(ada, merged)
    assert refused == 1, "the survivor's own fields"
    assert restored >= 3
    belongs = dict(ada.execute("SELECT id, customer_id FROM crm.customer_interactions").fetchall())
    assert belongs == {moved: second, edited: second, new: first}
    assert ada.execute("SELECT notes FROM crm.customers WHERE id = %s", (first,)).fetchone() == ("edited since",)
    assert ada.execute("SELECT city, notes FROM crm.customers WHERE id = %s", (second,)).fetchone() == ("Köln", "his")


def test_points_that_were_spent_since_do_not_go_back_halfway(ada: Connection) -> None:
    first, ours = member(ada, points=100)
    second, theirs = member(ada, points=1000)
    ada.commit()
    merged = merge(ada, first, second)
    entry(ada, ours, "redeem", -1050)
    ada.commit()
    _, refused = undo(ada, merged)
    assert refused == 1
    balances = dict(ada.execute("SELECT user_id, points_balance FROM crm.loyalty_accounts").fetchall())
    assert balances == {ours: 50, theirs: 0}
    assert ada.execute("SELECT user_id FROM crm.customers WHERE id = %s", (second,)).fetchone() == (theirs,)
    ada.execute("SELECT crm.rebuild_derived()")
    assert balances == dict(ada.execute("SELECT user_id, points_balance FROM crm.loyalty_accounts").fetchall())


def test_a_merge_of_a_merge_is_undone_from_the_last_one(ada: Connection) -> None:
    first, second, third = (customer(ada, contact_name=name) for name in ("A", "B", "C"))
    called = interaction(ada, third)
    ada.commit()
    before = everything(ada)
    inner = merge(ada, second, third)
    outer = merge(ada, first, second)
    found = ada.execute("SELECT id, survivor_id FROM crm.customer_merges").fetchall()
    assert sorted(found) == sorted([(second, first), (third, first)]), "both lead to the one that is left"
    with pytest.raises(psycopg.DatabaseError, match='The customer that "C" was merged into') as caught:
        undo(ada, inner)
    assert caught.value.sqlstate == "CR001"
    ada.rollback()
    assert undo(ada, outer)[1] == 0
    assert undo(ada, inner)[1] == 0
    assert everything(ada) == before
    assert ada.execute("SELECT customer_id FROM crm.customer_interactions WHERE id = %s", (called,)).fetchone() == (
        third,
    )


def test_only_administrators_undo_a_merge(clean: Crm, ada: Connection) -> None:
    clean.add_person("eva", "admin")
    first, second = customer(ada), customer(ada)
    ada.commit()
    with closing(clean.connect("eva")) as eva:
        merged = merge(eva, first, second)
        ada.execute("SELECT crm.change_role(id, 'employee') FROM crm.users WHERE username = 'eva'")
        ada.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            undo(eva, merged)
        eva.rollback()
    assert undo(ada, merged)[1] == 0
    insert(ada, "duplicate_decisions", {"first_id": min(first, second), "second_id": max(first, second)}, "first_id")
