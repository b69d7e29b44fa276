"""What a row has in a field, in words, beside what a filter asks of it: "12 May 2026, 198 days ago"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, select

from .filter_words import choice_word, day_words
from .filters import Field, Kind
from .periods import Clock

LONGEST = 120


def held_expression(name: str, field: Field, table: FromClause) -> ColumnElement[Any] | None:
    """What to read for it; None where there is nothing that would tell a person more than the answer."""
    if field.held is not None:
        expression: ColumnElement[Any] = field.held(table.c)
        return expression
    if field.through is not None:
        other = field.through.table.alias()
        mine = other.c[field.through.key] == table.c[field.through.own]
        found = select(field.read(other.c)).where(mine).correlate(table).limit(1).scalar_subquery()
        return func.coalesce(found, field.through.absent) if field.through.absent is not None else found
    if field.kind is Kind.YES_NO:
        expression = field.read(table.c)
        return expression
    return table.c.get(name)


def held_words(value: Any, field: Field, names: Mapping[str, str], clock: Clock) -> str:
    """The value that `held_expression` brought."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment_and_distance(value, clock)
        case UUID():
            return names.get(str(value), "unknown")
        case int() | float() | Decimal():
            return f"{value:,}"
        case Mapping():
            return ", ".join(f"{_amount(value[key])} {key}" for key in sorted(value)) or "nothing"
        case list():
            return _short(", ".join(str(each) for each in value if each)) or "none"
        case str() if value.strip():
            return choice_word(value) if field.kind is Kind.CHOICE else _short(" ".join(value.split()))
        case _:
            return "never" if field.kind is Kind.MOMENT else "blank"


def moment_and_distance(moment: datetime, clock: Clock) -> str:
    """The local day, and how far it is from today."""
    day = moment.astimezone(clock.zone).date()
    days = (day - clock.today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return f"{day_words(day)}, {near[days]}"
    return f"{day_words(day)}, {-days:,} days ago" if days < 0 else f"{day_words(day)}, in {days:,} days"


def _amount(value: Any) -> str:
    return f"{Decimal(str(value)):,.2f}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
