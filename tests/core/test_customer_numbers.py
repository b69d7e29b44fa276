"""The customer number: one customer has it, whatever way it comes in, and whoever asks for it is told whose it is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.actions import add_customer, delete_customer, edit_customer, edit_fields
from crm_desktop.customers.queries import customer_card, customer_listing
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.database.failures import in_words
from crm_desktop.errors import InvalidInput
from crm_desktop.exporting.columns import chosen
from crm_desktop.importing.history import undo_import
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run, try_out
from crm_desktop.listing.request import ListRequest
from tests.factories.customers import customer
from tests.factories.merges import merge
from tests.helpers.postgres import Crm

ADA = CustomerInput(contact_name="Ada Miller", customer_number="10234")
BOB = CustomerInput(contact_name="Bob")
TAKEN = {"customer_number": "Customer number 10234 belongs to Ada Miller."}


def save(database: Database, given: CustomerInput) -> UUID:
    with database.session() as session:
        return add_customer(session, given)


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def numbers(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT contact_name, customer_number FROM customers ORDER BY contact_name, 2")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


def load(database: Database, file: Path, text: str, plan: Plan) -> ImportReport:
    """Imported after a dry run that has to say the same."""
    file.write_text(text, encoding="utf-8")
    dry, differences = try_out(database, file, plan)
    differences.close()
    report = run(database, file, plan)
    assert counts(dry) == counts(report)
    assert dry.refused_rows == report.refused_rows
    return report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.refused


def test_it_is_on_the_card_in_the_list_and_found_by_search_and_filter(employee: Database) -> None:
    ada = save(employee, replace(ADA, customer_number="  KD-10234 "))
    save(employee, BOB)
    with employee.session() as session:
        assert customer_card(session, ada).customer_number == "KD-10234"
        connection = session.connection()
        for request in (
            ListRequest(search="kd-102"),
            ListRequest(filter={"field": "customer_number", "operator": "is", "value": "kd-10234"}),
            ListRequest(filter={"field": "customer_number", "operator": "is_filled"}),
        ):
            found = customer_listing(request).first(connection)
            assert [(row.id, row.customer_number) for row in found.rows] == [(ada, "KD-10234")]


def test_a_number_that_somebody_has_names_them_at_the_field(employee: Database) -> None:
    """From the dialog and from an edit in place; a customer keeps the number of their own."""
    ada, bob = save(employee, ADA), save(employee, BOB)
    with employee.session() as session:
        with pytest.raises(InvalidInput) as refused:
            add_customer(session, replace(BOB, customer_number=" 10234 "))
        assert refused.value.fields == TAKEN
        with pytest.raises(InvalidInput) as refused:
            edit_customer(session, bob, 1, replace(BOB, customer_number="10234"))
        assert refused.value.fields == TAKEN
        with pytest.raises(InvalidInput) as refused:
            edit_fields(session, bob, 1, {"customer_number": "10234"})
        assert refused.value.fields == TAKEN
        assert edit_customer(session, ada, 1, replace(ADA, city="Oslo")) == 2


def test_two_people_who_give_it_at_the_same_moment_are_told_apart_by_the_database(clean: Crm) -> None:
    with closing(clean.connect()) as ada, closing(clean.connect()) as emil:
        customer(ada, contact_name="Ann", customer_number="aB-1")
        ada.commit()
        customer(emil, contact_name="Bob", customer_number=None)
        with pytest.raises(InvalidInput) as refused, in_words():
            customer(emil, contact_name="Bob", customer_number="Ab-1 ")
    assert refused.value.fields == {"customer_number": "This customer number belongs to another customer."}


def test_blanks_are_no_number_whoever_writes_them(employee: Database) -> None:
    save(employee, replace(BOB, customer_number="   "))
    save(employee, replace(BOB, customer_number=""))
    with employee.raw() as connection:
        connection.execute("INSERT INTO crm.customers (contact_name, customer_number) VALUES ('Bob', '  ')")
        connection.execute("INSERT INTO crm.customers (contact_name, customer_number) VALUES ('Cy', ' 7 ')")
        connection.execute("UPDATE crm.customers SET customer_number = '' WHERE contact_name = 'Cy'")
    assert {number for _, number in numbers(employee)} == {None}


def test_the_longest_number_is_kept_and_a_longer_one_refused(employee: Database) -> None:
    save(employee, replace(ADA, customer_number="9" * 300))
    with employee.session() as session, pytest.raises(InvalidInput) as refused:
        add_customer(session, replace(ADA, customer_number="9" * 301))
    assert list(refused.value.fields) == ["customer_number"]


def test_a_number_that_was_given_on_stays_where_it_is_when_its_first_holder_comes_back(admin: Database) -> None:
    ada = save(admin, ADA)
    with admin.session() as session:
        deletion = delete_customer(session, ada)
    save(admin, replace(BOB, customer_number="10234"))
    with admin.session() as session:
        undone = undo_transaction(session, deletion)
    assert (undone.restored, undone.refused) == (0, 1)
    assert numbers(admin) == [("Bob", "10234")]


def test_a_change_of_number_is_in_the_trail_and_undone(admin: Database) -> None:
    ada = save(admin, ADA)
    with admin.session() as session:
        edit_fields(session, ada, 1, {"customer_number": "7"})
    found = rows(
        admin, "SELECT transaction_id::text, changes -> 'customer_number' FROM audit_log WHERE action = 'update'"
    )
    assert [changes for _, changes in found] == [["10234", "7"]]
    with admin.session() as session:
        undo_transaction(session, int(found[0][0]))
    assert numbers(admin) == [("Ada Miller", "10234")]


@pytest.mark.parametrize(
    ("survivor", "other", "choose_other", "left"),
    [("1", "2", False, "1"), (None, "2", False, "2"), ("1", "2", True, "2"), ("1", None, False, "1")],
)
def test_a_merge_keeps_one_number_and_its_undo_gives_both_back(
    clean: Crm, survivor: str | None, other: str | None, choose_other: bool, left: str
) -> None:
    with closing(clean.connect()) as ada:
        first = customer(ada, contact_name="Ann", customer_number=survivor)
        second = customer(ada, contact_name="Ann Lee", customer_number=other)
        ada.commit()
        transaction = merge(ada, first, second, **({"customer_number": second} if choose_other else {}))
        assert of_each(ada) == [(first, left)]
        ada.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", (transaction,))
        redo = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
        ada.commit()
        assert dict(of_each(ada)) == {first: survivor, second: other}
        ada.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", redo)
        assert of_each(ada) == [(first, left)]


def of_each(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT id, customer_number FROM crm.customers ORDER BY contact_name").fetchall()


def test_nothing_of_it_is_left_after_erasure(clean: Crm) -> None:
    with closing(clean.connect()) as ada:
        erased = customer(ada, contact_name="Ann", customer_number="SECRET-1")
        ada.execute("UPDATE crm.customers SET customer_number = 'SECRET-2'")
        ada.execute("SELECT crm.erase_customer(%s)", (erased,))
        left = ada.execute("SELECT count(*) FROM crm.audit_log WHERE changes::text LIKE '%SECRET%'").fetchone()
        assert left == (0,)


@pytest.mark.parametrize("key", ["usual", "customer_number"])
def test_a_list_that_comes_again_changes_whom_it_changed_before(employee: Database, file: Path, key: str) -> None:
    """Re-import by the number of the other program, whatever else of a customer has changed (peers 13)."""
    plan = Plan(key=key, existing="update", overwrite=True)
    load(employee, file, "customer number,name,email\nA1,Ann,ann@x.example\nA2,Bob,\n", plan)
    report = load(
        employee,
        file,
        "customer number,name,email\na1,Ann Lee,lee@x.example\nA2,Bob,\nA3,Ann Lee,lee@x.example\n",
        plan,
    )
    assert counts(report) == (1, 1, 1, 0)
    assert numbers(employee) == [("Ann Lee", "A3"), ("Ann Lee", "a1"), ("Bob", "A2")]


def test_whoever_has_no_number_gets_the_one_of_the_file(employee: Database, file: Path) -> None:
    load(employee, file, "name,email\nAnn,ann@x.example\n", Plan())
    report = load(employee, file, "customerID,name,email\nALFKI,Ann,ann@x.example\n", Plan(existing="update"))
    assert counts(report) == (0, 1, 0, 0)
    assert numbers(employee) == [("Ann", "ALFKI")]


@pytest.mark.parametrize("existing", ["create", "update"])
def test_rows_with_a_number_that_belongs_to_somebody_else_are_refused(
    employee: Database, file: Path, existing: str
) -> None:
    load(employee, file, "customer number,name,email\n1,Ada Miller,ada@x.example\n,Bob,bob@x.example\n", Plan())
    report = load(
        employee,
        file,
        "customer number,name,email\n1,Bob,bob@x.example\n2,Cy,cy@x.example\n3,Dan,\n3,Dan,\n",
        Plan(key="email", existing=existing),
    )
    assert counts(report) == (2, 0, 1, 1)
    assert [row.reason for row in report.refused_rows] == ["Customer number 1 belongs to Ada Miller."]
    assert [row.reason for row in report.skipped_rows] == ["The same customer as in line 4."]
    assert report.refused_file is not None
    assert "1,Bob,bob@x.example" in report.refused_file.read_text("utf-8-sig")
    assert numbers(employee) == [("Ada Miller", "1"), ("Bob", None), ("Cy", "2"), ("Dan", "3")]


def test_an_import_of_numbers_is_undone(admin: Database, file: Path) -> None:
    load(admin, file, "name,email\nAnn,ann@x.example\n", Plan())
    report = load(admin, file, "customer no,name,email\n5,Ann,ann@x.example\n6,Bob,\n", Plan(existing="update"))
    assert report.batch_id is not None
    with admin.session() as session:
        undo_import(session, report.batch_id)
    assert numbers(admin) == [("Ann", None)]


def test_an_export_has_the_number_under_a_name_that_an_import_knows() -> None:
    from crm_desktop.importing.targets import recognised

    (column,) = chosen("customers", ["customer_number"])
    assert recognised("customers", ["Name", column.title])[1] == "customer_number"
    assert column in chosen("customers", None)
