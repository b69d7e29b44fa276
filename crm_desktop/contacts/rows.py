"""What the contacts' queries hand out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """A company where somebody is a contact."""

    customer_id: UUID
    name: str
    role: str = ""


@dataclass(frozen=True)
class ContactRow:
    """A person at a company. `version` is the person's, `position_version` that of the place there."""

    id: UUID
    customer_id: UUID
    name: str
    role: str
    is_primary: bool
    email: str
    phone: str
    other_emails: tuple[str, ...]
    other_phones: tuple[str, ...]
    notes: str
    version: int
    position_version: int
    elsewhere: tuple[Place, ...]
    """The other companies where the same person is a contact."""

    @property
    def emails(self) -> tuple[str, ...]:
        """All addresses, the main one first."""
        return tuple(filter(None, (self.email, *self.other_emails)))

    @property
    def phones(self) -> tuple[str, ...]:
        """All numbers, the main one first."""
        return tuple(filter(None, (self.phone, *self.other_phones)))


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who is known already, and may become a contact at another company."""

    id: UUID
    name: str
    email: str
    phone: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class RemovalPreview:
    """What removing a contact from a company means."""

    contact_id: UUID
    name: str
    is_elsewhere: bool
    """Whether the person stays a contact of another company."""
    interactions: int
    """How many interactions name the person, whoever they are with."""
    ledger_entries: int = 0
    """How many entries of the loyalty ledger do."""

    @property
    def deletes_person(self) -> bool:
        """Nobody needs the person any more."""
        return not self.is_elsewhere and not self.interactions and not self.ledger_entries
