"""Who would miss a segment."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from .queries import segments_table
from .rows import Usage
from .rule_words import rule_words
from .rules import rules_of


def usage(session: Session, segment_id: UUID) -> Usage:
    """The segments whose criteria name it, and its rules."""
    s = segments_table.c
    naming = select(s.name).where(s.id != segment_id, cast(s.criteria, Text).contains(str(segment_id)))
    rules = tuple(rule_words(row) for row in rules_of(session, segment_id))
    return Usage(tuple(session.execute(naming.order_by(s.name)).scalars()), rules)
