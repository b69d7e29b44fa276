"""What can be asked of a member's entries in the ledger and moves between tiers: fields of filters over customers."""

from __future__ import annotations

from sqlalchemy import Table, func

from crm_desktop.listing.filters import Field, Kind, Related

from .kinds import KINDS, TIERS
from .models import LedgerEntry, TierChange

_entries: Table = LedgerEntry.__table__  # type: ignore[assignment]
_moves: Table = TierChange.__table__  # type: ignore[assignment]

ENTRY_FIELDS = {
    "kind": Field(Kind.CHOICE, "Kind", lambda c: c.kind, KINDS, may_be_blank=False),
    "points": Field(Kind.NUMBER, "Points", lambda c: c.points, may_be_blank=False),
    "created_at": Field(Kind.MOMENT, "Booked", lambda c: c.created_at, may_be_blank=False),
    "reason": Field(Kind.TEXT, "Reason", lambda c: func.crm.fold(c.reason)),
    "created_by": Field(Kind.REFERENCE, "Booked by", lambda c: c.created_by),
}
MOVE_FIELDS = {
    "from_tier": Field(Kind.CHOICE, "Tier before", lambda c: c.from_tier, TIERS),
    "to_tier": Field(Kind.CHOICE, "Tier after", lambda c: c.to_tier, TIERS, may_be_blank=False),
    "created_at": Field(Kind.MOMENT, "Moved", lambda c: c.created_at, may_be_blank=False),
}
LEDGER = Related(ENTRY_FIELDS, _entries, "user_id", own="user_id")
TIER_MOVES = Related(MOVE_FIELDS, _moves, "user_id", own="user_id")
