"""Columns and checks that many tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, FetchedValue, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import UserDefinedType

Id = Annotated[UUID, mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))]
Now = Annotated[datetime, mapped_column(server_default=text("now()"))]
# Kept by a trigger of the database: see migrations/sql.
Stamped = Annotated[datetime, mapped_column(server_default=text("now()"), server_onupdate=FetchedValue())]

# Email addresses or phone numbers beside the main one.
OtherValues = Annotated[list[str], mapped_column(JSONB, server_default=text("'[]'"))]

# Whoever is signed in, as `users.id`.
CURRENT_USER = text("crm.current_user_id()")

# Compared byte by byte: keys that were folded already need no language's order.
FoldedText = Text(collation="C")


class Xid8(UserDefinedType[int]):
    """The number of a transaction, 64 bits, never used twice."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


def one_of(column: str, *values: str) -> CheckConstraint:
    """`column` holds one of `values`, as the specification lists them."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def representable(column: str) -> CheckConstraint:
    """`column` holds a time that a program can hold in every time zone, so neither infinity nor the year 20000."""
    return CheckConstraint(f"{column} BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'", name=column)


def list_of_texts(column: str) -> CheckConstraint:
    """`column` holds a JSON array of strings."""
    return CheckConstraint(
        f"jsonb_typeof({column}) = 'array'"
        f" AND NOT jsonb_path_exists({column}, 'strict $[*] ? (@.type() != \"string\")')",
        name=column,
    )


def generated(expression: str) -> Computed:
    """A column that the database computes and stores."""
    return Computed(expression, persisted=True)


def derived() -> FetchedValue:
    """A column that a trigger fills: an insert leaves it out, and employees have no right to write most of them."""
    return FetchedValue()
