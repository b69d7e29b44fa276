"""What a card shows, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_desktop.audit.last_change import last_editor
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.interactions.queries import timeline
from crm_desktop.interactions.rows import Timeline
from crm_desktop.interactions.whose import Whose, whose


@dataclass(frozen=True)
class CardData:
    """One customer with the interactions on screen."""

    customer: CustomerDetails
    timeline: Timeline
    whose: dict[UUID, Whose]
    changed_by: str
    """Who changed the customer last; "" when nobody has."""


def read_card(session: Session, customer_id: UUID, limit: int) -> CardData:
    """Runs off the GUI thread; NotFound when the customer is gone."""
    customer = customer_card(session, customer_id)
    rows = timeline(session, customer_id, limit)
    return CardData(
        customer,
        rows,
        whose(session, [row.id for row in (*rows.planned, *rows.history)]),
        last_editor(session, customer_id, "customers", customer_id),
    )
