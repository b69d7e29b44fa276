"""The tiers, from the first to the last, and the kinds of entries in the ledger."""

from __future__ import annotations

TIERS = ("bronze", "silver", "gold", "platinum")
KINDS = ("earn", "redeem", "adjust", "opening", "expire")
EARNED = ("earn", "opening", "adjust")
"""What counts as earned: points earned, opening balances and corrections."""
