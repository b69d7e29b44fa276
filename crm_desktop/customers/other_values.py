"""More than one email address and phone: how the others beside the main one are kept, and read back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from crm_desktop.stored_json import read_json

from .phones import national_digits


def other_columns(other_emails: Iterable[str], other_phones: Iterable[str]) -> dict[str, Any]:
    """The columns that hold clean other values, for a row of customers or contacts."""
    phones = list(other_phones)
    return {
        "other_emails": list(other_emails),
        "other_phones": phones,
        "other_phones_national": " ".join(filter(None, map(national_digits, phones))) or None,
    }


def texts_of(stored: Any) -> tuple[str, ...]:
    """The texts of a column of JSON, whatever another program may have stored."""
    try:
        return tuple(str(text) for text in stored) if isinstance(stored, list) else ()
    except RecursionError:  # lists in lists in lists
        return ()


@lru_cache(maxsize=2_000)
def read_texts(stored: str | None) -> tuple[str, ...]:
    """The same from the column as text; in a list the same few come again and again."""
    return texts_of(read_json(stored)) if stored else ()
