"""Counts and shares of segments in words."""

from __future__ import annotations


def customers(number: int, *, exact: bool = True) -> str:
    """ "1 customer", "1,204 customers", "more than 1,000 customers"."""
    shown = f"{number:,}" if exact else f"more than {number - 1:,}"
    return f"{shown} customer{'' if number == 1 else 's'}"


def count_text(number: int, *, exact: bool = True) -> str:
    """The same, short: "1,204", "1,000+"."""
    return f"{number:,}" if exact else f"{number - 1:,}+"


def share_text(number: int, total: int) -> str:
    """ "12 % of all"; small shares keep a decimal, and some are not none."""
    if not total:
        return ""
    share = 100 * number / total
    if number and share < 0.1:
        return "less than 0.1 % of all"
    return f"{share:.1f} % of all" if 0 < share < 10 else f"{share:.0f} % of all"
