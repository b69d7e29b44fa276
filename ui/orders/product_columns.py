"""The columns of the products table, and its two-line row for narrow windows."""

from __future__ import annotations

from collections.abc import Callable

from crm_desktop.orders.columns import PRODUCT_COLUMNS as FACTS
from crm_desktop.orders.currencies import money, shown
from crm_desktop.orders.product_listed import MOST_ORDERED
from crm_desktop.orders.rows import ProductRow
from ui.tables.columns import LEFT, RIGHT, Column, CompactRow, Kind, Tone, muted, plain

Format = Callable[[ProductRow], str]


def ordered_text(row: ProductRow) -> str:
    """On how many lines of orders it stands."""
    if not row.ordered:
        return ""
    return f"{MOST_ORDERED:,}+" if row.ordered > MOST_ORDERED else f"{row.ordered:,}"


def _active_tone(row: ProductRow) -> Tone:
    return "success" if row.is_active else "neutral"


def _column(
    key: str,
    width: int,
    format: Format,
    *,
    kind: Kind = "text",
    tone: Callable[[ProductRow], Tone] = plain,
    right: bool = False,
    strong: bool = False,
    tooltip: Format | None = None,
) -> Column:
    fact = next(fact for fact in FACTS if fact.key == key)
    return Column(
        key,
        fact.title,
        format,
        width,
        fact.sort,
        alignment=RIGHT if right else LEFT,
        kind=kind,
        tone=tone,
        strong=strong,
        tooltip=tooltip,
        searchable=key in ("sku", "name", "category"),
        fixed=strong,
    )


ACTIVE = _column(
    "is_active", 112, lambda row: "Active" if row.is_active else "Inactive", kind="badge", tone=_active_tone
)
_PRICE = _column("unit_price", 120, lambda row: shown(row.unit_price), right=True)
_AMOUNT = Column("amount", "Price", lambda row: money(row.unit_price, row.currency), 140, alignment=RIGHT)
_ORDERED = _column(
    "ordered", 100, ordered_text, tone=muted, right=True, tooltip=lambda row: "On so many lines of orders"
)

COLUMNS: tuple[Column, ...] = (
    _column("name", 280, lambda row: row.name, strong=True, tooltip=lambda row: row.name),
    _column("sku", 130, lambda row: row.sku, tone=muted),
    _PRICE,
    _column("currency", 92, lambda row: row.currency, tone=muted),
    ACTIVE,
    _ORDERED,
    _column("category", 180, lambda row: row.category, tone=muted),
)


def _detail(row: ProductRow) -> str:
    return " · ".join(part for part in (row.sku, row.category) if part)


COMPACT = CompactRow(title=lambda row: row.name, detail=_detail, badge=ACTIVE, aside=_AMOUNT)
