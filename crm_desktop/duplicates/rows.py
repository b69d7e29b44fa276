"""What the queries of duplicates hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm_desktop.customers.rows import CustomerDetails


class Side(NamedTuple):
    """One customer of a pair. `name` is the contact's name, or the company's where that is blank."""

    id: UUID
    name: str
    company_name: str
    customer_type: str
    status: str
    email: str
    phone: str
    place: str
    created_at: datetime | None
    last_contact: datetime | None
    interactions: int


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a pair: "different" or "later"."""

    decision: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class PairRow:
    """Two customers who may be the same one. `score` is None where only a decision about them is left."""

    first: Side
    second: Side
    score: int | None
    reasons: tuple[str, ...]
    decision: Decision | None

    @property
    def place(self) -> tuple[int, UUID, UUID]:
        """Where it stands in its list: what the next page begins after."""
        return (self.score or 0, self.first.id, self.second.id)


@dataclass(frozen=True)
class Partner:
    """The other customer of an open pair."""

    id: UUID
    name: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CutGroup:
    """A group that was too large to compare each with each: so many customers have `example` in common."""

    size: int
    example: str


@dataclass(frozen=True)
class Scan:
    """The last scan. `changed` counts the customers changed since, up to `changed_at_most`."""

    started_at: datetime
    finished_at: datetime
    by: str
    customers: int
    compared: int
    found: int
    groups_cut: int
    examples_cut: tuple[CutGroup, ...]
    changed: int
    changed_at_most: int

    @property
    def many_changed(self) -> bool:
        return self.changed >= self.changed_at_most


@dataclass(frozen=True)
class Moving:
    """Rows of one kind that go over to the survivor."""

    table: str
    count: int


@dataclass(frozen=True)
class MergePreview:
    """The customers to merge, the oldest first, and what hangs on each."""

    customers: tuple[CustomerDetails, ...]
    moving: dict[UUID, tuple[Moving, ...]]


@dataclass(frozen=True)
class Merged:
    """A customer who was merged into another one."""

    id: UUID
    name: str
    by: str
    at: datetime
