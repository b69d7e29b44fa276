"""The columns of the products table, and its two-line row for narrow windows."""

from __future__ import annotations

from crm_desktop.orders.columns import PRODUCT_COLUMNS as FACTS
from crm_desktop.orders.currencies import money, shown
from crm_desktop.orders.product_listed import MOST_ORDERED
from crm_desktop.orders.rows import ProductRow
from ui.tables.columns import RIGHT, Column, ColumnsOf, CompactRow, Tone, muted

_column = ColumnsOf[ProductRow](FACTS)


def ordered_text(row: ProductRow) -> str:
    """On how many lines of orders it stands."""
    if not row.ordered:
        return ""
    return f"{MOST_ORDERED:,}+" if row.ordered > MOST_ORDERED else f"{row.ordered:,}"


def _active_tone(row: ProductRow) -> Tone:
    return "success" if row.is_active else "neutral"


ACTIVE = _column(
    "is_active", 112, lambda row: "Active" if row.is_active else "Inactive", kind="badge", tone=_active_tone
)
_PRICE = _column("unit_price", 120, lambda row: shown(row.unit_price), right=True)
_AMOUNT = Column("amount", "Price", lambda row: money(row.unit_price, row.currency), 140, alignment=RIGHT)
_ORDERED = _column(
    "ordered", 100, ordered_text, tone=muted, right=True, tooltip=lambda row: "On so many lines of orders"
)

COLUMNS: tuple[Column, ...] = (
    _column("name", 280, lambda row: row.name, strong=True, searchable=True, tooltip=lambda row: row.name),
    _column("sku", 130, lambda row: row.sku, tone=muted, searchable=True),
    _PRICE,
    _column("currency", 92, lambda row: row.currency, tone=muted),
    ACTIVE,
    _ORDERED,
    _column("category", 180, lambda row: row.category, tone=muted, searchable=True),
)


def _detail(row: ProductRow) -> str:
    return " · ".join(part for part in (row.sku, row.category) if part)


COMPACT = CompactRow(title=lambda row: row.name, detail=_detail, badge=ACTIVE, aside=_AMOUNT)
