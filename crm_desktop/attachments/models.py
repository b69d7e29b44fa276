"""Attached files: what they are, and apart from that their content in parts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Now, Stamped


class Attachment(Versioned, Base):
    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint(
            "octet_length(file_name) BETWEEN 1 AND 255 AND file_name NOT IN ('.', '..')"
            r" AND file_name !~ '[/\\\x01-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]'",
            name="file_name",
        ),
        CheckConstraint("media_type ~ '^[a-z0-9.+-]{1,64}/[A-Za-z0-9.+_-]{1,100}$'", name="media_type"),
        Index("ix_attachments_customer_id", "customer_id"),
        Index("ix_attachments_interaction_id", "interaction_id", postgresql_where=text("interaction_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    interaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.customer_interactions.id", ondelete="CASCADE"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class AttachmentContent(Base):
    __tablename__ = "attachment_contents"
    __table_args__ = (
        Index("ix_attachment_contents_orphaned_at", "orphaned_at", postgresql_where=text("orphaned_at IS NOT NULL")),
    )

    attachment_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[UUID | None] = mapped_column(server_default=CURRENT_USER)
    is_sealed: Mapped[bool] = mapped_column(server_default=text("false"))
    orphaned_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
