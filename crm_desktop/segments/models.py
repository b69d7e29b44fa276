"""Named groups of customers, kept as a filter."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import Id, Now, Stamped


class CustomerSegment(Versioned, Base):
    __tablename__ = "customer_segments"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]
    criteria: Mapped[Any] = mapped_column(JSONB)
    is_active: Mapped[bool | None] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now | None]
    updated_at: Mapped[Stamped | None]
