"""What expires is taken off by itself, once a day."""

from __future__ import annotations

from datetime import timedelta

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.loyalty.expiry import expire_points, sentence

from .chore import Chore


def _run(database: Database, cancellation: Cancellation | None) -> str:
    with database.session(cancellation) as session:
        expired = expire_points(session)
    return sentence(expired) if expired.points else ""


EXPIRE_POINTS = Chore(
    key="expire_points",
    title="Expiring points",
    every=timedelta(days=1),
    run=_run,
    changes=frozenset({"loyalty", "customers"}),
)
