"""Merging: everything moves, nothing is lost, nobody who may not can do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.factories.customers import business, consent, contact, customer, order
from tests.factories.interactions import follow_up, interaction
from tests.factories.loyalty import entry, member
from tests.factories.merges import merge, versions_of
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]

# Tables in which the customer is part of a key, and for which merge_customers() has a rule of its own.
WITH_A_RULE = {"contact_positions", "duplicate_decisions", "customer_purchases"}


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with closing(clean.connect()) as connection:
        yield connection


def one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0] if len(row) == 1 else tuple(row)


def card(connection: Connection, customer_id: UUID, columns: str) -> Any:
    return one(connection, f"SELECT {columns} FROM crm.customers WHERE id = %s", customer_id)


def test_every_foreign_key_to_customers_is_moved_or_has_a_rule(each_crm: Crm) -> None:
    """Complaint 5: merge loses links. Whoever adds a table in which customers may collide has to give it a rule."""
    with each_crm.as_superuser() as connection:
        links = connection.execute(
            """
            SELECT (SELECT relname FROM pg_class WHERE oid = f.conrelid), cardinality(f.conkey), EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisunique AND f.conkey[1] = ANY (i.indkey)
            )
            FROM pg_constraint f
            WHERE f.contype = 'f' AND f.confrelid = 'crm.customers'::regclass
            """
        ).fetchall()
    assert {"customer_interactions", "orders", "consents", "customer_merges"} <= {table for table, _, _ in links}
    for table, columns, in_a_key in links:
        assert columns == 1, f"merge_customers() cannot move {table}: its foreign key has several columns"
        if in_a_key:
            assert table in WITH_A_RULE, f"say in move_what_belongs() how rows of {table} collide"


def test_a_table_that_was_added_later_moves_too(ada: Connection, clean: Crm) -> None:
    first, second = customer(ada), customer(ada)
    ada.commit()
    with clean.as_owner() as owner:
        owner.execute("CREATE TABLE crm.later (about uuid NOT NULL REFERENCES crm.customers (id) ON DELETE CASCADE)")
        owner.execute("INSERT INTO crm.later VALUES (%s)", (second,))
    try:
        merge(ada, first, second)
        with clean.as_owner() as owner:
            assert owner.execute("SELECT about FROM crm.later").fetchall() == [(first,)]
    finally:
        with clean.as_owner() as owner:
            owner.execute("DROP TABLE crm.later")


def test_history_orders_consents_and_contacts_move(ada: Connection) -> None:
    """Complaint 1: merging people with all their history."""
    old = customer(ada, contact_name="Ana Ruiz", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = business(ada, contact_name="Anna Ruiz", created_at=datetime(2019, 5, 1, tzinfo=UTC))
    person = contact(ada, new)
    call = interaction(ada, new, contact_id=person, created_at=datetime(2024, 3, 1, tzinfo=UTC))
    planned = follow_up(ada, new, days=3)
    bought, agreed = order(ada, new, lines=2), consent(ada, new)
    ada.commit()
    merge(ada, old, new)
    for table, key in (
        ("customer_interactions", call),
        ("customer_interactions", planned),
        ("orders", bought),
        ("consents", agreed),
    ):
        assert one(ada, f"SELECT customer_id FROM crm.{table} WHERE id = %s", key) == old
    assert one(ada, "SELECT customer_id, is_primary FROM crm.contact_positions") == (old, False)
    due = one(ada, "SELECT follow_up FROM crm.customer_interactions WHERE id = %s", planned)
    assert card(ada, old, "next_follow_up") == due
    assert card(ada, old, "created_at") == datetime(2019, 5, 1, tzinfo=UTC), "the older of the two"
    assert one(ada, "SELECT count(*) FROM crm.customers") == 1
    assert one(ada, "SELECT id, survivor_id, name FROM crm.customer_merges") == (new, old, "Anna Ruiz")


def test_the_last_contact_is_the_latest_of_all_even_when_it_was_imported(ada: Connection) -> None:
    first = customer(ada, last_contact=datetime(2023, 1, 1, tzinfo=UTC))
    second = customer(ada, last_contact=datetime(2024, 1, 1, tzinfo=UTC))
    ada.commit()
    merge(ada, first, second)
    assert card(ada, first, "last_contact") == datetime(2024, 1, 1, tzinfo=UTC)


def test_every_address_and_number_is_kept(ada: Connection) -> None:
    first = customer(ada, email="ana@example.org", phone="+34911111111", phone_national="911111111",
                     other_emails=["a.ruiz@example.org"])  # fmt: skip
    second = customer(ada, email="ANA@example.org", phone="+34922222222", phone_national="922222222",
                      other_phones=["+34933333333"], other_phones_national="933333333")  # fmt: skip
    third = customer(ada, email="ruiz@example.com", phone="", other_emails=["A.Ruiz@example.org"])
    ada.commit()
    merge(ada, first, second, third, email=third, phone=second)
    assert card(ada, first, "email, other_emails") == ("ruiz@example.com", ["ana@example.org", "a.ruiz@example.org"])
    assert card(ada, first, "phone, other_phones") == ("+34922222222", ["+34911111111", "+34933333333"])
    assert card(ada, first, "phone_national, other_phones_national") == ("922222222", "911111111 933333333")


def test_chosen_values_stay_blank_ones_are_filled_tags_and_notes_united(ada: Connection) -> None:
    first = customer(ada, contact_name="Ana Ruiz", city="Bonn", notes="old", tags=["VIP", "fair"])
    second = customer(
        ada, contact_name="Anna Ruiz", city="Köln", country="Germany", notes="new", tags=["vip", "net 30"]
    )
    ada.commit()
    merge(ada, first, second, contact_name=second)
    assert card(ada, first, "contact_name, city, country") == ("Anna Ruiz", "Bonn", "Germany")
    assert card(ada, first, "notes, tags") == ("old\n\nnew", ["VIP", "fair", "net 30"])


def test_a_contact_at_both_is_at_the_survivor_once_with_a_role(ada: Connection) -> None:
    """Complaint 5: collisions are resolved explicitly."""
    first, second = business(ada), business(ada)
    person = contact(ada, first)
    other = contact(ada, second)
    insert(ada, "contact_positions", {"contact_id": person, "customer_id": second, "role": "Buyer", "is_primary": True},
           "contact_id")  # fmt: skip
    ada.execute("UPDATE crm.contact_positions SET is_primary = true WHERE customer_id = %s", (first,))
    ada.commit()
    merge(ada, first, second)
    found = ada.execute("SELECT contact_id, customer_id, role, is_primary FROM crm.contact_positions").fetchall()
    assert sorted(found, key=str) == sorted([(person, first, "Buyer", True), (other, first, None, False)], key=str)


def test_decisions_about_the_merged_ones_become_the_survivors(ada: Connection) -> None:
    first, second, third = sorted(customer(ada) for _ in range(3))
    for one_id, other_id in ((first, second), (first, third), (second, third)):
        insert(ada, "duplicate_decisions", {"first_id": one_id, "second_id": other_id, "reason": "father and son"},
               "first_id")  # fmt: skip
    ada.commit()
    merge(ada, third, second)
    found = ada.execute("SELECT first_id, second_id, reason FROM crm.duplicate_decisions").fetchall()
    assert found == [(first, third, "father and son")]


def account(connection: Connection, user_id: Any) -> Any:
    return one(
        connection,
        "SELECT points_balance, total_earned, total_redeemed, tier FROM crm.loyalty_accounts WHERE user_id = %s",
        user_id,
    )


def test_points_move_with_their_entries_and_the_ledger_still_proves_them(each_crm: Crm) -> None:
    """Complaints 6 and 7: merge strands loyalty points; a balance without a ledger."""
    with closing(each_crm.connect()) as ada:
        move_points(ada)


def move_points(ada: Connection) -> None:
    first, ours = member(ada, points=600)
    second, theirs = member(ada, points=500)
    entry(ada, theirs, "redeem", -200)
    ada.commit()
    before = ada.execute("SELECT id, kind, points, reason, created_at FROM crm.loyalty_ledger ORDER BY id").fetchall()
    merge(ada, first, second)
    assert account(ada, ours) == (900, 1100, 200, "silver")
    assert card(ada, first, "tier, user_id") == ("silver", ours)
    assert one(ada, "SELECT count(*) FROM crm.loyalty_accounts") == 1
    after = ada.execute("SELECT id, kind, points, reason, created_at FROM crm.loyalty_ledger ORDER BY id").fetchall()
    assert after == before, "entries move as they are"
    assert one(ada, "SELECT sum(points)::int FROM crm.loyalty_ledger WHERE user_id = %s", ours) == 900
    moved = one(ada, "SELECT count(*) FROM crm.audit_log WHERE table_name = 'loyalty_ledger' AND action = 'update'")
    assert moved == 2, "the trail tells which entries came over"
    ada.execute("SELECT crm.rebuild_derived()")
    assert account(ada, ours) == (900, 1100, 200, "silver")


def test_a_survivor_without_an_account_takes_over_the_others(ada: Connection) -> None:
    first = customer(ada)
    second, theirs = member(ada, points=5000)
    ada.commit()
    merge(ada, first, second)
    assert card(ada, first, "tier, user_id") == ("gold", theirs)
    assert account(ada, theirs) == (5000, 5000, 0, "gold")


def test_a_stale_version_is_refused_with_a_name(ada: Connection) -> None:
    """Complaint 9: no silent overwrite, here of any of the merged ones."""
    first, second = customer(ada), customer(ada, contact_name="Ana Ruiz")
    ada.commit()
    seen = versions_of(ada, first, second)
    ada.execute("UPDATE crm.customers SET city = 'Bonn' WHERE id = %s", (second,))
    ada.commit()
    with pytest.raises(psycopg.DatabaseError, match="Somebody changed Ana Ruiz") as caught:
        merge(ada, first, second, versions=seen)
    assert caught.value.sqlstate == "CR003"
    ada.rollback()
    assert one(ada, "SELECT count(*) FROM crm.customers") == 2


@pytest.mark.parametrize("case", ["itself", "nobody", "gone", "field", "stranger", "versions"])
def test_what_makes_no_sense_is_refused(ada: Connection, case: str) -> None:
    first, second = customer(ada), customer(ada)
    ada.commit()
    asked: dict[str, Callable[[], str]] = {
        "itself": lambda: merge(ada, first, second, second),
        "nobody": lambda: merge(ada, first),
        "gone": lambda: merge(ada, first, uuid4()),
        "field": lambda: merge(ada, first, second, tier=second),
        "stranger": lambda: merge(ada, first, second, city=uuid4()),
        "versions": lambda: merge(ada, first, second, versions=[1]),
    }
    with pytest.raises(psycopg.DatabaseError) as caught:
        asked[case]()
    assert caught.value.sqlstate in ("CR001", "CR004")


def test_employees_cannot_merge(clean: Crm, ada: Connection) -> None:
    first, second = customer(ada), customer(ada)
    ada.commit()
    with closing(clean.connect("emil")) as emil:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            merge(emil, first, second)
        emil.rollback()
        for forged in (
            "INSERT INTO crm.customer_merges (id, survivor_id, name) VALUES (gen_random_uuid(), %s, 'x')",
            "UPDATE crm.customer_interactions SET customer_id = %s",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                emil.execute(forged, (first,))
            emil.rollback()


def test_a_merge_waits_for_whoever_is_logging_and_takes_it_along(clean: Crm, ada: Connection) -> None:
    first, second = customer(ada), customer(ada)
    ada.commit()
    with closing(clean.connect("emil")) as emil:
        late = interaction(emil, second)
        ada.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            merge(ada, first, second)
        ada.rollback()
        emil.commit()
        merge(ada, first, second)
        assert one(ada, "SELECT customer_id FROM crm.customer_interactions WHERE id = %s", late) == first
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            interaction(emil, second)


@pytest.mark.parametrize("work", ["merge", "erase"])
def test_nobody_waits_in_a_circle_with_whoever_changes_a_contact(clean: Crm, ada: Connection, work: str) -> None:
    first, second = business(ada), business(ada)
    person = contact(ada, second)
    ada.commit()
    done: list[str] = []

    def act() -> None:
        if work == "merge":
            merge(ada, first, second)
        else:
            ada.execute("SELECT crm.erase_customer(%s)", (second,))
            ada.commit()
        done.append(work)

    with closing(clean.connect("emil")) as emil, clean.as_superuser(autocommit=True) as watch:
        emil.execute("SELECT FROM crm.contacts WHERE id = %s FOR UPDATE", (person,))
        thread = Thread(target=act, daemon=True)
        thread.start()
        for _ in range(500):
            if one(watch, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ada' AND wait_event_type = 'Lock'"):
                break
            time.sleep(0.02)
        assert not done
        emil.execute("SET lock_timeout = '500ms'")
        emil.execute("UPDATE crm.contacts SET name = 'Renamed' WHERE id = %s", (person,))
        emil.commit()
        thread.join(10)
    assert done == [work]


def test_erasing_the_survivor_erases_the_traces_of_the_merged_ones(ada: Connection) -> None:
    first, ours = member(ada, points=5, contact_name="Ana Ruiz")
    second, theirs = member(ada, points=5, contact_name="Anna Unforgettable")
    interaction(ada, second, subject="About Unforgettable")
    order(ada, second)
    ada.commit()
    merge(ada, first, second)
    ada.execute("SELECT crm.erase_customer(%s)", (first,))
    ada.commit()
    left = ada.execute("SELECT to_jsonb(a)::text FROM crm.audit_log a").fetchall()
    assert len(left) == 1, "the tombstone"
    assert one(ada, "SELECT count(*) FROM crm.users WHERE id IN (%s, %s)", ours, theirs) == 0
    assert one(ada, "SELECT count(*) FROM crm.customer_merges") == 0
