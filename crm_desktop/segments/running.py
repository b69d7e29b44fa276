"""Running the rules of segments: who is in now, by the one compiler of filters; the database compares and acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.customers.listed import FIELDS, SOURCE
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, ConnectionLost, CrmError, NotFound
from crm_desktop.listing.filter_segments import with_segments
from crm_desktop.listing.filters import Condition, Counted, Field, Group, InvalidFilter, Kind, Node, parse
from crm_desktop.listing.frozen import freeze
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection

from . import zone

_MEANS_WHO_LOOKS = "it says “me”, which means somebody else at each desk"


@dataclass(frozen=True)
class RuleActed:
    """What one rule did: `customers` is on how many it acted, `changed` how many of them it changed. `stopped`: why it
    was paused instead."""

    event: str
    action: str
    parameters: Mapping[str, Any]
    customers: int
    changed: int
    stopped: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> RuleActed:
        """As the database keeps it with a run."""
        return cls(
            kept["event"],
            kept["action"],
            kept["parameters"],
            kept["customers"],
            kept["changed"],
            kept.get("stopped", ""),
        )


@dataclass(frozen=True)
class SegmentRunResult:
    """One segment's run. `kind`: "run"; "first" or "criteria" where nobody has entered or left, since nobody knew who
    was in before; "asked" where an administrator let a rule act. `run_id` None: nothing worth a record."""

    segment_id: UUID
    name: str
    kind: str
    size: int
    entered: int
    left: int
    did: tuple[RuleActed, ...]
    run_id: int | None = None


@dataclass(frozen=True)
class SegmentFailure:
    """A segment whose rules could not be run, and why."""

    segment_id: UUID
    name: str
    error: CrmError


def run_segment(
    session: Session, segment_id: UUID, *, asked: UUID | None = None, dry: bool = False
) -> SegmentRunResult:
    """Runs one segment's rules, after whoever is running it. `asked` lets that rule act on all who are in the segment
    and on whom it has not acted; for administrators.

    `dry` changes nothing if the transaction is rolled back. InvalidFilter when the criteria cannot be used.
    """
    begun = session.execute(text("SELECT fingerprint FROM crm.begin_segment_run(:id)"), {"id": segment_id}).one()
    name, criteria = _criteria(session, segment_id)
    frozen = freeze(session, Selection.everything(ListRequest(filter=criteria), 0), SOURCE, zone.clock(session))
    row = session.execute(
        text(
            "SELECT kind, entered, left_count, did, run_id"
            " FROM crm.run_segment(:id, :selection, :size, :fingerprint, :dry, :asked)"
        ),
        {
            "id": segment_id,
            "selection": frozen.id,
            "size": frozen.count,
            "fingerprint": begun.fingerprint,
            "dry": dry,
            "asked": asked,
        },
    ).one()
    did = tuple(map(RuleActed.read, row.did))
    return SegmentRunResult(segment_id, name, row.kind, frozen.count, row.entered, row.left_count, did, row.run_id)


def segments_with_rules(session: Session) -> list[tuple[UUID, str]]:
    """Those that run: in use, with an active rule; by name."""
    found = session.execute(
        text(
            "SELECT s.id, s.name FROM crm.customer_segments s WHERE s.is_active AND EXISTS ("
            " SELECT FROM crm.segment_rules r WHERE r.segment_id = s.id AND r.is_active) ORDER BY s.name, s.id"
        )
    )
    return [(row.id, row.name) for row in found]


def run_all(
    database: Database,
    cancellation: Cancellation | None = None,
    *,
    only: UUID | None = None,
    dry: bool = False,
    tell: Callable[[str], None] | None = None,
) -> tuple[list[SegmentRunResult], list[SegmentFailure]]:
    """Runs the rules of all segments (or of one), each in a transaction of its own; one that fails holds up no other.

    `dry` says what would be done, and rolls back. `tell` hears the name of each before it is run.
    """
    with database.session(cancellation) as session:
        if not dry:
            session.execute(text("SELECT crm.forget_segment_members()"))
        chosen = [each for each in segments_with_rules(session) if only in (None, each[0])]
    done: list[SegmentRunResult] = []
    failures: list[SegmentFailure] = []
    for identity, name in chosen:
        if tell is not None:
            tell(name)
        try:
            with database.session(cancellation) as session:
                done.append(run_segment(session, identity, dry=dry))
                if dry:
                    session.rollback()
        except (Cancelled, ConnectionLost):
            raise
        except CrmError as error:
            failures.append(SegmentFailure(identity, name, error))
    return done, failures


def check_criteria_for_rules(session: Session, segment_id: UUID) -> None:
    """InvalidFilter where no rule can go by a segment's criteria."""
    _criteria(session, segment_id)


def _criteria(session: Session, segment_id: UUID) -> tuple[str, Any]:
    found = session.execute(
        text("SELECT name, criteria FROM crm.customer_segments WHERE id = :id"), {"id": segment_id}
    ).one_or_none()
    if found is None:
        raise NotFound("This segment is not there any more.", hint="Somebody may have deleted it.")
    tree = with_segments(parse(found.criteria, FIELDS), FIELDS, session.connection(), inside=(segment_id, found.name))
    if _means_who_looks(tree, FIELDS):
        raise InvalidFilter("", _MEANS_WHO_LOOKS)
    return found.name, found.criteria


def _means_who_looks(node: Node, fields: Mapping[str, Field]) -> bool:
    if isinstance(node, Group):
        return any(_means_who_looks(member, fields) for member in node.members)
    assert isinstance(node, Condition)
    about = fields[node.field]
    if about.related is not None and isinstance(node.value, Counted):
        return _means_who_looks(node.value.of, about.related.fields)
    if about.kind is not Kind.REFERENCE:
        return False
    return "me" in (node.value if isinstance(node.value, tuple) else (node.value,))
