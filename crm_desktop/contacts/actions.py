"""Changing contacts. Nothing here commits; every save names the versions it saw.

A person and the place at a company are two rows: whoever edits a contact sees them as one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.customers.models import Contact, ContactPosition, Customer
from crm_desktop.customers.other_values import other_columns
from crm_desktop.customers.phones import national_digits
from crm_desktop.errors import CrmError, NotFound, StaleRow

from .queries import GONE, contact_at, removal_preview
from .validation import ContactInput, clean_role, validate

_contacts: Table = Contact.__table__  # type: ignore[assignment]
_positions: Table = ContactPosition.__table__  # type: ignore[assignment]
_customers: Table = Customer.__table__  # type: ignore[assignment]


def add_contact(
    session: Session,
    customer_id: UUID,
    given: ContactInput,
    *,
    country: str = "",
    allow_unchecked_phone: bool = True,
    contact_id: UUID | None = None,
) -> UUID:
    """Saves a new person as a contact of a company, under `contact_id` if it is given; returns the id. The first one
    there is the primary one."""
    clean = validate(given, country, allow_unchecked_phone=allow_unchecked_phone)
    _lock(session, customer_id)
    values = _values(clean) if contact_id is None else {**_values(clean), "id": contact_id}
    identity: UUID = session.execute(insert(_contacts).values(values).returning(_contacts.c.id)).scalar_one()
    _place(session, identity, customer_id, clean.role)
    return identity


def link_contact(session: Session, contact_id: UUID, customer_id: UUID, role: str = "") -> None:
    """Makes somebody who is known already a contact of another company."""
    # Before the company, as whoever changes this person.
    person = select(_contacts.c.id).where(_contacts.c.id == contact_id).with_for_update(read=True, key_share=True)
    if session.execute(person).one_or_none() is None:
        raise NotFound("This person is not there any more.")
    _lock(session, customer_id)
    here = exists().where(_positions.c.contact_id == contact_id, _positions.c.customer_id == customer_id)
    if session.execute(select(here)).scalar_one():
        raise CrmError("This person is a contact of this company already.")
    _place(session, contact_id, customer_id, clean_role(role))


def edit_contact(
    session: Session,
    contact_id: UUID,
    customer_id: UUID,
    versions: tuple[int, int],
    given: ContactInput,
    *,
    country: str = "",
    allow_unchecked_phone: bool = True,
) -> None:
    """Saves over the versions that were seen: the person's, and that of the place at the company.

    StaleRow, with the contact as it is now, when somebody else saved first; NotFound when it is not there any more.
    """
    clean = validate(given, country, allow_unchecked_phone=allow_unchecked_phone)
    hold(session, contact_id, key_share=True)
    position = (_positions.c.contact_id == contact_id, _positions.c.customer_id == customer_id)
    seen = (
        select(_contacts.c.version, _positions.c.version)
        .join_from(_contacts, _positions, _positions.c.contact_id == _contacts.c.id)
        .where(*position)
        .with_for_update(key_share=True)
    )
    found = session.execute(seen).one_or_none()
    if found is None:
        raise NotFound(GONE, hint="Somebody may have removed it.")
    if tuple(found) != versions:
        raise StaleRow(theirs=contact_at(session, contact_id, customer_id))
    session.execute(update(_contacts).where(_contacts.c.id == contact_id).values(_values(clean)))
    session.execute(update(_positions).where(*position).values(role=clean.role or None))


def make_primary(session: Session, contact_id: UUID, customer_id: UUID) -> None:
    """Makes a contact the primary one of a company, in the place of whoever was."""
    _lock(session, customer_id)
    of_customer = _positions.c.customer_id == customer_id
    session.execute(
        update(_positions)
        .where(of_customer, _positions.c.is_primary, _positions.c.contact_id != contact_id)
        .values(is_primary=False)
    )
    made = update(_positions).where(of_customer, _positions.c.contact_id == contact_id).values(is_primary=True)
    if session.execute(made.returning(1)).one_or_none() is None:
        raise NotFound(GONE)


def remove_contact(session: Session, contact_id: UUID, customer_id: UUID, *, delete_person: bool) -> int:
    """Removes a contact from a company; returns the transaction for `undo_transaction`.

    With `delete_person` the person goes, too, unless another company or an interaction has come to need it.
    """
    # Somebody who is giving this person another place waits, and so does whoever names it in an interaction.
    hold(session, contact_id)
    preview = removal_preview(session, contact_id, customer_id)
    place = (_positions.c.contact_id == contact_id, _positions.c.customer_id == customer_id)
    session.execute(delete(_positions).where(*place))
    if delete_person and preview.deletes_person:
        session.execute(delete(_contacts).where(_contacts.c.id == contact_id))
    return current_transaction(session)


def _place(session: Session, contact_id: UUID, customer_id: UUID, role: str) -> None:
    first = ~exists().where(_positions.c.customer_id == customer_id)
    values = {"contact_id": contact_id, "customer_id": customer_id, "role": role or None}
    is_first: bool = session.execute(select(first)).scalar_one()
    session.execute(insert(_positions).values(**values, is_primary=is_first))


def hold(session: Session, contact_id: UUID, *, key_share: bool = False) -> None:
    """A person, then the companies that show them: the order of everybody who changes people and their places, so that
    nobody waits for anybody in a circle."""
    session.execute(select(_contacts.c.id).where(_contacts.c.id == contact_id).with_for_update(key_share=key_share))
    theirs = select(_positions.c.customer_id).where(_positions.c.contact_id == contact_id)
    companies = select(_customers.c.id).where(_customers.c.id.in_(theirs)).order_by(_customers.c.id)
    session.execute(companies.with_for_update(key_share=True))


def _lock(session: Session, customer_id: UUID) -> None:
    """Whoever else is about to change this company's contacts waits; NotFound when the company is gone."""
    statement = select(_customers.c.id).where(_customers.c.id == customer_id).with_for_update(key_share=True)
    if session.execute(statement).one_or_none() is None:
        raise NotFound("This customer is not there any more.")


def _values(clean: ContactInput) -> dict[str, Any]:
    """The columns of a person; blank texts are null."""
    return {
        "name": clean.name,
        "email": clean.email or None,
        "phone": clean.phone or None,
        "phone_national": national_digits(clean.phone) or None,
        "notes": clean.notes or None,
        **other_columns(clean.other_emails, clean.other_phones),
    }
