"""What was imported, when and by whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Id, Now, Stamped, Xid8


class ImportBatch(Versioned, Base):
    __tablename__ = "import_batches"

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
