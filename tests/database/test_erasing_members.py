"""What an erasure takes along of somebody who was in the loyalty programme."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.factories.customers import customer
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(each_crm: Crm) -> Iterator[Connection]:
    with closing(each_crm.connect()) as connection:
        yield connection


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
    assert one(ada, "SELECT count(*) FROM crm.loyalty_ledger") == 0
    assert one(ada, "SELECT count(*) FROM crm.loyalty_accounts") == 0
    assert one(ada, "SELECT is_active FROM crm.users WHERE id = %s", emil) is True
    assert one(ada, "SELECT count(*) FROM crm.audit_log WHERE row_id = %s", str(emil)) == trail


def test_a_source_that_names_somebody_is_not_kept_in_the_figures(ada: Connection) -> None:
    who = customer(ada, source="Zoraida told her brother")
    ada.commit()
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert one(ada, "SELECT count(*) FROM crm.figures WHERE key ILIKE 'zoraida%%'") == 0
