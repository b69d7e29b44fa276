"""What the last scan found, the scans themselves, and who was merged into whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Now, Stamped


class Snapshot(UserDefinedType[str]):
    """Which transactions could be seen at a moment."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "pg_snapshot"


class DuplicateScan(Base):
    __tablename__ = "duplicate_scans"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    started_at: Mapped[Now]
    finished_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    snapshot: Mapped[str] = mapped_column(Snapshot)
    scanned_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    customers: Mapped[int] = mapped_column(BigInteger)
    compared: Mapped[int] = mapped_column(BigInteger)
    found: Mapped[int] = mapped_column(BigInteger)
    groups_cut: Mapped[int] = mapped_column(BigInteger)
    examples_cut: Mapped[Any] = mapped_column(JSONB, server_default=text("'[]'"))


class DuplicatePair(Base):
    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("ix_duplicate_pairs_score_first_id_second_id", "score", "first_id", "second_id"),
        Index("ix_duplicate_pairs_second_id", "second_id"),
    )

    first_id: Mapped[UUID] = mapped_column(primary_key=True)
    second_id: Mapped[UUID] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))


class CustomerMerge(Versioned, Base):
    __tablename__ = "customer_merges"
    __table_args__ = (Index("ix_customer_merges_survivor_id", "survivor_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    name: Mapped[str]
    merged_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    kept: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
