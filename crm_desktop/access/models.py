"""The staff and the customers' accounts, and the settings that administrators choose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import Id, Now, Stamped, one_of


class User(Versioned, Base):
    __tablename__ = "users"
    __table_args__ = (one_of("role", "admin", "employee", "user"),)

    id: Mapped[Id]
    username: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None]
    role: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    last_seen_at: Mapped[datetime | None]
    may_export: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class Setting(Versioned, Base):
    __tablename__ = "settings"
    __table_args__ = (
        CheckConstraint(
            "key <> 'tier_basis' OR value = ANY (ARRAY['\"lifetime\"'::jsonb, '\"balance\"'::jsonb])", name="tier_basis"
        ),
        CheckConstraint(
            "key <> 'attachment_max_mb' OR (jsonb_typeof(value) = 'number' AND (value #>> '{}') ~ '^[0-9]{1,3}$'"
            " AND (value #>> '{}')::integer BETWEEN 1 AND 100)",
            name="attachment_max_mb",
        ),
        CheckConstraint(
            "key <> 'points_expire_months' OR value::text ~ '^([1-9][0-9]{0,2}|null)$'", name="points_expire_months"
        ),
        CheckConstraint(
            "key <> 'points_per_amount' OR jsonb_typeof(value) = 'object' AND value ? 'default' AND NOT"
            ' jsonb_path_exists(value, \'$.keyvalue() ? ((!(@.key like_regex "^[A-Z]{3}$") && @.key != "default")'
            ' || @.value.type() != "number" || @.value < 0 || @.value > 1000000)\')',
            name="points_per_amount",
        ),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    updated_at: Mapped[Stamped]
