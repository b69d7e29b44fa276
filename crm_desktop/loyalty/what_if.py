"""What other rules would do: how many customers move from which tier to which, before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.filter_values import MAX_LIST
from crm_desktop.loyalty.rules import Basis

from .kinds import TIERS


@dataclass(frozen=True)
class Move:
    """How many customers go from one tier to another; those who stay have the same tier twice."""

    from_tier: str
    to_tier: str
    customers: int

    @property
    def is_up(self) -> bool:
        return TIERS.index(self.to_tier) > TIERS.index(self.from_tier)

    @property
    def is_down(self) -> bool:
        return TIERS.index(self.to_tier) < TIERS.index(self.from_tier)


@dataclass(frozen=True)
class WhatIf:
    """Every pair of tiers that has customers, in the order of tiers."""

    moves: tuple[Move, ...]

    @property
    def up(self) -> int:
        return sum(move.customers for move in self.moves if move.is_up)

    @property
    def down(self) -> int:
        return sum(move.customers for move in self.moves if move.is_down)

    @property
    def members(self) -> int:
        return sum(move.customers for move in self.moves)


def what_if(session: Session, thresholds: Mapping[str, int], basis: Basis) -> WhatIf:
    """For administrators: one pass over all accounts, as of the last commit."""
    found = session.execute(
        text("SELECT from_tier, to_tier, customers FROM crm.what_if_tiers(CAST(:thresholds AS jsonb), :basis)"),
        {"thresholds": json.dumps(dict(thresholds)), "basis": basis},
    )
    moves = (Move(*row) for row in found)
    return WhatIf(tuple(sorted(moves, key=lambda move: (TIERS.index(move.from_tier), TIERS.index(move.to_tier)))))


def who_would_move(
    session: Session,
    thresholds: Mapping[str, int],
    basis: Basis,
    from_tier: str,
    to_tier: str,
    most: int = MAX_LIST,
) -> tuple[UUID, ...]:
    """Customers who would go from one tier to another: all of them, or `most`."""
    return tuple(
        session.execute(
            text("SELECT customer_id FROM crm.who_would_move(CAST(:thresholds AS jsonb), :basis, :old, :new, :most)"),
            {
                "thresholds": json.dumps(dict(thresholds)),
                "basis": basis,
                "old": from_tier,
                "new": to_tier,
                "most": most,
            },
        ).scalars()
    )
