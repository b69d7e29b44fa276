"""A record as a dialog edits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Record:
    """The editable values of one row, by the schema's names, and what is needed to save them safely."""

    id: UUID
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    changed_by: str = ""  # who saved it last, as far as the audit trail tells
    names: Mapping[UUID, str] = field(default_factory=dict)  # of the people whose ids are among the values


@dataclass(frozen=True)
class Saved:
    """A row that was saved, read again where its dialog stays open."""

    id: UUID
    record: Record | None
    transaction: int = 0  # what undoing takes; 0 when this save wrote nothing that undoing would take back
    told: str = ""  # what is said when the dialog has closed
