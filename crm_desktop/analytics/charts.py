"""Every chart there is: the page, tables, exports and reports go through this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from . import (
    of_cohorts,
    of_customers,
    of_follow_ups,
    of_interactions,
    of_loyalty,
    of_purchases,
    of_revenue,
    of_sales,
    of_sources,
)
from .shapes import ChartData, Question

Group = Literal["Customers", "Interactions", "Revenue", "Loyalty"]
GROUPS: tuple[Group, ...] = ("Customers", "Interactions", "Revenue", "Loyalty")


@dataclass(frozen=True)
class ChartSpec:
    """A chart that can be asked for. `standard` ones are shown when the tab opens, and read from summaries.

    `by_period` says whether the period matters, `by_step` whether days, weeks or months can be chosen, `by_currency`
    whether it shows money. `lying` bars go from left to right, because their names are long. `follows` are the kinds of
    rows whose changes change it, as windows are told of them; charts that tell the same `rows` in several ways are read
    together.
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
    follows: tuple[str, ...] = ("customers",)
    rows: str = ""


CHARTS: tuple[ChartSpec, ...] = (
    ChartSpec("customers", "Customers by type and status", "Customers", of_customers.by_type_and_status,
              standard=True, by_period=False),
    ChartSpec("acquired", "New customers", "Customers", of_customers.acquired, standard=True, by_step=True),
    ChartSpec("sources", "Customers by source", "Customers", of_sources.by_status,
              standard=True, by_period=False, lying=True),
    ChartSpec("source_effectiveness", "What sources are worth", "Customers", of_sources.effectiveness,
              by_period=False, lying=True, follows=("customers", "orders")),
    ChartSpec("cohorts", "Retention by month of acquisition", "Customers", of_cohorts.retention,
              follows=("customers", "interactions", "orders")),
    ChartSpec("interactions", "Interactions by type", "Interactions", of_interactions.by_type,
              standard=True, lying=True, follows=("interactions",)),
    ChartSpec("recent", "Interactions over time", "Interactions", of_interactions.over_time,
              standard=True, by_step=True, follows=("interactions",)),
    ChartSpec("employees", "Interactions by employee", "Interactions", of_interactions.by_employee,
              standard=True, lying=True, follows=("interactions", "users")),
    ChartSpec("follow_ups", "Pending follow-ups", "Interactions", of_follow_ups.pending,
              standard=True, by_period=False, follows=("interactions",)),
    ChartSpec("punctuality", "Follow-ups done in time", "Interactions", of_follow_ups.punctuality, lying=True,
              follows=("interactions", "users"), rows="answered"),
    ChartSpec("response_time", "Response time to follow-ups", "Interactions", of_follow_ups.response_time,
              lying=True, follows=("interactions", "users"), rows="answered"),
    ChartSpec("revenue", "Revenue", "Revenue", of_revenue.revenue, standard=True, by_step=True, by_currency=True,
              follows=("orders",)),
    ChartSpec("orders", "Orders", "Revenue", of_revenue.orders, standard=True, by_step=True, follows=("orders",)),
    ChartSpec("revenue_by_country", "Revenue by country", "Revenue", of_sales.by_country,
              by_currency=True, lying=True, follows=("orders", "customers")),
    ChartSpec("top_customers", "Top customers", "Revenue", of_sales.top_customers, by_currency=True, lying=True,
              follows=("orders", "customers")),
    ChartSpec("top_products", "Top products", "Revenue", of_sales.top_products, by_currency=True, lying=True,
              follows=("orders",), rows="sold"),
    ChartSpec("top_categories", "Revenue by category", "Revenue", of_sales.top_categories,
              by_currency=True, lying=True, follows=("orders",), rows="sold"),
    ChartSpec("source_revenue", "Revenue by source", "Revenue", of_sources.revenue,
              by_period=False, by_currency=True, lying=True, follows=("orders", "customers")),
    ChartSpec("rfm", "Recency and frequency", "Revenue", of_purchases.customers, by_period=False, by_currency=True,
              follows=("orders",), rows="purchases"),
    ChartSpec("rfm_money", "Money by recency and frequency", "Revenue", of_purchases.money,
              by_period=False, by_currency=True, follows=("orders",), rows="purchases"),
    ChartSpec("points", "Points earned and redeemed", "Loyalty", of_loyalty.points, standard=True, by_step=True,
              follows=("loyalty",)),
    ChartSpec("tier_flow", "Moves between tiers", "Loyalty", of_loyalty.tier_flow, follows=("loyalty",)),
)  # fmt: skip


def chart(key: str) -> ChartSpec:
    """The chart of that name."""
    return next(spec for spec in CHARTS if spec.key == key)
