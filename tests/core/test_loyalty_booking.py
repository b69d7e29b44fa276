"""Booking points: what is refused is said at its field, and nothing is booked twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from tests.factories.customers import business, contact
from tests.factories.loyalty import member
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with clean.connect(autocommit=True) as connection:
        yield connection


def entries(database: Database) -> list[tuple[str, int, str]]:
    with database.session() as session:
        rows = session.execute(text("SELECT kind, points, reason FROM crm.loyalty_ledger ORDER BY id")).all()
        return [tuple(row) for row in rows]


def test_redeeming_too_much_is_said_at_the_points(ada: Connection, employee: Database) -> None:
    _, account = member(ada, points=1200)
    with pytest.raises(InvalidInput) as refused, employee.session() as session:
        actions.book(session, account, Booking("redeem", -1201))
    assert refused.value.fields == {"points": "There are not enough points: the balance is 1,200."}
    with employee.session() as session:
        actions.book(session, account, Booking("redeem", -1200))


@pytest.mark.parametrize(
    ("booking", "fields"),
    [
        (Booking("earn", 0), {"points"}),
        (Booking("earn", -5), {"points"}),
        (Booking("opening", 0), {"points"}),
        (Booking("redeem", 5), {"points"}),
        (Booking("earn", 10**12 + 1), {"points"}),
        (Booking("adjust", 0, " "), {"points", "reason"}),
        (Booking("adjust", -(10**12) - 1, "x"), {"points"}),
    ],
)
def test_what_cannot_be_booked_is_said_by_field(booking: Booking, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.checked(booking)
    assert set(refused.value.fields) == fields


def test_a_booking_that_is_sent_again_is_the_same_entry(ada: Connection, employee: Database) -> None:
    _, account = member(ada, points=50)
    booking = Booking("redeem", -50, "A cup", id=uuid4())
    done = []
    for _ in range(2):  # the second time nothing is left to redeem, and nothing has to be
        with employee.session() as session:
            done.append(actions.book(session, account, booking))
    assert done == [True, False]
    assert entries(employee) == [("earn", 50, ""), ("redeem", -50, "A cup")]


def test_an_entry_is_taken_back_once_by_its_opposite(ada: Connection, employee: Database) -> None:
    company, account = member(ada, customer_type="business")
    someone = contact(ada, company)
    booking = uuid4()
    with employee.session() as session:
        actions.book(session, account, Booking("earn", 300, "Fair", someone, id=booking))
    for _ in range(2):
        with employee.session() as session:
            actions.take_back(session, account, booking)
    assert entries(employee) == [("earn", 300, "Fair"), ("adjust", -300, "Taken back: Fair")]
    row = ada.execute("SELECT points_balance, total_earned FROM crm.loyalty_accounts").fetchone()
    assert row == (0, 0)


def test_redeeming_and_taking_back_lifts_nobody_into_the_next_tier(ada: Connection, employee: Database) -> None:
    company, account = member(ada, customer_type="business")
    someone, booking = contact(ada, company), uuid4()
    with employee.session() as session:
        actions.book(session, account, Booking("earn", 900))
        actions.book(session, account, Booking("redeem", -200, "A cup", someone, id=booking))
    for _ in range(2):
        with employee.session() as session:
            actions.take_back(session, account, booking)
    assert entries(employee)[1:] == [("redeem", -200, "A cup"), ("redeem", 200, "Taken back: A cup")]
    kept = "SELECT points_balance, total_earned, total_redeemed, tier FROM crm.loyalty_accounts"
    assert ada.execute(kept).fetchone() == (900, 900, 0, "bronze")
    ada.execute("SELECT crm.rebuild_derived()")
    assert ada.execute(kept).fetchone() == (900, 900, 0, "bronze")


def test_points_that_were_used_cannot_be_taken_back(ada: Connection, employee: Database) -> None:
    _, account = member(ada)
    booking = uuid4()
    with employee.session() as session:
        actions.book(session, account, Booking("earn", 300, id=booking))
        actions.book(session, account, Booking("redeem", -200))
    with pytest.raises(CrmError, match="used meanwhile"), employee.session() as session:
        actions.take_back(session, account, booking)


def test_a_balance_is_opened_before_anything_else(ada: Connection, employee: Database) -> None:
    _, account = member(ada)
    with employee.session() as session:
        actions.book(session, account, Booking("opening", 4999, "From the old cards"))
    with pytest.raises(CrmError, match="opening balance already"), employee.session() as session:
        actions.book(session, account, Booking("opening", 1))
    assert entries(employee) == [("opening", 4999, "From the old cards")]


def test_a_contact_of_another_company_earns_nothing_here(ada: Connection, employee: Database) -> None:
    _, account = member(ada, customer_type="business")
    stranger: UUID = contact(ada, business(ada), name="Sam")
    with pytest.raises(CrmError, match="Sam is no contact of the company"), employee.session() as session:
        actions.book(session, account, Booking("earn", 10, contact_id=stranger))
