"""Deciding about pairs, and merging. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.customers.queries import customer_card
from crm_desktop.errors import CrmError, NotAllowed, NotFound
from crm_desktop.listing.folding import storable

from .rows import MergePreview, Moving

MOST_TO_MERGE = 20

_FORGET = text("delete from crm.duplicate_decisions where first_id = :first and second_id = :second")
_DECIDE = text(
    "insert into crm.duplicate_decisions (first_id, second_id, decision, reason)"
    " values (:first, :second, :decision, :reason)"
)
_LINKS = text(
    """
    select c.relname, a.attname
      from pg_catalog.pg_constraint f
      join pg_catalog.pg_class c on c.oid = f.conrelid
      join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
     where f.contype = 'f' and f.confrelid = 'crm.customers'::regclass
       and c.relname not in ('duplicate_decisions', 'customer_merges')
     order by c.relname
    """
)


def decide(session: Session, one: UUID, other: UUID, decision: str, reason: str = "") -> None:
    """Remembers "different" (not a duplicate) or "later" for a pair, in the name of whoever is signed in."""
    pair = _in_order(one, other)
    session.execute(_FORGET, pair)  # a decision of somebody else becomes ours
    session.execute(_DECIDE, {**pair, "decision": decision, "reason": " ".join(storable(reason).split())})


def take_back(session: Session, one: UUID, other: UUID) -> None:
    """The pair is open again."""
    session.execute(_FORGET, _in_order(one, other))


def merge_preview(session: Session, ids: Sequence[UUID]) -> MergePreview:
    """The customers, the oldest first, with what would move. CrmError unless there are 2 to 20 of them."""
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST_TO_MERGE:
        raise CrmError(f"Choose 2 to {MOST_TO_MERGE} customers to merge.")
    customers = [customer_card(session, each) for each in wanted]
    if {customer.id for customer in customers} != set(wanted):
        raise NotFound("One of these customers has been merged meanwhile.", hint="Choose them again.")
    customers.sort(key=lambda each: (each.created_at is None, each.created_at, each.id))
    parts = [
        f'select \'{table}\' as source, "{column}" as owner, count(*) as amount from crm."{table}"'
        f' where "{column}" = any (:ids) group by 2'
        for table, column in session.execute(_LINKS)
    ]
    moving: dict[UUID, list[Moving]] = {each: [] for each in wanted}
    for source, owner, amount in session.execute(text(" union all ".join(parts)), {"ids": wanted}):
        moving[owner].append(Moving(source, amount))
    return MergePreview(tuple(customers), {each: tuple(found) for each, found in moving.items()})


def merge(
    session: Session,
    survivor: UUID,
    others: Sequence[UUID],
    versions: Mapping[UUID, int],
    chosen: Mapping[str, UUID] | None = None,
) -> int:
    """Makes one customer of several; returns the transaction for `undo_transaction`.

    `chosen` names for a field the customer whose value stays. StaleRow when one of them was changed since its version
    was seen, NotAllowed for employees.
    """
    if not session.execute(
        text("select has_function_privilege('crm.merge_customers(uuid, uuid[], integer[], jsonb)', 'EXECUTE')")
    ).scalar_one():
        raise NotAllowed("Only administrators may merge customers.", hint="Mark the pair for later, or ask one.")
    session.execute(
        text("select crm.merge_customers(:survivor, :others, :versions, :chosen)"),
        {
            "survivor": survivor,
            "others": list(others),
            "versions": [versions[each] for each in (survivor, *others)],
            "chosen": Jsonb({field: str(who) for field, who in (chosen or {}).items()}),
        },
    )
    return current_transaction(session)


def _in_order(one: UUID, other: UUID) -> dict[str, UUID]:
    first, second = sorted((one, other))
    return {"first": first, "second": second}
