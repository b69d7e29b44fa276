"""Lists that somebody saved: filter, columns and sort."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import CURRENT_USER, Id, Now, Stamped


class SavedView(Versioned, Base):
    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner_id", "subject", "name"),)

    id: Mapped[Id]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("crm.users.id", ondelete="CASCADE"), server_default=CURRENT_USER)
    subject: Mapped[str]
    name: Mapped[str]
    definition: Mapped[Any] = mapped_column(JSONB)
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
