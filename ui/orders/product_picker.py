"""Choose a product by typing its name or SKU; what is no product is kept as the words of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_desktop.orders.currencies import money
from crm_desktop.orders.queries import find_products
from ui.forms.picker import Found, Picker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class ProductPicker(Picker):
    """Without a label of its own: it stands in a line of an order."""

    def __init__(self, context: Signed, label: str = "Product", *, labelled: bool = False) -> None:
        super().__init__(context, label, "product", "Product, SKU or words", search, labelled=labelled)


def search(session: Session, words: str) -> list[Found]:
    """The first few products that can be ordered."""
    return [
        Found(row.id, row.name, " · ".join(filter(None, (row.sku, row.category, money(row.unit_price, row.currency)))))
        for row in find_products(session, words)
    ]
