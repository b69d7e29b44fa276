"""What an erasure takes along of somebody who was in the loyalty programme."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.factories.customers import contact, customer, order
from tests.factories.interactions import interaction
from tests.factories.loyalty import entry, member
from tests.factories.merges import merge
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


def one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()  # type: ignore[call-overload]
    return row and row[0]


def test_an_account_that_was_closed_again_leaves_no_name(ada: Connection) -> None:
    who = customer(ada, contact_name="Zoraida Quist", email="zoraida@example.org")
    ada.commit()
    ada.execute("SELECT crm.enrol_customer(%s)", (who,))
    enrolled = one(ada, "SELECT pg_current_xact_id()::text")
    ada.commit()
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", (enrolled,))
    ada.commit()
    member(ada)
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert one(ada, "SELECT count(*) FROM crm.audit_log a WHERE a::text ILIKE '%%zoraida%%'") == 0
    assert one(ada, "SELECT count(*) FROM crm.loyalty_accounts") == 1  # somebody else's


def test_the_points_of_a_member_of_staff_go_and_the_person_stays(ada: Connection) -> None:
    emil = one(ada, "SELECT id FROM crm.users WHERE username = 'emil'")
    who = customer(ada)
    ada.execute("UPDATE crm.customers SET user_id = %s WHERE id = %s", (emil, who))
    ada.execute("SELECT crm.enrol_customer(%s)", (who,))
    entry(ada, emil, "earn", 7, reason="For Zoraida")
    ada.commit()
    trail = one(ada, "SELECT count(*) FROM crm.audit_log WHERE row_id = %s", str(emil))
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    for table in ("loyalty_ledger", "loyalty_points_left", "loyalty_accounts"):
        assert one(ada, f"SELECT count(*) FROM crm.{table}") == 0, table
    assert one(ada, "SELECT is_active FROM crm.users WHERE id = %s", emil) is True
    assert one(ada, "SELECT count(*) FROM crm.audit_log WHERE row_id = %s", str(emil)) == trail


def test_a_source_that_names_somebody_is_not_kept_in_the_figures(ada: Connection) -> None:
    who = customer(ada, source="Zoraida told her brother")
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert one(ada, "SELECT count(*) FROM crm.figures WHERE key ILIKE 'zoraida%%'") == 0


def test_a_deleted_customer_can_be_erased_with_all_that_the_trail_kept_for_undo(ada: Connection) -> None:
    who = customer(ada, contact_name="Zoraida Quist", email="zoraida@example.org", source="Zoraida")
    twin = customer(ada, contact_name="Zoraida Q", notes="Zoraida")
    ada.commit()
    merge(ada, who, twin)
    company = customer(ada, company_name="Zoraida Ltd", customer_type="business")
    contact(ada, company, name="Zoraida Quist")
    account = one(ada, "SELECT crm.enrol_customer(%s)", who)
    entry(ada, account, "earn", 7, reason="For Zoraida")
    order(ada, who, status="paid", notes="Zoraida's")
    interaction(ada, who, subject="Zoraida called")
    ada.commit()
    for each in (who, company):
        ada.execute("DELETE FROM crm.customers WHERE id = %s", (each,))
        ada.commit()
        ada.execute("SELECT crm.erase_customer(%s)", (each,))
        ada.commit()
    for table in ("audit_log", "users", "loyalty_ledger", "loyalty_accounts", "contacts", "figures", "orders"):
        assert one(ada, f"SELECT count(*) FROM crm.{table} t WHERE t::text ILIKE '%%zoraida%%'") == 0, table
    assert one(ada, "SELECT count(*) FROM crm.audit_log WHERE customer_id = ANY (%s)", [who, twin]) == 1, "a tombstone"
    assert one(ada, "SELECT count(*) FROM crm.loyalty_ledger") == 0
    with pytest.raises(psycopg.DatabaseError) as refused:
        ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert refused.value.sqlstate == "CR004"


def test_whoever_was_merged_is_erased_with_the_survivor_and_not_alone(ada: Connection) -> None:
    first, second = customer(ada), customer(ada)
    ada.commit()
    merge(ada, first, second)
    with pytest.raises(psycopg.DatabaseError, match="merged into another one") as refused:
        ada.execute("SELECT crm.erase_customer(%s)", (second,))
    assert refused.value.sqlstate == "CR001"


def test_an_account_that_serves_another_customer_by_now_stays(ada: Connection) -> None:
    who, account = member(ada, points=50)
    ada.commit()
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (who,))
    other = customer(ada)
    ada.execute("UPDATE crm.customers SET user_id = %s WHERE id = %s", (account, other))
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert one(ada, "SELECT points_balance FROM crm.loyalty_accounts WHERE user_id = %s", account) == 50
    assert one(ada, "SELECT tier FROM crm.customers WHERE id = %s", other) == "bronze"


def test_employees_erase_nobody_who_was_deleted(each_crm: Crm, ada: Connection) -> None:
    who = customer(ada)
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (who,))
    ada.commit()
    with closing(each_crm.connect("emil")) as emil, pytest.raises(psycopg.errors.InsufficientPrivilege):
        emil.execute("SELECT crm.erase_customer(%s)", (who,))
