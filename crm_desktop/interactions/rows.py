"""What the interactions' queries hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from .whose import Whose


class InteractionRow(NamedTuple):
    """One interaction in a list. `duration` is in minutes."""

    id: UUID
    customer_id: UUID
    customer_name: str
    type: str
    subject: str
    outcome: str
    priority: str
    status: str
    duration: int | None
    follow_up: datetime | None
    created_at: datetime | None
    author: str
    assignee: str
    version: int
    description: str = ""
    """Filled in a timeline; a long list leaves it out."""
    contact: str = ""
    """The contact spoken to, where one is named."""
    files: int = 0
    """How many are attached; filled in a timeline only."""

    def overdue(self, now: datetime) -> bool:
        """Whether it waits for somebody although its follow-up time has passed."""
        return self.status == "pending" and self.follow_up is not None and self.follow_up < now


@dataclass(frozen=True)
class InteractionDetails:
    """All fields of one interaction, for its dialog."""

    id: UUID
    customer_id: UUID
    customer_name: str
    type: str
    subject: str
    description: str
    outcome: str
    priority: str
    status: str
    duration: int | None
    follow_up: datetime | None
    contact_id: UUID | None
    contact: str
    user_id: UUID
    author: str
    assignee_id: UUID | None
    assignee: str
    created_at: datetime | None
    updated_at: datetime | None
    version: int


@dataclass(frozen=True)
class Timeline:
    """A customer's interactions: what is planned (earliest first), and what was (latest first)."""

    planned: list[InteractionRow]
    history: list[InteractionRow]
    more: bool
    """Whether the history goes on beyond what was asked for."""
    whose: dict[UUID, Whose]
    """Of each row."""
