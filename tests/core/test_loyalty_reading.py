"""Reading accounts: what the card and the list of members show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from crm_desktop.database.engine import Database
from crm_desktop.errors import NotFound
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty import expiry
from crm_desktop.loyalty.expiry import Expired
from crm_desktop.loyalty.ladder import Ladder, Step
from crm_desktop.loyalty.queries import account_card, account_of, member_listing
from crm_desktop.loyalty.rows import AccountCard, ContactPoints, MemberRow
from tests.factories.customers import contact, customer, order
from tests.factories.loyalty import entry, member, months_ago, points_expire
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
USUAL = (("bronze", 0), ("silver", 1000), ("gold", 5000), ("platinum", 10000))
MEMBERS = {"field": "is_customer", "operator": "is", "value": True}


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with clean.connect(autocommit=True) as connection:
        yield connection


def card(database: Database, customer_id: Any, most: int = 50) -> AccountCard:
    with database.session() as session:
        found = account_card(session, customer_id, most)
    assert found is not None
    return found


def members(database: Database, **request: Any) -> list[MemberRow]:
    with database.session() as session:
        return member_listing(ListRequest(**{"filter": MEMBERS, **request})).first(session.connection()).rows


@pytest.mark.parametrize(
    ("points", "step"),
    [
        (0, Step("silver", 1000, 0.0)),
        (999, Step("silver", 1, 0.999)),
        (1000, Step("gold", 4000, 0.0)),
        (4999, Step("gold", 1, 3999 / 4000)),
        (5000, Step("platinum", 5000, 0.0)),
        (9999, Step("platinum", 1, 4999 / 5000)),
        (10000, Step(None, None, 1.0)),
    ],
)
def test_the_way_to_the_next_tier_ends_at_its_threshold(points: int, step: Step) -> None:
    """Complaint 8 of users of other systems: the wrong tier at a threshold."""
    assert Ladder(USUAL).step(0, points) == step
    assert Ladder(USUAL, by_balance=True).step(points, 10**6) == step


def test_the_ledger_is_read_newest_first_with_the_balance_after_each_entry(ada: Connection, employee: Database) -> None:
    someone, account = member(ada)
    entry(ada, account, "opening", 500, reason="Old cards")
    entry(ada, account, "earn", 700, order_id=order(ada, someone, order_number="A-17"))
    entry(ada, account, "redeem", -300, reason="A bag")
    found = card(employee, someone)
    assert [(each.kind, each.points, each.balance, each.reason) for each in found.entries] == [
        ("redeem", -300, 900, "A bag"),
        ("earn", 700, 1200, ""),
        ("opening", 500, 500, "Old cards"),
    ]
    assert (found.entries[1].order_number, found.entries[0].author) == ("A-17", "Ada Admin")
    assert (found.account.balance, found.account.tier, found.account.to_next) == (900, "silver", 3800)
    assert [change.to_tier for change in found.changes] == ["silver", "bronze"]
    short = card(employee, someone, most=2)
    assert (len(short.entries), short.more, found.more) == (2, True, False)
    assert short.entries == found.entries[:2]


def test_entries_that_were_brought_along_stand_where_they_happened(ada: Connection, employee: Database) -> None:
    someone, account = member(ada)
    entry(ada, account, "earn", 10, reason="today")
    entry(ada, account, "earn", 200, reason="long ago", created_at=months_ago(30))
    entry(ada, account, "redeem", -50, reason="a year ago", created_at=months_ago(12))
    assert [(each.reason, each.balance) for each in card(employee, someone).entries] == [
        ("today", 160),
        ("a year ago", 150),
        ("long ago", 200),
    ]


def test_whoever_is_not_enrolled_has_no_account(ada: Connection, employee: Database) -> None:
    someone = customer(ada)
    with employee.session() as session:
        assert account_card(session, someone) is None
    with pytest.raises(NotFound, match="not in the loyalty programme"), employee.session() as session:
        account_of(session, someone)


def test_a_company_sees_who_earned_its_points(ada: Connection, employee: Database) -> None:
    company, account = member(ada, customer_type="business")
    ana, ben = contact(ada, company, name="Ana"), contact(ada, company, name="Ben")
    entry(ada, account, "earn", 100, contact_id=ben)
    entry(ada, account, "earn", 250, contact_id=ana)
    entry(ada, account, "redeem", -40, contact_id=ana)
    entry(ada, account, "earn", 9)
    found = card(employee, company)
    assert found.contacts == (ContactPoints(ana, "Ana", 250, 40), ContactPoints(ben, "Ben", 100, 0))
    assert [each.contact for each in found.entries] == ["", "Ana", "Ana", "Ben"]


def test_the_forecast_says_what_expires_in_which_month(ada: Connection, employee: Database) -> None:
    points_expire(ada, 6)
    someone, account = member(ada)
    _, other = member(ada)
    entry(ada, account, "earn", 100, created_at=months_ago(5))
    entry(ada, account, "earn", 50, created_at=months_ago(3))
    entry(ada, other, "earn", 30, created_at=months_ago(3))
    entry(ada, account, "redeem", -90)
    ahead = [months_ago(-1).date(), months_ago(-3).date()]
    assert [(each.month, each.points) for each in card(employee, someone).expiring] == [(ahead[0], 10), (ahead[1], 50)]
    with employee.session() as session:
        everybody = [(each.month, each.points, each.accounts) for each in expiry.expiring_of_all(session)]
    assert everybody == [(ahead[0], 10, 1), (ahead[1], 80, 2)]


def test_expiring_takes_off_what_was_said_to_be_due(ada: Connection, employee: Database) -> None:
    points_expire(ada, 6)
    for points in (10, 20):
        entry(ada, member(ada)[1], "earn", points, created_at=months_ago(8))
    with employee.session() as session:
        assert expiry.due(session) == Expired(2, 30)
        assert expiry.expire_points(session) == Expired(2, 30)
        assert expiry.due(session) == expiry.expire_points(session) == Expired(0, 0)


def test_members_are_listed_in_the_order_of_any_column(ada: Connection, employee: Database) -> None:
    now = datetime.now(UTC)
    for number, (name, points) in enumerate([("Zoë", 400), ("ana", 6000), ("Ben", 1500)]):
        _, account = member(ada, contact_name=name)
        entry(ada, account, "earn", points, created_at=now - timedelta(days=9 - number))
        entry(ada, account, "redeem", -100 * (3 - number), created_at=now - timedelta(days=20))
    gone, _ = member(ada, contact_name="Gone")
    ada.execute("DELETE FROM crm.customers WHERE id = %s", (gone,))
    orders = {
        "name": ["ana", "Ben", "Zoë"],
        "tier": ["Zoë", "Ben", "ana"],
        "points_balance": ["Zoë", "Ben", "ana"],
        "total_earned": ["Zoë", "Ben", "ana"],
        "total_redeemed": ["Ben", "ana", "Zoë"],
        "last_activity": ["Zoë", "ana", "Ben"],
        "expired": ["ana", "Zoë", "Ben"],
        "to_next": ["Zoë", "Ben", "ana"],
    }
    for number, name in enumerate(("Zoë", "Ben"), start=1):
        account = ada.execute("SELECT user_id FROM crm.customers WHERE contact_name = %s", (name,)).fetchone()
        assert account is not None
        entry(ada, account[0], "expire", -number, created_at=now - timedelta(days=30))
    for sort, names in orders.items():
        assert [row.name for row in members(employee, sort=sort)] == names, sort
        assert [row.name for row in members(employee, sort=sort, descending=True)] == names[::-1], sort
    with employee.session() as session:
        accounts = [account_of(session, row.customer_id) for row in members(employee) if row.customer_id]
    assert [(row.to_next, row.expired) for row in members(employee)] == [(4000, 0), (3500, 2), (600, 1)]
    assert [(account.to_next, account.expired) for account in accounts] == [(4000, 0), (3500, 2), (600, 1)]
    first = members(employee)[0]
    assert (first.tier, first.points_balance, first.total_earned, first.total_redeemed, first.to_next) == (
        "gold", 5800, 6000, 200, 4000,
    )  # fmt: skip
    ada.execute("UPDATE crm.settings SET value = '\"balance\"' WHERE key = 'tier_basis'")
    assert [(row.name, row.to_next) for row in members(employee, sort="to_next")] == [
        ("ana", 4200), ("Ben", 3602), ("Zoë", 901),
    ][::-1]  # fmt: skip


def test_members_are_found_by_what_their_customers_are_found_by(ada: Connection, employee: Database) -> None:
    member(ada, contact_name="Zoë Öztürk", city="Köln", points=1000)
    member(ada, contact_name="Ana Ruiz")
    customer(ada, contact_name="Zoë, no member")
    assert [row.name for row in members(employee, search="ozturk")] == ["Zoë Öztürk"]
    assert [row.name for row in members(employee, search="koln zoe")] == ["Zoë Öztürk"]
    silver = {"field": "tier", "operator": "in", "value": ["silver", "gold"]}
    assert [row.name for row in members(employee, filter={"all": [MEMBERS, silver]})] == ["Zoë Öztürk"]


def test_pages_of_members_join_without_a_gap(ada: Connection, employee: Database) -> None:
    for number in range(30):
        member(ada, contact_name=f"Member {number:02}", points=number % 7 * 100 or 0)
    with employee.session() as session:
        listing = member_listing(ListRequest(filter=MEMBERS, sort="points_balance", descending=True))
        listing.page_size = 8
        connection = session.connection()
        anchors = listing.anchors(connection)
        rows = [row for page in range(4) for row in listing.page(connection, anchors, page)]
    assert anchors.total == 30 and len({row.id for row in rows}) == 30
    assert [row.points_balance for row in rows] == sorted((row.points_balance for row in rows), reverse=True)
