"""The columns of the list of members, and its two-line row for narrow windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from crm_desktop.loyalty.rows import MemberRow
from ui.customers.words import TIER_WORDS
from ui.interactions.local_time import day_text, full_text, to_wall
from ui.loyalty.words import points
from ui.tables.columns import RIGHT, Column, CompactRow, Tone, muted
from ui.widgets.badges import tone_of


def _number(key: str) -> Callable[[MemberRow], str]:
    return lambda row: f"{getattr(row, key):,}"


def _day(row: MemberRow) -> str:
    if row.last_activity is None:
        return ""
    return day_text(to_wall(row.last_activity).date(), to_wall(datetime.now(UTC)).date())


def _to_next(row: MemberRow) -> str:
    return "Highest tier" if row.to_next is None else f"{row.to_next:,}"


NAME = Column(
    "name", "Name", lambda row: row.name, 240, "name", strong=True, searchable=True, tooltip=lambda row: row.name,
    fixed=True,
)  # fmt: skip
TIER = Column(
    "tier", "Tier", lambda row: TIER_WORDS.get(row.tier, row.tier), 100, "tier", kind="badge",
    tone=lambda row: cast(Tone, tone_of(row.tier)),
)  # fmt: skip
BALANCE = Column("points_balance", "Balance", _number("points_balance"), 110, "points_balance", RIGHT)

COLUMNS: tuple[Column, ...] = (
    NAME,
    TIER,
    BALANCE,
    Column("total_earned", "Earned", _number("total_earned"), 110, "total_earned", RIGHT),
    Column("total_redeemed", "Redeemed", _number("total_redeemed"), 110, "total_redeemed", RIGHT, tone=muted),
    Column("expired", "Expired", _number("expired"), 110, "expired", RIGHT, tone=muted, hidden=True,
           tooltip=lambda row: f"{points(row.expired)} were not used in time" if row.expired else ""),
    Column("to_next", "To next tier", _to_next, 130, "to_next", RIGHT, tone=muted,
           tooltip=lambda row: "" if row.to_next is None else f"{points(row.to_next)} to the next tier"),
    Column("last_activity", "Last activity", _day, 130, "last_activity", tone=muted,
           tooltip=lambda row: full_text(to_wall(row.last_activity)) if row.last_activity else ""),
)  # fmt: skip

COMPACT = CompactRow(
    title=lambda row: row.name,
    detail=lambda row: points(row.points_balance),
    badge=TIER,
)
