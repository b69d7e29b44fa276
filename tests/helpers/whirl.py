"""Everything that touches customers and what belongs to them, done by several people at once, in no order."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction, undo_transaction
from crm_desktop.contacts.actions import add_contact, edit_contact, link_contact, make_primary, remove_contact
from crm_desktop.contacts.queries import contact_at
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.actions import delete_customer
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError
from crm_desktop.interactions.actions import log_interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.orders.actions import add_order, edit_order
from crm_desktop.orders.validation import LineInput, OrderInput
from tests.factories.loyalty import member
from tests.factories.orders import bought
from tests.helpers.postgres import Crm
from tests.helpers.together import together

Person = tuple[UUID, UUID]
"""A customer and its loyalty account."""


def buyer(connection: psycopg.Connection[Any]) -> Person:
    customer_id, account = member(connection)
    for total in (900, 300):
        bought(connection, customer_id, total)
    return customer_id, account


def whirl(crm: Crm, seconds: float, sessions: int, chance: random.Random) -> int:
    """How many were refused because they waited in a circle. Fails when one is refused for anything that people do not
    expect."""
    with closing(crm.connect(autocommit=True)) as ada:
        people = [buyer(ada) for _ in range(4)]
    until = time.monotonic() + seconds
    hands = [Hand(crm, people, random.Random(chance.random())) for _ in range(sessions)]
    together([partial(hand.work, until) for hand in hands], seconds + 30)
    for hand in hands:
        hand.rest()
    return sum(hand.conflicts for hand in hands)


class Hand:
    """Somebody at work, in any order: `people` is shared, and whoever is gone is replaced."""

    def __init__(self, crm: Crm, people: list[Person], chance: random.Random) -> None:
        self._crm = crm
        self._database: Database = crm.database()
        self._people = people
        self._chance = chance
        self._done: list[int] = []
        self.conflicts = 0

    def work(self, until: float) -> None:
        works: list[Callable[[Session, UUID, UUID], object]] = [
            self._rename, self._book, self._pay, self._change_rules, self._merge, self._delete, self._undo,
            self._log, self._complete, self._know, self._link, self._choose, self._edit, self._forget, self._order,
            self._order_more,
        ]  # fmt: skip
        while time.monotonic() < until:
            place = self._chance.randrange(len(self._people))
            customer_id, account = self._people[place]
            work = self._chance.choice(works)
            try:
                with self._database.session() as session:
                    if not _one(session, "SELECT 1 FROM crm.customers WHERE id = :id", id=customer_id):
                        with closing(self._crm.connect(autocommit=True)) as ada:
                            self._people[place] = buyer(ada)
                        continue
                    work(session, customer_id, account)
                    number = current_transaction(session)
                self._done.append(number)
            except CrmError as error:
                # Gone by now, not enough points, or changed in the meantime.
                state = _state(error)
                self.conflicts += state == "40P01"
                if not (state.startswith("CR") or state in ("", "23503", "40P01")):
                    raise

    def rest(self) -> None:
        self._database.close()

    def _rename(self, session: Session, customer_id: UUID, account: UUID) -> None:
        name = f"Name {self._chance.random()}"
        _run(session, "UPDATE crm.customers SET contact_name = :name WHERE id = :id", name=name, id=customer_id)

    def _book(self, session: Session, customer_id: UUID, account: UUID) -> None:
        kind, points = self._chance.choice([("earn", 1500), ("adjust", -1200), ("redeem", -300)])
        statement = "INSERT INTO crm.loyalty_ledger (user_id, kind, points) VALUES (:id, :kind, :points)"
        _run(session, statement, id=account, kind=kind, points=points)

    def _pay(self, session: Session, customer_id: UUID, account: UUID) -> None:
        statement = "UPDATE crm.orders SET status = :status, total = :total WHERE id = :id"
        order_id = _any(session, "orders", "id", customer_id)
        for status in (self._chance.choice(["paid", "open"]), "paid"):
            _run(session, statement, status=status, total=self._chance.randrange(4000), id=order_id)

    def _change_rules(self, session: Session, customer_id: UUID, account: UUID) -> None:
        threshold = self._chance.randrange(500, 1500)
        _run(session, "UPDATE crm.loyalty_tiers SET threshold = :it WHERE tier = 'silver'", it=threshold)

    def _merge(self, session: Session, customer_id: UUID, account: UUID) -> None:
        other = self._other()
        versions = [
            _one(session, "SELECT version FROM crm.customers WHERE id = :id", id=each) or 0
            for each in (customer_id, other)
        ]
        statement = "SELECT crm.merge_customers(:survivor, ARRAY[CAST(:other AS uuid)], :versions)"
        _run(session, statement, survivor=customer_id, other=other, versions=versions)

    def _delete(self, session: Session, customer_id: UUID, account: UUID) -> None:
        delete_customer(session, customer_id)

    def _undo(self, session: Session, customer_id: UUID, account: UUID) -> None:
        if self._done:
            undo_transaction(session, self._chance.choice(self._done[-3:]))

    def _log(self, session: Session, customer_id: UUID, account: UUID) -> None:
        contact_id = _any(session, "contact_positions", "contact_id", customer_id)
        log_interaction(session, InteractionInput(customer_id, subject="Call", contact_id=contact_id))

    def _complete(self, session: Session, customer_id: UUID, account: UUID) -> None:
        statement = "UPDATE crm.customer_interactions SET status = :status WHERE id = :id"
        interaction_id = _any(session, "customer_interactions", "id", customer_id)
        for status in ("completed", self._chance.choice(["pending", "cancelled"])):
            _run(session, statement, status=status, id=interaction_id)

    def _know(self, session: Session, customer_id: UUID, account: UUID) -> None:
        add_contact(session, customer_id, ContactInput(f"Contact {self._chance.random()}"))

    def _link(self, session: Session, customer_id: UUID, account: UUID) -> None:
        contact_id = _any(session, "contact_positions", "contact_id", customer_id)
        if contact_id is not None:
            link_contact(session, contact_id, self._other())

    def _choose(self, session: Session, customer_id: UUID, account: UUID) -> None:
        contact_id = _any(session, "contact_positions", "contact_id", customer_id)
        if contact_id is not None:
            make_primary(session, contact_id, customer_id)

    def _edit(self, session: Session, customer_id: UUID, account: UUID) -> None:
        contact_id = _any(session, "contact_positions", "contact_id", customer_id)
        if contact_id is not None:
            seen = contact_at(session, contact_id, customer_id)
            given = ContactInput(f"Contact {self._chance.random()}", role="Buyer")
            edit_contact(session, contact_id, customer_id, (seen.version, seen.position_version), given)

    def _forget(self, session: Session, customer_id: UUID, account: UUID) -> None:
        contact_id = _any(session, "contact_positions", "contact_id", customer_id)
        if contact_id is not None:
            remove_contact(session, contact_id, customer_id, delete_person=True)

    def _order(self, session: Session, customer_id: UUID, account: UUID) -> None:
        add_order(session, OrderInput(customer_id, status="paid", lines=(_line("Tea"),)))

    def _order_more(self, session: Session, customer_id: UUID, account: UUID) -> None:
        order_id = _any(session, "orders", "id", customer_id)
        if order_id is not None:
            version = _one(session, "SELECT version FROM crm.orders WHERE id = :id", id=order_id) or 0
            number = _one(session, "SELECT order_number FROM crm.orders WHERE id = :id", id=order_id) or ""
            lines = (_line("Tea"), _line("Jam"))
            edit_order(session, order_id, version, OrderInput(customer_id, number, status="paid", lines=lines))

    def _other(self) -> UUID:
        return self._chance.choice(self._people)[0]


def _line(description: str) -> LineInput:
    return LineInput(description, Decimal(1), Decimal(10), Decimal(0))


def _run(session: Session, statement: str, **values: Any) -> None:
    session.execute(text(statement), values)


def _one(session: Session, statement: str, **values: Any) -> Any:
    return session.execute(text(statement), values).scalar()


def _any(session: Session, table: str, key: str, customer_id: UUID) -> UUID | None:
    """One row of that table that belongs to the customer; None where there is none."""
    statement = f"SELECT {key} FROM crm.{table} WHERE customer_id = :id ORDER BY random() LIMIT 1"
    found: UUID | None = _one(session, statement, id=customer_id)
    return found


def _state(error: BaseException | None) -> str:
    """The SQLSTATE of the failure behind a failure in words; "" where the database had nothing against it."""
    while error is not None:
        if isinstance(error, psycopg.Error):
            return error.sqlstate or "lost"
        error = getattr(error, "orig", None) or error.__cause__
    return ""
