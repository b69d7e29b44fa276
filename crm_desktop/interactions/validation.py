"""The rules for an interaction's fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from crm_desktop import lengths
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import storable
from crm_desktop.listing.periods import moment_fault

INTERACTION_TYPES = ("call", "email", "meeting", "support", "sale", "follow_up", "other")
PRIORITIES = ("low", "medium", "high", "urgent")
INTERACTION_STATUSES = ("pending", "completed", "cancelled")
MAX_DURATION = 7 * 24 * 60
_MOST = {"subject": lengths.LINE, "description": lengths.TEXT, "outcome": lengths.TEXT}


@dataclass(frozen=True)
class InteractionInput:
    """What a person types about an interaction; the names are the schema's. `duration` is in minutes."""

    customer_id: UUID
    type: str = "call"
    subject: str = ""
    description: str = ""
    outcome: str = ""
    priority: str = "medium"
    status: str = "pending"
    duration: int | None = None
    follow_up: datetime | None = None
    contact_id: UUID | None = None
    assignee_id: UUID | None = None
    """Who has to follow up; None leaves it to the author."""


def validate(given: InteractionInput) -> InteractionInput:
    """The input as it is saved, or InvalidInput with a sentence per field."""
    faults: dict[str, str] = {}
    clean = replace(
        given,
        subject=" ".join(storable(given.subject).split()),
        description=storable(given.description).strip(),
        outcome=storable(given.outcome).strip(),
    )
    faults |= lengths.faults(vars(clean), _MOST)
    if not clean.subject:
        faults["subject"] = "Enter a subject."
    if clean.type not in INTERACTION_TYPES:
        faults["type"] = "Choose one of the types of interaction."
    if clean.priority not in PRIORITIES:
        faults["priority"] = "Choose low, medium, high or urgent."
    if clean.status not in INTERACTION_STATUSES:
        faults["status"] = "Choose pending, completed or cancelled."
    if clean.duration is not None and not 0 <= clean.duration <= MAX_DURATION:
        faults["duration"] = "Enter the duration in minutes, at most a week."
    if fault := moment_fault(clean.follow_up, "The follow-up"):
        faults["follow_up"] = fault
    if faults:
        raise InvalidInput(faults)
    return clean
