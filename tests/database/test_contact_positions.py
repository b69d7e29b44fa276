"""Contacts are people at a company: over plain SQL, too, a private person gets none."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from tests.factories.customers import business, contact, customer
from tests.helpers.postgres import ADMIN, EMPLOYEE, Crm

PLACE = "INSERT INTO crm.contact_positions (contact_id, customer_id) VALUES (%s, %s)"
PLACES = "INSERT INTO crm.contact_positions (contact_id, customer_id) SELECT %s, unnest(%s::uuid[])"


@pytest.mark.parametrize("who", [ADMIN, EMPLOYEE])
def test_a_private_person_gets_no_contact(each_crm: Crm, who: str) -> None:
    with closing(each_crm.connect(who)) as connection:
        zulu, yankee = business(connection), business(connection)
        zoe = customer(connection, contact_name="Zoë", company_name=" ")
        person = contact(connection, zulu)
        connection.commit()
        for statement, places in ((PLACE, zoe), (PLACES, [zoe, yankee])):
            with pytest.raises(psycopg.DatabaseError, match="Zoë is an individual") as refused:
                connection.execute(statement, (person, places))
            assert refused.value.sqlstate == "CR001"
            connection.rollback()


@pytest.mark.parametrize("name", [None, "", " "])
def test_nor_does_one_without_a_name(each_crm: Crm, name: str | None) -> None:
    with closing(each_crm.connect(EMPLOYEE)) as connection:
        person = contact(connection, business(connection))
        nobody = customer(connection, contact_name=name)
        with pytest.raises(psycopg.DatabaseError, match="This customer is an individual"):
            connection.execute(PLACE, (person, nobody))


@pytest.mark.parametrize("values", [{"customer_type": "business"}, {"company_name": "Zimmer & Daughter"}])
def test_whoever_has_a_company_gets_contacts_and_keeps_getting_them(each_crm: Crm, values: dict[str, str]) -> None:
    with closing(each_crm.connect(EMPLOYEE)) as connection:
        zoe = customer(connection, **values)
        first = contact(connection, zoe)
        connection.execute("UPDATE crm.customers SET customer_type = 'individual', company_name = NULL")
        contact(connection, zoe)
        connection.commit()
    with closing(each_crm.connect()) as ada:
        ada.execute("DELETE FROM crm.customers WHERE id = %s", (zoe,))
        number = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
        ada.commit()
        assert number is not None
        ada.execute("SELECT crm.undo_transaction(%s::xid8)", number)  # what comes back is not asked
        found = ada.execute("SELECT contact_id FROM crm.contact_positions WHERE customer_id = %s", (zoe,)).fetchall()
        assert len(found) == 2 and (first,) in found
