"""Bulk edits change what was frozen, all of it or nothing, and nothing that somebody else changed meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from crm_desktop.access.accounts import current_user
from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.actions import edit_customer
from crm_desktop.customers.bulk import (
    BulkEdit,
    BulkResult,
    TagChange,
    bulk_delete,
    bulk_deletion_preview,
    bulk_edit,
    bulk_enrol,
    members_among,
)
from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, InvalidInput, NotAllowed, NotFound
from crm_desktop.listing import frozen as frozen_module
from crm_desktop.listing.frozen import Frozen, freeze
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection
from tests.factories.customers import consent, contact, customer, order
from tests.factories.interactions import interaction
from tests.factories.loyalty import member
from tests.helpers.postgres import Crm

EVERYBODY = Selection.everything(ListRequest(), 0)


@pytest.fixture
def ten(clean: Crm) -> list[UUID]:
    with clean.connect() as connection:
        return [customer(connection, contact_name=f"Customer {i}", status="active", tags=["VIP"]) for i in range(10)]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_module, "PART", 3)


def frozen(database: Database, selection: Selection = EVERYBODY) -> Frozen:
    with database.session() as session:
        return freeze(session, selection, SOURCE)


def edit(database: Database, rows: Frozen, given: BulkEdit) -> BulkResult:
    with database.session() as session:
        return bulk_edit(session, rows, given)


def one(database: Database, sql: str) -> Any:
    with database.connection() as connection:
        return connection.exec_driver_sql(sql).scalar()


def test_all_that_match_are_changed_by_one_transaction_with_one_undo(
    employee: Database, ten: list[UUID], small_parts: None
) -> None:
    with employee.session() as session:
        me = current_user(session).id
    heard: list[tuple[float, str]] = []
    rows = frozen(employee)
    assert (rows.count, rows.parts) == (10, 4)
    given = BulkEdit({"status": "inactive", "source": " Fair  2026", "owner_id": me, "customer_type": "business"})
    with employee.session() as session:
        result = bulk_edit(session, rows, given, lambda share, text: heard.append((share, text)))
    assert (result.changed, result.unchanged, result.skipped) == (10, 0, 0)
    assert heard == [(0.3, "3 of 10"), (0.6, "6 of 10"), (0.9, "9 of 10"), (1.0, "10 of 10")]
    where = f"status = 'inactive' AND source = 'Fair 2026' AND owner_id = '{me}' AND customer_type = 'business'"
    assert one(employee, f"SELECT count(*) FROM crm.customers WHERE {where}") == 10
    assert one(employee, "SELECT count(DISTINCT transaction_id) FROM crm.audit_log WHERE action = 'update'") == 1
    with employee.session() as session:
        assert undo_transaction(session, result.transaction).restored == 10
    assert one(employee, "SELECT count(*) FROM crm.customers WHERE status = 'active' AND owner_id IS NULL") == 10
    assert one(employee, "SELECT count(*) FROM crm.frozen_rows") == 0


def test_the_set_is_the_one_that_was_counted(admin: Database, ten: list[UUID], clean: Crm) -> None:
    """peers.md 19: who comes to match later is not changed, and who was frozen is, although it matches no more."""
    active = ListRequest(filter={"field": "status", "operator": "is", "value": "active"})
    rows = frozen(admin, Selection.everything(active, 10, [ten[0]]))
    assert rows.count == 9
    with clean.connect() as connection:
        customer(connection, contact_name="Late", status="active")
    assert edit(admin, rows, BulkEdit({"status": "prospect"})).changed == 9
    assert one(admin, "SELECT count(*) FROM crm.customers WHERE status = 'active'") == 2


def test_what_somebody_else_changed_meanwhile_is_left_alone_and_named(
    admin: Database, employee: Database, ten: list[UUID], small_parts: None
) -> None:
    """peers.md 9: a version check on every write, bulk edits too."""
    rows = frozen(admin)
    with employee.session() as session:
        edit_customer(session, ten[4], 1, CustomerInput(contact_name="Changed", status="prospect"))
    with admin.session() as session:
        session.connection().exec_driver_sql(f"DELETE FROM crm.customers WHERE id = '{ten[5]}'")
    result = edit(admin, rows, BulkEdit({"status": "inactive"}))
    assert (result.changed, result.unchanged, result.skipped, result.skipped_ids) == (8, 1, 1, (ten[4],))
    assert one(admin, f"SELECT status FROM crm.customers WHERE id = '{ten[4]}'") == "prospect"


def test_rows_that_are_so_already_are_not_touched(admin: Database, ten: list[UUID]) -> None:
    edit(admin, frozen(admin, Selection.of(ten[:4])), BulkEdit({"status": "inactive"}))
    result = edit(admin, frozen(admin), BulkEdit({"status": "inactive"}))
    assert (result.changed, result.unchanged, result.skipped) == (6, 4, 0)
    assert one(admin, "SELECT max(version) FROM crm.customers") == 2


@pytest.mark.parametrize(
    ("held", "change", "becomes"),
    [
        ('["VIP"]', TagChange("add", ("vip", "New ", "new")), ["VIP", "New"]),
        ("null", TagChange("add", ("New",)), ["New"]),
        ('{"odd": 1}', TagChange("add", ("New",)), ["New"]),
        ('["VIP", "Zürich", "x"]', TagChange("remove", ("ZURICH", "y")), ["VIP", "x"]),
        ('{"odd": 1}', TagChange("remove", ("odd",)), {"odd": 1}),
        ('["VIP"]', TagChange("remove", ("vip",)), []),
        ('["VIP"]', TagChange("set", ("a", "b")), ["a", "b"]),
        ('["VIP"]', TagChange("set"), []),
    ],
)
def test_tags_are_added_removed_and_set(
    admin: Database, clean: Crm, held: str, change: TagChange, becomes: list[str]
) -> None:
    with clean.connect() as connection:
        customer(connection)
        connection.execute("UPDATE crm.customers SET tags = %s::jsonb", (held,))
    edit(admin, frozen(admin), BulkEdit(tags=change))
    assert one(admin, "SELECT tags FROM crm.customers") == becomes
    again = edit(admin, frozen(admin), BulkEdit(tags=change))
    assert (again.changed, again.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (BulkEdit(), ""),
        (BulkEdit({"email": "x@example.org"}), ""),
        (BulkEdit({"status": "gone"}), "status"),
        (BulkEdit({"customer_type": None}), "customer_type"),
        (BulkEdit(tags=TagChange("add", (" ",))), "tags"),
        (BulkEdit(tags=TagChange("set", ("x" * 51,))), "tags"),
    ],
)
def test_what_cannot_be_is_refused(admin: Database, ten: list[UUID], given: BulkEdit, field: str) -> None:
    rows = frozen(admin)
    with pytest.raises(InvalidInput) as refused:
        edit(admin, rows, given)
    assert list(refused.value.fields) == [field]


def test_whoever_cancels_leaves_everything_as_it_was(admin: Database, ten: list[UUID], small_parts: None) -> None:
    rows, cancellation = frozen(admin), Cancellation()

    def stop(share: float, _text: str) -> None:
        if share > 0.5:
            cancellation.cancel()

    with pytest.raises(Cancelled), admin.session(cancellation) as session:
        bulk_edit(session, rows, BulkEdit({"status": "inactive"}), stop)
    assert one(admin, "SELECT count(*) FROM crm.customers WHERE status = 'active'") == 10
    assert edit(admin, rows, BulkEdit({"status": "inactive"})).changed == 10, "it can be tried again"


def test_two_changes_of_the_same_customers_take_turns_instead_of_waiting_for_each_other(
    employee: Database, ten: list[UUID]
) -> None:
    said: list[str] = []
    first, second = frozen(employee), frozen(employee)

    def change_later() -> BulkResult:
        with employee.session() as session:
            return bulk_edit(session, second, BulkEdit({"source": "fair"}), lambda _share, text: said.append(text))

    with ThreadPoolExecutor(1) as pool:
        with employee.session() as session:
            changed = bulk_edit(session, first, BulkEdit({"status": "inactive"}))
            later = pool.submit(change_later)
            while not said:
                assert not later.done()
                time.sleep(0.01)
        assert later.result(timeout=10).skipped == changed.changed == 10
    assert said[0].startswith("Waiting until somebody else")


def test_a_selection_is_used_once(admin: Database, employee: Database, ten: list[UUID]) -> None:
    rows = frozen(admin)
    for database in (employee, admin, admin):
        if database is employee:
            with pytest.raises(NotFound):  # it is somebody else's
                edit(database, rows, BulkEdit({"status": "inactive"}))
        elif one(admin, "SELECT count(*) FROM crm.frozen_rows"):
            edit(admin, rows, BulkEdit({"status": "inactive"}))
        else:
            with pytest.raises(NotFound):
                edit(admin, rows, BulkEdit({"status": "active"}))
    assert one(admin, "SELECT count(*) FROM crm.customers WHERE status = 'inactive'") == 10


def test_deleting_many_takes_what_hangs_on_them_and_brings_it_back(
    admin: Database, employee: Database, clean: Crm, small_parts: None
) -> None:
    with clean.connect() as connection:
        someone, _ = member(connection, points=70, customer_type="business")
        contact(connection, someone)
        interaction(connection, someone)
        interaction(connection, someone)
        order(connection, someone)
        consent(connection, someone)
        for _ in range(5):
            interaction(connection, customer(connection))
        kept = customer(connection, contact_name="Kept")
    chosen = Selection.everything(ListRequest(), 7, [kept])
    rows = frozen(admin, chosen)
    with admin.session() as session:
        preview = bulk_deletion_preview(session, rows)
    assert (preview.interactions, preview.contacts, preview.orders, preview.consents, preview.loyalty_points) == (
        7, 1, 1, 1, 70,
    )  # fmt: skip
    with pytest.raises(NotAllowed), employee.session() as session:
        bulk_delete(session, freeze(session, chosen, SOURCE))
    with admin.session() as session:
        result = bulk_delete(session, rows)
    assert (result.changed, one(admin, "SELECT count(*) FROM crm.customers")) == (6, 1)
    with admin.session() as session:
        assert undo_transaction(session, result.transaction).refused == 0
    assert one(admin, "SELECT count(*) FROM crm.customers") == 7
    assert one(admin, "SELECT count(*) FROM crm.customer_interactions") == 7


def test_plain_sql_gives_an_employee_no_more(employee: Database, ten: list[UUID], clean: Crm) -> None:
    with clean.connect("emil") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM crm.customers")
    with pytest.raises((SQLAlchemyError, NotAllowed)), employee.session() as session:
        session.connection().exec_driver_sql("UPDATE crm.customers SET tier = 'gold'")


def enrol(database: Database, rows: Frozen) -> BulkResult:
    with database.session() as session:
        return bulk_enrol(session, rows)


def test_those_who_are_no_members_yet_are_enrolled(
    clean: Crm, ten: list[UUID], small_parts: None, employee: Database
) -> None:
    with clean.connect() as ada:
        member(ada)
    rows = frozen(employee)
    with employee.session() as session:
        assert members_among(session, rows) == 1
    result = enrol(employee, rows)
    assert (result.changed, result.unchanged, result.skipped) == (10, 1, 0)
    assert one(employee, "SELECT count(*) FROM crm.loyalty_accounts") == 11
    assert one(employee, "SELECT count(*) FROM crm.customers WHERE tier = 'bronze'") == 11
    with employee.session() as session:
        undo_transaction(session, result.transaction)
    assert one(employee, "SELECT count(*) FROM crm.loyalty_accounts") == 1


def test_whoever_was_changed_meanwhile_is_not_enrolled(clean: Crm, ten: list[UUID], employee: Database) -> None:
    rows = frozen(employee)
    with clean.connect() as ada:
        ada.execute("UPDATE crm.customers SET city = 'Bonn' WHERE id = %s", (ten[3],))
    result = enrol(employee, rows)
    assert (result.changed, result.skipped, result.skipped_ids) == (9, 1, (ten[3],))
