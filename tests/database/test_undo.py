"""Undo: what comes back, what is left alone, and that nobody gains a right through it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from crm_desktop.audit.undo import current_transaction, undo_transaction
from crm_desktop.database.engine import Database
from crm_desktop.errors import NotAllowed, NotFound
from tests.factories.customers import business, consent, contact, customer, order
from tests.factories.interactions import follow_up, interaction
from tests.factories.loyalty import entry, member
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
TABLES = ("customers", "customer_interactions", "contacts", "contact_positions", "orders", "order_lines", "consents")


def finish(connection: Connection) -> str:
    """Commits; returns the transaction's number."""
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert row is not None
    connection.commit()
    return str(row[0])


def undo(connection: Connection, transaction: str) -> tuple[int, int]:
    row = connection.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", (transaction,)).fetchone()
    connection.commit()
    assert row is not None
    return int(row[0]), int(row[1])


def everything(connection: Connection) -> dict[str, list[Any]]:
    return {
        table: connection.execute(f"SELECT to_jsonb(t) FROM crm.{table} t ORDER BY 1").fetchall()  # type: ignore[arg-type]
        for table in TABLES
    }


def test_a_deleted_customer_comes_back_with_all_that_went(ada: Connection) -> None:
    someone, _ = member(ada, points=1500, city="Köln", tags=["vip"], company_name="Zimmer")
    person = contact(ada, someone)
    interaction(ada, someone, contact_id=person)
    follow_up(ada, someone, assignee_id=None)
    order(ada, someone, lines=2)
    consent(ada, someone)
    ada.commit()
    before = everything(ada)
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (someone,))
    deleted = finish(ada)
    assert ada.execute("SELECT count(*) FROM crm.customer_interactions").fetchone() == (0,)
    assert undo(ada, deleted) == (9, 0)  # the contact, whom nobody else knows, too
    assert everything(ada) == before
    assert undo(ada, deleted) == (0, 9), "a second time there is nothing left to bring back"


def test_a_deleted_contact_is_linked_again(ada: Connection) -> None:
    someone = business(ada)
    person = contact(ada, someone)
    interaction(ada, someone, contact_id=person)
    ada.commit()
    ada.execute("DELETE FROM crm.contacts")
    assert undo(ada, finish(ada)) == (3, 0)
    assert ada.execute("SELECT contact_id FROM crm.customer_interactions").fetchone() == (person,)


def test_an_edit_is_reverted_unless_somebody_changed_it_since(ada: Connection, emil: Connection) -> None:
    first, second = customer(ada, city="Bonn"), customer(ada, city="Bonn", notes="old")
    ada.commit()
    ada.execute("UPDATE crm.customers SET city = 'Ulm'")
    edited = finish(ada)
    emil.execute("UPDATE crm.customers SET city = 'Kiel' WHERE id = %s", (first,))
    emil.execute("UPDATE crm.customers SET notes = 'new' WHERE id = %s", (second,))
    emil.commit()
    assert undo(ada, edited) == (1, 1)
    rows = ada.execute("SELECT id, city, notes FROM crm.customers ORDER BY city").fetchall()
    assert rows == [(second, "Bonn", "new"), (first, "Kiel", None)]


def test_two_edits_of_one_row_in_one_transaction(ada: Connection) -> None:
    customer(ada, city="one")
    ada.commit()
    ada.execute("UPDATE crm.customers SET city = 'two'")
    ada.execute("UPDATE crm.customers SET city = 'three', notes = 'x'")
    assert undo(ada, finish(ada)) == (2, 0)
    assert ada.execute("SELECT city, notes FROM crm.customers").fetchone() == ("one", None)


def test_an_import_is_taken_back_except_for_rows_edited_since(ada: Connection) -> None:
    batch = insert(ada, "import_batches", {"kind": "customers", "file_name": "x.csv"})
    kept, called, *_ = [customer(ada, import_batch_id=batch) for _ in range(5)]
    imported = finish(ada)
    ada.execute("UPDATE crm.customers SET city = 'Bonn' WHERE id = %s", (kept,))
    interaction(ada, called)
    ada.commit()
    assert undo(ada, imported) == (3, 3)  # the batch stays with the customers that stay
    assert {row[0] for row in ada.execute("SELECT id FROM crm.customers")} == {kept, called}


def test_an_undo_can_be_undone(ada: Connection) -> None:
    someone = customer(ada)
    ada.execute("UPDATE crm.customers SET city = 'Bonn'")
    ada.commit()
    ada.execute("DELETE FROM crm.customers")
    deleted = finish(ada)
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", (deleted,))
    restored = finish(ada)
    assert undo(ada, restored) == (1, 0)
    assert ada.execute("SELECT count(*) FROM crm.customers WHERE id = %s", (someone,)).fetchone() == (0,)


def test_restoring_what_belongs_to_somebody_gone_is_refused(ada: Connection) -> None:
    someone = customer(ada)
    interaction(ada, someone)
    ada.commit()
    ada.execute("DELETE FROM crm.customer_interactions")
    deleted = finish(ada)
    ada.execute("DELETE FROM crm.customers")
    ada.commit()
    assert undo(ada, deleted) == (0, 1)


def test_employees_undo_their_own_work(ada: Connection, emil: Connection) -> None:
    someone = customer(ada)
    ada.commit()
    mine = interaction(emil, someone)
    emil.commit()
    emil.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (mine,))
    assert undo(emil, finish(emil)) == (1, 0)
    emil.execute("UPDATE crm.customers SET city = 'Bonn'")
    assert undo(emil, finish(emil)) == (1, 0)
    assert emil.execute("SELECT city FROM crm.customers").fetchone() == (None,)


def test_employees_gain_no_right(ada: Connection, emil: Connection) -> None:
    customer(emil)
    added = finish(emil)
    assert undo(emil, added) == (0, 1), "undoing it would delete a customer"
    ada.execute("UPDATE crm.customers SET city = 'Bonn'")
    hers = finish(ada)
    with pytest.raises(psycopg.DatabaseError, match="Only the person who made a change") as caught:
        undo(emil, hers)
    assert caught.value.sqlstate == "CR002"
    emil.rollback()
    assert undo(ada, added) == (0, 1), "it was edited since"


def test_employees_undo_their_own_enrolling_until_points_are_booked(ada: Connection, emil: Connection) -> None:
    someone, other = customer(ada), customer(ada)
    ada.commit()
    for each in (someone, other):
        emil.execute("SELECT crm.enrol_customer(%s)", (each,))
        enrolled = finish(emil)
        if each == other:
            (account,) = emil.execute("SELECT user_id FROM crm.loyalty_accounts").fetchall()
            entry(emil, account[0], "earn", 5)
            emil.commit()
        assert undo(emil, enrolled) == ((2, 0) if each == someone else (0, 2))


def test_an_administrator_who_was_demoted_cannot_bring_customers_back(each_crm: Crm, ada: Connection) -> None:
    each_crm.add_person("eva", "admin")
    with closing(each_crm.connect("eva")) as eva:
        customer(eva)
        eva.commit()
        eva.execute("DELETE FROM crm.customers")
        deleted = finish(eva)
        ada.execute("SELECT crm.change_role(id, 'employee') FROM crm.users WHERE username = 'eva'")
        ada.commit()
        assert undo(eva, deleted) == (0, 1)
    assert undo(ada, deleted) == (1, 0)


def test_a_transaction_does_not_undo_itself(ada: Connection) -> None:
    customer(ada)
    ada.execute("SET LOCAL statement_timeout = '5s'")  # it would go on for ever
    with pytest.raises(psycopg.DatabaseError, match="once it is saved") as caught:
        ada.execute("SELECT crm.undo_transaction(pg_current_xact_id())")
    assert caught.value.sqlstate == "CR001"


def test_the_ledger_and_people_are_not_undone(ada: Connection) -> None:
    _, user_id = member(ada)
    ada.commit()
    ada.execute("INSERT INTO crm.loyalty_ledger (user_id, kind, points) VALUES (%s, 'earn', 5)", (user_id,))
    assert undo(ada, finish(ada)) == (0, 1)
    ada.execute("UPDATE crm.users SET display_name = 'Someone' WHERE id = %s", (user_id,))
    assert undo(ada, finish(ada)) == (0, 1)


def test_thousands_of_rows_come_back_quickly(ada: Connection) -> None:
    ada.execute("INSERT INTO crm.customers (contact_name) SELECT 'Customer ' || i FROM generate_series(1, 3000) i")
    ada.execute(
        "INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject) "
        "SELECT id, crm.current_user_id(), 'call', 'x' FROM crm.customers"
    )
    ada.commit()
    ada.execute("DELETE FROM crm.customers")
    assert undo(ada, finish(ada)) == (6000, 0)


def test_undo_for_the_window(clean: Crm, admin: Database, employee: Database) -> None:
    with admin.session() as session:
        session.connection().exec_driver_sql("INSERT INTO crm.customers (contact_name) VALUES ('Ada')")
        number = current_transaction(session)
    with pytest.raises(NotAllowed), employee.session() as session:
        undo_transaction(session, number)
    with admin.session() as session:
        result = undo_transaction(session, number)
    assert (result.restored, result.refused) == (1, 0)
    with pytest.raises(NotFound), admin.session() as session:
        undo_transaction(session, 2**62)


def test_what_was_changed_and_changed_back_can_still_be_taken_away(ada: Connection) -> None:
    """Added, edited, edit undone: the addition can be undone after that, as one goes back step by step."""
    someone = customer(ada, city="Bonn", tags=["vip"])
    added = finish(ada)
    ada.execute("""UPDATE crm.customers SET city = 'Ulm', tags = '["vip", "new"]', notes = 'x'""")
    edited = finish(ada)
    ada.execute("UPDATE crm.customers SET city = 'Kiel'")
    again = finish(ada)
    assert undo(ada, again) == (1, 0)
    assert undo(ada, added) == (0, 1), "the first edit is still there"
    assert undo(ada, edited) == (1, 0)
    assert undo(ada, added) == (1, 0)
    assert ada.execute("SELECT FROM crm.customers WHERE id = %s", (someone,)).fetchone() is None


def test_only_what_was_changed_is_written_back(ada: Connection, emil: Connection) -> None:
    someone = customer(ada, city="Bonn", status="active")
    ada.commit()
    ada.execute("UPDATE crm.customers SET status = 'inactive'")
    ada.execute("UPDATE crm.customers SET city = 'Ulm', notes = NULL WHERE id = %s", (someone,))
    changed = finish(ada)
    emil.execute("UPDATE crm.customers SET notes = 'rings twice', tags = '[\"vip\"]'")
    emil.commit()
    assert undo(ada, changed) == (2, 0)
    row = ada.execute("SELECT status, city, notes, tags FROM crm.customers").fetchone()
    assert row == ("active", "Bonn", "rings twice", ["vip"])


def test_it_is_said_which_customers_were_left_alone(ada: Connection, emil: Connection) -> None:
    first, second, third = (customer(ada, status="active") for _ in range(3))
    ada.commit()
    ada.execute("UPDATE crm.customers SET status = 'inactive'")
    changed = finish(ada)
    emil.execute("UPDATE crm.customers SET status = 'prospect' WHERE id = %s", (second,))
    emil.commit()
    row = ada.execute("SELECT restored, refused, kept FROM crm.undo_transaction(%s::xid8)", (changed,)).fetchone()
    assert row == (2, 1, [second])
    left = ada.execute("SELECT id FROM crm.customers WHERE status = 'active'").fetchall()
    assert {each[0] for each in left} == {first, third}


def test_telling_who_was_left_alone_reads_the_trail_once_not_once_for_each_row(each_crm: Crm, ada: Connection) -> None:
    """The planner does not know how many rows of the trail are new; an import always leaves its own row alone."""
    with each_crm.as_superuser() as connection:  # a trail in which a transaction has one row, as on most days
        connection.execute(
            "INSERT INTO crm.audit_log (transaction_id, table_name, row_id, action)"
            " SELECT (n + 1000000000)::text::xid8, 'settings', n::text, 'insert' FROM generate_series(1, 20000) n"
        )
        connection.execute("ANALYZE crm.audit_log (transaction_id, row_id)")
    ada.execute(
        "INSERT INTO crm.customers (contact_name, city) SELECT 'Somebody ' || n, 'Bonn' FROM generate_series(1, 3000) n"
    )
    ada.commit()
    ada.execute("UPDATE crm.customers SET city = 'Ulm'")
    moved = finish(ada)
    ada.execute("UPDATE crm.customers SET city = 'Hof' WHERE contact_name = 'Somebody 7'")
    ada.commit()
    with ada.transaction():
        assert ada.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", (moved,)).fetchone() is not None
        read = ada.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'audit_log'"
        ).fetchone()
        assert read is not None and read[0] < 3000 * 100, read


def test_many_rows_come_back_in_slices_that_tell_how_far_it_is(clean: Crm, admin: Database) -> None:
    with admin.session() as session:
        execute = session.connection().exec_driver_sql
        execute("INSERT INTO crm.products (sku, name) SELECT 'p' || i, 'Product' FROM generate_series(1, 12000) i")
    with admin.session() as session:
        session.connection().exec_driver_sql("UPDATE crm.products SET name = 'Renamed'")
        number = current_transaction(session)
    heard: list[float] = []
    with admin.session() as session:
        result = undo_transaction(session, number, heard.append)
    assert (result.restored, result.refused, result.kept) == (12_000, 0, ())
    assert heard == [10_000 / 12_000, 1.0]
    with admin.session() as session:
        names = session.connection().exec_driver_sql("SELECT DISTINCT name FROM crm.products").all()
    assert names == [("Product",)]


def test_frozen_selections_are_ones_own(clean: Crm) -> None:
    freeze = (
        "INSERT INTO crm.frozen_rows (selection_id, part, row_ids, versions) VALUES (gen_random_uuid(), 0, '{}', '{}')"
    )
    with closing(clean.connect()) as ada, closing(clean.connect("emil")) as emil:
        ada.execute(freeze)
        ada.commit()
        emil.execute(freeze)
        assert emil.execute("DELETE FROM crm.frozen_rows").rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            emil.execute("UPDATE crm.frozen_rows SET part = 1")
