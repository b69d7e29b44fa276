"""Segments: how many customers are in them, and the first of these, beside the best SQL by hand for the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.segments.actions import add_segment
from crm_desktop.segments.members import members
from crm_desktop.segments.validation import SegmentInput
from crm_desktop.segments.why import why
from tests.benchmarks.measure import SEARCH, Line, Target, side_by_side, timed
from tests.benchmarks.run import Bench

COUNT = Target(1.5)
_SPENT = (
    "EXISTS (SELECT FROM crm.customer_purchases p WHERE p.customer_id = c.id AND p.currency = 'EUR' AND p.spent >= %s)"
)


@dataclass(frozen=True)
class Case:
    """A segment, and the condition that picks the same customers (c) in SQL by hand."""

    name: str
    criteria: dict[str, Any]
    sql: str
    values: tuple[Any, ...] = ()


def run(bench: Bench) -> None:
    database = Database(bench.target, bench.username, bench.password)
    try:
        with database.session() as session:
            _measure(bench, session)
            session.rollback()  # the segments were for measuring only
    finally:
        database.close()


def _measure(bench: Bench, session: Any) -> None:
    kept = []
    for number, case in enumerate(cases()):
        given = SegmentInput(f"Measured {number}", criteria=case.criteria)
        kept.append((case, customer_listing(members(add_segment(session, given)))))
    connection = session.connection()
    bench.report.heading("Segments: the exact count")
    for case, listing in kept:
        times = side_by_side(
            lambda listing=listing: listing.count(connection),
            lambda case=case: bench.floor.filtered_count(case.sql, *case.values),
            bench.repeats,
        )
        found, expected = listing.count(connection), bench.floor.filtered_count(case.sql, *case.values)
        if found != expected:
            raise AssertionError(f"{case.name}: {found:,} counted, {expected:,} by hand")
        bench.report.add(Line(f"{case.name}: {found:,}", *times, COUNT))
    bench.report.heading("Segments: the first customers with their capped count")
    for case, listing in kept:
        times = side_by_side(
            lambda listing=listing: listing.first(connection),
            lambda case=case: bench.floor.filtered(case.sql, *case.values),
            bench.repeats,
        )
        bench.report.add(Line(case.name, *times, SEARCH))
    bench.report.heading("Why is this customer in it?")
    case, listing = kept[-1]
    somebody = customer_listing(ListRequest()).first(connection).rows[0].id
    segment_id = listing.request.filter["value"]
    bench.report.add(Line(case.name, timed(lambda: why(session, segment_id, somebody), bench.repeats)))


def cases() -> list[Case]:
    """One to three conditions, over the customer, loyalty, orders and interactions."""
    clock = Clock()
    silent = clock.midnight(clock.today - timedelta(days=89))
    end_of_today = clock.midnight(clock.today + timedelta(days=1))
    return [
        Case(
            "New this month",
            {"field": "created_at", "operator": "within", "value": "this_month"},
            "c.created_at >= %s AND c.created_at < %s",
            clock.period("this_month"),
        ),
        Case(
            "Gold and above",
            {"field": "tier", "operator": "in", "value": ["gold", "platinum"]},
            "c.tier_rank IN (3, 4)",
        ),
        Case(
            "Silent for 90 days",
            {"all": [
                {"field": "status", "operator": "is", "value": "active"},
                {"field": "last_contact", "operator": "not_within", "value": {"last_days": 90}},
            ]},
            "c.status_key = 'active' AND (c.last_contact IS NULL OR c.last_contact < %s OR c.last_contact >= %s)",
            (silent, end_of_today),
        ),
        Case(
            "Top spenders who have points",
            {"all": [
                {"field": "total_spent", "operator": "at_least", "value": {"amount": 2000, "currency": "EUR"}},
                {"field": "points_balance", "operator": "at_least", "value": 500},
            ]},
            f"{_SPENT} AND EXISTS (SELECT FROM crm.loyalty_accounts a WHERE a.user_id = c.user_id"
            " AND a.points_balance >= %s)",
            (2000, 500),
        ),
        Case(
            "Businesses that met us and bought",
            {"all": [
                {"field": "customer_type", "operator": "is", "value": "business"},
                {"field": "total_spent", "operator": "at_least", "value": {"amount": 1000, "currency": "EUR"}},
                {"field": "interactions", "operator": "has",
                 "value": {"field": "type", "operator": "is", "value": "meeting"}},
            ]},
            f"c.type_key = 'business' AND {_SPENT} AND EXISTS (SELECT FROM crm.customer_interactions i"
            " WHERE i.customer_id = c.id AND i.type = 'meeting')",
            (1000,),
        ),
    ]  # fmt: skip
