"""The contacts of a company."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from crm_desktop.contacts import actions
from crm_desktop.contacts.queries import contact_at, contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.queries import customer_card

from .documented import PROBLEMS, Signed
from .shapes import Contact, page_of
from .writing import body_of, values_of, wrote

router = APIRouter(prefix="/customers/{customer_id}/contacts", tags=["Contacts"], responses=PROBLEMS)
NewContact = body_of(ContactInput, "NewContact", id=(UUID | None, None))


@router.get("", response_model=page_of(Contact))
def list_contacts(customer_id: UUID, signed: Signed) -> Any:
    """The contacts of a company, the primary one first."""
    with signed.session() as session:
        customer_card(session, customer_id)
        return {"items": contacts_of(session, customer_id)}


@router.post("", response_model=Contact, status_code=201)
def add_contact(customer_id: UUID, given: NewContact, signed: Signed, response: Response) -> ContactRow:  # type: ignore[valid-type]
    """Adds a new person as a contact; the first one is the primary one."""
    body: Any = given
    values = values_of(body.named(), ContactInput)
    with signed.session() as session:
        country = customer_card(session, customer_id).country
        made = ContactInput(**values)
        identity = actions.add_contact(session, customer_id, made, country=country, contact_id=body.id)
        found = contact_at(session, identity, customer_id)
        wrote(response, session)
    return found
