"""The computer's time zone by the name that PostgreSQL knows, so that summer time is right in every row."""

from __future__ import annotations

import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_zone() -> str:
    """The IANA name; where the system does not tell it, today's distance from UTC as PostgreSQL reads it."""
    named = os.environ.get("TZ", "").removeprefix(":")
    candidates = [named, _from_link(Path("/etc/localtime"))]
    for candidate in candidates:
        if candidate and _is_known(candidate):
            return candidate
    minutes = -time.localtime().tm_gmtoff // 60  # POSIX counts westwards
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"<local>{sign}{minutes // 60:02}:{minutes % 60:02}"


def _from_link(link: Path) -> str:
    try:
        return link.resolve(strict=True).as_posix().partition("/zoneinfo/")[2]
    except OSError:
        return ""


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
