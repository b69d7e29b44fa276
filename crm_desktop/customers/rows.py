"""What the customers' queries hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class CustomerRow(NamedTuple):
    """One customer in a list. `name` is the contact's name, or the company's where that is blank."""

    id: UUID
    name: str
    customer_type: str
    company_name: str
    email: str
    phone: str
    phone_checked: bool
    city: str
    country: str
    status: str
    tier: str | None
    last_contact: datetime | None
    next_follow_up: datetime | None
    tags: tuple[str, ...]
    version: int
    created_at: datetime | None
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    customer_number: str = ""
    contacts_found: tuple[str, ...] = ()
    """The contacts through whom a search found the company, by name, with what else was found of them."""


@dataclass(frozen=True)
class CustomerDetails:
    """All that a customer's card shows."""

    id: UUID
    name: str
    company_name: str
    contact_name: str
    email: str
    phone: str
    phone_checked: bool
    address: str
    city: str
    state: str
    country: str
    postal_code: str
    customer_type: str
    status: str
    source: str
    tags: tuple[str, ...]
    notes: str
    owner_id: UUID | None
    owner_name: str
    user_id: UUID | None
    tier: str | None
    points_balance: int | None
    total_earned: int | None
    total_redeemed: int | None
    last_contact: datetime | None
    next_follow_up: datetime | None
    created_at: datetime | None
    updated_at: datetime | None
    version: int
    other_emails: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    customer_number: str = ""
    has_contacts: bool = False
    """Whether people are known there."""
    has_files: bool = False
    """Whether files are attached, to an interaction or to the customer."""
    has_merged: bool = False
    """Whether others were merged into it."""


@dataclass(frozen=True)
class StatCounts:
    """The figures above the list of customers, as of the last commit."""

    total: int
    by_type: dict[str, int]
    by_status: dict[str, int]
    new_this_month: int
    recent_interactions: int
    pending_follow_ups: int
    overdue_follow_ups: int
    due_today: int


@dataclass(frozen=True)
class DeletionPreview:
    """What goes when a customer goes: each as a count."""

    customer_id: UUID
    name: str
    interactions: int
    contacts: int
    """People whom nobody else knows."""
    orders: int
    consents: int
    loyalty_points: int
    """Points on the customer's loyalty account; the account itself stays with its user."""
    files: int = 0
    contacts_kept: int = 0
    """Contacts who stay, because another company or an interaction with somebody else knows them."""
