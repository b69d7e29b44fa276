"""Segments: kept, checked, refused, evaluated live; and why somebody is in one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction, undo_transaction
from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput, NotFound, StaleRow
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.segments import actions, queries, rules
from crm_desktop.segments.growth import growth_chart, growth_words
from crm_desktop.segments.members import members, segments_of
from crm_desktop.segments.rule_rows import RuleInput
from crm_desktop.segments.sizes import SegmentSizeRow
from crm_desktop.segments.validation import SegmentInput
from crm_desktop.segments.why import Reason, explain, why
from tests.core.test_filters import NOW, fill, filters, segments_for
from tests.factories.customers import business, customer, order
from tests.factories.interactions import follow_up, interaction
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm

ACTIVE = {"field": "status", "operator": "is", "value": "active"}
VIP = {"field": "tags", "operator": "has_any", "value": ["VIP"]}


@pytest.fixture
def session(admin: Database) -> Iterator[Session]:
    with admin.session() as opened:
        yield opened


def add(session: Session, name: str = "Active", criteria: Any = ACTIVE, **values: Any) -> UUID:
    return actions.add_segment(session, SegmentInput(name, criteria=criteria, **values))


def names_in(session: Session, segment_id: UUID) -> set[str]:
    listing = customer_listing(members(segment_id))
    return {row.name for row in listing.rows(session.connection(), listing.ids(session.connection()))}


# --- keeping them -----------------------------------------------------------------------------------------------------


def test_a_segment_is_kept_as_it_was_given(session: Session) -> None:
    identity = add(session, "  Active   ones ", {"all": [ACTIVE]}, description=" Who buys \n")
    row = queries.segment(session, identity)
    assert (row.name, row.description, row.criteria, row.is_active) == (
        "Active ones",
        "Who buys",
        {"all": [ACTIVE]},
        True,
    )
    version = actions.edit_segment(session, identity, row.version, SegmentInput("Others", criteria={"none": [ACTIVE]}))
    assert queries.segment(session, identity).criteria == {"none": [ACTIVE]}
    actions.set_active(session, identity, version, False)
    assert [row.is_active for row in queries.segments(session)] == [False]


@pytest.mark.parametrize(
    ("given_input", "field"),
    [
        (SegmentInput(" ", criteria=ACTIVE), "name"),
        (SegmentInput("x" * 81, criteria=ACTIVE), "name"),
        (SegmentInput("gold", criteria=ACTIVE), "name"),
        (SegmentInput("Everybody", criteria={"all": []}), "criteria"),
        (SegmentInput("Everybody", criteria={"all": [{"any": []}]}), "criteria"),
        (SegmentInput("Long", "x" * 2_001, ACTIVE), "description"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(session: Session, given_input: SegmentInput, field: str) -> None:
    add(session, "Gold")
    with pytest.raises(InvalidInput) as refused:
        actions.add_segment(session, given_input)
    assert list(refused.value.fields) == [field]


def test_criteria_that_cannot_be_used_are_refused_with_their_place(session: Session) -> None:
    with pytest.raises(InvalidFilter) as refused:
        add(session, criteria={"all": [ACTIVE, {"any": [{"field": "shoe_size", "operator": "is", "value": 41}]}]})
    assert refused.value.path == "all[1].any[0].field"
    assert queries.segments(session) == ()


def test_segments_that_would_lead_in_a_circle_are_not_saved(session: Session) -> None:
    first = add(session, "Gold")
    second = add(session, "Big", {"field": "segment", "operator": "is", "value": str(first)})
    around = {"all": [ACTIVE, {"field": "segment", "operator": "in", "value": [str(second)]}]}
    with pytest.raises(InvalidFilter, match="in a circle: “Gold” → “Big” → “Gold”") as refused:
        actions.edit_segment(session, first, 1, SegmentInput("Gold", criteria=around))
    assert refused.value.path == "all[1].value"


def test_who_saves_over_somebody_else_is_told(session: Session) -> None:
    identity = add(session)
    actions.set_active(session, identity, 1, False)
    with pytest.raises(StaleRow) as stale:
        actions.edit_segment(session, identity, 1, SegmentInput("Mine", criteria=VIP))
    assert stale.value.theirs == queries.segment(session, identity)
    with pytest.raises(NotFound):
        actions.set_active(session, uuid4(), 1, True)


def test_a_segment_that_another_stands_on_is_not_deleted_and_says_which(session: Session) -> None:
    gold = add(session, "Gold")
    add(session, "Big", {"any": [VIP, {"field": "segment", "operator": "in", "value": [str(gold)]}]})
    with pytest.raises(actions.SegmentInUse, match="“Gold” is in use: by the segment “Big”"):
        actions.delete_segment(session, gold)
    assert len(queries.segments(session)) == 2


def test_a_deleted_segment_comes_back_by_undo(admin: Database) -> None:
    with admin.session() as session:
        identity = add(session)
        before = queries.segment(session, identity)
    with admin.session() as session:
        transaction = actions.delete_segment(session, identity)
    with admin.session() as session:
        assert queries.segments(session) == ()
        undo_transaction(session, transaction)
        now = queries.segment(session, identity)
        assert (now.name, now.criteria) == (before.name, before.criteria)


def test_a_copy_gets_a_name_of_its_own(session: Session) -> None:
    for name in ("Gold", "gold (Copy)"):
        add(session, name)
    assert actions.free_name(session, "Gold") == "Gold (copy 2)"
    assert actions.free_name(session, "x" * 80) == f"{'x' * 73} (copy)"


def test_what_is_changed_can_be_undone(admin: Database) -> None:
    with admin.session() as session:
        identity = add(session)
    with admin.session() as session:
        actions.edit_segment(session, identity, 1, SegmentInput("Other", criteria=VIP))
        transaction = current_transaction(session)
    with admin.session() as session:
        undo_transaction(session, transaction)
        assert queries.segment(session, identity).name == "Active"


# --- who is in them ---------------------------------------------------------------------------------------------------


def test_members_are_asked_for_each_time(clean: Crm, session: Session) -> None:
    """Segments that grow stale are complaint mautic#5123 of peers.md: nothing is stored that could."""
    identity = add(session)
    session.commit()
    with clean.connect() as connection:
        ana = customer(connection, contact_name="Ana", status="active")
        customer(connection, contact_name="Ben", status="prospect")
        connection.commit()
        assert names_in(session, identity) == {"Ana"}
        session.commit()
        connection.execute("UPDATE crm.customers SET status = 'inactive' WHERE id = %s", (ana,))
    assert names_in(session, identity) == set()


def test_the_segments_of_a_customer_are_read_in_one_query_and_broken_ones_left_out(
    clean: Crm, session: Session
) -> None:
    with clean.connect() as connection:
        ana = customer(connection, contact_name="Ana", status="active")
    first = add(session, "A")
    add(session, "B", VIP)
    add(session, "C", {"field": "segment", "operator": "is", "value": str(first)})
    add(session, "Sleeping", is_active=False)
    session.execute(text("""INSERT INTO crm.customer_segments (name, criteria) VALUES ('Feet', '{"field": "feet"}')"""))
    assert [(row.name, inside) for row, inside in segments_of(session, ana)] == [("A", True), ("B", False), ("C", True)]
    with pytest.raises(NotFound):
        segments_of(session, uuid4())


# --- why --------------------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def told(reason: Reason, depth: int = 0) -> list[str]:
    mark = "✓" if reason.holds else "✗"
    own = f" [{reason.value}]" if reason.value else ""
    lines = [f"{'  ' * depth}{mark} {reason.words}{own}"]
    return lines + [line for member in reason.members for line in told(member, depth + 1)]


def test_every_condition_says_whether_it_is_met_and_what_the_customer_has(clean: Crm, session: Session) -> None:
    with clean.connect() as connection:
        ana = customer(
            connection, contact_name="Ana Ruiz", status="active", city="Köln", email="ana@example.org",
            last_contact=NOW - timedelta(days=198), tags=["VIP", "New"], other_emails=["ruiz@example.org"],
        )  # fmt: skip
        for kind in ("call", "call", "email"):
            interaction(connection, ana, type=kind, created_at=NOW - timedelta(days=198))
    vip = add(session, "Important", {"any": [VIP, {"field": "tier", "operator": "is", "value": "gold"}]})
    calls = {"field": "interactions", "operator": "at_least",
             "value": {"count": 3, "of": {"field": "type", "operator": "is", "value": "call"}}}  # fmt: skip
    wanted = add(
        session,
        "Wanted",
        {"all": [
            {"field": "last_contact", "operator": "not_within", "value": {"last_days": 90}},
            {"field": "segment", "operator": "is", "value": str(vip)},
            {"field": "email", "operator": "ends_with", "value": "example.org"},
            {"none": [calls, {"field": "next_follow_up", "operator": "is_filled"}]},
            {"field": "owner_id", "operator": "is", "value": "me"},
        ]},
    )  # fmt: skip
    found = why(session, wanted, ana, Clock(NOW, BERLIN))
    assert found.customer_name == "Ana Ruiz" and not found.holds
    assert told(found.root) == [
        "✗ All of these",
        "  ✓ Last contact not in the last 90 days, or never [12 September 2025, 198 days ago]",
        "  ✓ In the segment “Important”",
        "    ✓ Any of these",
        "      ✓ Tags include VIP [VIP, New]",
        "      ✗ Tier is Gold [blank]",
        "  ✓ Email ends with “example.org” [ana@example.org, ruiz@example.org]",
        "  ✓ None of these",
        "    ✗ At least 3 interactions (Type is Call) [2 of 3 interactions]",
        "    ✗ Next follow-up is filled in [never]",
        "  ✗ Owner is me [blank]",
    ]


def test_a_segment_that_must_not_hold_is_turned_round(clean: Crm, session: Session) -> None:
    with clean.connect() as connection:
        ana = customer(connection, status="active")
    first, second = add(session, "A"), add(session, "B", VIP)
    neither = {"field": "segment", "operator": "not_in", "value": [str(first), str(second)]}
    assert told(explain(session, neither, ana).root) == [
        "✗ Not in the segment “A” or “B”",
        "  ✓ “A”",
        "    ✓ Status is Active [Active]",
        "  ✗ “B”",
        "    ✗ Tags include VIP [none]",
    ]


def test_who_or_what_is_gone_is_said(clean: Crm, session: Session) -> None:
    identity = add(session)
    with pytest.raises(NotFound, match="customer"):
        why(session, identity, uuid4())
    with pytest.raises(NotFound, match="segment"):
        why(session, uuid4(), uuid4())


def test_all_conditions_are_answered_by_one_query(clean: Crm, session: Session) -> None:
    with clean.connect() as connection:
        ana = customer(connection)
    conditions = [{"field": name, "operator": "is_filled"} for name, about in FIELDS.items() if about.may_be_blank]
    identity = add(session, "Everything", {"all": conditions})
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    assert len(why(session, identity, ana).root.members) == len(conditions)
    assert sum("FROM crm.customers" in each for each in statements if "ARRAY" in each) == 1
    assert len(statements) <= 5  # the segment, its criteria to check and to unfold, the answers, the names


def test_the_explanation_ends_where_the_list_does(clean: Crm, admin: Database) -> None:
    fill(clean)
    segments = segments_for(clean)
    clock = Clock(NOW, ZoneInfo("America/St_Johns"))
    with admin.session() as session:
        connection = session.connection()
        people = [str(row[0]) for row in connection.execute(text("SELECT id FROM crm.users WHERE username <> ''"))]
        customers = connection.execute(text("SELECT id FROM crm.customers ORDER BY id")).scalars().all()

        @settings(max_examples=60)
        @given(filters(dict(FIELDS), people, list(segments)))
        def check(chosen: dict[str, Any]) -> None:
            inside = set(customer_listing(ListRequest(filter=chosen), clock).ids(connection))
            for each in [*customers[:3], *sorted(inside)[:2]]:
                assert explain(session, chosen, each, clock).holds == (each in inside)

        check()


def test_days_are_counted_in_the_local_calendar(clean: Crm, session: Session) -> None:
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the 29th in Berlin, where NOW is too
    with clean.connect() as connection:
        ana = customer(connection, last_contact=late)
    condition = {"field": "last_contact", "operator": "on", "value": "today"}
    assert told(explain(session, condition, ana, Clock(NOW, BERLIN)).root) == [
        "✓ Last contact today [29 March 2026, today]"
    ]
    assert told(explain(session, condition, ana, Clock(NOW, ZoneInfo("America/St_Johns"))).root) == [
        "✗ Last contact today [28 March 2026, yesterday]"
    ]


# --- those to begin with ----------------------------------------------------------------------------------------------

STARTERS = (Path(__file__).parents[2] / "migrations" / "sql" / "0014_a_starters.sql").read_text(encoding="utf-8")


def test_the_segments_to_begin_with_can_be_evaluated_and_mean_what_they_say(each_crm: Crm) -> None:
    with each_crm.as_owner() as owner:
        owner.execute(STARTERS)
    with each_crm.connect() as connection:
        old = datetime.now(UTC) - timedelta(days=400)
        quiet = customer(connection, contact_name="Quiet", status="active", created_at=old)
        follow_up(connection, business(connection, contact_name="Planned", status="prospect", created_at=old))
        big = customer(connection, contact_name="Big", status="inactive", created_at=old)
        order(connection, big, lines=600)
        customer(connection, contact_name="New", status="prospect")
        interaction(connection, quiet, created_at=datetime.now(UTC) - timedelta(days=91))
        _gold, account = member(connection, contact_name="Gold", status="inactive", created_at=old)
        entry(connection, account, "earn", 5_000)
    with each_crm.database().session() as session:
        found = {row.name: names_in(session, row.id) for row in queries.segments(session)}
    assert found == {
        "New this month": {"New"},
        "Gold and above": {"Gold"},
        "Silent for 90 days": {"Quiet"},
        "Businesses with an open follow-up": {"Planned"},
        "Top spenders": {"Big"},
    }


def test_segments_to_begin_with_are_not_added_beside_others_and_a_deleted_one_stays_away(clean: Crm) -> None:
    with clean.connect() as ada:
        ada.execute("INSERT INTO crm.customer_segments (name, criteria) VALUES ('Ours', '{}')")
    with clean.as_owner() as owner:
        owner.execute(STARTERS)
        assert owner.execute("SELECT name FROM crm.customer_segments").fetchall() == [("Ours",)]


def test_a_segment_with_rules_is_not_deleted_and_says_which(clean: Crm, session: Session) -> None:
    gold = add(session, "Gold")
    rules.add_rule(session, gold, RuleInput("enter", "add_tag", tag="Gold"))
    with pytest.raises(actions.SegmentInUse, match="by the rule “When a customer enters: add the tag “Gold””"):
        actions.delete_segment(session, gold)


# --- how they have grown ----------------------------------------------------------------------------------------------


def day(number: int, size: int, entered: int | None = None, left: int | None = None) -> SegmentSizeRow:
    return SegmentSizeRow(date(2026, 3, number), size, entered, left)


def test_days_on_which_nobody_counted_are_left_open() -> None:
    chart = growth_chart("Gold", [day(1, 10), day(2, 12), day(4, 9)])
    assert [category.label for category in chart.categories] == ["1 Mar", "2 Mar", "3 Mar", "4 Mar"]
    assert chart.series[0].values == (10, 12, None, 9)
    assert chart.holds and chart.explanation == "Counted once a day; dashed where nobody counted"
    assert growth_chart("Gold", [day(1, 10), day(2, 12)]).explanation == "Counted once a day"
    assert growth_chart("Gold", []).is_empty


def test_growth_is_told_in_words() -> None:
    assert growth_words([day(1, 10)]) == ""
    assert growth_words([day(1, 10), day(2, 12)]) == "2 more than yesterday."
    assert growth_words([day(1, 12), day(9, 9, 1, 4)]) == "3 fewer than 8 days before: 1 came in, 4 left."
    assert growth_words([day(1, 12), day(9, 12)]) == "As many as 8 days before."
