"""What customers say that they like or dislike: reading and changing. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop import lengths
from crm_desktop.errors import InvalidInput, NotFound, StaleRow
from crm_desktop.listing.folding import storable

from .listed import products
from .models import CustomerPreference

KINDS = ("product", "category", "other")
ATTITUDES = ("likes", "dislikes")
_GONE = "This preference is not there any more."
_preferences: Table = CustomerPreference.__table__  # type: ignore[assignment]


class Preference(NamedTuple):
    """One of a customer. `subject` is the product's name of today where there is a product."""

    id: UUID
    customer_id: UUID
    kind: str
    subject: str
    product_id: UUID | None
    attitude: str
    note: str
    version: int


@dataclass(frozen=True)
class PreferenceInput:
    """What a person types about a preference."""

    customer_id: UUID
    kind: str = "product"
    subject: str = ""
    product_id: UUID | None = None
    attitude: str = "likes"
    note: str = ""


def validate(given: PreferenceInput) -> PreferenceInput:
    """The input as it is saved, or InvalidInput with a sentence per field."""
    clean = replace(given, subject=" ".join(storable(given.subject).split()), note=storable(given.note).strip())
    faults = lengths.faults(vars(clean), {"subject": lengths.LINE, "note": lengths.TEXT})
    if not clean.subject:
        faults["subject"] = "Say what it is about."
    if clean.kind not in KINDS:
        faults["kind"] = "Choose product, category or other."
    if clean.attitude not in ATTITUDES:
        faults["attitude"] = "Choose likes or dislikes."
    if faults:
        raise InvalidInput(faults)
    return clean if clean.kind == "product" else replace(clean, product_id=None)


def stated(session: Session, customer_id: UUID) -> tuple[Preference, ...]:
    """What a customer said, likes first, each by its words."""
    c = _preferences.c
    statement = _read().where(c.customer_id == customer_id).order_by(c.attitude.desc(), func.crm.fold(c.subject), c.id)
    return tuple(Preference._make(row) for row in session.execute(statement))


def preference(session: Session, preference_id: UUID) -> Preference:
    """One of them; NotFound when it is gone."""
    found = session.execute(_read().where(_preferences.c.id == preference_id)).one_or_none()
    if found is None:
        raise NotFound(_GONE, hint="Somebody may have removed it.")
    return Preference._make(found)


def add_preference(session: Session, given: PreferenceInput, preference_id: UUID | None = None) -> UUID:
    """Saves a new one, under `preference_id` where it is given; returns its id. InvalidInput when a field cannot be
    saved."""
    clean = validate(given)
    values = {**_values(clean), "customer_id": clean.customer_id}
    if preference_id is not None:
        values["id"] = preference_id
    statement = insert(_preferences).values(values).returning(_preferences.c.id)
    identity: UUID = session.execute(statement).scalar_one()
    return identity


def edit_preference(session: Session, preference_id: UUID, version: int, given: PreferenceInput) -> int:
    """Saves over the version that was seen; returns the new one. StaleRow when somebody else saved first."""
    c = _preferences.c
    statement = (
        update(_preferences)
        .where(c.id == preference_id, c.version == version)
        .values(_values(validate(given)))
        .returning(c.version)
    )
    new_version: int | None = session.execute(statement).scalar_one_or_none()
    if new_version is None:
        raise StaleRow(theirs=preference(session, preference_id))
    return new_version


def remove_preference(session: Session, preference_id: UUID) -> None:
    """Takes one away."""
    c = _preferences.c
    if session.execute(delete(_preferences).where(c.id == preference_id).returning(c.id)).one_or_none() is None:
        raise NotFound(_GONE, hint="Somebody may have removed it.")


def _read() -> Any:
    c = _preferences.c
    return select(
        c.id,
        c.customer_id,
        c.kind,
        func.coalesce(products.c.name, c.subject),
        c.product_id,
        c.attitude,
        func.coalesce(c.note, ""),
        c.version,
    ).join_from(_preferences, products, products.c.id == c.product_id, isouter=True)


def _values(clean: PreferenceInput) -> dict[str, Any]:
    return {
        "kind": clean.kind,
        "subject": clean.subject,
        "product_id": clean.product_id,
        "attitude": clean.attitude,
        "note": clean.note or None,
    }
