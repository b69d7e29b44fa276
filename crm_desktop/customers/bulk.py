"""Changing many customers at once: a frozen selection, set by set, in one transaction.

Nothing here commits. Rows that somebody else changed after they were frozen are left alone and reported; an error, or
whoever cancels, leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import TextClause

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, InvalidInput, NotAllowed, NotFound
from crm_desktop.listing.folding import fold, storable
from crm_desktop.listing.frozen import Frozen, all_of, part_of, thaw

from .models import Customer
from .validation import CUSTOMER_STATUSES, CUSTOMER_TYPES, MAX_TAG_LENGTH, clean_tags

TagMode = Literal["add", "remove", "set"]
Report = Callable[[float, str], None]
EDITABLE = ("status", "customer_type", "source", "owner_id")
MOST_SKIPPED = 1_000
TURN_SECONDS = 0.2

_customers: Table = Customer.__table__  # type: ignore[assignment]
T = TypeVar("T")


@dataclass(frozen=True)
class TagChange:
    """What becomes of the tags. The same word in other letters is the same tag."""

    mode: TagMode
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class BulkEdit:
    """`values` of the columns in EDITABLE that are to change; a None takes the source or the person away."""

    values: Mapping[str, Any] = field(default_factory=dict)
    tags: TagChange | None = None


@dataclass(frozen=True)
class BulkResult:
    """What became of a frozen selection.

    `unchanged` were so already (or gone, when deleting), `skipped` changed by somebody else meanwhile: `skipped_ids`
    has up to a thousand of them.
    """

    changed: int
    unchanged: int
    skipped: int
    skipped_ids: tuple[UUID, ...]
    transaction: int


@dataclass(frozen=True)
class BulkDeletionPreview:
    """What goes with the customers of a frozen selection: each as a count."""

    interactions: int
    contacts: int
    orders: int
    consents: int
    files: int
    loyalty_points: int


def checked(edit: BulkEdit) -> BulkEdit:
    """The edit as it is carried out; InvalidInput, by field, when it cannot be."""
    faults: dict[str, str] = {}
    values = {name: value for name, value in edit.values.items() if name in EDITABLE}
    if "status" in values and values["status"] not in CUSTOMER_STATUSES:
        faults["status"] = "Choose active, inactive or prospect."
    if "customer_type" in values and values["customer_type"] not in CUSTOMER_TYPES:
        faults["customer_type"] = "Choose individual or business."
    if "source" in values:
        values["source"] = " ".join(storable(values["source"] or "").split()) or None
    tags = edit.tags
    if tags is not None:
        tags = TagChange(tags.mode, clean_tags(tags.tags))
        if tags.mode != "set" and not tags.tags:
            faults["tags"] = "Enter the tags."
        for tag in tags.tags:
            if len(tag) > MAX_TAG_LENGTH:
                faults["tags"] = f"A tag has at most {MAX_TAG_LENGTH} characters: “{tag[:20]}…” is longer."
    if not values and tags is None:
        faults[""] = "Choose what to change."
    if faults:
        raise InvalidInput(faults)
    return BulkEdit(values, tags)


def bulk_edit(session: Session, frozen: Frozen, edit: BulkEdit, report: Report | None = None) -> BulkResult:
    """Changes the rows of a frozen selection, which is used up by it."""
    clean = checked(edit)
    assignments: dict[str, Any] = dict(clean.values)
    differs: list[ColumnElement[bool]] = [_customers.c[name].is_distinct_from(to) for name, to in assignments.items()]
    if clean.tags is not None:
        assignments["tags"] = _tags_after(clean.tags)
        differs.append(_customers.c.tags.is_distinct_from(_tags_after(clean.tags)))

    def write(rows: Subquery) -> int:
        statement = update(_customers).values(assignments)
        statement = statement.where(_customers.c.id == rows.c.id, _customers.c.version == rows.c.version, or_(*differs))
        return _count(session.execute(statement))

    return _in_parts(session, frozen, write, report)


def bulk_delete(session: Session, frozen: Frozen, report: Report | None = None) -> BulkResult:
    """Deletes the customers of a frozen selection with all that `bulk_deletion_preview` counts; NotAllowed for
    employees."""
    if not session.execute(select(func.has_table_privilege("crm.customers", "DELETE"))).scalar_one():
        raise NotAllowed("Only administrators may delete customers.", hint="Set the status to inactive instead.")

    def write(rows: Subquery) -> int:
        # With all that belongs to them, in the order that everybody keeps: nobody waits for anybody in a circle.
        session.execute(select(func.crm.lock_customers(select(func.array_agg(rows.c.id)).scalar_subquery())))
        statement = delete(_customers).where(_customers.c.id == rows.c.id, _customers.c.version == rows.c.version)
        return _count(session.execute(statement))

    return _in_parts(session, frozen, write, report)


def bulk_enrol(session: Session, frozen: Frozen, report: Report | None = None) -> BulkResult:
    """Opens loyalty accounts for the customers of a frozen selection; whoever has one keeps it."""

    def write(rows: Subquery) -> int:
        c = _customers.c
        there = rows.join(_customers, and_(c.id == rows.c.id, c.version == rows.c.version))
        ids = select(func.array_agg(c.id)).select_from(there).scalar_subquery()
        opened: int = session.execute(select(func.crm.enrol_customers(ids))).scalar_one()
        return opened

    return _in_parts(session, frozen, write, report)


def members_among(session: Session, frozen: Frozen) -> int:
    """How many customers of a frozen selection have a loyalty account already."""
    rows = all_of(frozen)
    there = rows.join(_customers, _customers.c.id == rows.c.id)
    counted = select(func.count()).select_from(there).where(_customers.c.tier.is_not(None))
    return session.execute(counted).scalar_one()


# Contacts whom the database deletes with their companies: nobody else knows them.
_KNOWN_ONLY_THERE = """
    SELECT DISTINCT here.contact_id FROM crm.contact_positions AS here JOIN frozen ON frozen.id = here.customer_id
    WHERE NOT EXISTS (
        SELECT FROM crm.contact_positions AS other WHERE other.contact_id = here.contact_id
        AND NOT EXISTS (SELECT FROM frozen WHERE frozen.id = other.customer_id)
    ) AND NOT EXISTS (
        SELECT FROM crm.customer_interactions AS entry WHERE entry.contact_id = here.contact_id
        AND NOT EXISTS (SELECT FROM frozen WHERE frozen.id = entry.customer_id)
    )
"""


def bulk_deletion_preview(session: Session, frozen: Frozen) -> BulkDeletionPreview:
    """What would go with the customers of a frozen selection."""
    rows = all_of(frozen)
    counts = [
        text(f"(SELECT count(*) FROM crm.{name} AS part JOIN frozen ON frozen.id = part.customer_id)")
        for name in ("customer_interactions", "orders", "consents", "attachments")
    ]
    counts.insert(1, text(f"(SELECT count(*) FROM ({_KNOWN_ONLY_THERE}) AS people)"))
    points = text(
        "coalesce((SELECT sum(account.points_balance) FROM crm.loyalty_accounts AS account"
        " JOIN crm.customers AS customer ON customer.user_id = account.user_id"
        " JOIN frozen ON frozen.id = customer.id), 0)"
    )
    frozen_rows = select(rows.c.id).cte("frozen")
    found = session.execute(select(*counts, points).add_cte(frozen_rows)).one()
    return BulkDeletionPreview(*map(int, found))


def _in_parts(session: Session, frozen: Frozen, write: Callable[[Subquery], int], report: Report | None) -> BulkResult:
    _take_turns(session, report)
    changed = seen = skipped = 0
    skipped_ids: list[UUID] = []
    for part in range(frozen.parts):
        rows = part_of(frozen, part)
        size = session.execute(select(func.count()).select_from(rows)).scalar_one()
        written = write(rows)
        changed, seen = changed + written, seen + size
        if written < size:
            left = _changed_by_others(session, rows)
            skipped += len(left)
            skipped_ids += left[: MOST_SKIPPED - len(skipped_ids)]
        if report is not None:
            report(seen / frozen.count, f"{seen:,} of {frozen.count:,}")
    if seen != frozen.count:
        raise NotFound("The selection is not there any more.", hint="Nothing was changed. Select again.")
    thaw(session, frozen)
    return BulkResult(changed, seen - changed - skipped, skipped, tuple(skipped_ids), current_transaction(session))


def _take_turns(session: Session, report: Report | None) -> None:
    """Two changes of the same many customers, each in its own order, would wait for one another for ever."""
    turn = select(func.pg_try_advisory_xact_lock(func.hashtext("crm.many_customers")))
    while not session.execute(turn).scalar_one():
        if report is not None:
            report(0.0, "Waiting until somebody else has changed many customers")
        session.execute(select(func.pg_sleep(TURN_SECONDS)))  # in the server: cancelling stops it at once


def _changed_by_others(session: Session, rows: Subquery) -> list[UUID]:
    """Those whose version is another one, and not because this transaction changed them. A statement of its own: it
    sees what was committed while the change ran."""
    c = _customers.c
    statement = (
        select(c.id)
        .select_from(rows.join(_customers, c.id == rows.c.id))
        .where(c.version != rows.c.version, text("customers.xmin <> pg_current_xact_id()::xid"))
        .order_by(c.id)
    )
    return list(session.execute(statement).scalars())


def _tags_after(change: TagChange) -> TextClause:
    """The tags of a row after the change. What is no list of tags becomes one when tags are added."""
    if change.mode == "set":
        return text("CAST(:tags AS jsonb)").bindparams(bindparam("tags", list(change.tags), JSONB))
    words = bindparam("tags", list(change.tags), ARRAY(Text))
    if change.mode == "add":
        return text(
            "CASE WHEN jsonb_typeof(customers.tags) = 'array' THEN customers.tags ELSE '[]' END || ("
            " SELECT coalesce(jsonb_agg(n.tag ORDER BY n.place), '[]')"
            " FROM unnest(CAST(:tags AS text[])) WITH ORDINALITY AS n (tag, place)"
            " WHERE jsonb_typeof(customers.tags) IS DISTINCT FROM 'array' OR NOT EXISTS ("
            "  SELECT FROM jsonb_array_elements_text(customers.tags) AS h (tag) WHERE crm.fold(h.tag) = crm.fold(n.tag)"
            " ))"
        ).bindparams(words)
    folded = bindparam("tags", [fold(tag) for tag in change.tags], ARRAY(Text))
    return text(
        "CASE WHEN jsonb_typeof(customers.tags) = 'array' THEN ("
        " SELECT coalesce(jsonb_agg(h.value ORDER BY h.place), '[]')"
        " FROM jsonb_array_elements(customers.tags) WITH ORDINALITY AS h (value, place)"
        " WHERE crm.fold(h.value #>> '{}') <> ALL (CAST(:tags AS text[]))"
        ") ELSE customers.tags END"
    ).bindparams(folded)


def _count(result: Any) -> int:
    rows: int = result.rowcount
    if rows < 0:
        raise CrmError("The database did not say how many rows were changed.", hint="Nothing was changed.")
    return rows
