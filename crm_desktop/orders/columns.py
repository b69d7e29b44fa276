"""The columns of the lists of orders and products, as facts; the window adds widths and formats."""

from __future__ import annotations

from crm_desktop.listing.request import ColumnFact

COLUMNS = (
    ColumnFact("order_number", "Number", "order_number"),
    ColumnFact("ordered_at", "Date", "ordered_at"),
    ColumnFact("customer_name", "Customer", "customer_name"),
    ColumnFact("contact", "Ordered by"),
    ColumnFact("status", "Status", "status"),
    ColumnFact("lines", "Lines"),
    ColumnFact("total", "Total", "total"),
    ColumnFact("currency", "Currency"),
    ColumnFact("points", "Points earned"),
)
PRODUCT_COLUMNS = (
    ColumnFact("sku", "SKU", "sku"),
    ColumnFact("name", "Name", "name"),
    ColumnFact("category", "Category", "category"),
    ColumnFact("unit_price", "Price", "unit_price"),
    ColumnFact("currency", "Currency"),
    ColumnFact("is_active", "Active", "is_active"),
    ColumnFact("ordered", "Ordered"),
)
