"""Sample customers and interactions into the database: made here, taken in by COPY, chunk by chunk."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from crm_desktop.demo.contacts import contacts_text
from crm_desktop.demo.customers import DemoCustomer, make_customers, utc, uuid4
from crm_desktop.demo.interactions import DemoInteraction, make_interactions, spread
from crm_desktop.demo.pools import make_pools
from crm_desktop.demo.twins import with_twins

if TYPE_CHECKING:
    import psycopg

Tell = Callable[[float | None, str], None]

CHUNK = 20_000
_CUSTOMER_COLUMNS = (
    "id, company_name, contact_name, email, phone, phone_national, address, city, state, country, postal_code,"
    " customer_type, status, source, tags, notes, created_at, updated_at, owner_id, last_contact, next_follow_up,"
    " other_emails, other_phones, other_phones_national"
)
_CONTACT_COLUMNS = "id, name, email, phone, phone_national, other_emails, other_phones, other_phones_national"
_POSITION_COLUMNS = "contact_id, customer_id, role, is_primary"
_INTERACTION_COLUMNS = (
    "id, customer_id, user_id, assignee_id, type, subject, description, outcome, priority, status, duration, follow_up,"
    " created_at, updated_at, contact_id"
)
# With more customers than this, only some companies have contacts: they would take as long as all the rest.
_ALL_HAVE_CONTACTS, _SOME = 20_000, 0.1


@dataclass(frozen=True)
class Chunk:
    """Some customers and all their interactions, as COPY text."""

    count: int
    customers: bytes
    companies: bytes
    """Customers with contacts, whose search texts follow: where they may be written straight away."""
    contacts: bytes
    positions: bytes
    interactions: bytes


@dataclass
class Loaded:
    customers: int = 0
    interactions: int = 0
    orders: int = 0
    accounts: int = 0
    seconds: float = 0.0


def load_people(
    connection: psycopg.Connection[Any],
    customers: int,
    interactions: int,
    staff: Sequence[str],
    seed: int,
    tell: Tell,
    *,
    share: float = 1.0,
    take_interactions: Callable[[psycopg.Connection[Any], bytes], None],
    gathered: bool = False,
    twins: bool = False,
) -> Loaded:
    """Loads so many of each. `staff` are the ids of the users who own customers and write interactions; `share` is this
    part of the whole progress. `gathered`: no trigger gathers the search texts of contacts, so they are written, too.
    `twins`: some customers are entered twice. The caller commits."""
    began = time.monotonic()
    rng = random.Random(seed)
    ids = random.Random()  # never seeded: the same people made twice must not have the same ids
    now = datetime.now(UTC)
    tell(0.0, "Thinking of names")
    some = 1.0 if customers <= _ALL_HAVE_CONTACTS else _SOME
    people = make_customers(customers, make_pools(seed), rng, ids, len(staff), now, known_people=some)
    if twins:
        people = with_twins(people, random.Random(seed + 2))
    counts = spread(customers, interactions, seed)

    def make_chunk() -> Chunk | None:
        chunk = [
            (customer, make_interactions(customer, next(counts), rng, len(staff), int(now.timestamp())))
            for customer in islice(people, CHUNK)
        ]
        if not chunk:
            return None
        with_contacts = [customer for customer, _ in chunk if customer.contacts and gathered]
        return Chunk(
            len(chunk),
            "".join(
                _customer_line(customer, staff) for customer, _ in chunk if not (gathered and customer.contacts)
            ).encode(),
            "".join(
                f"{_customer_line(customer, staff)[:-1]}\t{contacts_text(customer.contacts)}\n"
                for customer in with_contacts
            ).encode(),
            "".join(_contact_lines(chunk)).encode(),
            "".join(_position_lines(chunk)).encode(),
            "".join(_interaction_lines(chunk, staff, ids)).encode(),
        )

    done = 0
    with ThreadPoolExecutor(1, thread_name_prefix="sample-data") as maker:
        # While the server takes in one chunk, the next is made.
        pending = maker.submit(make_chunk)
        while (chunk := pending.result()) is not None:
            pending = maker.submit(make_chunk)
            _copy(connection, f"COPY crm.customers ({_CUSTOMER_COLUMNS}) FROM STDIN (NULL '')", chunk.customers)
            if chunk.companies:
                statement = f"COPY crm.customers ({_CUSTOMER_COLUMNS}, contacts_text) FROM STDIN (NULL '')"
                _copy(connection, statement, chunk.companies)
            _copy(connection, f"COPY crm.contacts ({_CONTACT_COLUMNS}) FROM STDIN (NULL '')", chunk.contacts)
            _copy(connection, f"COPY crm.contact_positions ({_POSITION_COLUMNS}) FROM STDIN (NULL '')", chunk.positions)
            take_interactions(connection, chunk.interactions)
            done += chunk.count
            tell(share * done / customers, f"{done:,} of {customers:,} customers")
    return Loaded(customers, interactions, seconds=time.monotonic() - began)


def copy_interactions(connection: psycopg.Connection[Any], lines: bytes) -> None:
    """Straight into the table: for its owner, whom row policies do not bind."""
    _copy(connection, f"COPY crm.customer_interactions ({_INTERACTION_COLUMNS}) FROM STDIN (NULL '')", lines)


def stage_interactions(connection: psycopg.Connection[Any], lines: bytes) -> None:
    """By way of a temporary table: COPY does not go together with row policies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS demo_interactions ON COMMIT DROP AS"
            f" SELECT {_INTERACTION_COLUMNS} FROM crm.customer_interactions WITH NO DATA"
        )
        _copy(connection, f"COPY demo_interactions ({_INTERACTION_COLUMNS}) FROM STDIN (NULL '')", lines)
        cursor.execute(
            f"INSERT INTO crm.customer_interactions ({_INTERACTION_COLUMNS})"
            f" SELECT {_INTERACTION_COLUMNS} FROM demo_interactions"
        )
        cursor.execute("TRUNCATE demo_interactions")


def _copy(connection: psycopg.Connection[Any], statement: str, lines: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(lines)


def _customer_line(c: DemoCustomer, staff: Sequence[str]) -> str:
    created = utc(c.created_at)
    return (
        f"{c.id}\t{c.company_name}\t{c.contact_name}\t{c.email}\t{c.phone}\t{c.phone_national}\t{c.address}\t{c.city}"
        f"\t{c.state}\t{c.country}\t{c.postal_code}\t{c.customer_type}\t{c.status}\t{c.source}\t{c.tags}\t{c.notes}"
        f"\t{created}\t{created}\t{staff[c.owner]}\t{utc(c.last_contact) if c.last_contact else ''}"
        f"\t{utc(c.next_follow_up) if c.next_follow_up else ''}\t{c.other_emails}\t{c.other_phones}"
        f"\t{c.other_phones_national}\n"
    )


def _contact_lines(written: list[tuple[DemoCustomer, list[DemoInteraction]]]) -> Iterator[str]:
    for customer, _ in written:
        for c in customer.contacts:
            yield (
                f"{c.id}\t{c.name}\t{c.email}\t{c.phone}\t{c.phone_national}\t{c.other_emails}\t{c.other_phones}"
                f"\t{c.other_phones_national}\n"
            )


def _position_lines(written: list[tuple[DemoCustomer, list[DemoInteraction]]]) -> Iterator[str]:
    for customer, _ in written:
        for number, contact in enumerate(customer.contacts):
            yield f"{contact.id}\t{customer.id}\t{contact.role}\t{'f' if number else 't'}\n"


def _interaction_lines(
    written: list[tuple[DemoCustomer, list[DemoInteraction]]], staff: Sequence[str], ids: random.Random
) -> Iterator[str]:
    for customer, made in written:
        for i in made:
            created = utc(i.created_at)
            yield (
                f"{uuid4(ids)}\t{customer.id}\t{staff[i.author]}\t{staff[i.assignee]}\t{i.type}\t{i.subject}"
                f"\t{i.description}\t{i.outcome}\t{i.priority}\t{i.status}\t{i.duration or ''}"
                f"\t{utc(i.follow_up) if i.follow_up else ''}\t{created}\t{created}\t{i.contact}\n"
            )
