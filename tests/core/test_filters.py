"""The filter language: its faults are named by their path, and SQL picks the rows that a plain reading picks."""

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, select, text

from crm_desktop.customers.listed import FIELDS as CUSTOMER_FIELDS
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError
from crm_desktop.interactions.listed import FIELDS as INTERACTION_FIELDS
from crm_desktop.interactions.queries import interaction_listing
from crm_desktop.listing.filter_segments import with_segments
from crm_desktop.listing.filter_sql import conjuncts
from crm_desktop.listing.filters import OPERATORS, Field, InvalidFilter, Kind, parse
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import PERIODS, Clock, shifted
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.related import ENTRY_FIELDS, MOVE_FIELDS
from crm_desktop.orders.listed import FIELDS as ORDER_FIELDS
from crm_desktop.orders.listed import LINE_FIELDS
from tests.core.filter_reading import Reader
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

STATUS = {"field": "status", "operator": "is", "value": "active"}
NOW = datetime(2026, 3, 29, 9, 30, tzinfo=UTC)  # the Sunday on which Berlin's clocks go forward
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = ["Köln", "koln", "Müller", "100%", "a_b", "\\", "ß", "", "  two  words ", "Ana"]
BLANK_TEXTS: list[tuple[str, Any]] = [
    *((operator, "") for operator in ("is", "is_not", "contains", "not_contains", "starts_with", "ends_with")),
    *((operator, ["", "Ana"]) for operator in ("in", "not_in")),
]
TAGS = ["VIP", "vip", "Événement", "key account", 'quo"te', "a,b"]
INSTANTS = [
    NOW + timedelta(hours=hours)
    for hours in (-24 * 400, -24 * 31, -24 * 8, -24 * 6, -35, -34, -11, -10.6, -1, 0, 1, 12.4, 12.6, 13, 36, 24 * 9)
]

# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_filter", "path"),
    [
        ([], ""),
        ({}, ""),
        ({"all": {}}, "all"),
        ({"all": [], "any": []}, "any"),
        ({"all": [STATUS, {"any": [STATUS, 7]}]}, "all[1].any[1]"),
        ({"field": "status", "operator": "is"}, ""),
        ({"operator": "is", "value": 1}, ""),
        ({**STATUS, "extra": 1}, "extra"),
        ({**STATUS, "field": 5}, "field"),
        ({**STATUS, "field": "shoe size"}, "field"),
        ({**STATUS, "operator": "resembles"}, "operator"),
        ({"none": [{**STATUS, "value": "dormant"}]}, "none[0].value"),
        ({**STATUS, "operator": "in", "value": "active"}, "value"),
        ({**STATUS, "operator": "is_blank", "value": 1}, "value"),
        ({"field": "city", "operator": "contains", "value": 3}, "value"),
        ({"field": "tags", "operator": "has", "value": " "}, "value"),
        ({"field": "owner_id", "operator": "is", "value": "somebody"}, "value"),
        ({"field": "phone_checked", "operator": "is", "value": "yes"}, "value"),
        ({"field": "phone_checked", "operator": "is_blank"}, "operator"),
        ({"field": "created_at", "operator": "on", "value": "2026-02-30"}, "value"),
        ({"field": "segment", "operator": "is", "value": "me"}, "value"),
        ({"field": "interactions", "operator": "is_blank"}, "operator"),
        ({"field": "interactions", "operator": "has", "value": 3}, "value"),
        (
            {"any": [{"field": "interactions", "operator": "has", "value": {"all": [STATUS]}}]},
            "any[0].value.all[0].value",
        ),
        ({"field": "interactions", "operator": "at_least", "value": 3}, "value"),
        ({"field": "interactions", "operator": "at_least", "value": {"count": -1}}, "value.count"),
        ({"field": "interactions", "operator": "at_least", "value": {"count": True}}, "value.count"),
        ({"field": "interactions", "operator": "exactly", "value": {"count": 1, "off": {}}}, "value.off"),
        (
            {"field": "interactions", "operator": "at_most", "value": {"count": 1, "of": {"all": [{}]}}},
            "value.of.all[0]",
        ),
        ({"field": "created_at", "operator": "on", "value": "now"}, "value"),
        ({"field": "created_at", "operator": "after", "value": "2026-02-01T10:00:00"}, "value"),
        ({"field": "created_at", "operator": "after", "value": {"days": 10**9}}, "value"),
        ({"field": "created_at", "operator": "between", "value": ["today"]}, "value"),
        ({"field": "created_at", "operator": "within", "value": "this_century"}, "value"),
        ({"field": "created_at", "operator": "within", "value": {"last_days": 0}}, "value"),
        ({"field": "created_at", "operator": "within", "value": {"last_days": True}}, "value"),
    ],
)
def test_faults_are_named_by_their_path(given_filter: Any, path: str) -> None:
    with pytest.raises(InvalidFilter) as caught:
        parse(given_filter, CUSTOMER_FIELDS)
    assert caught.value.path == path
    assert isinstance(caught.value, CrmError) and str(caught.value).startswith("This filter cannot be used: ")


def test_deep_and_endless_filters_are_refused() -> None:
    deep: dict[str, Any] = STATUS
    for _ in range(30):
        deep = {"all": [deep]}
    with pytest.raises(InvalidFilter, match="deep"):
        parse(deep, CUSTOMER_FIELDS)
    with pytest.raises(InvalidFilter, match="conditions"):
        parse({"any": [STATUS] * 501}, CUSTOMER_FIELDS)
    with pytest.raises(InvalidFilter, match="values"):
        parse({**STATUS, "operator": "in", "value": ["active"] * 1_001}, CUSTOMER_FIELDS)


JSON_KEYS = st.sampled_from(["all", "any", "none", "field", "operator", "value"]) | st.text()
NONSENSE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(JSON_KEYS, inner),
    max_leaves=12,
)


@given(NONSENSE)
def test_nothing_else_than_invalid_filter_comes_of_nonsense(nonsense: Any) -> None:
    with contextlib.suppress(InvalidFilter):
        parse(nonsense, CUSTOMER_FIELDS)


# --- what is picked ---------------------------------------------------------------------------------------------------


def value_for(field: Field, operator: str, people: list[str], segments: list[str]) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any] = st.nothing()
    match field.kind:
        case Kind.RELATED:
            assert field.related is not None
            of = filters(dict(field.related.fields), people, segments, leaves=3)
            if operator in ("has", "has_no"):
                return of
            number = st.integers(0, 3)
            return st.fixed_dictionaries({"count": number, "of": of}) | st.builds(lambda n: {"count": n}, number)
        case Kind.SEGMENT:
            one = st.sampled_from(segments)
        case Kind.TEXT | Kind.SEARCH:
            one = st.sampled_from([*WORDS, "49301", "second@koln.example", "EUR"]) | st.text(max_size=4)
        case Kind.CHOICE:
            one = st.sampled_from(field.choices)
        case Kind.TAGS:
            one = st.sampled_from(TAGS)
        case Kind.NUMBER:
            one = st.integers(-5, 95) | st.floats(0, 90)
        case Kind.MONEY:
            numbers = st.integers(-5, 95) | st.floats(0, 90)
            amount = st.tuples(numbers, numbers).map(list) if operator == "between" else numbers
            return st.fixed_dictionaries({"amount": amount, "currency": st.sampled_from(["EUR", "USD", "CHF"])})
        case Kind.REFERENCE:
            one = st.sampled_from([*people, "me"])
        case Kind.YES_NO:
            one = st.booleans()
        case Kind.MOMENT:
            days = st.integers(-40, 40)
            one = st.sampled_from(
                ["today", "yesterday", "tomorrow", "2026-03-29", "2026-03-28", "2025-12-31"]
            ) | st.builds(lambda unit, amount: {unit: amount}, st.sampled_from(["days", "weeks", "months"]), days)
            if operator != "on":
                one = one | st.sampled_from(["now", *(instant.isoformat() for instant in INSTANTS)])
            if operator in ("within", "not_within"):
                one = st.sampled_from(list(PERIODS)) | st.builds(
                    lambda key, amount: {key: amount}, st.sampled_from(["last_days", "next_days"]), st.integers(1, 40)
                )
    if operator in ("in", "not_in", "has_any", "has_all", "has_none"):
        return st.lists(one, max_size=3)
    if operator == "between":
        return st.tuples(one, one).map(list)
    return one


def filters(
    fields: dict[str, Field], people: list[str], segments: list[str], leaves: int = 6
) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def condition(draw: st.DrawFn) -> dict[str, Any]:
        name = draw(st.sampled_from(sorted(fields)))
        field = fields[name]
        operators = [o for o in OPERATORS[field.kind] if field.may_be_blank or not o.endswith(("_blank", "_filled"))]
        operator = draw(st.sampled_from(operators))
        if operator in ("is_blank", "is_filled"):
            return {"field": name, "operator": operator}
        return {"field": name, "operator": operator, "value": draw(value_for(field, operator, people, segments))}

    return st.recursive(
        condition(),
        lambda inner: st.builds(
            lambda kind, members: {kind: members}, st.sampled_from(["all", "any", "none"]), st.lists(inner, max_size=3)
        ),
        max_leaves=leaves,
    )


def kinds(fields: dict[str, Field]) -> dict[str, str]:
    names = {Kind.YES_NO: "choice"}
    return {name: name if field.computed else names.get(field.kind, field.kind.value) for name, field in fields.items()}


AMOUNT_OPERATORS = ("less_than", "more_than", "at_most", "at_least")
NUMBER_OPERATORS = ("is", "is_not", *AMOUNT_OPERATORS)


def fill(crm: Crm) -> None:
    """Rows of every sort: each field blank, filled, odd."""
    with crm.as_superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        people = [row[0] for row in connection.execute("SELECT id FROM crm.users ORDER BY username")]
        contacts = [insert(connection, "contacts", {"name": name}) for name in ("Ána Ruiz", "100% Ben")]
        ids = []

        def member(number: int) -> UUID | None:
            """Every third customer has a loyalty account, one of them with nothing in it."""
            if number % 3:
                return None
            identity: UUID = insert(connection, "users", {"display_name": "", "role": "user"})
            points = (None, 0, 15, 90)[number // 3 % 4]
            insert(
                connection,
                "loyalty_accounts",
                {
                    "user_id": identity,
                    "points_balance": points,
                    "total_earned": points,
                    "last_activity": [None, *INSTANTS][number % len(INSTANTS)],
                },
                "user_id",
            )
            return identity

        products = [
            insert(connection, "products", {"sku": name, "name": name, "category": category})
            for name, category in (("Köln", "Ana"), ("100%", None))
        ]
        for number in range(60):
            account = member(number)

            def pick(choices: list[Any], step: int, number: int = number) -> Any:
                return choices[(number * step + number // 7) % len(choices)]

            row = connection.execute(
                """
                INSERT INTO crm.customers (contact_name, company_name, email, phone, phone_national, city, state,
                    country, customer_type, status, source, tags, notes, tier, owner_id, last_contact, next_follow_up,
                    created_at, other_emails, other_phones, user_id)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
                """,
                (
                    pick([*WORDS, None], 1), pick([*WORDS, None], 3), pick(["Ana@Köln.example", "", None, "nobody"], 1),
                    pick(["+4930123456", "030 77", "", None], 1), pick(["030123456", None, None, None], 1),
                    pick([*WORDS, None], 5), pick([*WORDS, None], 7), pick(["Österreich", None], 1),
                    pick(["individual", "business", None], 1), pick(["active", "inactive", "prospect", None], 1),
                    pick(WORDS, 1), Jsonb(pick([[], ["VIP"], TAGS, None, {"odd": 1}, [TAGS[2], TAGS[3]]], 1)),
                    pick([*WORDS, None], 2), pick([None, "bronze", "gold"], 1), pick([None, *people], 1),
                    pick([None, *INSTANTS], 1), pick([None, *INSTANTS], 5), pick([None, *INSTANTS], 3),
                    Jsonb(pick([[], [], ["Second@Köln.example", "ana@x.example"], [""]], 1)),
                    Jsonb(pick([[], ["+49 301", "030"], []], 1)), account,
                ),
            ).fetchone()  # fmt: skip
            assert row is not None
            ids.append(row[0])
            connection.execute(
                """
                INSERT INTO crm.customer_interactions (customer_id, user_id, assignee_id, type, subject, description,
                    outcome, priority, status, duration, follow_up, created_at, contact_id, completed_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                """,
                (
                    pick(ids, 3), pick(people, 1), pick([None, *people], 1),
                    pick(["call", "email", "follow_up"], 1), pick(WORDS, 1), pick([*WORDS, None], 3),
                    pick([*WORDS, None], 5), pick(["low", "urgent", None], 1), pick(["pending", "completed", None], 1),
                    pick([None, 0, 15, 90], 1), pick([None, *INSTANTS], 1), pick([None, *INSTANTS], 5),
                    pick([None, *contacts], 1), pick([None, *INSTANTS], 3),
                ),
            )  # fmt: skip
            for place in range(number % 4 if account is not None else 0):
                kind, points = pick([("opening", 15), ("redeem", -5), ("expire", -5), ("adjust", 90)], 1 + place)
                booked = {"user_id": account, "kind": kind, "points": points, "created_at": pick(INSTANTS, 1 + place)}
                insert(connection, "loyalty_ledger", {**booked, "reason": pick(WORDS, 1 + place)})
                move = {"from_tier": pick([None, "bronze", "gold"], 1), "to_tier": pick(["gold", "silver"], 1 + place)}
                points_then = {"points_balance": 0, "total_earned": 0}
                insert(
                    connection,
                    "loyalty_tier_changes",
                    {"user_id": account, "created_at": pick(INSTANTS, 3 + place), **move, **points_then},
                )

            for currency in pick([[], ["EUR"], ["EUR", "USD"], [], ["USD"]], 1):
                orders, spent, when = pick([0, 1, 4], 1), pick([0, 0.25, 80], 3), pick(INSTANTS, 1)
                connection.execute(
                    "INSERT INTO crm.customer_purchases VALUES (%s, %s, %s, %s, %s, %s)",
                    (row[0], currency, orders, spent, when, when),
                )

            if number % 4:
                values = {
                    "order_number": f"{pick(WORDS, 1)} {number}",
                    "customer_id": pick(ids, 3),
                    "notes": pick([*WORDS, None], 1),
                    "ordered_at": pick(INSTANTS, 3),
                    "status": pick(["open", "paid", "cancelled"], 1),
                    "currency": pick(["EUR", "USD"], 1),
                    "total": pick([0, 0.25, 90], 1),
                    "contact_id": pick([None, *contacts], 1),
                }
                order = insert(connection, "orders", values)
                for place in range(number % 3):
                    line = {
                        "order_id": order,
                        "position": place,
                        "description": pick(WORDS, 5),
                        "quantity": pick([1, 15], 1),
                        "product_id": pick([None, *products], 1 + place),
                        "unit_price": pick([0, 5], 1),
                    }
                    insert(connection, "order_lines", line)
                if number % 7 == 0 and account is not None:
                    earned = {"user_id": account, "kind": "earn", "points": 5, "order_id": order}
                    insert(connection, "loyalty_ledger", earned)

        for score, first, second in (
            (80, ids[0], ids[1]),
            (69, ids[2], ids[3]),
            (70, ids[1], ids[4]),
            (95, ids[5], ids[6]),
        ):
            pair = sorted((first, second))
            connection.execute("INSERT INTO crm.duplicate_pairs VALUES (%s, %s, %s, '{phone}')", (*pair, score))
        insert(connection, "duplicate_decisions", dict(zip(("first_id", "second_id"), pair, strict=True)), "first_id")


def orders_of(connection: Connection, contacts: dict[UUID, str]) -> list[dict[str, Any]]:
    """The orders with their lines and what else can be asked of them, read in a plain way."""
    found, lines, products, customers = (
        [dict(row) for row in connection.execute(text(f"SELECT * FROM crm.{table}")).mappings()]
        for table in ("orders", "order_lines", "products", "customers")
    )
    sold = {row["id"]: row for row in products}
    names = {row["id"]: row["contact_name"] or row["company_name"] for row in customers}
    earned = set(connection.execute(text("SELECT order_id FROM crm.loyalty_ledger WHERE kind = 'earn'")).scalars())
    for line in lines:
        product = sold.get(line["product_id"], {})
        line["product"], line["category"] = product.get("name"), product.get("category")
    for order in found:
        order["lines"] = [line for line in lines if line["order_id"] == order["id"]]
        order["customer"] = names[order["customer_id"]]
        order["ordered_by"] = contacts.get(order["contact_id"])
        order["counts"] = order["status"] not in ("cancelled", "refunded")
        order["points"] = order["id"] in earned
        order["total"] = {order["currency"]: order["total"]}
    return found


def likely_duplicates(connection: Connection) -> set[UUID]:
    """Who is in an open pair, read in a plain way."""
    pairs, decided = (
        connection.execute(text(f"SELECT * FROM crm.{table}")).mappings().all()
        for table in ("duplicate_pairs", "duplicate_decisions")
    )
    closed = {(row["first_id"], row["second_id"]) for row in decided}
    open_pairs = [(row["first_id"], row["second_id"]) for row in pairs if row["score"] >= 70]
    return {each for pair in open_pairs if pair not in closed for each in pair}


def segments_for(crm: Crm) -> dict[str, dict[str, Any]]:
    """Three segments; the last stands on the two others."""
    simple: list[dict[str, Any]] = [
        STATUS,
        {"any": [
            {"field": "interactions", "operator": "at_least", "value": {"count": 2}},
            {"field": "tags", "operator": "has", "value": "vip"},
        ]},
    ]  # fmt: skip
    with crm.connect() as connection:
        made = [segment(connection, criteria) for criteria in simple]
        both = {"none": [{"field": "segment", "operator": "in", "value": made}]}
        return dict(zip([*made, segment(connection, both)], [*simple, both], strict=True))


def segment(connection: Any, criteria: dict[str, Any], name: str = "") -> str:
    return str(insert(connection, "customer_segments", {"name": name or str(uuid4()), "criteria": criteria}))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])
@pytest.mark.parametrize("subject", ["customers", "interactions"])
def test_sql_and_a_plain_reading_pick_the_same(clean: Crm, admin: Database, subject: str, zone: str) -> None:
    """Berlin's clocks go forward today; St John's are half an hour off, Lord Howe's move by half an hour next week."""
    fill(clean)
    segments = segments_for(clean)
    fields = CUSTOMER_FIELDS if subject == "customers" else INTERACTION_FIELDS
    listing = customer_listing if subject == "customers" else interaction_listing
    local = ZoneInfo(zone)
    with admin.connection() as connection:
        rows = {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM crm.{table}")).mappings()]
            for table in ("customers", "customer_interactions", "loyalty_ledger", "loyalty_tier_changes")
        }
        rows["ledger"], rows["tier_moves"] = rows["loyalty_ledger"], rows["loyalty_tier_changes"]
        names = {row.id: row.name for row in connection.execute(text("SELECT id, name FROM crm.contacts"))}
        for row in rows["customer_interactions"]:
            row["spoken_to"] = names.get(row["contact_id"])
            open_follow_up = row["type"] == "follow_up" and row["status"] != "completed"
            moments = [each for each in (row["created_at"], row["completed_at"]) if each]
            row["contact_at"] = None if row["status"] == "cancelled" or open_follow_up else max(moments, default=None)
        me: UUID = connection.execute(text("SELECT crm.current_user_id()")).scalar_one()
        people = [str(row[0]) for row in connection.execute(text("SELECT id FROM crm.users"))]
        likely = likely_duplicates(connection)
        found = connection.execute(text("SELECT * FROM crm.loyalty_accounts")).mappings()
        purchases = connection.execute(text("SELECT * FROM crm.customer_purchases")).mappings().all()
        orders = orders_of(connection, names)
        accounts: dict[UUID | None, Any] = {row["user_id"]: row for row in found}
        for row in rows["customers"]:
            row["name"] = row["contact_name"] or row["company_name"]
            row["phone_checked"] = not (row["phone"] and row["phone_e164"] is None)
            row["email_valid"] = not row["email"] or "@" in row["email"]
            row["reachable"] = bool(row["email"] or row["phone"] or row["other_emails"] or row["other_phones"])
            row["possible_duplicate"] = row["id"] in likely
            row["email"] = [row["email"], *row["other_emails"]]
            row["phone"] = [row["phone_digits"], *(re.sub(r"\D", "", each) for each in row["other_phones"])]
            account = accounts.get(row["user_id"], {})
            row["loyalty_member"] = bool(account)
            row["points_balance"], row["points_earned"] = account.get("points_balance"), account.get("total_earned")
            bought = [each for each in purchases if each["customer_id"] == row["id"]]
            row["order_count"] = sum(each["orders"] for each in bought)
            row["total_spent"] = {"EUR": 0, "USD": 0, "CHF": 0, **{each["currency"]: each["spent"] for each in bought}}
            row["last_order"] = max((each["last_order_at"] for each in bought), default=None)
            row["loyalty_activity"] = account.get("last_activity")
            row["tags"] = row["tags"] if isinstance(row["tags"], list) else []
            row["interactions"] = [each for each in rows["customer_interactions"] if each["customer_id"] == row["id"]]
            row["orders"] = [each for each in orders if each["customer_id"] == row["id"]]
            for name in ("ledger", "tier_moves"):
                row[name] = [each for each in rows[name] if row["user_id"] and each["user_id"] == row["user_id"]]
        clock = Clock(NOW, local)
        of_lines = Reader(NOW, local, me, kinds(dict(LINE_FIELDS)))
        readers = {
            "interactions": Reader(NOW, local, me, kinds(dict(INTERACTION_FIELDS))),
            "orders": Reader(NOW, local, me, kinds(dict(ORDER_FIELDS)), {"lines": of_lines}),
            "ledger": Reader(NOW, local, me, kinds(dict(ENTRY_FIELDS))),
            "tier_moves": Reader(NOW, local, me, kinds(dict(MOVE_FIELDS))),
        }
        reader = Reader(NOW, local, me, kinds(dict(fields)), readers, segments)
        table = rows["customers" if subject == "customers" else "customer_interactions"]

        def same(chosen: dict[str, Any]) -> None:
            stored = json.loads(json.dumps(chosen))
            request = ListRequest(filter=stored)
            wanted = {row["id"] for row in table if reader.picks(chosen, row)}
            assert set(listing(request, clock).ids(connection)) == wanted
            assert listing(request, clock).count(connection) == len(wanted)
            # The lists ask some rows one by one, in other words than of the whole table.
            assert asked_one_by_one(listing(request, clock), connection) == wanted
            first = listing(request, clock).first(connection)
            assert (first.count, first.exact, {row.id for row in first.rows}) == (len(wanted), True, wanted)

        for operator, value in BLANK_TEXTS if subject == "customers" else ():  # of lines without a product, too
            line = {"field": "category", "operator": operator, "value": value}
            lines = {"field": "lines", "operator": "has", "value": line}
            same({"field": "orders", "operator": "has", "value": lines})
        for operator in NUMBER_OPERATORS if subject == "customers" else ():
            for number in (0, 1):  # nobody has a row that says none
                same({"field": "order_count", "operator": operator, "value": number})
                if operator in AMOUNT_OPERATORS:
                    spent = {"amount": number, "currency": "EUR"}
                    same({"field": "total_spent", "operator": operator, "value": spent})
        settings(max_examples=70)(given(chosen=filters(dict(fields), people, list(segments)))(same))()


def asked_one_by_one(listing: Listing[Any], connection: Connection) -> set[UUID]:
    matches = listing._matches.as_of(connection)
    table = matches.source.table
    met = matches.condition(table, row_by_row=True)
    return set(connection.execute(select(table.c.id).where(met)).scalars())


# --- segments ---------------------------------------------------------------------------------------------------------


def in_segment(*ids: str) -> dict[str, Any]:
    return {"all": [STATUS, {"field": "segment", "operator": "in", "value": list(ids)}]}


def use(database: Database, chosen: dict[str, Any]) -> str:
    """What using the filter is refused with."""
    with pytest.raises(InvalidFilter) as refused, database.connection() as connection:
        customer_listing(ListRequest(filter=chosen)).first(connection)
    assert refused.value.path == "all[1].value"
    return refused.value.fault


def test_segments_that_lead_in_a_circle_are_refused_with_the_way(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        first = segment(connection, STATUS, "Gold")
        second = segment(connection, in_segment(first), "Big")
        third = segment(connection, in_segment(second), "Both")
        connection.execute(
            "UPDATE crm.customer_segments SET criteria = %s WHERE id = %s", (Jsonb(in_segment(third)), first)
        )
    assert use(admin, in_segment(second)) == "segments lead in a circle: “Big” → “Gold” → “Both” → “Big”"


def test_a_segment_that_is_gone_or_cannot_be_used_says_which_and_where(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        broken = segment(connection, {"all": [{"field": "shoe_size", "operator": "is", "value": 1}]}, "Feet")
        around = segment(connection, in_segment(broken), "All feet")
    assert use(admin, in_segment(str(uuid4()))) == "it names a segment that is not there any more"
    fault = "in the segment “All feet”, in the segment “Feet”, there is no field “shoe_size” at all[0].field"
    assert use(admin, in_segment(around)) == fault


def test_segments_that_multiply_are_refused_before_they_fill_the_memory(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        last = segment(connection, STATUS)
        for _ in range(12):
            last = segment(connection, {"any": [in_segment(last), in_segment(last)]})
    assert "name more than 500 others" in use(admin, in_segment(last))


def test_a_segment_alone_is_read_as_the_conditions_that_it_stands_for(clean: Crm, admin: Database) -> None:
    """The lists estimate and walk by each condition that must hold; one behind another cannot be told apart."""
    with clean.connect() as connection:
        both = segment(connection, {"all": [STATUS, {"field": "city", "operator": "is", "value": "Köln"}]})
    tree = parse({"field": "segment", "operator": "is", "value": both}, CUSTOMER_FIELDS)
    with admin.connection() as connection:
        assert len(conjuncts(with_segments(tree, CUSTOMER_FIELDS, connection))) == 2


def test_a_segment_s_own_criteria_may_not_name_itself(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        first = segment(connection, STATUS, "Gold")
    tree = parse(in_segment(first), CUSTOMER_FIELDS)
    with admin.connection() as connection, pytest.raises(InvalidFilter, match="in a circle: “Gold” → “Gold”"):
        with_segments(tree, CUSTOMER_FIELDS, connection, inside=(UUID(first), "Gold"))


# --- days -------------------------------------------------------------------------------------------------------------


def test_days_are_the_local_ones() -> None:
    clock = Clock(NOW, BERLIN)
    assert clock.period("today") == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
    auckland = Clock(NOW, ZoneInfo("Pacific/Auckland"))
    assert auckland.today.isoformat() == "2026-03-29" and auckland.midnight(auckland.today).hour == 11


def test_months_are_of_different_lengths() -> None:
    day = datetime(2024, 1, 31, tzinfo=UTC).date()
    assert shifted(day, months=1).isoformat() == "2024-02-29"
    assert shifted(day, years=-1).isoformat() == "2023-01-31"
    assert shifted(day, months=-2, days=1).isoformat() == "2023-12-01"


def test_the_computers_own_zone_is_the_default() -> None:
    clock = Clock()
    assert clock.midnight(clock.today) <= clock.now < clock.midnight(clock.today + timedelta(days=1))


def test_the_documentation_names_every_field_operator_and_period() -> None:
    documentation = (Path(__file__).parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")
    example = documentation.split("```json")[1].split("```")[0]
    parse(json.loads(example), CUSTOMER_FIELDS)
    operators = {operator for each in OPERATORS.values() for operator in each}
    periods = {name for name in PERIODS if not name.endswith(("quarter", "year"))}
    for name in (*CUSTOMER_FIELDS, *INTERACTION_FIELDS, *operators):
        assert f"`{name}`" in documentation, name
    for name in periods:
        assert f'`"{name}"`' in documentation, name
