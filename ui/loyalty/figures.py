"""The figures at the top of the programme's page, and the lists that they open."""

from __future__ import annotations

from collections.abc import Mapping

from crm_desktop.analytics.picking import condition, with_entries
from crm_desktop.analytics.shapes import Filter
from crm_desktop.loyalty.kinds import EARNED
from crm_desktop.loyalty.programme import RECENT_DAYS, Programme
from ui.shell.stat_cards import Figure

_RECENTLY = condition("created_at", "within", {"last_days": RECENT_DAYS})
LISTS: Mapping[str, Filter] = {
    "members": condition("loyalty_member", "is", True),
    "outstanding": condition("points_balance", "more_than", 0),
    "earned": with_entries(EARNED, _RECENTLY),
    "redeemed": with_entries(("redeem",), _RECENTLY),
    "others": condition("loyalty_member", "is", False),
}
"""What each figure opens: a filter over customers."""


def _share(found: Programme) -> str:
    return f"{round(100 * found.enrolled / found.customers)} % of all customers" if found.customers else "nobody yet"


FIGURES: tuple[Figure[Programme], ...] = (
    Figure("members", "Members", "loyalty", lambda p: p.enrolled, _share),
    Figure("others", "Not enrolled", "customer-add", lambda p: p.customers - p.enrolled, lambda _p: "customers"),
    Figure("outstanding", "Points to redeem", "star", lambda p: p.outstanding, lambda _p: "on all accounts"),
    Figure("earned", "Points earned", "analytics", lambda p: p.earned, lambda _p: f"last {RECENT_DAYS} days"),
    Figure("redeemed", "Points redeemed", "success", lambda p: p.redeemed, lambda _p: f"last {RECENT_DAYS} days"),
)
