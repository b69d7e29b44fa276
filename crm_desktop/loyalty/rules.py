"""The programme's rules: tiers and their benefits, what decides, what an amount is worth, when points expire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

Basis = Literal["lifetime", "balance"]
BASIS_KEY, RATES_KEY, EXPIRY_KEY = "tier_basis", "points_per_amount", "points_expire_months"
OTHERWISE = "default"
"""The key of the rate that holds for every currency without one of its own."""


@dataclass(frozen=True)
class TierRule:
    """One tier. `earning_multiplier` counts when an order earns, `discount_percent` is what new lines of an
    order start with, `benefits` is text."""

    tier: str
    threshold: int
    earning_multiplier: Decimal = Decimal(1)
    discount_percent: Decimal = Decimal(0)
    benefits: str = ""
    version: int = 1


@dataclass(frozen=True)
class Rules:
    """All rules from one snapshot, tiers from the lowest up. `versions` are those of the settings that are there."""

    tiers: tuple[TierRule, ...]
    basis: Basis = "lifetime"
    rates: Mapping[str, Decimal] = field(default_factory=lambda: {OTHERWISE: Decimal(1)})
    expire_months: int | None = None
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def thresholds(self) -> dict[str, int]:
        return {tier.tier: tier.threshold for tier in self.tiers}


def rules(session: Session | Connection) -> Rules:
    """The rules as they are."""
    tiers = [
        TierRule(*row)
        for row in session.execute(
            text(
                "SELECT tier, threshold, earning_multiplier, discount_percent, benefits, version"
                " FROM crm.loyalty_tiers ORDER BY array_position(ARRAY['bronze', 'silver', 'gold', 'platinum'], tier)"
            )
        )
    ]
    values: dict[str, Any] = {}
    versions: dict[str, int] = {}
    kept = text("SELECT key, CAST(value AS text), version FROM crm.settings WHERE key IN (:basis, :rates, :expiry)")
    asked = {"basis": BASIS_KEY, "rates": RATES_KEY, "expiry": EXPIRY_KEY}
    for key, value, version in session.execute(kept, asked):
        values[key], versions[key] = _read(value), version
    return Rules(
        tuple(tiers),
        values.get(BASIS_KEY, "lifetime"),
        values.get(RATES_KEY, {OTHERWISE: Decimal(1)}),
        values.get(EXPIRY_KEY),
        versions,
    )


def _read(value: str) -> Any:
    """JSON with its numbers exact: 0.01 points for a yen is not a binary fraction."""
    import json

    found = json.loads(value, parse_float=Decimal)
    return {key: Decimal(number) for key, number in found.items()} if isinstance(found, dict) else found
