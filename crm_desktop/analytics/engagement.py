"""Engagement: one number from 0 to 100 for how alive the relation with a customer is, and what it is made of.

recency    35   falls evenly from the day of the last contact or order to nothing a year later
frequency  25   contacts in the last twelve months; 12 or more are all of it
breadth    15   different types of contact in the last twelve months; 4 or more are all of it
orders     15   orders in the last twelve months, cancelled and refunded ones left out; 6 or more are all of it
loyalty    10   bronze 2.5, silver 5, gold 7.5, platinum 10
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crm_desktop.loyalty.kinds import TIERS

RECENCY, FREQUENCY, BREADTH, ORDERS, LOYALTY = 35, 25, 15, 15, 10
YEAR_DAYS = 365
MOST_CONTACTS, MOST_KINDS, MOST_ORDERS = 12, 4, 6


@dataclass(frozen=True)
class Known:
    """What the score is made of; `contacts`, `kinds` and `orders` are of the last twelve months."""

    now: datetime
    last_at: datetime | None
    contacts: int
    kinds: int
    orders: int
    tier: str | None


@dataclass(frozen=True)
class Component:
    """One part of the score: `points` of at most `most`, and why."""

    key: str
    name: str
    points: float
    most: int
    why: str
    rule: str


def components(known: Known) -> tuple[Component, ...]:
    """The parts of the score, in the order in which they are explained."""
    days = None if known.last_at is None else max(0, (known.now - known.last_at).days)
    late = 1.0 if days is None else min(1.0, days / YEAR_DAYS)
    rank = TIERS.index(known.tier) + 1 if known.tier in TIERS else 0
    return (
        Component(
            "recency", "Recency", RECENCY * (1 - late), RECENCY,
            "No contact and no order yet" if days is None else f"Last contact or order {_days(days)}",
            f"{RECENCY} on the day of the last contact or order, evenly down to 0 a year later",
        ),
        Component(
            "frequency", "Frequency", FREQUENCY * min(1, known.contacts / MOST_CONTACTS), FREQUENCY,
            _many(known.contacts, "contact", "contacts"),
            f"Contacts in the last twelve months: {MOST_CONTACTS} or more give {FREQUENCY}",
        ),
        Component(
            "breadth", "Breadth", BREADTH * min(1, known.kinds / MOST_KINDS), BREADTH,
            _many(known.kinds, "type of contact", "types of contact"),
            f"Different types of contact in the last twelve months: {MOST_KINDS} or more give {BREADTH}",
        ),
        Component(
            "orders", "Orders", ORDERS * min(1, known.orders / MOST_ORDERS), ORDERS,
            _many(known.orders, "order", "orders"),
            f"Orders in the last twelve months: {MOST_ORDERS} or more give {ORDERS}",
        ),
        Component(
            "loyalty", "Loyalty", LOYALTY * rank / len(TIERS), LOYALTY,
            (known.tier or "not enrolled").capitalize(),
            f"Bronze {LOYALTY / 4:g}, silver {LOYALTY / 2:g}, gold {LOYALTY * 3 / 4:g}, platinum {LOYALTY}",
        ),
    )  # fmt: skip


def score(parts: tuple[Component, ...]) -> int:
    """The sum of the parts, rounded."""
    return round(sum(part.points for part in parts))


def _days(days: int) -> str:
    return "today" if days == 0 else f"{days:,} {'day' if days == 1 else 'days'} ago"


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several} in the last twelve months"
