"""The contacts of a company."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import StrictBool
from sqlalchemy.orm import Session

from crm_desktop.contacts import actions
from crm_desktop.contacts.queries import contact_at, contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.queries import customer_card
from crm_desktop.errors import InvalidInput, NotFound

from .documented import PROBLEMS, Signed
from .shapes import Contact, page_of
from .writing import Version, added, as_input, body_of, if_match, saved, seen_versions, tagged, unchanged, wrote

router = APIRouter(prefix="/customers/{customer_id}/contacts", tags=["Contacts"], responses=PROBLEMS)
_PRIMARY: Any = (StrictBool | None, None)
_NO_FIELDS = ("contact_id", "is_primary")
NewContact = body_of(
    ContactInput, "NewContact", id=(UUID | None, None), contact_id=(UUID | None, None), is_primary=_PRIMARY
)
ChangedContact = body_of(
    ContactInput, "ChangedContact", version=(Version, None), position_version=(Version, None), is_primary=_PRIMARY
)


@router.get("", response_model=page_of(Contact))
def list_contacts(customer_id: UUID, signed: Signed) -> Any:
    """The contacts of a company, the primary one first."""
    with signed.session() as session:
        customer_card(session, customer_id)
        return {"items": contacts_of(session, customer_id)}


@router.get("/{contact_id}", response_model=Contact)
def get_contact(customer_id: UUID, contact_id: UUID, signed: Signed, response: Response) -> ContactRow:
    """One contact as it is at that company."""
    with signed.session() as session:
        return tagged(response, contact_at(session, contact_id, customer_id))


@router.post("", response_model=Contact, status_code=201)
def add_contact(
    customer_id: UUID,
    given: NewContact,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> ContactRow:
    """Adds a new person as a contact, or with `contact_id` somebody who is a contact of another company. The first one
    is the primary one."""
    body: Any = given
    values = body.values(ContactInput, without=_NO_FIELDS)
    with signed.session() as session:
        country = customer_card(session, customer_id).country
        if body.contact_id is None:
            made = ContactInput(**values)
            identity = actions.add_contact(session, customer_id, made, country=country, contact_id=body.id)
        else:
            identity = _link(session, customer_id, body.contact_id, values)
        if body.is_primary:
            actions.make_primary(session, identity, customer_id)
        found = contact_at(session, identity, customer_id)
        return added(request, response, session, found, "get_contact", customer_id=customer_id, contact_id=identity)


@router.put("/{contact_id}", response_model=Contact)
def change_contact(
    customer_id: UUID,
    contact_id: UUID,
    given: ChangedContact,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> ContactRow:
    """Changes the fields that the body names; the others stay. The role is that at this company, all else is the
    person's at every company. `is_primary` puts the contact in the place of whoever was the primary one."""
    body: Any = given
    seen = seen_versions(request, body)
    with signed.session() as session:
        held = unchanged(contact_at(session, contact_id, customer_id), seen)
        country = customer_card(session, customer_id).country
        wanted = replace(as_input(ContactInput, held), **body.values(ContactInput, without=_NO_FIELDS))
        both = (held.version, held.position_version)
        actions.edit_contact(session, contact_id, customer_id, both, wanted, country=country)
        if body.is_primary:
            actions.make_primary(session, contact_id, customer_id)
        elif body.is_primary is False and held.is_primary:
            raise InvalidInput({"is_primary": "Make another contact the primary one instead."})
        return saved(response, session, contact_at(session, contact_id, customer_id))


@router.delete("/{contact_id}", status_code=204)
def remove_contact(customer_id: UUID, contact_id: UUID, request: Request, signed: Signed, response: Response) -> None:
    """Removes a contact from this company. Whoever is at no other one and is named by no interaction is deleted."""
    with signed.session() as session:
        actions.hold(session, contact_id)
        unchanged(contact_at(session, contact_id, customer_id), if_match(request))
        actions.remove_contact(session, contact_id, customer_id, delete_person=True)
        wrote(response, session)


def _link(session: Session, customer_id: UUID, contact_id: UUID, values: dict[str, Any]) -> UUID:
    """Somebody who is known already: only the role is this company's."""
    role = values.pop("role", "")
    if values:
        says = "Of somebody who is known already, only the role is added here."
        raise InvalidInput(dict.fromkeys(values, says))
    try:
        actions.link_contact(session, contact_id, customer_id, role)
    except NotFound as error:
        raise InvalidInput({"contact_id": str(error)}) from None
    return contact_id
