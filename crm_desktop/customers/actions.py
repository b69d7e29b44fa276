"""Changing customers: the one path that every save goes through.

Nothing here commits. Every save names the version it saw, so that nobody overwrites what somebody else saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import InvalidInput, NotAllowed, NotFound, StaleRow
from crm_desktop.listing.folding import number_key

from .models import Customer
from .names import shown_name
from .other_values import other_columns
from .phones import national_digits
from .queries import customer_card
from .rows import DeletionPreview
from .validation import CustomerInput, validate

_customers: Table = Customer.__table__  # type: ignore[assignment]
_GONE = "This customer is not there any more."
# Contacts whom nobody else knows, neither another company nor an interaction with somebody else: the database deletes
# them with the customer.
_ONLY_HERE = """
    SELECT contact.id FROM crm.contacts AS contact
    JOIN crm.contact_positions AS here ON here.contact_id = contact.id AND here.customer_id = :customer
    WHERE NOT EXISTS (
        SELECT FROM crm.contact_positions AS other
        WHERE other.contact_id = contact.id AND other.customer_id <> here.customer_id
    ) AND NOT EXISTS (
        SELECT FROM crm.customer_interactions AS entry
        WHERE entry.contact_id = contact.id AND entry.customer_id <> here.customer_id
    )
"""


def add_customer(
    session: Session,
    given: CustomerInput,
    *,
    allow_unchecked_phone: bool = True,
    customer_id: UUID | None = None,
) -> UUID:
    """Saves a new customer, under `customer_id` where it is given; returns its id. InvalidInput when a field cannot be
    saved."""
    values = _values(validate(given, allow_unchecked_phone=allow_unchecked_phone))
    if customer_id is not None:
        values["id"] = customer_id
    _check_number(session, values["customer_number"], None)
    identity: UUID = session.execute(insert(_customers).values(values).returning(_customers.c.id)).scalar_one()
    return identity


def edit_customer(
    session: Session, customer_id: UUID, version: int, given: CustomerInput, *, allow_unchecked_phone: bool = True
) -> int:
    """Saves over the version that was seen; returns the new one.

    StaleRow, with the card as it is now, when somebody else saved first; NotFound when the customer is gone.
    """
    values = _values(validate(given, allow_unchecked_phone=allow_unchecked_phone))
    return _save(session, customer_id, version, values)


def edit_fields(
    session: Session,
    customer_id: UUID,
    version: int,
    changes: Mapping[str, Any],
    *,
    allow_unchecked_phone: bool = False,
) -> int:
    """Saves some fields, by their names in CustomerInput, over the version that was seen; returns the new one.

    Raises what `edit_customer` raises. Faults that other fields have had before are passed over.
    """
    card = customer_card(session, customer_id)
    if card.version != version:
        raise StaleRow(theirs=card)
    held = CustomerInput(**{each.name: getattr(card, each.name) for each in fields(CustomerInput)})
    given = replace(held, **changes)
    clean = validate(given, allow_unchecked_phone=allow_unchecked_phone, only=changes.keys())
    columns = {*changes, *(["phone_national"] if "phone" in changes else [])}
    for main, others in (("email", "other_emails"), ("phone", "other_phones")):
        if main in changes and len(getattr(clean, others)) < len(getattr(held, others)):
            columns |= {others, f"{others}_national"}  # one of them is the main one now
    values = {name: value for name, value in _values(clean).items() if name in columns}
    return _save(session, customer_id, version, values)


def _save(session: Session, customer_id: UUID, version: int, values: Mapping[str, Any]) -> int:
    _check_number(session, values.get("customer_number"), customer_id)
    statement = (
        update(_customers)
        .where(_customers.c.id == customer_id, _customers.c.version == version)
        .values(values)
        .returning(_customers.c.version)
    )
    new_version: int | None = session.execute(statement).scalar_one_or_none()
    if new_version is None:
        raise StaleRow(theirs=customer_card(session, customer_id))
    return new_version


def _check_number(session: Session, number: str | None, customer_id: UUID | None) -> None:
    """InvalidInput where somebody else has the number: it says who."""
    if not number:
        return
    c = _customers.c
    same = select(shown_name(c)).where(c.number_key == number_key(number), c.number_key != "")
    holder = session.execute(same if customer_id is None else same.where(c.id != customer_id)).scalar_one_or_none()
    if holder is not None:
        raise InvalidInput({"customer_number": f"Customer number {number} belongs to {holder}."})


def deletion_preview(session: Session, customer_id: UUID) -> DeletionPreview:
    """What would go with a customer; NotFound when it is gone already."""
    c = _customers.c
    statement = select(
        c.id,
        shown_name(c),
        *(
            text(f"(SELECT count(*) FROM crm.{table} AS part WHERE part.customer_id = customers.id)")
            for table in ("customer_interactions", "orders", "consents", "contact_positions", "attachments")
        ),
        text(f"(SELECT count(*) FROM ({_ONLY_HERE}) AS part)"),
        text(
            "coalesce((SELECT points_balance FROM crm.loyalty_accounts AS account"
            " WHERE account.user_id = customers.user_id), 0)"
        ),
    ).where(c.id == customer_id)
    row = session.execute(statement, {"customer": customer_id}).one_or_none()
    if row is None:
        raise NotFound(_GONE)
    identity, name, interactions, orders, consents, contacts, files, contacts_that_go, points = row
    return DeletionPreview(
        customer_id=identity,
        name=name,
        interactions=interactions,
        contacts=contacts_that_go,
        contacts_kept=contacts - contacts_that_go,
        orders=orders,
        consents=consents,
        loyalty_points=points,
        files=files,
    )


def delete_customer(session: Session, customer_id: UUID) -> int:
    """Deletes a customer with all that `deletion_preview` counts; returns the transaction for `undo_transaction`.

    NotAllowed for employees (specification, Role-Based Access), NotFound when the customer is gone.
    """
    hold_to_delete(session, customer_id)
    found = session.execute(delete(_customers).where(_customers.c.id == customer_id).returning(_customers.c.id))
    if found.one_or_none() is None:
        raise NotFound(_GONE)
    return current_transaction(session)


def hold_to_delete(session: Session, customer_id: UUID) -> None:
    """Keeps a customer as it is until it is deleted, with all that belongs to it, in the order that everybody keeps:
    nobody waits for anybody in a circle. NotAllowed for employees."""
    allowed = session.execute(select(func.has_table_privilege("crm.customers", "DELETE"))).scalar_one()
    if not allowed:
        raise NotAllowed("Only administrators may delete customers.", hint="Set the status to inactive instead.")
    session.execute(select(func.crm.lock_customers([customer_id])))


def _values(clean: CustomerInput) -> dict[str, Any]:
    """The columns of a validated input; blank texts are null, as they are in the specification's defaults."""
    values: dict[str, Any] = {
        name: getattr(clean, name) or None
        for name in (
            "customer_number",
            "company_name",
            "contact_name",
            "email",
            "phone",
            "address",
            "city",
            "state",
            "country",
            "postal_code",
            "source",
            "notes",
        )
    }
    return {
        **values,
        "phone_national": national_digits(clean.phone) or None,
        **other_columns(clean.other_emails, clean.other_phones),
        "customer_type": clean.customer_type,
        "status": clean.status,
        "tags": list(clean.tags),
        "owner_id": clean.owner_id,
    }
