"""What reading segments gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class SegmentName:
    """A segment to choose."""

    id: UUID
    name: str
    is_active: bool


@dataclass(frozen=True)
class SegmentRow:
    """One segment. `criteria` is the filter language (docs/filters.md), as it was written down."""

    id: UUID
    name: str
    description: str
    criteria: Mapping[str, Any]
    is_active: bool
    created_at: datetime | None
    updated_at: datetime | None
    version: int


@dataclass(frozen=True)
class Usage:
    """Who would miss a segment: other segments that name it, and rules that wait for customers to enter or leave."""

    segments: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.segments or self.rules)
