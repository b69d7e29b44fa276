"""Figures: of all customers, and of one: the same as in the window."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from crm_desktop.analytics.one_customer import CustomerFigures, customer_figures
from crm_desktop.analytics.overall import Overall, overall
from crm_desktop.customers.queries import customer_card

from .documented import PROBLEMS, Signed
from .lists import clock
from .shapes import model_of

router = APIRouter(tags=["Statistics"], responses=PROBLEMS)
Zone = Annotated[str, Query(description="In which days begin: Europe/Berlin, say. Default: the company's.")]


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Kind(_Shown):
    type: str
    count: int


class Channel(_Shown):
    """Calls, emails or meetings that were tried, and those that were answered."""

    type: str
    tried: int
    answered: int
    share: float


class Habit(_Shown):
    """When somebody answers best: weekday (0 is Monday) and hour."""

    weekday: int | None
    hour: int | None


class Purchases(_Shown):
    currency: str
    orders: int
    spent: Decimal
    average: Decimal
    first_at: datetime
    last_at: datetime


class Component(_Shown):
    """A part of the engagement score."""

    key: str
    name: str
    points: float
    most: int
    why: str
    rule: str


class Loyalty(_Shown):
    tier: str
    points_balance: int
    total_earned: int
    total_redeemed: int
    last_activity: datetime | None


class CustomerStats(_Shown):
    """Counts are of all interactions that were not cancelled; `by_month` of the latest twelve months."""

    total: int
    completed: int
    pending: int
    minutes: int
    first_at: datetime | None
    last_at: datetime | None
    by_type: list[Kind]
    by_month: list[tuple[str, int]]
    score: int
    engagement: list[Component]
    channels: list[Channel]
    habit: Habit
    loyalty: Loyalty | None
    purchases: list[Purchases]


@router.get("/stats", response_model=model_of(Overall, "Stats"))
def stats(signed: Signed, time_zone: Zone = "") -> Overall:
    """Customers by type and status, recent interactions, follow-ups that wait, customers acquired by month."""
    with signed.session() as session:
        return overall(session, clock(session, time_zone))


@router.get("/customers/{customer_id}/stats", response_model=CustomerStats)
def customer_stats(customer_id: UUID, signed: Signed, time_zone: Zone = "") -> CustomerFigures:
    """One customer's interactions, engagement, loyalty and purchases."""
    with signed.session() as session:
        customer_card(session, customer_id)
        return customer_figures(session, customer_id, clock=clock(session, time_zone))
