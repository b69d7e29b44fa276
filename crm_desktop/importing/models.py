"""What was imported, when and by whom, and how the columns of files are assigned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Id, Now, Stamped, Xid8, one_of


class ImportBatch(Versioned, Base):
    __tablename__ = "import_batches"
    __table_args__ = (Index("ix_import_batches_created_at_id", "created_at", "id"),)

    id: Mapped[Id]
    kind: Mapped[str]
    file_name: Mapped[str]
    mapping: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    rows_created: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    rows_updated: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    rows_skipped: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    rows_refused: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    transaction_id: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    created_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("crm.users.id", ondelete="SET NULL"), server_default=CURRENT_USER
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("crm.users.id", ondelete="SET NULL"))
    rows_kept: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class ImportMapping(Versioned, Base):
    __tablename__ = "import_mappings"
    __table_args__ = (
        one_of("kind", "customers", "contacts", "interactions", "products", "orders"),
        UniqueConstraint("kind", "name", name="uq_import_mappings_kind_name"),
    )

    id: Mapped[Id]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("crm.users.id", ondelete="CASCADE"), server_default=CURRENT_USER)
    kind: Mapped[str]
    name: Mapped[str]
    header: Mapped[str]
    definition: Mapped[Any] = mapped_column(JSONB)
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
