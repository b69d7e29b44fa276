"""Saving, reading and deleting customers, with two people at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.actions import add_customer, delete_customer, deletion_preview, edit_customer, edit_fields
from crm_desktop.customers.queries import customer_card, customer_listing, stat_counts
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput, NotAllowed, NotFound, StaleRow
from crm_desktop.interactions.actions import log_interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest

ANA = CustomerInput(
    contact_name="Ana Trujillo", company_name="Acme", email="Ana@example.com", phone="030 123456",
    country="Germany",
    city="Köln", address="Am Markt 1\n2. Stock", tags=("VIP", "new"), notes="Mornings", customer_type="business",
)  # fmt: skip


def save(database: Database, given: CustomerInput = ANA) -> UUID:
    with database.session() as session:
        return add_customer(session, given)


def test_a_customer_is_saved_and_read_back(employee: Database) -> None:
    customer_id = save(employee)
    with employee.session() as session:
        card = customer_card(session, customer_id)
    assert (card.name, card.phone, card.phone_checked, card.tags) == (
        "Ana Trujillo",
        "+4930123456",
        True,
        ("VIP", "new"),
    )
    assert (card.address, card.state, card.owner_id, card.tier, card.version) == (
        "Am Markt 1\n2. Stock",
        "",
        None,
        None,
        1,
    )


def test_what_cannot_be_saved_is_refused(employee: Database) -> None:
    with pytest.raises(InvalidInput):
        save(employee, CustomerInput(contact_name="Ana", email="no address"))
    assert save(employee, CustomerInput(contact_name="Ana", phone="12"))


def test_an_edit_names_the_version_it_saw(admin: Database, employee: Database) -> None:
    customer_id = save(employee)
    with employee.session() as session:
        assert edit_customer(session, customer_id, 1, replace(ANA, city="Bonn")) == 2
    with pytest.raises(StaleRow) as caught, admin.session() as session:
        edit_customer(session, customer_id, 1, replace(ANA, notes="Prefers evenings"))
    theirs = caught.value.theirs
    assert isinstance(theirs, CustomerDetails) and (theirs.city, theirs.version) == ("Bonn", 2)
    with admin.session() as session:
        assert edit_customer(session, customer_id, theirs.version, replace(ANA, city="Bonn", tags=())) == 3
        assert customer_card(session, customer_id).tags == ()


def test_saving_what_is_there_already_changes_nothing(employee: Database) -> None:
    customer_id = save(employee)
    with employee.session() as session:
        assert edit_customer(session, customer_id, 1, ANA) == 1


def test_another_number_that_becomes_the_main_one_is_kept_once(employee: Database) -> None:
    others = ("+4930222222", "+4930333333")
    customer_id = save(employee, replace(ANA, other_phones=others, other_emails=("a@example.com", "b@example.com")))
    with employee.session() as session:
        edit_fields(session, customer_id, 1, {"phone": ""})
        edit_fields(session, customer_id, 2, {"email": "b@example.com"})
        card = customer_card(session, customer_id)
        national = session.execute(text("SELECT phone_national, other_phones_national FROM crm.customers")).one()
    assert (card.phone, card.other_phones) == ("+4930222222", ("+4930333333",))
    assert tuple(national) == ("030222222", "030333333")
    assert (card.email, card.other_emails) == ("b@example.com", ("a@example.com",))


def test_an_edit_of_a_deleted_customer_says_so(employee: Database) -> None:
    with pytest.raises(NotFound), employee.session() as session:
        edit_customer(session, uuid4(), 1, ANA)
    with pytest.raises(NotFound), employee.session() as session:
        customer_card(session, uuid4())


def test_only_administrators_delete(admin: Database, employee: Database) -> None:
    customer_id = save(employee)
    with pytest.raises(NotAllowed, match="administrators"), employee.session() as session:
        delete_customer(session, customer_id)
    with admin.session() as session:
        delete_customer(session, customer_id)
    with pytest.raises(NotFound), admin.session() as session:
        delete_customer(session, customer_id)
    with pytest.raises(NotFound), admin.session() as session:
        deletion_preview(session, customer_id)


def test_a_deleted_customer_comes_back_with_all_that_went(admin: Database) -> None:
    customer_id = save(admin)
    with admin.session() as session:
        log_interaction(session, InteractionInput(customer_id, subject="First call", status="completed"))
        log_interaction(session, InteractionInput(customer_id, subject="Second call"))
        session.execute(
            text("INSERT INTO crm.orders (order_number, customer_id) VALUES ('A-1', :id)"), {"id": customer_id}
        )
        session.execute(
            text("INSERT INTO crm.consents (customer_id, purpose, is_granted) VALUES (:id, 'news', true)"),
            {"id": customer_id},
        )
        preview = deletion_preview(session, customer_id)
    assert (preview.name, preview.interactions, preview.contacts, preview.orders, preview.consents) == (
        "Ana Trujillo", 2, 0, 1, 1,
    )  # fmt: skip
    assert preview.loyalty_points == 0
    with admin.session() as session:
        before = customer_card(session, customer_id)
        transaction = delete_customer(session, customer_id)
    with admin.session() as session:
        assert customer_listing(ListRequest()).first(session.connection()).count == 0
        undo_transaction(session, transaction)
    with admin.session() as session:
        assert customer_card(session, customer_id).next_follow_up == before.next_follow_up
        assert deletion_preview(session, customer_id) == preview


def test_the_figures_above_the_list(admin: Database) -> None:
    now = datetime(2026, 5, 20, 10, tzinfo=UTC)
    clock = Clock(now, UTC)
    with admin.session() as session:
        assert stat_counts(session, clock).total == 0
        connection = session.connection()
        insert = text(
            "INSERT INTO crm.customers (contact_name, customer_type, status, created_at)"
            " VALUES ('x', :type, :status, :created) RETURNING id"
        )
        for kind, status, created in (
            ("business", "active", now),
            ("individual", "active", now - timedelta(days=19)),
            ("individual", "prospect", now - timedelta(days=25)),
        ):
            values = {"type": kind, "status": status, "created": created}
            customer_id = connection.execute(insert, values).scalar_one()
        for hours, status, created in (
            (-2, "pending", 0), (3, "pending", 29), (50, "pending", 30), (-3, "completed", 31), (None, "pending", 31),
        ):  # fmt: skip
            follow_up = None if hours is None else now + timedelta(hours=hours)
            connection.execute(
                text(
                    "INSERT INTO crm.customer_interactions"
                    " (customer_id, user_id, type, subject, status, follow_up, created_at)"
                    " VALUES (:customer, crm.current_user_id(), 'call', 's', :status, :follow_up, :created)"
                ),
                {
                    "customer": customer_id, "status": status, "follow_up": follow_up,
                    "created": now - timedelta(days=created),
                },
            )  # fmt: skip
    with admin.session() as session:
        counts = stat_counts(session, clock)
    assert (counts.total, counts.by_type) == (3, {"business": 1, "individual": 2})
    assert counts.by_status == {"active": 2, "prospect": 1}
    assert (counts.new_this_month, counts.recent_interactions) == (2, 2)
    assert (counts.pending_follow_ups, counts.overdue_follow_ups, counts.due_today) == (3, 1, 2)
