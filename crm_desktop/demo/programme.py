"""The rules of the loyalty programme in sample data: believable ones, unless somebody has made their own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

# (tier, multiplier, discount in percent, benefits)
_TIERS = (
    ("bronze", "1", "0", "Birthday voucher"),
    ("silver", "1.25", "3", "Free delivery"),
    ("gold", "1.5", "5", "Free delivery and installation"),
    ("platinum", "2", "8", "Free delivery, installation and room planning"),
)
_RATE = "0.1"
MONTHS = "36"


@dataclass(frozen=True)
class SampleRules:
    """What the database reckons with: points for one euro, and (threshold, multiplier) from the lowest tier up."""

    rate: Decimal
    tiers: tuple[tuple[int, Decimal], ...]

    def points(self, total: Decimal, earned: int) -> int:
        """What an order brings to somebody who has earned so much before it."""
        multiplier = next((each for threshold, each in reversed(self.tiers) if threshold <= earned), Decimal(1))
        return math.floor(max(total, Decimal(0)) * self.rate * multiplier)


def sample_rules(connection: psycopg.Connection[Any]) -> SampleRules:
    """The rules as they are; where nobody has touched them, sample ones are written first. The caller commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM crm.loyalty_tiers WHERE version > 1)"
            " AND NOT EXISTS (SELECT FROM crm.settings WHERE key IN ('points_per_amount', 'points_expire_months'))"
        )
        if (cursor.fetchone() or (False,))[0]:
            cursor.execute(
                "UPDATE crm.loyalty_tiers t SET earning_multiplier = n.multiplier::numeric,"
                " discount_percent = n.discount::numeric, benefits = n.benefits"
                " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
                " AS n (tier, multiplier, discount, benefits) WHERE t.tier = n.tier",
                [list(column) for column in zip(*_TIERS, strict=True)],
            )
            cursor.execute(
                "INSERT INTO crm.settings (key, value)"
                " VALUES ('points_per_amount', jsonb_build_object('default', %s::numeric)),"
                " ('points_expire_months', %s::jsonb)",
                (_RATE, MONTHS),
            )
        cursor.execute(
            "SELECT coalesce((SELECT coalesce(value ->> 'EUR', value ->> 'default')::numeric FROM crm.settings"
            " WHERE key = 'points_per_amount'), 1)"
        )
        rate = (cursor.fetchone() or (Decimal(1),))[0]
        cursor.execute("SELECT threshold, earning_multiplier FROM crm.loyalty_tiers ORDER BY threshold")
        return SampleRules(rate, tuple((row[0], row[1]) for row in cursor.fetchall()))
