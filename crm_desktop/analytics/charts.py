"""Every chart there is: the page, tables, exports and reports go through this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from . import of_customers, of_interactions
from .shapes import ChartData, Question

Group = Literal["Customers", "Interactions", "Revenue", "Loyalty"]
GROUPS: tuple[Group, ...] = ("Customers", "Interactions", "Revenue", "Loyalty")


@dataclass(frozen=True)
class ChartSpec:
    """A chart that can be asked for. `standard` ones are shown when the tab opens, and read from summaries.

    `by_period` says whether the period matters, `by_step` whether days, weeks or months can be chosen, `by_currency`
    whether it shows money. `lying` bars go from left to right, because their names are long.
    """

    key: str
    title: str
    group: Group
    read: Callable[[Session, Question], ChartData]
    standard: bool = False
    by_period: bool = True
    by_step: bool = False
    by_currency: bool = False
    lying: bool = False


CHARTS: tuple[ChartSpec, ...] = (
    ChartSpec("customers", "Customers by type and status", "Customers", of_customers.by_type_and_status,
              standard=True, by_period=False),
    ChartSpec("acquired", "New customers", "Customers", of_customers.acquired, standard=True, by_step=True),
    ChartSpec("interactions", "Interactions by type", "Interactions", of_interactions.by_type,
              standard=True, lying=True),
)  # fmt: skip


def chart(key: str) -> ChartSpec:
    """The chart of that name."""
    return next(spec for spec in CHARTS if spec.key == key)
