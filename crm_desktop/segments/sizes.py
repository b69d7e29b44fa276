"""How large segments were, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.customers.listed import SOURCE
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, ConnectionLost, CrmError
from crm_desktop.listing.listing import Listing

from . import zone
from .members import members

YEAR = 366


@dataclass(frozen=True)
class SegmentSizeRow:
    """One day. `entered` and `left` over the day; None where no rules keep watch."""

    day: date
    size: int
    entered: int | None
    left: int | None


_SIZES = text(
    "SELECT day, size, entered, left_count FROM ("
    " SELECT * FROM crm.segment_sizes WHERE segment_id = :segment ORDER BY day DESC LIMIT :most) s ORDER BY day"
)


def sizes_of(session: Session, segment_id: UUID, days: int = YEAR) -> tuple[SegmentSizeRow, ...]:
    """The last so many days that are known, the oldest first."""
    found = session.execute(_SIZES, {"segment": segment_id, "most": days})
    return tuple(SegmentSizeRow(row.day, row.size, row.entered, row.left_count) for row in found)


def record_sizes(database: Database, cancellation: Cancellation | None = None) -> int:
    """Counts the segments in use that have not been counted today; says how many. Those whose criteria cannot be used
    are left out."""
    with database.session(cancellation) as session:
        waiting: list[UUID] = list(session.execute(text("SELECT crm.segments_without_size()")).scalars())
    counted = 0
    for identity in waiting:
        try:
            with database.session(cancellation) as session:
                size = Listing(SOURCE, members(identity), zone.clock(session)).count(session.connection())
                session.execute(text("SELECT crm.record_segment_size(:id, :size)"), {"id": identity, "size": size})
                counted += 1
        except (Cancelled, ConnectionLost):
            raise
        except CrmError:
            continue  # the window says what is wrong with it
    return counted
