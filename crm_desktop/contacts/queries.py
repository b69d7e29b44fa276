"""Reading contacts: those of a company, one of them, and people who are known already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.customers.other_values import texts_of
from crm_desktop.errors import NotFound
from crm_desktop.listing.search import like_pattern, terms, word_start_pattern

from .rows import ContactRow, FoundPerson, Place, RemovalPreview

MOST_FOUND = 8
MOST_ROLES = 100
GONE = "This contact is not at this company any more."

_NAME = "coalesce(nullif(c.company_name, ''), c.contact_name, '')"
_PLACES = f"""
    (select json_agg(json_build_array(c.id, {_NAME}, coalesce(o.role, '')) order by o.created_at, c.id)
       from crm.contact_positions o join crm.customers c on c.id = o.customer_id
      where o.contact_id = k.id {{besides}})
"""
_OF_CUSTOMER = f"""
    select k.id, p.customer_id, k.name, coalesce(p.role, '') as role, p.is_primary, coalesce(k.email, '') as email,
           coalesce(k.phone, '') as phone, k.other_emails, k.other_phones, coalesce(k.notes, '') as notes,
           k.version, p.version as position_version,
           {_PLACES.format(besides="and o.customer_id <> p.customer_id")} as elsewhere
      from crm.contact_positions p
      join crm.contacts k on k.id = p.contact_id
     where p.customer_id = :customer
"""
_ALL = text(_OF_CUSTOMER + " order by p.is_primary desc, k.name_key, k.id")
_ONE = text(_OF_CUSTOMER + " and k.id = :contact")
_FOUND = f"""
    with found as materialized (
        select k.id from crm.contacts k
         where {{words}}
           and not exists (
               select from crm.contact_positions p where p.contact_id = k.id and p.customer_id = :customer
           )
         limit 200
    )
    select k.id, k.name, coalesce(k.email, ''), coalesce(k.phone, ''), {_PLACES.format(besides="")}
      from found join crm.contacts k using (id)
     order by {{named}} desc, k.name_key, k.id
     limit {MOST_FOUND}
"""
_REMOVAL = text(
    """
    select k.id, k.name,
           exists (select from crm.contact_positions o where o.contact_id = k.id and o.customer_id <> :customer),
           (select count(*) from crm.customer_interactions i where i.contact_id = k.id),
           (select count(*) from crm.loyalty_ledger l where l.contact_id = k.id)
      from crm.contact_positions p join crm.contacts k on k.id = p.contact_id
     where p.contact_id = :contact and p.customer_id = :customer
    """
)
_ROLES = text(
    f"""
    select role from (select role from crm.contact_positions where role <> '' limit 10000) sample
     group by role order by count(*) desc, role limit {MOST_ROLES}
    """
)


def contacts_of(session: Session, customer_id: UUID) -> list[ContactRow]:
    """The contacts of a company, the primary one first, then by name."""
    return [_row(row) for row in session.execute(_ALL, {"customer": customer_id})]


def contact_at(session: Session, contact_id: UUID, customer_id: UUID) -> ContactRow:
    """One contact as it is at that company; NotFound when it is not there any more."""
    row = session.execute(_ONE, {"customer": customer_id, "contact": contact_id}).one_or_none()
    if row is None:
        raise NotFound(GONE, hint="Somebody may have removed it.")
    return _row(row)


def find_people(session: Session, typed: str, customer_id: UUID) -> list[FoundPerson]:
    """The first few people who are contacts already, but not at this company, by name, email or phone: those
    who are called so come first."""
    words = terms(typed)
    if not words:
        return []
    conditions = " and ".join(f"k.search_text like :word{number}" for number in range(len(words)))
    named = " and ".join(f"' ' || k.name_key like :start{number}" for number in range(len(words)))
    asked = {f"word{number}": like_pattern(word) for number, word in enumerate(words)}
    asked |= {f"start{number}": word_start_pattern(word) for number, word in enumerate(words)}
    rows = session.execute(text(_FOUND.format(words=conditions, named=named)), {**asked, "customer": customer_id})
    return [FoundPerson(row[0], row[1], row[2], row[3], _places(row[4])) for row in rows]


def removal_preview(session: Session, contact_id: UUID, customer_id: UUID) -> RemovalPreview:
    """What removing a contact from a company would mean; NotFound when it is not there any more."""
    row = session.execute(_REMOVAL, {"customer": customer_id, "contact": contact_id}).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return RemovalPreview(*row)


def roles(session: Session) -> tuple[str, ...]:
    """The roles in use, the most used first: help for typing."""
    return tuple(session.execute(_ROLES).scalars())


def _row(row: Any) -> ContactRow:
    return ContactRow(
        id=row.id,
        customer_id=row.customer_id,
        name=row.name,
        role=row.role,
        is_primary=row.is_primary,
        email=row.email,
        phone=row.phone,
        other_emails=texts_of(row.other_emails),
        other_phones=texts_of(row.other_phones),
        notes=row.notes,
        version=row.version,
        position_version=row.position_version,
        elsewhere=_places(row.elsewhere),
    )


def _places(found: list[list[str]] | None) -> tuple[Place, ...]:
    return tuple(Place(UUID(identity), name, role) for identity, name, role in found or ())
