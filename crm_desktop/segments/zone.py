"""The time zone in which the days and hours of rules are, whichever desk runs them."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.errors import CrmError
from crm_desktop.listing.periods import Clock

TIME_ZONE_KEY = "time_zone"


def time_zone(session: Session) -> str:
    """The setting, "UTC" where nobody has set it."""
    name: str = session.execute(text("SELECT crm.time_zone()")).scalar_one()
    return name


def is_set(session: Session) -> bool:
    """Whether somebody has said which one it is."""
    asked = text("SELECT EXISTS (SELECT FROM crm.settings WHERE key = :key)")
    return bool(session.execute(asked, {"key": TIME_ZONE_KEY}).scalar_one())


def set_time_zone(session: Session, name: str) -> None:
    """For administrators. CrmError when there is none of this name."""
    session.execute(
        text(
            "INSERT INTO crm.settings AS s (key, value) VALUES (:key, CAST(:value AS jsonb)) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value"
        ),
        {"key": TIME_ZONE_KEY, "value": json.dumps(name)},
    )


def clock(session: Session) -> Clock:
    """Now by the database's clock, in that zone."""
    name = time_zone(session)
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CrmError(
            f"This computer does not know the time zone {name}.",
            hint="An administrator can choose another one beside the rules of a segment.",
        ) from None
    return Clock(session.execute(text("SELECT now()")).scalar_one(), zone)
