"""What a card shows, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_desktop.attachments.queries import AttachmentRow, of_customer
from crm_desktop.contacts.queries import contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.queries import customer_or_survivor
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.duplicates.merged import merged_into
from crm_desktop.duplicates.rows import Merged
from crm_desktop.interactions.rows import Timeline
from crm_desktop.interactions.timeline import timeline


@dataclass(frozen=True)
class CardData:
    """One customer with the interactions on screen."""

    customer: CustomerDetails
    timeline: Timeline
    contacts: tuple[ContactRow, ...] = ()
    files: tuple[AttachmentRow, ...] = ()
    merged: tuple[Merged, ...] = ()
    """Who was merged into the customer."""


def read_card(session: Session, customer_id: UUID, limit: int) -> CardData:
    """Runs off the GUI thread; NotFound when the customer is gone. Who was merged is shown as the one that is left."""
    customer = customer_or_survivor(session, customer_id)
    return CardData(
        customer,
        timeline(session, customer.id, limit),
        tuple(contacts_of(session, customer.id)) if customer.has_contacts else (),
        of_customer(session, customer.id) if customer.has_files else (),
        merged_into(session, customer.id) if customer.has_merged else (),
    )
