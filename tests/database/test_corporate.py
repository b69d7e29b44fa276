"""A business has one account and its contacts earn on it; what is sent twice is booked once."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.factories.customers import business, contact
from tests.factories.loyalty import entry, member
from tests.factories.merges import merge
from tests.helpers.postgres import Crm
from tests.helpers.together import together

Connection = psycopg.Connection[Any]
CONTACTS = "SELECT contact_id FROM crm.loyalty_ledger ORDER BY id"


def test_an_entry_names_a_contact_of_the_company_only(emil: Connection) -> None:
    company, account = member(emil, company_name="Acme", contact_name=None, customer_type="business")
    ours, stranger = contact(emil, company), contact(emil, business(emil), name="Sam Stranger")
    entry(emil, account, "earn", 10, contact_id=ours)
    assert emil.execute(CONTACTS).fetchall() == [(ours,)]
    with pytest.raises(psycopg.DatabaseError, match="Sam Stranger is no contact of the company") as caught:
        entry(emil, account, "earn", 10, contact_id=stranger)
    assert caught.value.sqlstate == "CR001"


def test_a_contact_who_left_keeps_the_points_that_were_earned(emil: Connection) -> None:
    company, account = member(emil, customer_type="business")
    gone = contact(emil, company)
    entry(emil, account, "earn", 10, contact_id=gone)
    emil.execute("DELETE FROM crm.contact_positions")
    assert emil.execute(CONTACTS).fetchall() == [(gone,)]
    with pytest.raises(psycopg.DatabaseError, match="no contact of the company"):
        entry(emil, account, "earn", 10, contact_id=gone)


def test_a_contact_with_points_is_deleted_by_administrators_only_and_comes_back_with_them(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        company, account = member(emil, customer_type="business")
        someone = contact(emil, company)
        entry(emil, account, "earn", 10, contact_id=someone)
        emil.commit()
        with pytest.raises(psycopg.DatabaseError, match="Loyalty points name this contact"):
            emil.execute("DELETE FROM crm.contacts")
        emil.rollback()
        ada.execute("DELETE FROM crm.contacts")
        row = ada.execute("SELECT pg_current_xact_id()").fetchone()
        assert row is not None and ada.execute(CONTACTS).fetchall() == [(None,)]
        ada.commit()
        assert ada.execute("SELECT refused FROM crm.undo_transaction(%s::text::xid8)", (row[0],)).fetchone() == (0,)
        assert ada.execute(CONTACTS).fetchall() == [(someone,)]


def test_contacts_and_their_points_move_with_a_merge(each_crm: Crm) -> None:
    """Complaint 6 of users of other systems: a merge strands loyalty points."""
    with closing(each_crm.connect()) as ada:
        kept, account = member(ada, customer_type="business")
        other, others_account = member(ada, customer_type="business")
        people = [contact(ada, kept), contact(ada, other)]
        entry(ada, account, "earn", 10, contact_id=people[0])
        entry(ada, others_account, "earn", 30, contact_id=people[1])
        ada.commit()
        merge(ada, kept, other)
        rows = ada.execute("SELECT user_id, contact_id, points FROM crm.loyalty_ledger ORDER BY id").fetchall()
        assert rows == [(account, people[0], 10), (account, people[1], 30)]
        entry(ada, account, "redeem", -35, contact_id=people[1])


def test_what_is_sent_twice_is_booked_once(emil: Connection) -> None:
    _, account = member(emil)
    booking = uuid4()
    entry(emil, account, "earn", 10, booking_id=booking)
    with pytest.raises(psycopg.errors.UniqueViolation), emil.transaction():
        entry(emil, account, "earn", 10, booking_id=booking)
    entry(emil, account, "earn", 10)
    entry(emil, account, "earn", 10)


def test_a_balance_is_opened_once(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        _, account = member(emil)
        emil.commit()
        refused: list[str] = []

        def opens() -> None:
            try:
                with each_crm.connect("emil") as connection:
                    entry(connection, account, "opening", 500)
            except psycopg.DatabaseError as error:
                refused.append(str(error.sqlstate))

        together([opens] * 3)
        assert refused == ["CR001", "CR001"]
        row = emil.execute("SELECT points_balance FROM crm.loyalty_accounts").fetchone()
        assert row == (500,)
