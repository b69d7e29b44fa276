"""The words of orders and products on screen."""

from __future__ import annotations

from crm_desktop.words import counted

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


def points_words(booked: int) -> str:
    """What became of the points that a changed order brings; "" when nothing did."""
    if not booked:
        return ""
    be = "was" if abs(booked) == 1 else "were"
    return f"{counted(abs(booked), 'point')} {be} {'earned' if booked > 0 else 'taken back'}."
