"""The currency of rows that name none: never taken without a word."""

from __future__ import annotations

from typing import Any

from crm_desktop.orders.currencies import USUAL_HERE


def usual_here(cursor: Any) -> str:
    """What most of what is there is in."""
    cursor.execute(USUAL_HERE)
    code: str = cursor.fetchone()[0]
    return code


def taken_as(code: str, count: int, noun: str) -> str:
    """What is said of `count` orders or products that were taken to be in the usual currency."""
    one = count == 1
    return (
        f"{count:,} {noun}{'' if one else 's'} {'has' if one else 'have'} no currency in the file and "
        f"{'is' if one else 'are'} taken to be in {code}. If that is wrong, give one for every row that names none."
    )
