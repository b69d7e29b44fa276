"""When each chore was done last."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base


class ChoreTime(Base):
    __tablename__ = "chores"
    __table_args__ = (CheckConstraint("key ~ '^[a-z_]{1,40}$'", name="key"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    run_by: Mapped[UUID | None] = mapped_column(ForeignKey("crm.users.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(server_default=text("''"))
    failed: Mapped[bool] = mapped_column(server_default=text("false"))
    trusted_at: Mapped[datetime | None]
