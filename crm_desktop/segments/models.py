"""Named groups of customers, kept as a filter, and what their rules do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Identity, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Id, Now, Stamped, Xid8, one_of


class CustomerSegment(Versioned, Base):
    __tablename__ = "customer_segments"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]
    criteria: Mapped[Any] = mapped_column(JSONB)
    is_active: Mapped[bool | None] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now | None]
    updated_at: Mapped[Stamped | None]


class SegmentRule(Versioned, Base):
    """What happens by itself when a customer enters the segment or leaves it. Administrators write rules."""

    __tablename__ = "segment_rules"
    __table_args__ = (
        one_of("event", "enter", "leave"),
        one_of("action", "add_tag", "remove_tag", "set_status", "follow_up"),
        CheckConstraint("crm.rule_parameters_fit(action, parameters)", name="parameters"),
        Index("ix_segment_rules_segment_id", "segment_id"),
    )

    id: Mapped[Id]
    segment_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customer_segments.id", ondelete="CASCADE"))
    event: Mapped[str]
    action: Mapped[str]
    parameters: Mapped[Any] = mapped_column(JSONB)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    written_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=FetchedValue()
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    stopped_because: Mapped[str | None]


class SegmentState(Base):
    """What the last run of a segment with rules knew."""

    __tablename__ = "segment_states"

    segment_id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    rules: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    run_at: Mapped[datetime]


class SegmentMember(Base):
    """Who was in a segment with rules at its last run. Who is in it now, its criteria say."""

    __tablename__ = "segment_members"

    segment_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime]
    acted: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))


class SegmentRun(Base):
    """What the rules of a segment did in one transaction."""

    __tablename__ = "segment_runs"
    __table_args__ = (
        one_of("kind", "run", "first", "criteria", "asked"),
        Index("ix_segment_runs_segment_id_id", "segment_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    segment_id: Mapped[UUID]
    kind: Mapped[str]
    run_at: Mapped[Now]
    run_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    transaction_id: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    size: Mapped[int] = mapped_column(BigInteger)
    entered: Mapped[int] = mapped_column(BigInteger)
    left_count: Mapped[int] = mapped_column(BigInteger)
    did: Mapped[Any] = mapped_column(JSONB, server_default=text("'[]'"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("crm.users.id", ondelete="SET NULL"))
    rows_kept: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class SegmentSize(Base):
    """How large a segment was on a day, and how many came and went where rules keep watch."""

    __tablename__ = "segment_sizes"

    segment_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    entered: Mapped[int | None] = mapped_column(BigInteger)
    left_count: Mapped[int | None] = mapped_column(BigInteger)
    is_trusted: Mapped[bool] = mapped_column(server_default=text("false"))
