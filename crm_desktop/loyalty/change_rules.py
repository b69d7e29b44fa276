"""Changing the programme's rules: all at once, over what was seen, and every tier is settled. Nothing here commits."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import InvalidInput, NotAllowed, StaleRow
from crm_desktop.loyalty.rules import BASIS_KEY, EXPIRY_KEY, OTHERWISE, RATES_KEY, Rules, TierRule, rules

LARGEST_THRESHOLD = 10**12
LARGEST_MULTIPLIER = Decimal("999.999")
LARGEST_RATE = 1_000_000
LONGEST_MONTHS = 999
_CURRENCY = re.compile(r"[A-Z]{3}")

# One statement, so that tiers are settled with all of it in place, and nobody passes through a tier on the way.
_CHANGE = text(
    """
    WITH tiers AS (
        UPDATE crm.loyalty_tiers t
        SET threshold = n.threshold, earning_multiplier = n.earning_multiplier,
            discount_percent = n.discount_percent, benefits = n.benefits
        FROM jsonb_to_recordset(CAST(:tiers AS jsonb)) AS n (
            tier text, threshold bigint, earning_multiplier numeric, discount_percent numeric, benefits text
        )
        WHERE t.tier = n.tier
    ), changed AS (
        UPDATE crm.settings s SET value = CAST(n.value AS jsonb)
        FROM jsonb_to_recordset(CAST(:settings AS jsonb)) AS n (key text, value text)
        WHERE s.key = n.key
        RETURNING s.key
    )
    INSERT INTO crm.settings (key, value)
    SELECT n.key, CAST(n.value AS jsonb) FROM jsonb_to_recordset(CAST(:settings AS jsonb)) AS n (key text, value text)
    WHERE n.key <> ALL (CAST(:there AS text[]))
    """
)


def change_rules(session: Session, seen: Rules, wanted: Rules) -> int:
    """For administrators: puts `wanted` in the place of `seen`; returns the transaction for undo.

    InvalidInput names the fields ("gold.threshold", "rate"); StaleRow when somebody changed a rule since `seen`."""
    check(wanted)
    _lock(session)
    now = rules(session)
    if _versions(now) != _versions(seen):
        raise StaleRow(
            "Somebody else changed the rules of the programme in the meantime.",
            hint="Nothing was changed. Look at the new rules, then decide again.",
            theirs=now,
        )
    before = {tier.tier: tier for tier in seen.tiers}
    tiers = [_as_json(tier) for tier in wanted.tiers if _values(tier) != _values(before[tier.tier])]
    old, new = _settings(seen), _settings(wanted)
    changed = [{"key": key, "value": value} for key, value in new.items() if value != old[key]]
    session.execute(
        _CHANGE, {"tiers": json.dumps(tiers), "settings": json.dumps(changed), "there": list(seen.versions)}
    )
    return current_transaction(session)


def check(wanted: Rules) -> None:
    """What the database would refuse, in words at their fields."""
    errors: dict[str, str] = {}
    for tier in wanted.tiers:
        if not 0 <= tier.threshold <= LARGEST_THRESHOLD:
            errors[f"{tier.tier}.threshold"] = "Enter a number of points."
        if not 0 <= tier.earning_multiplier <= LARGEST_MULTIPLIER:
            errors[f"{tier.tier}.earning_multiplier"] = "Enter a number from 0 to 999."
        if not 0 <= tier.discount_percent <= 100:
            errors[f"{tier.tier}.discount_percent"] = "Enter a percentage from 0 to 100."
    if wanted.tiers[0].threshold != 0:
        errors[f"{wanted.tiers[0].tier}.threshold"] = "The lowest tier begins at 0 points."
    for lower, higher in pairwise(wanted.tiers):
        if higher.threshold <= lower.threshold:
            name = f"{higher.tier}.threshold"
            errors.setdefault(name, f"Has to be above {lower.tier} ({lower.threshold:,}).")
    for currency, rate in wanted.rates.items():
        if currency != OTHERWISE and not _CURRENCY.fullmatch(currency):
            errors["rates"] = "A currency has three capital letters, such as EUR."
        elif not 0 <= rate <= LARGEST_RATE:
            errors["rates" if currency != OTHERWISE else "rate"] = "Enter a number from 0 to 1,000,000."
    if wanted.expire_months is not None and not 1 <= wanted.expire_months <= LONGEST_MONTHS:
        errors["expire_months"] = "Enter a number of months from 1 to 999."
    if errors:
        raise InvalidInput(errors)


def _lock(session: Session) -> None:
    """Whoever else changes the rules waits; employees are told that they may not."""
    allowed = session.execute(text("SELECT has_any_column_privilege('crm.loyalty_tiers', 'UPDATE')")).scalar_one()
    if not allowed:
        raise NotAllowed("Only administrators change the rules of the programme.")
    session.execute(text("SELECT FROM crm.loyalty_tiers ORDER BY tier FOR UPDATE"))
    session.execute(
        text("SELECT FROM crm.settings WHERE key IN (:basis, :rates, :expiry) ORDER BY key FOR UPDATE"),
        {"basis": BASIS_KEY, "rates": RATES_KEY, "expiry": EXPIRY_KEY},
    )


def _versions(found: Rules) -> tuple[dict[str, int], dict[str, int]]:
    return {tier.tier: tier.version for tier in found.tiers}, dict(found.versions)


def _values(tier: TierRule) -> tuple[object, ...]:
    return tier.threshold, tier.earning_multiplier, tier.discount_percent, tier.benefits


def _as_json(tier: TierRule) -> dict[str, Any]:
    return {
        "tier": tier.tier,
        "threshold": tier.threshold,
        "earning_multiplier": str(tier.earning_multiplier),
        "discount_percent": str(tier.discount_percent),
        "benefits": tier.benefits,
    }


def _settings(found: Rules) -> dict[str, str]:
    """Each setting as JSON. Numbers as they were written: a rate is no binary fraction."""
    rates = ", ".join(f"{json.dumps(key)}: {rate:f}" for key, rate in sorted(found.rates.items()))
    expiry = "null" if found.expire_months is None else str(found.expire_months)
    return {BASIS_KEY: json.dumps(found.basis), RATES_KEY: f"{{{rates}}}", EXPIRY_KEY: expiry}
