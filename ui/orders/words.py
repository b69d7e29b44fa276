"""The words of orders and products on screen."""

from __future__ import annotations

STATUS_WORDS = {
    "open": "Open",
    "paid": "Paid",
    "shipped": "Shipped",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
}
LABELS = {
    "order_number": "Number",
    "contact_id": "Ordered by",
    "ordered_at": "Date",
    "status": "Status",
    "currency": "Currency",
    "lines": "Lines",
    "notes": "Notes",
    "sku": "SKU",
    "name": "Name",
    "category": "Category",
    "unit_price": "Price",
    "is_active": "Can be ordered",
    "kind": "About",
    "subject": "What",
    "attitude": "Attitude",
    "note": "Note",
}
KIND_WORDS = {"product": "Product", "category": "Category", "other": "Other"}
ATTITUDE_WORDS = {"likes": "Likes", "dislikes": "Dislikes"}


def counted(number: int, noun: str) -> str:
    """ "1 order", "1,200 orders"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
