"""What a first look wants to see happened: follow-ups were done, segments have grown, duplicates were found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from crm_desktop.customers.listed import SOURCE
from crm_desktop.duplicates.scanning import scan
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.segments import zone
from crm_desktop.segments.members import in_segment

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.engine import Database
    from crm_desktop.demo.loading import Tell

DAYS = 90
_FEW, _SPARSE = 10_000, 3
"""Sizes are known of every day; with more customers, whose counting takes longer, of every third one."""
_COUNT = text("SELECT count(*) FROM (SELECT FROM crm.customers LIMIT :most) c")
_DONE = """
    UPDATE crm.customer_interactions SET status = 'completed', outcome = 'Reached'
    WHERE id IN (
        SELECT id FROM crm.customer_interactions
        WHERE status = 'pending' AND type = 'follow_up' AND follow_up < now() + interval '8 days'
          AND xmin = pg_current_xact_id()::xid
        ORDER BY md5(id::text) LIMIT %s
    )
"""


def finish_some(connection: psycopg.Connection[Any], many: int) -> None:
    """Some of this transaction's follow-ups are done today, one early, one late. The caller commits."""
    connection.execute(_DONE, (many,))


def remember(database: Database, progress: Tell) -> None:
    """The sizes that segments have had, as far as the customers tell, and what a scan for duplicates finds."""
    progress(0.95, "Looking back")
    with database.session() as session:
        now = zone.clock(session)
        segments = list(session.execute(text("SELECT id FROM crm.customer_segments WHERE is_active")).scalars())
        counted = session.execute(_COUNT, {"most": _FEW + 1}).scalar_one()
        step = 1 if counted <= _FEW else _SPARSE
        days = [now.today - timedelta(days=ago) for ago in range(step, DAYS + 1, step)]
        for identity in segments:
            sizes = [_size(session.connection(), identity, day, now) for day in days]
            session.execute(
                text("SELECT crm.recall_segment_sizes(:id, :days, :sizes)"),
                {"id": identity, "days": days, "sizes": sizes},
            )
    scan(database, lambda _share, _doing: None)


def _size(connection: Any, segment: Any, day: date, now: Clock) -> int:
    """How many of today's members were customers by then, as somebody counted at noon of that day."""
    then = Clock(datetime.combine(day, time(12), tzinfo=now.zone), now.zone)
    created = {"field": "created_at", "operator": "on_or_before", "value": day.isoformat()}
    return Listing(SOURCE, ListRequest(filter={"all": [in_segment(segment), created]}), then).count(connection)
