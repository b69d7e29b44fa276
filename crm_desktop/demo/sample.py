"""Sample data of any size: the one entry for the window, the command line and tests."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from crm_desktop.database.failures import in_words
from crm_desktop.demo.bulk import are_empty, built_afterwards, tidy
from crm_desktop.demo.commerce import Buyer, add_commerce
from crm_desktop.demo.loading import Loaded, Tell, copy_interactions, load_people, stage_interactions
from crm_desktop.demo.past import finish_some, remember
from crm_desktop.demo.staff import staff_of
from crm_desktop.errors import NotAllowed

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

# With more customers than this, orders and loyalty would take longer than the customers themselves.
WITH_COMMERCE = 20_000
# From here on it pays to build the indexes afterwards.
_BULK = 50_000
_PEOPLE_SHARE = 0.7


def load(
    database: Database,
    *,
    customers: int = 2_000,
    interactions: int | None = None,
    seed: int = 1,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
    owner: Callable[[], psycopg.Connection[Any]] | None = None,
    add_colleagues: bool | None = None,
) -> Loaded:
    """Adds believable customers with interactions (three each unless said otherwise), and for small numbers products,
    orders and loyalty accounts. One transaction. For administrators.

    `owner` connects as the tables' owner, which makes large numbers several times faster. Colleagues who own customers
    are added on this computer where the acting person works alone, unless `add_colleagues` says otherwise."""
    began = time.monotonic()
    interactions = customers * 3 if interactions is None else interactions
    _require_admin(database)
    colleagues = database.target.is_local if add_colleagues is None else add_colleagues
    staff = [str(key) for key in staff_of(database, add_colleagues=colleagues)]
    commerce = customers <= WITH_COMMERCE

    def tell(share: float | None, text: str) -> None:
        # Between two statements there is none that a cancellation could stop.
        if cancelled is not None:
            cancelled.raise_if_cancelled()
        progress(share, text)

    if owner is None or customers < _BULK:
        with database.raw(cancelled) as connection:
            loaded = load_people(
                connection,
                customers,
                interactions,
                staff,
                seed,
                tell,
                share=_PEOPLE_SHARE,
                take_interactions=stage_interactions,
                twins=commerce,
            )
            if commerce:
                finish_some(connection, customers // 40)
                tell(_PEOPLE_SHARE, "Orders and loyalty points")
                loaded.orders, loaded.accounts = add_commerce(connection, _buyers(connection, customers), _rng(seed))
        if commerce:
            remember(database, tell)
    else:
        with in_words():
            with owner() as connection, cancelled.watching(connection) if cancelled else nullcontext():
                loaded = _load_in_bulk(connection, customers, interactions, staff, seed, tell)
            with owner() as connection:
                progress(0.97, "Tidying up")
                tidy(connection)
    progress(1.0, "Done")
    loaded.seconds = time.monotonic() - began
    return loaded


def _load_in_bulk(
    connection: psycopg.Connection[Any], customers: int, interactions: int, staff: list[str], seed: int, progress: Tell
) -> Loaded:
    """As the tables' owner: straight into the tables and, where they are empty, with the indexes built afterwards."""

    def building(share: float, text: str) -> None:
        progress(_PEOPLE_SHARE + share * (0.97 - _PEOPLE_SHARE), text)

    connection.execute("SET LOCAL search_path = crm, pg_temp")
    empty = are_empty(connection)
    with built_afterwards(connection, building) if empty else nullcontext():
        return load_people(
            connection,
            customers,
            interactions,
            staff,
            seed,
            progress,
            share=_PEOPLE_SHARE,
            take_interactions=copy_interactions,
            gathered=empty,
        )


def _require_admin(database: Database) -> None:
    from crm_desktop.access import accounts

    with database.session() as session:
        if accounts.current_user(session).role != "admin":
            raise NotAllowed("Only administrators can add sample data.")


def _buyers(connection: psycopg.Connection[Any], count: int) -> list[Buyer]:
    """The customers of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, created_at, customer_type FROM crm.customers"
            " WHERE xmin = pg_current_xact_id()::xid ORDER BY created_at, id LIMIT %s",
            (count,),
        )
        return [Buyer(*row) for row in cursor.fetchall()]


def _rng(seed: int) -> random.Random:
    return random.Random(seed + 1)
