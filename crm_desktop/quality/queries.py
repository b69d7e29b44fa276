"""The figures of data quality. Each is one look into an index, so that a million customers take no longer to open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, Table, exists, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from crm_desktop.analytics.queries import customers_by_type_and_status
from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.models import Customer
from crm_desktop.duplicates.models import DuplicateScan
from crm_desktop.listing.filter_sql import to_sql
from crm_desktop.listing.filters import Group, parse
from crm_desktop.listing.periods import Clock

from .checks import CHECKS, USUAL_MONTHS, Check

_customers: Table = Customer.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Quality:
    """How many customers there are, and how many fail each check (by its key).

    A check that cannot be made yet (duplicates before the first scan) is not among them.
    """

    total: int
    failing: dict[str, int]
    months: int

    def share(self, key: str) -> float:
        """The share of customers that pass a check, 0 to 1."""
        return 1.0 if not self.total else 1 - min(self.failing[key], self.total) / self.total

    @property
    def score(self) -> float:
        """The average of these shares over all checks, 0 to 1."""
        shares = [self.share(key) for key in self.failing]
        return sum(shares) / len(shares) if shares else 1.0


def quality(session: Session, months: int = USUAL_MONTHS, clock: Clock | None = None) -> Quality:
    """Counts afresh, as of the last commit. `months` without contact count as stale."""
    clock = clock or Clock()
    total = sum(row.count for row in customers_by_type_and_status(session))
    has_scan = bool(session.execute(select(exists(select(DuplicateScan.__table__.c.id)))).scalar_one())
    wanted = [check for check in CHECKS if check.key != "duplicates" or has_scan]
    counts = [part for check in wanted for part in _counts(check, months, clock)]
    failing = dict.fromkeys((check.key for check in wanted), 0)
    for key, count in session.execute(union_all(*counts)):
        failing[key] += count
    return Quality(total, failing, months)


def _counts(check: Check, months: int, clock: Clock) -> list[Select[str, int]]:
    """Alternatives that exclude each other are counted one by one: each has an index, both together have none."""
    node = parse(check.failing(months), FIELDS)
    assert isinstance(node, Group)
    parts = node.members if node.kind == "any" else (node,)
    return [
        select(literal(check.key), func.count())
        .select_from(_customers)
        .where(true(), to_sql(part, FIELDS, _customers, clock))
        for part in parts
    ]
