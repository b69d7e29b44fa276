"""Choose a customer by typing: name, company, email or phone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.customers import queries
from crm_desktop.listing.request import ListRequest
from ui.forms.picker import MOST, Found, Picker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class CustomerPicker(Picker):
    """`chosen` carries the customer's id, or None when the text was changed after a choice."""

    def __init__(self, context: Signed) -> None:
        super().__init__(context, "Customer", "customer", "Name, company, email or phone", find_customers)

    @property
    def customer_id(self) -> UUID | None:
        """Who is chosen."""
        return self.chosen_id


def find_customers(session: Session, words: str) -> list[Found]:
    """The first few customers that a search finds."""
    rows = queries.customer_listing(ListRequest(search=words)).first(session.connection()).rows[:MOST]
    return [
        Found(row.id, row.name, " · ".join(filter(None, (row.company_name, row.email or row.phone, row.city))))
        for row in rows
    ]
