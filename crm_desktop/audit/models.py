"""The trail of changes, written by the database's triggers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base
from crm_desktop.database.types import Now, Xid8, one_of


class AuditEntry(Base):
    __tablename__ = "audit_log"
    __table_args__ = (
        one_of("action", "insert", "update", "delete", "erase", "export"),
        CheckConstraint("jsonb_typeof(changes) = 'object'", name="changes"),
        Index("ix_audit_log_at", "at", postgresql_using="brin"),
        Index(
            "ix_audit_log_changed_contacts",
            "row_id",
            "id",
            postgresql_where=text("table_name = 'contacts' AND action = 'update'"),
        ),
        Index("ix_audit_log_customer_id", "customer_id", "id", postgresql_where=text("customer_id IS NOT NULL")),
        Index(
            "ix_audit_log_deleted_customers",
            "id",
            postgresql_where=text("table_name = 'customers' AND action = 'delete'"),
        ),
        Index("ix_audit_log_transaction_id", "transaction_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[Now]
    transaction_id: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    actor: Mapped[str] = mapped_column(server_default=text("SESSION_USER"))
    application: Mapped[str] = mapped_column(server_default=text("current_setting('application_name')"))
    table_name: Mapped[str]
    row_id: Mapped[str]
    customer_id: Mapped[UUID | None]
    action: Mapped[str]
    changes: Mapped[Any | None] = mapped_column(JSONB)
