"""What several charts tell of the same rows is read once for all of them that share a session."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

Rows = TypeVar("Rows")


def once(session: Session, key: Hashable, read: Callable[[], Rows]) -> Rows:
    """What `read` gives, or gave earlier in this session under the same key."""
    known: dict[Hashable, Rows] = session.info.setdefault("charts", {})
    if key not in known:
        known[key] = read()
    return known[key]
