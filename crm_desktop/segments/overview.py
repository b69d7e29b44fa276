"""All segments with their sizes of this moment and their rules, for whoever has no window to see them in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm_desktop.customers.listed import SOURCE
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.listing import Listing

from . import zone
from .members import members
from .queries import segment_names
from .rule_rows import RuleRow
from .rules import rules_of


@dataclass(frozen=True)
class Overview:
    """One segment. `size` None: it cannot be counted, and `fault` says why."""

    name: str
    is_active: bool
    size: int | None
    fault: str
    rules: tuple[RuleRow, ...]


def overview(session: Session) -> list[Overview]:
    """By name."""
    found = []
    clock = zone.clock(session)
    for each in segment_names(session):
        size, fault = None, ""
        try:
            size = Listing(SOURCE, members(each.id), clock).count(session.connection())
        except InvalidFilter as error:
            fault = str(error)
        found.append(Overview(each.name, each.is_active, size, fault, rules_of(session, each.id)))
    return found
