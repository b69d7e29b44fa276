"""What reading the loyalty programme gives: an account, its entries, and members in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from .rules import TierRule


@dataclass(frozen=True)
class Account:
    """`next_tier` and `to_next` are None at the top; `share` is how far it is from its tier to the next, 0 to 1."""

    id: UUID
    customer_id: UUID
    is_business: bool
    balance: int
    earned: int
    redeemed: int
    expired: int
    tier: str
    last_activity: datetime | None
    next_tier: str | None
    to_next: int | None
    share: float


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger; `balance` is what there was after it."""

    id: int
    kind: str
    points: int
    balance: int
    reason: str
    author: str
    order_number: str
    contact: str
    created_at: datetime


@dataclass(frozen=True)
class TierChange:
    """`from_tier` is None where the account was opened."""

    from_tier: str | None
    to_tier: str
    created_at: datetime


@dataclass(frozen=True)
class Expiring:
    """Points that expire in a month, given as its first day, in UTC; `accounts` have them."""

    month: date
    points: int
    accounts: int


@dataclass(frozen=True)
class ContactPoints:
    """What a contact of a company has brought and spent."""

    contact_id: UUID
    name: str
    earned: int
    redeemed: int


@dataclass(frozen=True)
class AccountCard:
    """All that the card's tab shows. `more`: there are entries before these; `rule`: what the tier brings."""

    account: Account
    entries: tuple[Entry, ...]
    more: bool
    changes: tuple[TierChange, ...]
    expiring: tuple[Expiring, ...]
    contacts: tuple[ContactPoints, ...]
    rule: TierRule | None


class MemberRow(NamedTuple):
    """A member as a list shows it; `id` is the account's."""

    id: UUID
    customer_id: UUID | None
    name: str
    tier: str
    points_balance: int
    total_earned: int
    total_redeemed: int
    expired: int
    to_next: int | None
    last_activity: datetime | None
