"""Lists that somebody saved: filter, columns and sort. And selections, frozen until they have been changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Integer, UniqueConstraint, Uuid, text
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


class FrozenRows(Base):
    """Some thousand rows of a selection."""

    __tablename__ = "frozen_rows"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    selection_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    versions: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("crm.users.id", ondelete="CASCADE"), server_default=CURRENT_USER)
    created_at: Mapped[Now]
