"""Points, entries of the ledger and months in words."""

from __future__ import annotations

from datetime import date

from crm_desktop.loyalty.rules import TierRule
from crm_desktop.words import counted
from ui.customers.words import TIER_WORDS
from ui.forms.numbers import plain_number
from ui.interactions.local_time import MONTHS


def points(count: int) -> str:
    """ "1 point", "1,234 points"."""
    return counted(count, "point")


def signed(count: int) -> str:
    """ "+250", "−40": with a real minus, so that it is as wide as the plus."""
    return f"+{count:,}" if count > 0 else f"\u2212{-count:,}" if count else "0"


def month(first: date) -> str:
    """ "Mar 2027"."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def tier_benefits(rule: TierRule | None) -> str:
    """ "Gold: points × 1.5 · 5 % discount · Free delivery"; "" where the tier brings nothing."""
    brought = " · ".join(benefit_lines(rule)) if rule is not None else ""
    return f"{TIER_WORDS.get(rule.tier, rule.tier)}: {brought}" if rule is not None and brought else ""


def benefit_lines(rule: TierRule) -> list[str]:
    """What a tier brings, one thing each."""
    found = (
        f"points × {plain_number(rule.earning_multiplier)}" if rule.earning_multiplier != 1 else "",
        f"{plain_number(rule.discount_percent)} % discount" if rule.discount_percent else "",
        " ".join(rule.benefits.split()),
    )
    return [each for each in found if each]
