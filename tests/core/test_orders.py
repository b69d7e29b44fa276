"""Orders: saving them with their lines, their numbers, the list, and what they tell about a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.last_change import last_editor_of_order
from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotFound, StaleRow
from crm_desktop.listing.request import ListRequest
from crm_desktop.orders import actions, preferences, product_actions, queries
from crm_desktop.orders.currencies import CODES, money
from crm_desktop.orders.habits import habits
from crm_desktop.orders.numbers import next_number, this_year
from crm_desktop.orders.preferences import PreferenceInput
from crm_desktop.orders.validation import LineInput, OrderInput, ProductInput, validate_order, validate_product

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
YEAR = this_year()


def somebody(session: Session, name: str = "Ana Ruiz") -> UUID:
    return add_customer(session, CustomerInput(contact_name=name))


def line(
    description: str = "Tea", quantity: str = "1", price: str = "10", discount: str = "0", **more: Any
) -> LineInput:
    return LineInput(description, Decimal(quantity), Decimal(price), Decimal(discount), **more)


def made(customer_id: UUID, *lines: LineInput, **more: Any) -> OrderInput:
    return OrderInput(customer_id, lines=lines or (line(),), ordered_at=NOW, **more)


def numbers(session: Session, **asked: Any) -> list[str]:
    listing = queries.order_listing(ListRequest(**{"sort": "order_number", **asked}))
    return [row.order_number for row in listing.first(session.connection()).rows]


def test_an_order_is_saved_with_its_lines_and_changed_as_one(employee: Database) -> None:
    with employee.session() as session:
        who = somebody(session)
        first, second = line("Chai", "3", "18.00", "15"), line("Chang", "0.125", "19.99")
        new = actions.add_order(session, made(who, first, second, notes=" quickly "))
        held = queries.order(session, new)
        assert held.total == Decimal("48.3988") and held.version == 1 and held.notes == "quickly"
        assert [(one.description, one.line_total) for one in held.lines] == [
            ("Chai", Decimal("45.9000")),
            ("Chang", Decimal("2.4988")),
        ]
        third = line("Tofu", "2", "23.25")
        version = actions.edit_order(
            session, new, 1, made(who, third, replace(second, quantity=Decimal(1)), order_number="A 1")
        )
        held = queries.order(session, new)
        assert (held.version, held.order_number, held.total) == (version, "A 1", Decimal("66.49"))
        assert [one.id for one in held.lines] == [third.id, second.id]
    with employee.session() as session:
        actions.delete_order(session, new)
        with pytest.raises(NotFound):
            queries.order(session, new)


def test_whoever_changed_another_line_meanwhile_is_not_overwritten(admin: Database, clean: Any) -> None:
    with admin.session() as session:
        who = somebody(session)
        tea, milk = line("Tea"), line("Milk")
        new = actions.add_order(session, made(who, tea, milk, order_number="A"))
        assert last_editor_of_order(session, who, new) == ""
    with clean.database("emil").session() as session:
        # The total stays, and so does every field of the order.
        actions.edit_order(session, new, 1, made(who, replace(tea, description="Green tea"), milk, order_number="A"))
    with admin.session() as session:
        assert last_editor_of_order(session, who, new) == "Emil Employee"
        with pytest.raises(StaleRow) as stale:
            actions.edit_order(session, new, 1, made(who, tea, replace(milk, quantity=Decimal(2)), order_number="A"))
        assert [one.description for one in stale.value.theirs.lines] == ["Green tea", "Milk"]  # type: ignore[attr-defined]


def test_saving_an_order_as_it_is_leaves_no_trace(admin: Database) -> None:
    with admin.session() as session:
        who = somebody(session)
        tea = line("Tea")
        new = actions.add_order(session, made(who, tea, order_number="A"))
    with admin.session() as session:
        assert actions.edit_order(session, new, 1, made(who, tea, order_number="A")) == 1
        changes = "SELECT count(*) FROM crm.audit_log WHERE action <> 'insert'"
        assert session.execute(text(changes)).scalar_one() == 0


def test_points_are_what_an_order_earned_less_what_was_taken_back(admin: Database) -> None:
    with admin.session() as session:
        who = somebody(session)
        new = actions.add_order(session, made(who, order_number="A"))
        account = session.execute(text("SELECT crm.enrol_customer(:who)"), {"who": who}).scalar_one()
        entry = (
            "INSERT INTO crm.loyalty_ledger (user_id, kind, points, order_id) VALUES (:account, :kind, :points, :order)"
        )
        for kind, points in (("earn", 50), ("adjust", -20), ("redeem", -5)):
            session.execute(text(entry), {"account": account, "kind": kind, "points": points, "order": new})
        earned = {"field": "points", "operator": "is", "value": True}
        assert queries.order(session, new).points == 30 and numbers(session, filter=earned) == ["A"]
        session.execute(text(entry), {"account": account, "kind": "adjust", "points": 30, "order": None})
        session.execute(text(entry), {"account": account, "kind": "adjust", "points": -30, "order": new})
        assert queries.order(session, new).points == 0 and numbers(session, filter=earned) == []


def test_the_next_number_follows_our_own_highest_of_the_year(admin: Database) -> None:
    with admin.session() as session:
        who = somebody(session)
        assert next_number(session, 2026) == "2026-000001"
        for number in ("2026-000041", "2026-00099", "2026-zzzzzz", "2025-000500", "10248"):
            actions.add_order(session, made(who, order_number=number))
        assert next_number(session, 2026) == "2026-000042"
        actions.add_order(session, made(who, order_number="2026-999999"))
        assert next_number(session, 2026) == "2026-1000000"


def test_two_people_add_orders_at_the_same_moment_and_get_two_numbers(admin: Database, clean: Any) -> None:
    emil = clean.database("emil")
    with admin.session() as session:
        who = somebody(session)
    done: list[UUID] = []

    def add() -> None:
        with emil.session() as other:
            done.append(actions.add_order(other, made(who)))

    with admin.session() as session:
        mine = actions.add_order(session, made(who))
        thread = Thread(target=add, daemon=True)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive() and not done, "the second waits for the first to be saved or given up"
    thread.join(10)
    with admin.session() as session:
        assert queries.order(session, mine).order_number == f"{YEAR}-000001"
        assert queries.order(session, done[0]).order_number == f"{YEAR}-000002"
        with pytest.raises(InvalidInput) as refused:
            actions.add_order(session, made(who, order_number=f"{YEAR}-000001"))
        assert refused.value.fields == {"order_number": "Another order has this number."}
        with pytest.raises(InvalidInput):
            actions.edit_order(session, mine, 1, made(who, order_number=f"{YEAR}-000002"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (line(quantity="0"),)}, "lines"),
        ({"lines": (line(quantity="1.0001"),)}, "lines"),
        ({"lines": (line(price="-1"),)}, "lines"),
        ({"lines": (line(price="1.005"),)}, "lines"),
        ({"lines": (line(discount="100.01"),)}, "lines"),
        ({"lines": (line(description=" "),)}, "lines"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXQ"}, "currency"),
        ({"status": "lost"}, "status"),
        ({"ordered_at": datetime(2026, 1, 1)}, "ordered_at"),
        ({"ordered_at": datetime(1066, 1, 1, tzinfo=UTC)}, "ordered_at"),
        ({"order_number": "x" * 301}, "order_number"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(wrong: dict[str, Any], field: str) -> None:
    good = made(UUID(int=1))
    with pytest.raises(InvalidInput) as refused:
        validate_order(replace(good, **wrong), new=True)
    assert set(refused.value.fields) == {field}
    assert validate_order(replace(good, currency=" eur "), new=True).currency == "EUR"


AMOUNTS = st.decimals(0, 100_000, places=2)


@given(st.decimals("0.001", 1000, places=3), AMOUNTS, st.decimals(0, 100, places=2))
def test_lines_come_to_what_the_database_makes_of_them(
    crm: Any, quantity: Decimal, price: Decimal, discount: Decimal
) -> None:
    mine = LineInput("x", quantity, price, discount).total
    with crm.connect() as connection:
        query = "SELECT round(%s * %s::numeric(14,2) * (100 - %s) / 100, 4)"
        assert connection.execute(query, (quantity, price, discount)).fetchone() == (mine,)


def test_a_number_and_an_sku_are_taken_in_whatever_letters(employee: Database, clean: Any) -> None:
    taken = {"order_number": "Another order has this number."}
    with employee.session() as session:
        who = somebody(session)
        first = actions.add_order(session, made(who, order_number="A-1"))
        second = actions.add_order(session, made(who, order_number="A-2"))
        product_actions.add_product(session, ProductInput("TEA", "Tea"))
        cup = product_actions.add_product(session, ProductInput("CUP", "Cup"))
    with employee.session() as session:
        attempts: list[Callable[[], object]] = [
            lambda: actions.add_order(session, made(who, order_number=" a-1 ")),
            lambda: actions.edit_order(session, second, 1, made(who, order_number="a-1")),
        ]
        for attempt in attempts:
            with pytest.raises(InvalidInput) as refused:
                attempt()
            assert refused.value.fields == taken
        other = ProductInput("tea", "Other tea")
        attempts = [
            lambda: product_actions.add_product(session, other),
            lambda: product_actions.edit_product(session, cup, 1, other),
        ]
        for attempt in attempts:
            with pytest.raises(InvalidInput) as refused:
                attempt()
            assert refused.value.fields == {"sku": "Another product has this SKU."}
        actions.edit_order(session, first, 1, made(who, order_number="a-1"))  # one's own, in other letters
    # Two at the same moment, and plain SQL.
    with pytest.raises(InvalidInput) as refused, employee.session() as session:
        session.execute(text("UPDATE orders SET order_number = ' A-1' WHERE order_number = 'A-2'"))
    assert refused.value.fields == taken
    with pytest.raises(InvalidInput) as refused, employee.session() as session:
        session.execute(text("INSERT INTO products (sku, name) VALUES (' Cup ', 'Cup')"))
    assert refused.value.fields == {"sku": "Another product has this SKU."}


def test_amounts_are_shown_in_cents_with_their_currency() -> None:
    assert money(Decimal("1234.5650"), "EUR") == "1,234.57 EUR"
    assert money(Decimal("-0.005"), "USD") == "-0.01 USD"
    assert {"EUR", "USD", "JPY", "CHF"} <= CODES and len(CODES) > 150


def test_orders_are_found_by_number_and_by_customer(admin: Database) -> None:
    with admin.session() as session:
        ana, bob = somebody(session, "Ana Ruiz"), somebody(session, "Bob 10248")
        for number, who in (("10248", ana), (f"{YEAR}-000123", ana), ("INV-7/a", bob), ("10250", ana)):
            actions.add_order(session, made(who, order_number=number))
        assert numbers(session, search="ruiz") == ["10248", "10250", f"{YEAR}-000123"]
        assert numbers(session, search="10248") == ["10248", "INV-7/a"]
        assert numbers(session, search="1024") == ["10248", "INV-7/a"]
        assert numbers(session, search=f"{YEAR}-0001") == [f"{YEAR}-000123"]
        assert numbers(session, search="123") == [f"{YEAR}-000123"]
        assert numbers(session, search="inv-7") == ["INV-7/a"]
        assert numbers(session, search="ana inv") == []


def test_orders_are_filtered_in_the_one_language(admin: Database) -> None:
    with admin.session() as session:
        ana, bob = somebody(session, "Ana Ruiz"), somebody(session, "Bob Hill")
        tea = product_actions.add_product(session, ProductInput("T1", "Green tea", "Beverages", Decimal(3)))
        actions.add_order(session, made(ana, line("Green tea", product_id=tea), order_number="A"))
        actions.add_order(session, made(bob, line("Milk", "5"), order_number="B", currency="USD", status="cancelled"))
        actions.add_order(session, replace(made(bob, order_number="C"), ordered_at=NOW - timedelta(days=400)))

        def found(field: str, operator: str, value: Any = None) -> list[str]:
            condition = {"field": field, "operator": operator, **({} if value is None else {"value": value})}
            return numbers(session, filter=condition)

        assert found("status", "in", ["open", "paid"]) == ["A", "C"]
        assert found("total", "at_least", {"amount": 50, "currency": "USD"}) == ["B"]
        assert found("total", "at_least", {"amount": 50, "currency": "EUR"}) == []
        assert found("currency", "is", "USD") == ["B"]
        assert found("customer", "contains", "hill") == ["B", "C"]
        assert found("customer_id", "is", str(ana)) == ["A"]
        assert found("order_number", "starts_with", "a") == ["A"]
        assert found("ordered_at", "before", "2026-01-01") == ["C"]
        assert found("counts", "is", False) == ["B"]
        assert found("points", "is", True) == []
        of = {"field": "product_id", "operator": "is", "value": str(tea)}
        assert found("lines", "has", of) == ["A"]
        assert found("lines", "has", {"field": "category", "operator": "is", "value": "beverages"}) == ["A"]
        assert found("lines", "has", {"field": "quantity", "operator": "more_than", "value": 4}) == ["B"]


@pytest.mark.parametrize("sort", ["order_number", "ordered_at", "status", "total"])
def test_every_page_of_a_long_list_follows_its_order(admin: Database, sort: str) -> None:
    with admin.session() as session:
        who = somebody(session)
        session.execute(
            text(
                """
                INSERT INTO crm.orders (order_number, customer_id, ordered_at, status, total)
                SELECT 'N' || n, :who, '2026-01-01Z'::timestamptz + (n * 7919 % 997) * interval '1 hour',
                       (ARRAY['open', 'paid', 'cancelled'])[1 + n % 3], (n * 7919 % 1009) / 4.0
                FROM generate_series(1, 1200) n
                """
            ),
            {"who": who},
        )
        listing = queries.order_listing(ListRequest(sort=sort, descending=True))
        anchors = listing.anchors(session.connection())
        rows = [row for page in range(3) for row in listing.page(session.connection(), anchors, page)]
        assert anchors.total == len(rows) == 1200
        keys = [row.order_number.lower() if sort == "order_number" else getattr(row, sort) for row in rows]
        assert keys == sorted(keys, reverse=True)
        assert rows[:200] == listing.first(session.connection()).rows


def test_orders_are_listed_by_the_name_of_their_customers(admin: Database) -> None:
    with admin.session() as session:
        for name, count in (("Zoë", 700), ("ana", 650), ("Örn", 1)):
            who = somebody(session, name)
            session.execute(
                text(
                    "INSERT INTO crm.orders (order_number, customer_id, status, total)"
                    " SELECT :name || n, :who, CASE WHEN n % 2 = 0 THEN 'open' ELSE 'paid' END, n"
                    " FROM generate_series(1, :count) n"
                ),
                {"who": who, "name": name, "count": count},
            )
        names = ["ana"] * 650 + ["Örn"] + ["Zoë"] * 700
        open_ones = {"field": "status", "operator": "is", "value": "open"}
        for descending in (False, True):
            for asked, wanted in ((None, names), (open_ones, ["ana"] * 325 + ["Zoë"] * 350)):
                request = ListRequest(sort="customer_name", descending=descending, filter=asked)
                listing, connection = queries.order_listing(request), session.connection()
                anchors = listing.anchors(connection)
                rows = [row for page in range(3) for row in listing.page(connection, anchors, page)]
                assert [row.customer_name for row in rows] == (wanted[::-1] if descending else wanted)
                assert anchors.total == len({row.id for row in rows}) == len(wanted)
                assert listing.first(connection).rows == rows[:200]
                assert listing.ids(connection) == [row.id for row in rows]
                places = listing.following(connection, None, 400)
                while more := listing.following(connection, places[-1], 400):
                    places += more
                assert [place.id for place in places] == [row.id for row in rows]


# Products.


def test_a_product_that_was_ordered_is_deactivated_and_not_deleted(employee: Database) -> None:
    with employee.session() as session:
        tea = product_actions.add_product(session, ProductInput("T1", "Green tea", "Beverages", Decimal(3)))
        milk = product_actions.add_product(session, ProductInput("M1", "Milk"))
        actions.add_order(session, made(somebody(session), line("Green tea", product_id=tea)))
        with pytest.raises(CrmError, match="stands on 1 line of orders") as refused:
            product_actions.delete_product(session, tea)
        assert "Deactivate it" in refused.value.hint
        assert product_actions.set_active(session, tea, 1, False) == 2
        with pytest.raises(StaleRow):
            product_actions.edit_product(session, tea, 1, ProductInput("T1", "Tea"))
        product_actions.delete_product(session, milk)
        assert [(row.sku, row.ordered) for row in _products(session)] == [("T1", 1)]
        assert queries.find_products(session, "tea") == []


def _products(session: Session, **asked: Any) -> list[Any]:
    return queries.product_listing(ListRequest(**asked)).first(session.connection()).rows


def test_products_are_found_by_name_sku_and_category(admin: Database) -> None:
    with admin.session() as session:
        for sku, name, category in (("77", "Original Frankfurter", "Condiments"), ("1", "Chai", "Beverages"),
                                    ("2", "Chang", "Beverages")):  # fmt: skip
            product_actions.add_product(session, ProductInput(sku, name, category, Decimal("18.00")))
        assert [each.name for each in queries.find_products(session, "cha")] == ["Chai", "Chang"]
        assert queries.find_products(session, "77")[0].name == "Original Frankfurter"
        assert [row.name for row in _products(session, search="beverages", sort="sku", descending=True)] == [
            "Chang",
            "Chai",
        ]
        assert queries.categories(session) == ("Beverages", "Condiments")
        with pytest.raises(InvalidInput) as taken:
            product_actions.add_product(session, ProductInput("1", "Chai again"))
        assert taken.value.fields == {"sku": "Another product has this SKU."}
    with pytest.raises(InvalidInput) as refused:
        validate_product(ProductInput("", " ", "", Decimal(-1), "E"))
    assert set(refused.value.fields) == {"sku", "name", "unit_price", "currency"}


# What a customer prefers.


def test_habits_follow_what_was_bought_and_not_what_was_cancelled(admin: Database) -> None:
    with admin.session() as session:
        who = somebody(session)
        chai = product_actions.add_product(session, ProductInput("1", "Chai", "Beverages"))
        tofu = product_actions.add_product(session, ProductInput("14", "Tofu", "Produce"))
        for days, status, what in ((0, "paid", chai), (10, "open", chai), (14, "paid", tofu), (40, "refunded", tofu)):
            entry = made(who, line("x", "2", "10", product_id=what), line("Postage", "1", "5"), status=status)
            actions.add_order(session, replace(entry, ordered_at=NOW + timedelta(days=days)))
        actions.add_order(session, replace(made(who, currency="USD"), ordered_at=NOW))
        known = habits(session, who)
        assert [(each.name, each.orders, each.quantity) for each in known.products] == [
            ("Postage", 3, 3), ("Chai", 2, 4), ("Tofu", 1, 2), ("Tea", 1, 1),
        ]  # fmt: skip
        assert [each.name for each in known.categories] == ["Beverages", "Produce"]
        assert known.interval_days == 7 and known.last_order_at == NOW + timedelta(days=14)
        assert known.averages == ((Decimal(25), "EUR"), (Decimal(10), "USD"))
        history = queries.order_history(session, who, 2)
        assert [row.summary for row in history.orders] == ["x, Postage", "x, Postage"] and history.more
        assert habits(session, somebody(session, "Nobody yet")).interval_days is None


def test_preferences_are_written_down_changed_and_removed(employee: Database) -> None:
    with employee.session() as session:
        who = somebody(session)
        chai = product_actions.add_product(session, ProductInput("1", "Chai"))
        liked = preferences.add_preference(session, PreferenceInput(who, "product", "Chai", chai, "likes", " warm "))
        other = PreferenceInput(who, "other", "calls in the morning", chai, "dislikes")
        disliked = preferences.add_preference(session, other)
        assert [(one.subject, one.product_id, one.attitude, one.note) for one in preferences.stated(session, who)] == [
            ("Chai", chai, "likes", "warm"),
            ("calls in the morning", None, "dislikes", ""),
        ]
        product_actions.edit_product(session, chai, 1, ProductInput("1", "Masala chai"))
        assert preferences.preference(session, liked).subject == "Masala chai"
        assert preferences.edit_preference(session, disliked, 1, replace(other, note="before ten")) == 2
        with pytest.raises(StaleRow):
            preferences.edit_preference(session, disliked, 1, other)
        preferences.remove_preference(session, disliked)
        with pytest.raises(NotFound):
            preferences.remove_preference(session, disliked)
        with pytest.raises(InvalidInput) as refused:
            preferences.validate(PreferenceInput(who, "colour", " ", None, "hates"))
        assert set(refused.value.fields) == {"kind", "subject", "attitude"}
