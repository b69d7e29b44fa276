"""Numbers with what they count, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """ "1 order", "1,200 orders"."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
