"""What is shown of a segment's rules: they themselves, what they did lately, and what keeps them from running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.filters import InvalidFilter

from . import zone
from .rule_rows import RuleRow
from .rules import rules_of
from .running import check_criteria_for_rules
from .runs import RunRow, runs_of


@dataclass(frozen=True)
class RulesView:
    """`run_at`: when they ran last; None before the first run. `fault`: why they cannot, "" when they can."""

    rules: tuple[RuleRow, ...]
    runs: tuple[RunRow, ...]
    run_at: datetime | None
    fault: str
    time_zone: str
    zone_is_set: bool


def rules_view(session: Session, segment_id: UUID) -> RulesView:
    """All of it, at this moment. NotFound when the segment is gone."""
    fault = ""
    try:
        check_criteria_for_rules(session, segment_id)
    except InvalidFilter as error:
        fault = str(error)
    last = text("SELECT run_at FROM crm.segment_states WHERE segment_id = :segment")
    return RulesView(
        rules_of(session, segment_id),
        runs_of(session, segment_id),
        session.execute(last, {"segment": segment_id}).scalar(),
        fault,
        zone.time_zone(session),
        zone.is_set(session),
    )
