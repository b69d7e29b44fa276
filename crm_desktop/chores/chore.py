"""One chore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database


@dataclass(frozen=True)
class Chore:
    """`run` does it in transactions of its own, and says in a sentence what was done; "" when there was nothing to do.

    `key`: small letters and underscores, never another chore's. `changes` are the kinds of things that it may have
    changed, as open views know them.
    """

    key: str
    title: str
    every: timedelta
    run: Callable[[Database, Cancellation | None], str]
    changes: frozenset[str] = frozenset()
