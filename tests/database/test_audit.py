"""Every change leaves a trace that nobody can alter, and open windows hear of it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.database.access_matrix import ADMIN
from tests.factories.customers import business, contact, customer
from tests.factories.interactions import interaction
from tests.factories.loyalty import entry, member
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
# Derived by triggers from rows that are audited themselves, or a trace of their own.
_UNAUDITED = {
    "alembic_version",
    "attachment_contents",
    "audit_log",
    "chores",
    "customer_purchases",
    "duplicate_pairs",
    "duplicate_scans",
    "figures",
    "frozen_rows",
    "loyalty_accounts",
    "loyalty_points_left",
    "loyalty_tier_changes",
    "order_points_due",
    "segment_members",
    "segment_runs",
    "segment_sizes",
    "segment_states",
}


def trail(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT table_name, action, changes FROM crm.audit_log ORDER BY id").fetchall()


def test_every_table_that_people_write_is_audited(crm: Crm) -> None:
    with crm.as_superuser() as connection:
        rows = connection.execute(
            """
            SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE t.tgname IN ('audit_insert', 'audit_update', 'audit_delete')
              AND c.relnamespace = 'crm'::regnamespace
            GROUP BY 1
            """
        ).fetchall()
    assert dict(rows) == dict.fromkeys(set(ADMIN) - _UNAUDITED, 3)


def test_what_a_trace_holds(each_crm: Crm, ada: Connection) -> None:
    someone = customer(ada, contact_name="Zoë", city="Köln")
    ada.execute("UPDATE crm.customers SET city = 'Bonn', notes = 'x'")
    ada.execute("UPDATE crm.customers SET city = city")
    ada.execute("DELETE FROM crm.customers")
    added, edited, deleted = trail(ada)
    assert added == ("customers", "insert", None)
    assert edited == ("customers", "update", {"city": ["Köln", "Bonn"], "notes": [None, "x"]})
    assert deleted[:2] == ("customers", "delete")
    assert deleted[2]["contact_name"] == ["Zoë", None] and deleted[2]["version"] == [2, None]
    assert "name_key" not in deleted[2] and "search_text" not in deleted[2]
    facts = ada.execute(
        """SELECT DISTINCT actor, customer_id, row_id, transaction_id = pg_current_xact_id(), application
           FROM crm.audit_log"""
    ).fetchall()
    assert facts == [("ada", someone, str(someone), True, "")]


def test_derived_columns_leave_no_trace(ada: Connection) -> None:
    someone, account = member(ada)
    before = len(trail(ada))
    interaction(ada, someone)
    entry(ada, account, "earn", 5000)
    assert [row[:2] for row in trail(ada)[before:]] == [
        ("customer_interactions", "insert"),
        ("loyalty_ledger", "insert"),
    ]


def test_cascades_leave_traces_too(ada: Connection) -> None:
    someone = business(ada)
    interaction(ada, someone)
    contact(ada, someone)
    ada.execute("DELETE FROM crm.customers")
    deleted = {row[0] for row in trail(ada) if row[1] == "delete"}
    assert deleted == {"customers", "customer_interactions", "contact_positions", "contacts"}


def test_managing_people_leaves_traces(each_crm: Crm, ada: Connection) -> None:
    each_crm.add_person("eva", "employee")
    ada.execute("SELECT crm.change_role(id, 'admin') FROM crm.users WHERE username = 'eva'")
    ada.execute("SELECT crm.signed_in()")
    assert trail(ada) == [("users", "insert", None), ("users", "update", {"role": ["employee", "admin"]})]


def test_nobody_alters_the_trail(ada: Connection) -> None:
    customer(ada)
    ada.commit()
    for statement in (
        "UPDATE crm.audit_log SET actor = 'emil'",
        "DELETE FROM crm.audit_log",
        "TRUNCATE crm.audit_log",
        "INSERT INTO crm.audit_log (table_name, row_id, action) VALUES ('customers', 'x', 'update')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ada.execute(statement)
        ada.rollback()


def test_erasing_leaves_a_tombstone_only(ada: Connection) -> None:
    someone, _ = member(ada, points=10, contact_name="Unforgettable", customer_type="business")
    contact(ada, someone, name="Unforgettable too")
    interaction(ada, someone, subject="Unforgettable call")
    ada.execute("UPDATE crm.customers SET notes = 'Unforgettable note'")
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (someone,))
    ada.commit()
    assert trail(ada) == [("customers", "erase", None)]
    for table in ("customers", "contacts", "customer_interactions", "loyalty_accounts", "loyalty_ledger"):
        assert ada.execute(f"SELECT count(*) FROM crm.{table}").fetchone() == (0,), table  # type: ignore[arg-type]
    assert ada.execute("SELECT count(*) FROM crm.users WHERE username IS NULL").fetchone() == (0,)


def test_erasing_finds_names_that_only_the_trail_has_left(ada: Connection) -> None:
    someone, other = business(ada), business(ada, contact_name="Stays")
    gone = contact(ada, someone, name="Unforgettable")
    stays = contact(ada, someone, name="Stays, too")
    insert(ada, "contact_positions", {"contact_id": stays, "customer_id": other}, "contact_id")
    for pair in ((someone, other), (other, someone)):
        ada.execute(
            "INSERT INTO crm.duplicate_decisions (first_id, second_id, decision, reason)"
            " SELECT %s, %s, 'different', 'Unforgettable' WHERE %s::uuid < %s::uuid",
            (*pair, *pair),
        )
    ada.commit()
    ada.execute("DELETE FROM crm.contacts WHERE id = %s", (gone,))
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (someone,))
    ada.execute("DELETE FROM crm.contact_positions")
    ada.commit()
    left = ada.execute("SELECT table_name, action, changes::text FROM crm.audit_log").fetchall()
    assert not [each for each in left if "Unforgettable" in (each[2] or "")], left
    assert ("contacts", "insert", None) in left, "whoever is known elsewhere keeps a trail"


def heard(connection: Connection) -> list[dict[str, Any]]:
    return [json.loads(one.payload) for one in connection.notifies(timeout=0.5, stop_after=50)]


def test_open_windows_hear_which_rows_changed(each_crm: Crm, ada: Connection) -> None:
    with closing(each_crm.connect("emil", autocommit=True)) as emil:
        emil.execute("LISTEN crm_changes")
        someone = customer(ada)
        ada.commit()
        assert heard(emil) == [{"table": "customers", "operation": "insert", "ids": [str(someone)]}]
        ada.execute("INSERT INTO crm.customers (contact_name) SELECT 'x' FROM generate_series(1, 51)")
        ada.commit()
        assert heard(emil) == [{"table": "customers", "operation": "insert", "ids": None}]
        ada.execute("UPDATE crm.customers SET city = 'x' WHERE false")
        ada.execute("""UPDATE crm.settings SET value = '"balance"'""")
        ada.rollback()
        assert heard(emil) == []
        interaction(ada, someone)
        ada.execute("""UPDATE crm.settings SET value = '"balance"'""")
        ada.commit()
        assert {(one["table"], one["operation"]) for one in heard(emil)} == {
            ("customer_interactions", "insert"),
            ("customers", "update"),
            ("settings", "update"),
        }
