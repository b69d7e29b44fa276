"""Other email addresses and phones over plain SQL: their form, their trace, and the search texts of contacts."""

from __future__ import annotations

from contextlib import closing
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.factories.customers import business, contact, customer
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.mark.parametrize("table", ["customers", "contacts"])
@pytest.mark.parametrize("wrong", [None, "text", {"a": "b"}, [1], ["fine", None], [["nested"]], ["fine", {"a": 1}]])
def test_other_values_are_lists_of_texts(emil: Connection, table: str, wrong: Any) -> None:
    named = {"name": "Ana"} if table == "contacts" else {"contact_name": "Ana"}
    for column in ("other_emails", "other_phones"):
        with pytest.raises(psycopg.errors.IntegrityError), emil.transaction():
            insert(emil, table, {**named, column: Jsonb(wrong) if wrong is not None else None})


def test_a_change_of_other_values_counts_and_leaves_a_trace(emil: Connection) -> None:
    someone = customer(emil, other_emails=["old@x.org"])
    emil.execute("UPDATE crm.customers SET other_emails = '[\"new@x.org\"]', other_phones = '[\"+4930123456\"]'")
    row = emil.execute("SELECT version, search_text FROM crm.customers WHERE id = %s", (someone,)).fetchone()
    assert row is not None and row[0] == 2 and " new@x.org " in row[1] and " 4930123456" in row[1]
    traced = emil.execute("SELECT changes FROM crm.audit_log WHERE action = 'update'").fetchone()
    assert traced == ({"other_emails": [["old@x.org"], ["new@x.org"]], "other_phones": [[], ["+4930123456"]]},)
    emil.commit()
    number = emil.execute("SELECT transaction_id FROM crm.audit_log WHERE action = 'update'").fetchone()
    assert number is not None
    emil.execute("SELECT crm.undo_transaction(%s::text::xid8)", (str(number[0]),))
    back = emil.execute("SELECT other_emails, other_phones, search_text FROM crm.customers").fetchone()
    assert back is not None and back[:2] == (["old@x.org"], []) and "new@x.org" not in back[2]


def texts(connection: Connection) -> dict[UUID, str]:
    return dict(connection.execute("SELECT id, contacts_text FROM crm.customers").fetchall())


def gathered(connection: Connection) -> dict[UUID, str]:
    """The same, from scratch."""
    return dict(
        connection.execute(
            """SELECT c.id, coalesce(string_agg(k.search_text, '' ORDER BY k.name_key, k.id), '')
               FROM crm.customers c
               LEFT JOIN crm.contact_positions p ON p.customer_id = c.id
               LEFT JOIN crm.contacts k ON k.id = p.contact_id
               GROUP BY c.id"""
        ).fetchall()
    )


def test_a_company_s_search_text_holds_its_contacts(emil: Connection) -> None:
    company = business(emil, company_name="Acme")
    number = {"phone": "+4930123456", "phone_national": "030123456"}
    person = contact(emil, company, name="Zoë Öz", email="Zoe@Acme.org", other_emails=["z@home.org"], **number)
    row = emil.execute("SELECT search_text, version FROM crm.customers").fetchone()
    assert row is not None
    assert row[0].endswith(" zoe oz zoe@acme.org z@home.org 4930123456 030123456") and row[1] == 1
    emil.execute("UPDATE crm.contacts SET name = 'Anna' WHERE id = %s", (person,))
    assert " anna zoe@acme.org" in texts(emil)[company]
    emil.execute("DELETE FROM crm.contacts WHERE id = %s", (person,))
    assert texts(emil)[company] == ""


def test_nobody_writes_the_contacts_text_by_hand(emil: Connection, each_crm: Crm) -> None:
    for person in ("emil", "ada"):
        with closing(each_crm.connect(person)) as connection:
            for statement in (
                "UPDATE crm.customers SET contacts_text = 'x'",
                "INSERT INTO crm.customers (contact_name, contacts_text) VALUES ('a', 'x')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(statement)


def test_a_company_that_comes_back_is_found_by_the_contacts_that_came_back(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada:
        company, other = business(ada), business(ada)
        stays, gone = contact(ada, company, name="Stays"), contact(ada, company, name="Goes")
        place = "INSERT INTO crm.contact_positions (contact_id, customer_id) VALUES (%s, %s)"
        for person in (stays, gone):
            ada.execute(place, (person, other))
        ada.commit()
        ada.execute("DELETE FROM crm.customers WHERE id = %s", (company,))
        number = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
        ada.commit()
        ada.execute("DELETE FROM crm.contacts WHERE id = %s", (gone,))
        assert number is not None
        ada.execute("SELECT crm.undo_transaction(%s::xid8)", number)
        assert texts(ada) == {company: " stays", other: " stays"}
        there = ada.execute("SELECT contact_id FROM crm.contact_positions WHERE customer_id = %s", (company,))
        assert there.fetchall() == [(stays,)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["person", "place", "rename", "reach", "move", "leave", "forget", "close", "primary", "rebuild"]
        ),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    max_size=25,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_contacts_texts_equal_those_from_scratch(crm: Crm, steps: list[tuple[str, int, int]]) -> None:
    with closing(crm.connect()) as connection:
        for number in range(3):
            business(connection, company_name=f"Company {number}")
        for step in steps:
            _take(connection, *step)
            assert texts(connection) == gathered(connection)
        connection.rollback()


def _take(connection: Connection, step: str, one: int, other: int) -> None:
    person = f"(SELECT id FROM crm.contacts ORDER BY id OFFSET {one} LIMIT 1)"
    company = f"(SELECT id FROM crm.customers ORDER BY id OFFSET {other} LIMIT 1)"
    connection.execute(
        {
            "person": f"INSERT INTO crm.contacts (name, email) VALUES ('Person {one}', '{other}@x.org')",
            "place": f"""INSERT INTO crm.contact_positions (contact_id, customer_id)
                         SELECT {person}, {company} WHERE {person} IS NOT NULL AND {company} IS NOT NULL
                         ON CONFLICT DO NOTHING""",
            "rename": f"UPDATE crm.contacts SET name = name || '{other}' WHERE id >= {person}",
            "reach": f"UPDATE crm.contacts SET other_phones = '[\"{other}\"]', notes = 'x' WHERE id = {person}",
            "move": f"DELETE FROM crm.contact_positions WHERE contact_id = {person}; "
            f"INSERT INTO crm.contact_positions (contact_id, customer_id) SELECT {person}, id FROM crm.customers "
            f"WHERE {person} IS NOT NULL",
            "leave": f"DELETE FROM crm.contact_positions WHERE contact_id = {person} AND customer_id = {company}",
            "forget": f"DELETE FROM crm.contacts WHERE id = {person}",
            "close": f"DELETE FROM crm.customers WHERE id = {company}",
            "primary": f"UPDATE crm.contact_positions SET role = 'r{one}' WHERE customer_id = {company}",
            "rebuild": "SELECT crm.rebuild_derived()",
        }[step]
    )


def test_two_people_at_one_company_s_contacts_lose_neither(each_crm: Crm) -> None:
    """One renames a person while the other, who cannot see that yet, gives the same person a place at a company."""
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        company, elsewhere = business(ada), business(ada)
        person = contact(ada, elsewhere, name="Before")
        ada.commit()
        ada.execute("UPDATE crm.contacts SET name = 'After' WHERE id = %s", (person,))
        place = "INSERT INTO crm.contact_positions (contact_id, customer_id) VALUES (%s, %s)"
        waiting = Thread(target=lambda: (emil.execute(place, (person, company)), emil.commit()))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()  # it waits for the name
        ada.commit()
        waiting.join(10)
        assert not waiting.is_alive()
        assert texts(ada) == {company: " after", elsewhere: " after"}
        ada.commit()
        # Both add somebody to the same company.
        contact(ada, company, name="Ada's")
        other = Thread(target=lambda: (contact(emil, company, name="Emil's"), emil.commit()))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        ada.commit()
        other.join(10)
        assert texts(ada)[company] == " ada's after emil's"


def test_whoever_may_read_contacts_may_read_what_became_of_them(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        contact(ada, business(ada), name="Before")
        ada.execute("UPDATE crm.contacts SET name = 'After'")
        ada.commit()
        row = emil.execute("SELECT changes FROM crm.audit_log WHERE table_name = 'contacts' AND action = 'update'")
        assert row.fetchall() == [({"name": ["Before", "After"]},)]
