"""Segments and their rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from tests.factories.rows import counter, insert

Connection = psycopg.Connection[Any]
PROSPECTS = {"all": [{"field": "status", "operator": "is", "value": "prospect"}]}


def segment(connection: Connection, criteria: dict[str, Any] | None = None, **values: Any) -> UUID:
    """All prospects, unless criteria are given."""
    given = {"name": f"Segment {next(counter)}", "criteria": PROSPECTS if criteria is None else criteria, **values}
    identity: UUID = insert(connection, "customer_segments", given)
    return identity


def rule(connection: Connection, segment_id: UUID, action: str = "add_tag", event: str = "enter", **given: Any) -> UUID:
    """Adds the tag "Seen", unless something else is said; `given` are the parameters."""
    parameters = given or {"tag": "Seen"}
    values = {"segment_id": segment_id, "event": event, "action": action, "parameters": parameters}
    identity: UUID = insert(connection, "segment_rules", values)
    return identity


def follow_up_rule(connection: Connection, segment_id: UUID, assignee: str, event: str = "enter", **given: Any) -> UUID:
    """Plans a call the next day at 9."""
    usual = {"assignee": assignee, "subject": "Call", "days": 1, "time": "09:00", "priority": "high"}
    return rule(connection, segment_id, "follow_up", event, **{**usual, **given})
