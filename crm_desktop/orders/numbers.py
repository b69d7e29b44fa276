"""The numbers of orders: which is the next one, and which ones a person means who types part of one.

Our own are the year and a count, "2026-000123". Others, from imports, are kept as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from crm_desktop.listing.search import word_start_pattern

from .models import Order

DIGITS = 6
_YEARS_BACK = 10
_number_key: Any = Order.__table__.c.number_key


def this_year() -> int:
    """By the local calendar."""
    return datetime.now(UTC).astimezone().year


def next_number(session: Session, year: int) -> str:
    """The one after the highest of our own in that year. Nobody holds it: whoever saves first has it."""
    for digits in range(DIGITS, DIGITS + 4):
        highest = session.execute(
            select(func.max(_number_key)).where(
                _number_key.like(f"{year}-{'_' * digits}"), _number_key.regexp_match(f"^{year}-[0-9]{{{digits}}}$")
            )
        ).scalar_one()
        if highest is None and digits == DIGITS:
            return f"{year}-{1:0{DIGITS}}"
        if highest is not None and highest != f"{year}-{'9' * digits}":
            return f"{year}-{int(highest.partition('-')[2]) + 1:0{digits}}"
        if highest is None:
            return f"{year}-{10 ** (digits - 1)}"
    raise AssertionError("a year with ten thousand million orders")


def has_number(c: Any, word: str) -> ColumnElement[bool]:
    """Orders whose number begins with a word of a search, which has its digits only where it looks like a phone
    number; a short number means our own of the last years."""
    starts = [word]
    exact: list[str] = []
    if word.isdecimal():
        if len(word) > 4:
            starts.append(f"{word[:4]}-{word[4:]}")
        if len(word) <= DIGITS:
            this = this_year()
            exact = [f"{year}-{int(word):0{DIGITS}}" for year in range(this, this - _YEARS_BACK, -1)]
    begins = [c.number_key.like(word_start_pattern(each).removeprefix("% ")) for each in starts]
    return or_(*begins, c.number_key.in_(exact)) if exact else or_(*begins)
