"""How long a text may be, whichever way it comes in: a dialog, an action, an import.

What comes over plain SQL is not held back: the database cuts its sort keys itself, so that a longer text does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LINE: Final = 300
"""Names, places, subjects: what stands in one line. The database's sort keys end here."""
ADDRESS: Final = 2_000
TEXT: Final = 10_000_000
"""Notes and descriptions: whole files that somebody pasted fit."""


def too_long(text: str, most: int) -> str:
    """What is wrong with the length of a text, "" when nothing is."""
    return f"{len(text):,} characters are too many: at most {most:,} can be kept." if len(text) > most else ""


def faults(texts: Mapping[str, str], most: Mapping[str, int]) -> dict[str, str]:
    """The fields whose texts are too long, each with what is wrong."""
    found = {name: too_long(texts[name], limit) for name, limit in most.items()}
    return {name: fault for name, fault in found.items() if fault}
