"""Logging, editing and reading interactions; who may; what follows from them for the customer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput, NotAllowed, NotFound, StaleRow
from crm_desktop.interactions.actions import cancel, complete, delete_interaction, edit_interaction, log_interaction
from crm_desktop.interactions.columns import COLUMNS
from crm_desktop.interactions.listed import SORTS
from crm_desktop.interactions.queries import follow_up_counts, interaction, interaction_listing
from crm_desktop.interactions.rows import InteractionDetails, InteractionRow
from crm_desktop.interactions.timeline import timeline
from crm_desktop.interactions.validation import InteractionInput, validate
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from tests.helpers.postgres import Crm

NOW = datetime(2026, 5, 20, 21, 30, tzinfo=UTC)  # 23:30 in Berlin
BERLIN = Clock(NOW, ZoneInfo("Europe/Berlin"))


@pytest.fixture
def ana(admin: Database) -> UUID:
    with admin.session() as session:
        return add_customer(session, CustomerInput(contact_name="Ana Trujillo", company_name="Acme"))


def log(database: Database, customer_id: UUID, **fields: object) -> UUID:
    with database.session() as session:
        return log_interaction(session, InteractionInput(customer_id, **{"subject": "A call", **fields}))  # type: ignore[arg-type]


def test_every_fault_is_told_at_its_field() -> None:
    bad = InteractionInput(
        uuid4(), type="chat", subject=" ", priority="hot", status="open", duration=-1, follow_up=datetime(2026, 5, 1)
    )
    with pytest.raises(InvalidInput) as caught:
        validate(bad)
    assert set(caught.value.fields) == {"type", "subject", "priority", "status", "duration", "follow_up"}


def test_an_interaction_is_logged_in_ones_own_name(employee: Database, admin: Database, ana: UUID) -> None:
    interaction_id = log(employee, ana, description="Long talk", duration=30, follow_up=NOW, priority="high")
    with employee.session() as session:
        details = interaction(session, interaction_id)
    assert (details.author, details.assignee, details.customer_name) == (
        "Emil Employee",
        "Emil Employee",
        "Ana Trujillo",
    )
    assert (details.description, details.duration, details.follow_up) == ("Long talk", 30, NOW)
    assert (details.status, details.priority, details.version) == ("pending", "high", 1)
    with employee.session() as session:
        card = customer_card(session, ana)
    assert card.next_follow_up == NOW and card.last_contact is not None


def test_it_is_edited_completed_and_cancelled_by_version(employee: Database, ana: UUID) -> None:
    interaction_id = log(employee, ana, follow_up=NOW)
    with employee.session() as session:
        edited = InteractionInput(ana, subject="A longer call", duration=5, follow_up=NOW)
        assert edit_interaction(session, interaction_id, 1, edited) == 2
    with pytest.raises(StaleRow) as caught, employee.session() as session:
        complete(session, interaction_id, 1)
    assert isinstance(caught.value.theirs, InteractionDetails) and caught.value.theirs.subject == "A longer call"
    with employee.session() as session:
        complete(session, interaction_id, 2, outcome="Sold")
    with employee.session() as session:
        details = interaction(session, interaction_id)
        assert (details.status, details.outcome, details.duration) == ("completed", "Sold", 5)
        assert customer_card(session, ana).next_follow_up is None
        cancel(session, interaction_id, details.version)
        assert interaction(session, interaction_id).status == "cancelled"


def test_the_assignee_follows_up_but_only_the_author_and_administrators_delete(
    admin: Database, employee: Database, ana: UUID
) -> None:
    with admin.session() as session:
        emil: UUID = session.execute(text("SELECT id FROM crm.users WHERE username = 'emil'")).scalar_one()
    assigned, own = log(admin, ana, assignee_id=emil), log(admin, ana)
    with employee.session() as session:
        complete(session, assigned, 1)
    with pytest.raises(NotAllowed), employee.session() as session:
        complete(session, own, 1)
    for interaction_id in (assigned, own):
        with pytest.raises(NotAllowed), employee.session() as session:
            delete_interaction(session, interaction_id)
    mine = log(employee, ana)
    with employee.session() as session:
        delete_interaction(session, mine)
    with admin.session() as session:
        delete_interaction(session, assigned)
    for work in (lambda s: delete_interaction(s, mine), lambda s: complete(s, mine, 1), lambda s: interaction(s, mine)):
        with pytest.raises(NotFound), employee.session() as session:
            work(session)


def test_the_timeline_has_what_is_planned_above_what_was(admin: Database, ana: UUID) -> None:
    for days, status in ((3, "pending"), (-2, "pending"), (None, "pending"), (1, "completed"), (None, "cancelled")):
        log(
            admin, ana, subject=f"{status} {days}", status=status, description="Why",
            follow_up=None if days is None else NOW + timedelta(days=days),
        )  # fmt: skip
    with admin.session() as session:
        found = timeline(session, ana)
        assert [row.subject for row in found.planned] == ["pending -2", "pending 3"]
        assert [row.overdue(NOW) for row in found.planned] == [True, False]
        assert [row.subject for row in found.history] == ["cancelled None", "completed 1", "pending None"]
        assert {row.description for row in (*found.planned, *found.history)} == {"Why"} and not found.more
        short = timeline(session, ana, limit=1)
        assert len(short.planned) == 2 and [row.subject for row in short.history] == ["cancelled None"] and short.more


def test_the_timeline_orders_as_the_database_does(admin: Database, ana: UUID, clean: Crm) -> None:
    """Entries of the same moment, and of none, keep one order whatever the plan brings them in."""
    for number in range(6):
        log(admin, ana, subject=str(number), status="completed")
    with clean.as_owner() as owner:
        owner.execute("ALTER TABLE crm.customer_interactions DISABLE TRIGGER USER")
        owner.execute("UPDATE crm.customer_interactions SET created_at = %s WHERE subject <> '5'", (NOW,))
        owner.execute("UPDATE crm.customer_interactions SET created_at = NULL WHERE subject = '0'")
        owner.execute("ALTER TABLE crm.customer_interactions ENABLE TRIGGER USER")
    with admin.session() as session:
        ordered = session.execute(
            text("SELECT id FROM crm.customer_interactions ORDER BY created_at DESC, id DESC")
        ).scalars()
        found = timeline(session, ana)
        assert [row.id for row in found.history] == list(ordered)
        assert set(found.whose) == {row.id for row in found.history}


def test_what_is_due_is_due_on_the_local_day(admin: Database, ana: UUID) -> None:
    for hours in (-48, -1, 0.25, 1, 24, 120):  # 0.25: still today in Berlin; 1: tomorrow there, today in UTC
        log(admin, ana, subject=str(hours), follow_up=NOW + timedelta(hours=hours))
    log(admin, ana, subject="done", status="completed", follow_up=NOW - timedelta(hours=1))

    def due(which: str, clock: Clock) -> set[str]:
        chosen = ListRequest(filter={"field": "due", "operator": "is", "value": which})
        return {row.subject for row in interaction_listing(chosen, clock).first(session.connection()).rows}

    with admin.session() as session:
        assert due("overdue", BERLIN) == {"-48", "-1"}
        assert due("today", BERLIN) == {"-1", "0.25"}
        assert due("today", Clock(NOW, UTC)) == {"-1", "0.25", "1"}
        assert due("week", BERLIN) == {"-48", "-1", "0.25", "1", "24"}
        assert follow_up_counts(session, BERLIN) == (6, 2, 2)


def test_the_list_names_customers_and_people(admin: Database, employee: Database, ana: UUID) -> None:
    with admin.session() as session:
        bob = add_customer(session, CustomerInput(company_name="Bob's"))
    log(admin, ana, subject="first", type="meeting", priority="urgent")
    log(employee, bob, subject="second", outcome="Fine", duration=7)
    with admin.session() as session:
        connection = session.connection()
        rows = interaction_listing(ListRequest()).first(connection).rows
        assert [(row.subject, row.customer_name, row.author) for row in rows] == [
            ("second", "Bob's", "Emil Employee"),
            ("first", "Ana Trujillo", "Ada Admin"),
        ]
        found = interaction_listing(ListRequest(search="truj")).first(connection)
        assert [row.subject for row in found.rows] == ["first"] and found.exact
        of_bob = ListRequest(filter={"field": "customer_id", "operator": "is", "value": str(bob)})
        assert [row.outcome for row in interaction_listing(of_bob).first(connection).rows] == ["Fine"]
        mine = ListRequest(filter={"field": "assignee_id", "operator": "is", "value": "me"})
        assert [row.subject for row in interaction_listing(mine).first(connection).rows] == ["first"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_and_every_page(
    admin: Database, ana: UUID, sort: str, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with admin.session() as session:
        session.execute(
            text(
                """
                INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject, priority, status, follow_up)
                SELECT :customer, crm.current_user_id(), (ARRAY['call', 'email', 'sale'])[1 + n % 3], 's' || n,
                    (ARRAY['low', 'urgent', 'high', NULL])[1 + n % 4], (ARRAY['pending', 'completed', NULL])[1 + n % 3],
                    CASE WHEN n % 2 = 0 THEN now() + n % 5 * interval '1 day' END
                FROM generate_series(1, 50) AS n
                """
            ),
            {"customer": ana},
        )
        connection = session.connection()
        listing = interaction_listing(ListRequest(sort=sort, descending=descending))
        monkeypatch.setattr(listing, "page_size", 7)
        anchors = listing.anchors(connection)
        rows = [row for index in range(8) for row in listing.page(connection, anchors, index)]
        assert [row.id for row in rows] == listing.ids(connection) and anchors.total == len(rows) == 50
        assert [row.id for row in listing.first(connection).rows] == [row.id for row in rows]

        def rank(row: InteractionRow) -> tuple[bool, object]:
            value = getattr(row, sort)
            if sort == "priority":
                value = ("low", "medium", "high", "urgent").index(value) if value else None
            return value in (None, ""), value

        filled = [rank(row)[1] for row in rows if not rank(row)[0]]
        assert filled == sorted(filled, reverse=descending)  # type: ignore[type-var]
        assert [rank(row)[0] for row in rows] == sorted(rank(row)[0] for row in rows)


def test_every_column_that_sorts_has_a_key() -> None:
    assert {column.sort for column in COLUMNS if column.sort} == set(SORTS)


def test_an_input_can_be_changed_field_by_field(ana: UUID) -> None:
    given = InteractionInput(ana, subject=" Two  words ")
    assert validate(replace(given, outcome=" ok ")) == InteractionInput(ana, subject="Two words", outcome="ok")
