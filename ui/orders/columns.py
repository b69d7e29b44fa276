"""The columns of the orders table, and its two-line row for narrow windows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from crm_desktop.orders.columns import COLUMNS as FACTS
from crm_desktop.orders.currencies import money, shown
from crm_desktop.orders.rows import OrderRow
from ui.interactions.local_time import full_text, moment_text, to_wall
from ui.orders.words import STATUS_WORDS
from ui.tables.columns import RIGHT, Column, ColumnsOf, CompactRow, Tone, muted
from ui.widgets.badges import tone_of

_column = ColumnsOf[OrderRow](FACTS)


def when(row: OrderRow) -> str:
    """The date in local words."""
    return moment_text(row.ordered_at, datetime.now(UTC))


def _exact(row: OrderRow) -> str:
    return full_text(to_wall(row.ordered_at))


def _tone(row: OrderRow) -> Tone:
    return cast(Tone, tone_of(row.status))


STATUS = _column("status", 112, lambda row: STATUS_WORDS.get(row.status, row.status), kind="badge", tone=_tone)
_TOTAL = _column("total", 120, lambda row: shown(row.total), right=True)
_AMOUNT = Column("amount", "Total", lambda row: money(row.total, row.currency), 140, alignment=RIGHT)

COLUMNS: tuple[Column, ...] = (
    _column("order_number", 140, lambda row: row.order_number, strong=True, searchable=True),
    _column("ordered_at", 176, when, tone=muted, tooltip=_exact),
    _column(
        "customer_name", 220, lambda row: row.customer_name, searchable=True, tooltip=lambda row: row.customer_name
    ),
    STATUS,
    _column("lines", 76, lambda row: f"{row.lines:,}" if row.lines else "", tone=muted, right=True),
    _TOTAL,
    _column("currency", 92, lambda row: row.currency, tone=muted),
    _column("points", 124, lambda row: f"{row.points:,}" if row.points else "", tone=muted, right=True),
    _column("contact", 150, lambda row: row.contact, tone=muted, tooltip=lambda row: row.contact),
)


def _detail(row: OrderRow) -> str:
    return " · ".join(part for part in (row.customer_name, when(row)) if part)


COMPACT = CompactRow(title=lambda row: row.order_number, detail=_detail, badge=STATUS, aside=_AMOUNT)
