"""Enrolling, its undo, and the names that the list of members is sorted by."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.factories.customers import customer
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


def names(connection: Connection) -> list[str | None]:
    rows = connection.execute("SELECT name_key FROM crm.loyalty_accounts ORDER BY name_key").fetchall()
    return [row[0] for row in rows]


def transaction(connection: Connection) -> int:
    """Commits it, and returns its number."""
    row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    connection.commit()
    assert row is not None
    return int(row[0])


def undo(connection: Connection, number: int) -> tuple[int, int]:
    row = connection.execute(
        "SELECT restored, refused FROM crm.undo_transaction(%s::text::xid8)", (str(number),)
    ).fetchone()
    connection.commit()
    assert row is not None
    return row[0], row[1]


def test_the_name_of_a_member_follows_the_customer(ada: Connection) -> None:
    zoe, account = member(ada, contact_name="Zoë")
    assert names(ada) == ["zoe"]
    ada.execute("UPDATE crm.customers SET contact_name = NULL, company_name = 'Öztürk & Co' WHERE id = %s", (zoe,))
    assert names(ada) == ["ozturk & co"]
    other = customer(ada, contact_name="Ana")
    ada.execute("UPDATE crm.customers SET user_id = NULL WHERE id = %s", (zoe,))
    assert names(ada) == [None]
    ada.execute("UPDATE crm.customers SET user_id = %s WHERE id = %s", (account, other))
    assert names(ada) == ["ana"]


def test_an_account_without_a_customer_has_no_name_until_the_customer_is_back(ada: Connection) -> None:
    zoe, _ = member(ada, contact_name="Zoë", points=10)
    ada.commit()
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (zoe,))
    deleting = transaction(ada)
    assert names(ada) == [None]
    assert undo(ada, deleting)[1] == 0
    assert names(ada) == ["zoe"]


def test_rebuilding_changes_nothing_that_the_triggers_kept(ada: Connection) -> None:
    """Complaint 7 of users of other systems: a balance without a ledger."""
    for number in range(5):
        _, account = member(ada, contact_name=f"Member {number}", points=number * 1000 + 999)
        entry(ada, account, "redeem", -500)
    member(ada, contact_name="Zoë")
    everything = "SELECT to_jsonb(a) - 'updated_at' FROM crm.loyalty_accounts a ORDER BY user_id"
    before = ada.execute(everything).fetchall()
    ada.execute("SELECT crm.rebuild_derived()")
    assert ada.execute(everything).fetchall() == before


def test_rebuilding_finds_lost_names(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada:
        member(ada, contact_name="Zoë")
        ada.commit()
        with each_crm.as_owner() as owner:
            owner.execute("UPDATE crm.loyalty_accounts SET name_key = 'wrong'")
        ada.execute("SELECT crm.rebuild_derived()")
        assert names(ada) == ["zoe"]


def test_whoever_enrolled_many_can_take_it_back(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        many: list[UUID] = [customer(emil) for _ in range(5)]
        emil.commit()
        assert emil.execute("SELECT crm.enrol_customers(%s)", (many,)).fetchone() == (5,)
        enrolling = transaction(emil)
        assert undo(emil, enrolling) == (10, 0)
        assert emil.execute("SELECT count(*) FROM crm.loyalty_accounts").fetchone() == (0,)
        assert emil.execute("SELECT count(*) FROM crm.users WHERE role = 'user'").fetchone() == (0,)
        strangers = "SELECT count(*) FROM crm.customers WHERE user_id IS NULL AND tier IS NULL"
        assert emil.execute(strangers).fetchone() == (5,)


def test_points_keep_the_account_that_they_are_on(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        many: list[UUID] = [customer(emil) for _ in range(3)]
        emil.commit()
        emil.execute("SELECT crm.enrol_customers(%s)", (many,))
        enrolling = transaction(emil)
        row = emil.execute("SELECT user_id FROM crm.customers WHERE id = %s", (many[0],)).fetchone()
        assert row is not None
        entry(emil, row[0], "earn", 10)
        emil.commit()
        assert undo(emil, enrolling) == (4, 2)
        assert emil.execute("SELECT id FROM crm.customers WHERE tier IS NOT NULL").fetchall() == [(many[0],)]


def test_an_employee_takes_no_other_link_away(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        someone, _ = member(ada)
        ada.commit()
        for statement in (
            "UPDATE crm.customers SET user_id = NULL",
            "UPDATE crm.loyalty_accounts SET name_key = 'x'",
            "DELETE FROM crm.loyalty_accounts",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                emil.execute(statement)
            emil.rollback()
        assert ada.execute("SELECT user_id IS NULL FROM crm.customers WHERE id = %s", (someone,)).fetchone() == (False,)
