"""Keyset pages against a real database: the same rows in the same order as sorting them all, whichever way is taken."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from crm_desktop.customers.columns import COLUMNS
from crm_desktop.customers.listed import SORTS
from crm_desktop.customers.models import Customer
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.listing import reading
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.request import ListRequest
from tests.helpers.postgres import Crm

NAMES = ["Ana", "ana", "Ána", "Bob", "Çelik", "Zoë", "Ærø", "李", "o'Neil", "%_\\", "Smith", "Smithson", ""]
CITIES = ["Köln", "Koln", "Aarhus", "", None, "Łódź"]
NARROWINGS: dict[str, dict[str, Any]] = {
    "all": {},
    "search": {"search": "sm"},
    "no match": {"search": "nobody at all"},
    "filter": {"filter": {"field": "status", "operator": "is", "value": "active"}},
    "both": {"search": "smi", "filter": {"all": [{"field": "customer_type", "operator": "is", "value": "business"}]}},
    "on the key": {"filter": {"all": [{"field": "city", "operator": "is_filled"}]}},
}


def some_customers(count: int, seed: int = 7) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    now = datetime(2026, 5, 1, tzinfo=UTC)

    def moment() -> datetime | None:
        return now - timedelta(days=chance.randrange(5)) if chance.random() < 0.6 else None

    return [
        {
            "contact_name": chance.choice(NAMES),
            "company_name": chance.choice(["Acme", "Ünion", "", None]),
            "email": chance.choice(["a@example.com", "B@example.com", None, ""]),
            "phone": chance.choice(["+4930123456", "030 99", None]),
            "city": chance.choice(CITIES),
            "country": chance.choice(["Germany", None]),
            "customer_type": chance.choice(["individual", "business", None]),
            "status": chance.choice(["active", "inactive", "prospect", None]),
            "tier": chance.choice([None, "bronze", "gold", "platinum"]),
            "tags": chance.choice([[], ["vip"], ["a", "b"], None]),
            "last_contact": moment(),
            "next_follow_up": moment(),
            "created_at": moment(),
        }
        for _ in range(count)
    ]


def in_order(connection: Connection, sort: str, descending: bool) -> list[Any]:
    """The ids of all customers, sorted here."""
    columns = Customer.__table__.c
    key = SORTS[sort].key(columns)
    rows = connection.execute(Customer.__table__.select().with_only_columns(key, columns.id)).all()
    blank = SORTS[sort].blank
    filled = sorted((row for row in rows if row[0] != blank), key=lambda row: (row[0], row[1]), reverse=descending)
    empty = sorted((row for row in rows if row[0] == blank), key=lambda row: row[1], reverse=descending)
    return [row[1] for row in (*filled, *empty)]


def insert(crm: Crm, rows: list[dict[str, Any]]) -> None:
    """Into the table as they are: no trigger brings the tier and the follow-ups back to what they follow."""
    with crm.as_superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        for row in rows:
            values = {**row, "tags": None if row.get("tags") is None else Jsonb(row["tags"])}
            columns, holes = ", ".join(values), ", ".join(f"%({name})s" for name in values)
            connection.execute(f"INSERT INTO crm.customers ({columns}) VALUES ({holes})", values)


@pytest.fixture(params=["few", "picked", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Limits so small that a few hundred rows go every way that a million go."""
    if request.param != "few":
        monkeypatch.setattr(reading, "COUNT_CAP", 10)
        monkeypatch.setattr(reading, "MOST_FETCHED", 10)
        monkeypatch.setattr(reading, "FIRST_ROWS", 20 if request.param == "picked" else 2)
    if request.param == "walked":
        monkeypatch.setattr(reading, "MAX_IDS", 0)
    monkeypatch.setattr(Listing, "page_size", 7)
    return str(request.param)


@pytest.mark.parametrize("narrowing", NARROWINGS)
def test_every_order_and_every_page(clean: Crm, admin: Database, way: str, narrowing: str) -> None:
    insert(clean, some_customers(45))
    sorts = SORTS if narrowing == "all" else ("name", "city", "tier", "last_contact")
    with admin.connection() as connection:
        matching = set(customer_listing(ListRequest(**NARROWINGS[narrowing])).ids(connection))
        for sort in sorts:
            for descending in (False, True):
                listing = customer_listing(ListRequest(**NARROWINGS[narrowing], sort=sort, descending=descending))
                expected = [identity for identity in in_order(connection, sort, descending) if identity in matching]
                assert listing.ids(connection) == expected, (sort, descending)
                first = listing.first(connection)
                anchors = listing.anchors(connection)
                pages = [listing.page(connection, anchors, index) for index in range(-(-len(expected) // 7) + 1)]
                listed = [row.id for page in pages for row in page]
                assert anchors.total == len(expected)
                assert [len(page) for page in pages[:-2]] == [7] * (len(pages) - 2)
                assert first.exact == (len(expected) <= reading.COUNT_CAP)
                assert first.count == (len(expected) if first.exact else reading.COUNT_CAP + 1)
                if sort == "name" and not descending and NARROWINGS[narrowing].get("search"):
                    assert sorted(listed) == sorted(expected)  # few matches are ranked
                    assert {row.id for row in first.rows} <= matching
                    if not first.exact:
                        assert listed == expected or len(expected) <= reading.COUNT_CAP
                else:
                    assert listed == expected, (sort, descending)
                    assert [row.id for row in first.rows] == expected[: len(first.rows)], (sort, descending)
                assert len(first.rows) == min(len(expected), reading.FIRST_ROWS)


def test_every_column_that_sorts_has_a_key() -> None:
    assert {column.sort for column in COLUMNS if column.sort} == set(SORTS)


def test_an_unknown_sort_falls_back_to_the_lists_own(clean: Crm, admin: Database) -> None:
    insert(clean, some_customers(30))
    with admin.connection() as connection:
        assert customer_listing(ListRequest(sort="shoe size")).ids(connection) == in_order(connection, "name", False)


def test_whole_words_and_beginnings_come_first(admin: Database) -> None:
    names = ["Blacksmith", "Smithson", "Adam Smith", "Zed Smithy", "Zoe Smith"]
    with admin.connection() as connection:
        connection.execute(Customer.__table__.insert(), [{"contact_name": name} for name in names])
        listing = customer_listing(ListRequest(search="smith"))
        ranked = ["Adam Smith", "Zoe Smith", "Smithson", "Zed Smithy", "Blacksmith"]
        assert [row.name for row in listing.first(connection).rows] == ranked
        anchors = listing.anchors(connection)
        assert [row.name for row in listing.page(connection, anchors, 0)] == ranked
        by_name = customer_listing(ListRequest(search="smith", sort="name", descending=True))
        assert [row.name for row in by_name.first(connection).rows] == sorted(names, reverse=True)


def test_a_page_is_short_by_what_was_deleted(clean: Crm, admin: Database) -> None:
    insert(clean, some_customers(30))
    with admin.connection() as connection:
        for request in (ListRequest(), ListRequest(search="a")):
            listing = customer_listing(request)
            anchors = listing.anchors(connection)
            before = listing.page(connection, anchors, 0)
            connection.execute(text("DELETE FROM crm.customers WHERE id = :id"), {"id": before[1].id})
            after = listing.page(connection, anchors, 0)
            assert [row.id for row in after] == [row.id for row in before if row.id != before[1].id]


def test_the_planner_is_left_as_it_was(clean: Crm, admin: Database) -> None:
    insert(clean, some_customers(30))
    with admin.connection() as connection:
        listing = customer_listing(ListRequest(sort="city"))
        listing.page(connection, listing.anchors(connection), 0)
        listing.first(connection)
        for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_incremental_sort"):
            assert connection.execute(text(f"SHOW {setting}")).scalar_one() == "on"


def test_rows_hold_what_is_shown(clean: Crm, admin: Database) -> None:
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    shown = {"company_name": "Acme", "phone": "030 12", "tags": ["vip", "new"], "tier": "gold", "last_contact": moment}
    insert(clean, [{**shown, "status": None}])
    with admin.connection() as connection:
        [row] = customer_listing(ListRequest()).first(connection).rows
    assert (row.name, row.company_name, row.email, row.status) == ("Acme", "Acme", "", "")
    assert (row.phone, row.phone_checked, row.tags, row.tier) == ("030 12", False, ("vip", "new"), "gold")
    assert row.last_contact == moment and row.next_follow_up is None and row.version == 1


def test_texts_longer_than_an_index_entry_are_saved_and_listed(admin: Database) -> None:
    chance = random.Random(3)
    long = "".join(chr(chance.randrange(0x400, 0x2FFF)) for _ in range(9_000))
    with admin.connection() as connection:
        values = dict.fromkeys(("contact_name", "company_name", "email", "phone", "city", "country"), long)
        connection.execute(Customer.__table__.insert().values(**values, tags=[long, "short"]))
        for sort in SORTS:
            assert customer_listing(ListRequest(sort=sort)).anchors(connection).total == 1
        assert customer_listing(ListRequest(search=long[5_000:5_010])).first(connection).count == 1


@pytest.mark.postgres15
def test_an_older_server_lists_the_same(crm15: Crm) -> None:
    crm15.empty()
    insert(crm15, some_customers(60))
    database = crm15.database()
    try:
        with database.connection() as connection:
            for sort in SORTS:
                for narrowing in NARROWINGS.values():
                    listing = customer_listing(ListRequest(**narrowing, sort=sort, descending=True))
                    anchors = listing.anchors(connection)
                    page = [row.id for row in listing.page(connection, anchors, 0)]
                    assert page == [row.id for row in listing.first(connection).rows] == listing.ids(connection)
                    assert anchors.total == len(page)
    finally:
        database.close()
