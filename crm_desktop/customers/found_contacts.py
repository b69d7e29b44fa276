"""Through which of its contacts a search found a company: a question about one page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from crm_desktop.listing.search import highlight, like_pattern

from .models import Contact, ContactPosition
from .other_values import texts_of
from .rows import CustomerRow

MOST_NAMED = 3


def name_found_contacts(connection: Connection, rows: list[CustomerRow], words: Sequence[str]) -> list[CustomerRow]:
    """The rows of companies with the contacts who have one of the words of the search."""
    companies = [row.id for row in rows if row.customer_type == "business"]
    if not companies:
        return rows
    contact, position = Contact.__table__.c, ContactPosition.__table__.c
    statement = (
        select(
            position.customer_id, contact.name, contact.email, contact.phone, contact.other_emails, contact.other_phones
        )
        .join_from(ContactPosition.__table__, Contact.__table__, contact.id == position.contact_id)
        .where(
            position.customer_id == any_(literal(companies, ARRAY(position.customer_id.type))),
            or_(*(contact.search_text.like(like_pattern(word)) for word in words)),
        )
        .order_by(position.is_primary.desc(), contact.name_key, contact.id)
    )
    found: dict[UUID, list[str]] = {}
    for customer_id, name, email, phone, emails, phones in connection.execute(statement):
        values = (email or "", phone or "", *texts_of(emails), *texts_of(phones))
        found.setdefault(customer_id, []).append(_named(name, values, words))
    return [row._replace(contacts_found=tuple(found[row.id][:MOST_NAMED])) if row.id in found else row for row in rows]


def _named(name: str, values: Sequence[str], words: Sequence[str]) -> str:
    """The name, and the address or number where that is what was found."""
    if highlight(name, words):
        return name
    return ", ".join([name, *(value for value in values if highlight(value, words))][:2])
