"""Loyalty accounts, the ledger they follow, and the tiers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, FoldedText, Now, Stamped, generated, one_of, representable


class LoyaltyAccount(Base):
    __tablename__ = "loyalty_accounts"
    __table_args__ = (
        CheckConstraint("points_balance >= 0", name="points_balance"),
        one_of("tier", "bronze", "silver", "gold", "platinum"),
        Index("ix_loyalty_accounts_last_activity_user_id", "last_activity", "user_id"),
        Index("ix_loyalty_accounts_name_key_user_id", "name_key", "user_id"),
        Index("ix_loyalty_accounts_points_balance_user_id", "points_balance", "user_id"),
        Index("ix_loyalty_accounts_tier_rank_user_id", "tier_rank", "user_id"),
        Index("ix_loyalty_accounts_total_earned_user_id", "total_earned", "user_id"),
        Index("ix_loyalty_accounts_total_redeemed_user_id", "total_redeemed", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("crm.users.id", ondelete="CASCADE"), primary_key=True)
    points_balance: Mapped[int | None] = mapped_column(BigInteger, server_default=text("0"))
    tier: Mapped[str | None] = mapped_column(server_default=text("'bronze'"))
    total_earned: Mapped[int | None] = mapped_column(BigInteger, server_default=text("0"))
    total_redeemed: Mapped[int | None] = mapped_column(BigInteger, server_default=text("0"))
    last_activity: Mapped[Now | None]
    updated_at: Mapped[Stamped | None]
    name_key: Mapped[str | None] = mapped_column(FoldedText)
    tier_rank: Mapped[int] = mapped_column(
        SmallInteger,
        generated(
            "CASE tier WHEN 'bronze' THEN 1 WHEN 'silver' THEN 2 WHEN 'gold' THEN 3 WHEN 'platinum' THEN 4 ELSE 0 END"
        ),
    )
    enrolled_at: Mapped[Now]


class LedgerEntry(Base):
    __tablename__ = "loyalty_ledger"
    __table_args__ = (
        one_of("kind", "earn", "redeem", "adjust", "opening", "expire"),
        representable("created_at"),
        CheckConstraint(
            "CASE kind WHEN 'earn' THEN points > 0 WHEN 'opening' THEN points >= 0"
            " WHEN 'redeem' THEN points < 0 OR points > 0 AND booking_id IS NOT NULL"
            " WHEN 'expire' THEN points < 0 ELSE points <> 0 END",
            name="points",
        ),
        Index("ix_loyalty_ledger_contact_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")),
        Index("ix_loyalty_ledger_created_at", "created_at"),
        CheckConstraint("points_rate >= 0::numeric", name="points_rate"),
        Index("ix_loyalty_ledger_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_loyalty_ledger_user_id", "user_id", "id"),
        Index(
            "uq_loyalty_ledger_booking_id", "booking_id", unique=True, postgresql_where=text("booking_id IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("crm.loyalty_accounts.user_id", ondelete="CASCADE"))
    kind: Mapped[str]
    points: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    order_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    created_at: Mapped[Now]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.contacts.id", ondelete="SET NULL"))
    booking_id: Mapped[UUID | None]
    points_rate: Mapped[Decimal | None]


class PointsLeft(Base):
    """What is left of an account's points, by the month in which they came; kept by trigger."""

    __tablename__ = "loyalty_points_left"
    __table_args__ = (CheckConstraint("points > 0", name="points"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("crm.loyalty_accounts.user_id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int] = mapped_column(BigInteger)


class LoyaltyTier(Versioned, Base):
    __tablename__ = "loyalty_tiers"
    __table_args__ = (
        UniqueConstraint("threshold", deferrable=True, initially="DEFERRED"),
        CheckConstraint("discount_percent >= 0::numeric AND discount_percent <= 100::numeric", name="discount_percent"),
        CheckConstraint("earning_multiplier >= 0::numeric", name="earning_multiplier"),
        CheckConstraint("earning_multiplier <> 'NaN'::numeric", name="earning_multiplier_number"),
        CheckConstraint("threshold >= 0", name="threshold"),
        one_of("tier", "bronze", "silver", "gold", "platinum"),
    )

    tier: Mapped[str] = mapped_column(primary_key=True)
    threshold: Mapped[int] = mapped_column(BigInteger)
    earning_multiplier: Mapped[Decimal] = mapped_column(Numeric(6, 3), server_default=text("1"))
    discount_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), server_default=text("0"))
    benefits: Mapped[str] = mapped_column(server_default=text("''"))
    updated_at: Mapped[Stamped]


class TierChange(Base):
    __tablename__ = "loyalty_tier_changes"
    __table_args__ = (Index("ix_loyalty_tier_changes_user_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("crm.loyalty_accounts.user_id", ondelete="CASCADE"))
    from_tier: Mapped[str | None]
    to_tier: Mapped[str]
    points_balance: Mapped[int] = mapped_column(BigInteger)
    total_earned: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Now]
