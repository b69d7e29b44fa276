"""Customers, the people at companies, and what was decided about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import (
    CURRENT_USER,
    FoldedText,
    Id,
    Now,
    OtherValues,
    Stamped,
    derived,
    generated,
    list_of_texts,
    one_of,
    representable,
)

_PHONE_E164 = (
    "CASE WHEN left(phone, 1) = '+' AND length(phone) BETWEEN 8 AND 16 AND substr(phone, 2, 1) <> '0'"
    " AND ltrim(substr(phone, 2), '0123456789') = '' THEN phone END"
)
# Every value that somebody can be reached at, for search texts.
_REACH_WORDS = (
    "coalesce(' ' || crm.fold(email), '')"
    " || CASE WHEN other_emails <> '[]'::jsonb THEN crm.folded_words(other_emails) ELSE '' END"
    " || coalesce(' ' || crm.digits(phone), '') || coalesce(' ' || phone_national, '')"
    " || CASE WHEN other_phones <> '[]'::jsonb THEN crm.digit_words(other_phones) ELSE '' END"
    " || coalesce(' ' || other_phones_national, '')"
)


def _other_values_index(table: str) -> Index:
    """Serves "who has this address or number among the others"; only those who have others are in it."""
    return Index(
        f"ix_{table}_other_values",
        text("crm.reach(other_emails, other_phones)"),
        postgresql_using="gin",
        postgresql_where=text("other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb"),
    )


class Customer(Versioned, Base):
    __tablename__ = "customers"
    __table_args__ = (
        one_of("customer_type", "individual", "business"),
        one_of("status", "active", "inactive", "prospect"),
        one_of("tier", "bronze", "silver", "gold", "platinum"),
        representable("created_at"),
        representable("last_contact"),
        representable("next_follow_up"),
        list_of_texts("other_emails"),
        list_of_texts("other_phones"),
        Index("ix_customers_city_key_id", "city_key", "id"),
        Index("ix_customers_company_key_id", "company_key", "id"),
        Index("ix_customers_country_key_id", "country_key", "id"),
        Index("ix_customers_created_at_id", "created_at", "id"),
        Index("ix_customers_email_key_id", "email_key", "id"),
        Index(
            "ix_customers_email_normalized", "email_normalized", postgresql_where=text("email_normalized IS NOT NULL")
        ),
        Index(
            "ix_customers_email_invalid",
            "name_key",
            "id",
            postgresql_where=text("crm.email_is_valid(email) IS NOT TRUE"),
        ),
        Index("ix_customers_import_batch_id", "import_batch_id", postgresql_where=text("import_batch_id IS NOT NULL")),
        Index("ix_customers_last_contact_id", "last_contact", "id"),
        Index("ix_customers_name_key_id", "name_key", "id"),
        Index("ix_customers_next_follow_up_id", "next_follow_up", "id"),
        _other_values_index("customers"),
        Index("ix_customers_owner_id", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
        Index("ix_customers_phone_digits_id", "phone_digits", "id"),
        Index("ix_customers_phone_e164", "phone_e164", postgresql_where=text("phone_e164 IS NOT NULL")),
        Index(
            "ix_customers_search_text",
            "search_text",
            postgresql_ops={"search_text": "gin_trgm_ops"},
            postgresql_using="gin",
        ),
        Index(
            "ix_customers_phone_unchecked",
            "name_key",
            "id",
            postgresql_where=text("(NOT (coalesce(phone, '') <> '' AND phone_e164 IS NULL)) IS NOT TRUE"),
        ),
        Index("ix_customers_status_key_id", "status_key", "id"),
        Index("ix_customers_tags", "tags", postgresql_ops={"tags": "jsonb_path_ops"}, postgresql_using="gin"),
        Index("ix_customers_tags_key_id", "tags_key", "id"),
        Index("ix_customers_tier_rank_id", "tier_rank", "id"),
        Index("ix_customers_type_key_id", "type_key", "id"),
        Index(
            "ix_customers_unreachable",
            "name_key",
            "id",
            postgresql_where=text("crm.is_reachable(email, phone, other_emails, other_phones) IS NOT TRUE"),
        ),
        Index("uq_customers_number_key", "number_key", unique=True, postgresql_where=text("number_key <> ''")),
        Index("uq_customers_user_id", "user_id", unique=True, postgresql_where=text("user_id IS NOT NULL")),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=derived()
    )
    customer_number: Mapped[str | None]
    company_name: Mapped[str | None]
    contact_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    postal_code: Mapped[str | None]
    customer_type: Mapped[str | None] = mapped_column(server_default=text("'individual'"))
    status: Mapped[str | None] = mapped_column(server_default=text("'active'"))
    source: Mapped[str | None] = mapped_column(server_default=text("'website'"))
    tags: Mapped[Any | None] = mapped_column(JSONB, server_default=text("'[]'"))
    notes: Mapped[str | None]
    created_at: Mapped[Now | None]
    updated_at: Mapped[Stamped | None]
    last_contact: Mapped[datetime | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.users.id", ondelete="SET NULL"))
    import_batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.import_batches.id", ondelete="SET NULL"))
    phone_national: Mapped[str | None]
    tier: Mapped[str | None] = mapped_column(server_default=derived())
    next_follow_up: Mapped[datetime | None] = mapped_column(server_default=derived())
    number_key: Mapped[str] = mapped_column(
        FoldedText, generated("left(coalesce(crm.fold(btrim(customer_number)), ''), 300)")
    )
    name_key: Mapped[str] = mapped_column(
        FoldedText,
        generated(
            "left(coalesce(crm.fold(CASE WHEN contact_name <> '' THEN contact_name ELSE company_name END), ''), 300)"
        ),
    )
    company_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(company_name), ''), 300)"))
    email_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(email), ''), 300)"))
    phone_digits: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.digits(phone), ''), 300)"))
    city_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(city), ''), 300)"))
    country_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(country), ''), 300)"))
    type_key: Mapped[str] = mapped_column(FoldedText, generated("coalesce(customer_type, '')"))
    status_key: Mapped[str] = mapped_column(FoldedText, generated("coalesce(status, '')"))
    tier_rank: Mapped[int] = mapped_column(
        SmallInteger,
        generated(
            "CASE tier WHEN 'bronze' THEN 1 WHEN 'silver' THEN 2 WHEN 'gold' THEN 3 WHEN 'platinum' THEN 4 ELSE 0 END"
        ),
    )
    tags_key: Mapped[str] = mapped_column(
        FoldedText,
        generated(
            "CASE WHEN tags <> '[]'::jsonb"
            " THEN left(coalesce(crm.fold(translate(tags::text, '[]\"', '')), ''), 300) ELSE '' END"
        ),
    )
    email_normalized: Mapped[str | None] = mapped_column(
        FoldedText, generated("left(nullif(crm.fold(btrim(email)), ''), 320)")
    )
    phone_e164: Mapped[str | None] = mapped_column(FoldedText, generated(_PHONE_E164))
    other_emails: Mapped[OtherValues]
    other_phones: Mapped[OtherValues]
    other_phones_national: Mapped[str | None]
    contacts_text: Mapped[str] = mapped_column(FoldedText, server_default=text("''"))
    search_text: Mapped[str] = mapped_column(
        FoldedText,
        generated(
            "coalesce(' ' || crm.fold(contact_name), '') || coalesce(' ' || crm.fold(company_name), '')"
            f" || {_REACH_WORDS} || coalesce(' ' || crm.fold(city), '') || coalesce(' ' || crm.fold(state), '')"
            " || coalesce(' ' || crm.fold(country), '') || coalesce(' ' || crm.fold(customer_number), '')"
            " || contacts_text"
        ),
    )


class Contact(Versioned, Base):
    __tablename__ = "contacts"
    __table_args__ = (
        list_of_texts("other_emails"),
        list_of_texts("other_phones"),
        _other_values_index("contacts"),
        Index("ix_contacts_phone_e164", "phone_e164", postgresql_where=text("phone_e164 IS NOT NULL")),
        Index(
            "ix_contacts_email_normalized", "email_normalized", postgresql_where=text("email_normalized IS NOT NULL")
        ),
        Index("ix_contacts_name_key_id", "name_key", "id"),
        Index(
            "ix_contacts_search_text",
            "search_text",
            postgresql_ops={"search_text": "gin_trgm_ops"},
            postgresql_using="gin",
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    phone_national: Mapped[str | None]
    notes: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    name_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(name), ''), 300)"))
    phone_digits: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.digits(phone), ''), 300)"))
    email_normalized: Mapped[str | None] = mapped_column(
        FoldedText, generated("left(nullif(crm.fold(btrim(email)), ''), 320)")
    )
    other_emails: Mapped[OtherValues]
    other_phones: Mapped[OtherValues]
    other_phones_national: Mapped[str | None]
    phone_e164: Mapped[str | None] = mapped_column(FoldedText, generated(_PHONE_E164))
    search_text: Mapped[str] = mapped_column(FoldedText, generated(f"' ' || crm.fold(name) || {_REACH_WORDS}"))


class ContactPosition(Versioned, Base):
    __tablename__ = "contact_positions"
    __table_args__ = (
        Index("ix_contact_positions_customer_id", "customer_id"),
        Index("uq_contact_positions_primary", "customer_id", unique=True, postgresql_where=text("is_primary")),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("crm.contacts.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str | None]
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class DuplicateDecision(Versioned, Base):
    __tablename__ = "duplicate_decisions"
    __table_args__ = (
        one_of("decision", "different", "later"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("ix_duplicate_decisions_second_id", "second_id"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"), primary_key=True)
    decision: Mapped[str] = mapped_column(server_default=text("'different'"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    decided_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class Consent(Versioned, Base):
    __tablename__ = "consents"
    __table_args__ = (representable("given_at"), Index("ix_consents_customer_id", "customer_id"))

    id: Mapped[Id]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default=text("'any'"))
    is_granted: Mapped[bool]
    evidence: Mapped[str] = mapped_column(server_default=text("''"))
    given_at: Mapped[Now]
    created_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
