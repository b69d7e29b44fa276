"""Calls, emails, meetings and what else happened or is planned with a customer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import FoldedText, Id, Now, Stamped, derived, generated, one_of, representable

_PENDING = "status = 'pending'"
_WAITING = f"{_PENDING} AND follow_up IS NOT NULL"


class CustomerInteraction(Versioned, Base):
    __tablename__ = "customer_interactions"
    __table_args__ = (
        one_of("priority", "low", "medium", "high", "urgent"),
        one_of("status", "pending", "completed", "cancelled"),
        one_of("type", "call", "email", "meeting", "support", "sale", "follow_up", "other"),
        representable("created_at"),
        representable("follow_up"),
        Index("ix_customer_interactions_assignee_id", "assignee_id", "created_at"),
        Index("ix_customer_interactions_contact_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")),
        Index("ix_customer_interactions_created_at_id", "created_at", "id"),
        Index("ix_customer_interactions_customer_id_created_at", "customer_id", "created_at"),
        Index("ix_customer_interactions_follow_up_id", "follow_up", "id"),
        Index(
            "ix_customer_interactions_pending_assignee_id",
            "assignee_id",
            "follow_up",
            "id",
            postgresql_where=text(_PENDING),
        ),
        Index(
            "ix_customer_interactions_pending_customer_id",
            "customer_id",
            "follow_up",
            postgresql_where=text(_WAITING),
        ),
        Index("ix_customer_interactions_pending_follow_up", "follow_up", "id", postgresql_where=text(_PENDING)),
        Index("ix_customer_interactions_priority_rank_id", "priority_rank", "id"),
        Index("ix_customer_interactions_status_key_id", "status_key", "id"),
        Index("ix_customer_interactions_type_id", "type", "id"),
        Index("ix_customer_interactions_user_id", "user_id", "created_at"),
    )

    id: Mapped[Id]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("crm.users.id", ondelete="CASCADE"))
    type: Mapped[str]
    subject: Mapped[str]
    description: Mapped[str | None]
    outcome: Mapped[str | None]
    priority: Mapped[str | None] = mapped_column(server_default=text("'medium'"))
    status: Mapped[str | None] = mapped_column(server_default=text("'pending'"))
    duration: Mapped[int | None]
    follow_up: Mapped[datetime | None]
    created_at: Mapped[Now | None]
    updated_at: Mapped[Stamped | None]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.contacts.id", ondelete="SET NULL"))
    assignee_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=derived()
    )
    completed_at: Mapped[datetime | None] = mapped_column(server_default=derived())
    priority_rank: Mapped[int] = mapped_column(
        SmallInteger,
        generated(
            "CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 WHEN 'urgent' THEN 4 ELSE 0 END"
        ),
    )
    status_key: Mapped[str] = mapped_column(FoldedText, generated("coalesce(status, '')"))
