"""One customer's statistics: contact, answers, orders, points and the score that they make."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.analytics.answers import Try, channels, habit
from crm_desktop.analytics.engagement import Known, components, score
from crm_desktop.analytics.one_customer import customer_figures
from crm_desktop.database.engine import Database
from crm_desktop.listing.periods import Clock
from tests.factories.customers import customer, order
from tests.factories.interactions import interaction
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm

NOW = datetime(2026, 5, 20, 10, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Europe/Berlin"))


def test_a_customer_of_whom_nothing_is_known(clean: Crm, admin: Database) -> None:
    with closing(clean.connect()) as ada:
        someone = customer(ada)
        ada.commit()
    with admin.session() as session:
        for identity in (someone, uuid4()):
            found = customer_figures(session, identity, clock=CLOCK)
            assert (found.total, found.score, found.purchases, found.loyalty, found.channels) == (0, 0, (), None, ())
            assert found.history.is_empty
            assert (found.habit.weekday, found.habit.hour) == (None, None)


def test_history_by_local_month_and_type(clean: Crm, admin: Database) -> None:
    with closing(clean.connect()) as ada:
        someone = customer(ada)
        interaction(ada, someone, type="call", created_at=datetime(2026, 4, 30, 22, 30, tzinfo=UTC))  # May there
        interaction(ada, someone, type="email", created_at=datetime(2026, 4, 30, 21, 30, tzinfo=UTC))
        interaction(ada, someone, type="email", created_at=datetime(2024, 1, 1, tzinfo=UTC))
        interaction(ada, someone, type="email", created_at=NOW, status="cancelled")
        ada.commit()
    with admin.session() as session:
        found = customer_figures(session, someone, clock=CLOCK)
    assert found.by_month == [("2026-04", 1), ("2026-05", 1)]
    assert [(row.type, row.count) for row in found.by_type] == [("email", 2), ("call", 1)]
    assert {series.key: series.values[-2:] for series in found.history.series} == {"call": (0, 1), "email": (1, 0)}
    assert len(found.history.categories) == 12


def test_what_is_answered_and_when(clean: Crm, admin: Database) -> None:
    monday = datetime(2026, 5, 4, 7, 30, tzinfo=UTC)  # half past nine there
    with closing(clean.connect()) as ada:
        someone = customer(ada)
        for week in range(3):
            at = monday - timedelta(weeks=week)
            interaction(ada, someone, type="call", created_at=at, status="completed", outcome="Wants an offer")
            interaction(ada, someone, type="email", created_at=at + timedelta(days=1), status="completed", outcome=" ")
        interaction(ada, someone, type="email", created_at=monday, status="completed", outcome="Yes")
        interaction(ada, someone, type="email", created_at=monday, status="completed", outcome="BOUNCED, no such box")
        interaction(ada, someone, type="call", created_at=monday, status="cancelled")
        interaction(ada, someone, type="call", created_at=monday, status="pending", follow_up=NOW + timedelta(days=1))
        interaction(
            ada, someone, type="meeting", created_at=monday, status="pending", follow_up=NOW - timedelta(days=1)
        )
        interaction(ada, someone, type="other", created_at=monday, status="completed", outcome="x")
        ada.commit()
    with admin.session() as session:
        found = customer_figures(session, someone, clock=CLOCK)
    assert [(each.type, each.tried, each.answered) for each in found.channels] == [
        ("call", 3, 3),
        ("meeting", 1, 0),
        ("email", 5, 1),
    ]
    assert (found.habit.weekday, found.habit.hour) == (0, 9)
    assert found.answers.series[0].values[0] == 100


@given(st.lists(st.tuples(st.sampled_from(["call", "email"]), st.datetimes(timezones=st.just(UTC)), st.booleans())))
def test_answers_are_never_more_than_tries(given_: list[tuple[str, datetime, bool]]) -> None:
    tries = [Try(*each) for each in given_ if 2 < each[1].year < 9998]
    found = channels(tries)
    assert sum(each.tried for each in found) == len(tries)
    assert all(0 <= each.share <= 1 for each in found)
    best = habit(tries, CLOCK)
    answered = [each.at.astimezone(CLOCK.zone) for each in tries if each.answered]
    assert best.hour is None or sum(at.hour == best.hour for at in answered) >= 2
    assert best.weekday is None or sum(at.weekday() == best.weekday for at in answered) >= 2


def test_orders_and_points(clean: Crm, admin: Database) -> None:
    with closing(clean.connect()) as ada:
        someone, account = member(ada)
        for days, lines, given_ in (
            (40, 1, {}),
            (20, 2, {}),
            (1, 9, {"status": "refunded"}),
            (9, 1, {"currency": "USD"}),
        ):
            order(ada, someone, lines=lines, ordered_at=NOW - timedelta(days=days), **given_)
        entry(ada, account, "earn", 1500, created_at=NOW - timedelta(days=500))
        entry(ada, account, "earn", 70, created_at=NOW - timedelta(days=5))
        entry(ada, account, "redeem", -20, created_at=NOW - timedelta(days=4))
        ada.commit()
    with admin.session() as session:
        found = customer_figures(session, someone, clock=CLOCK)
    euros, dollars = found.purchases
    assert (euros.currency, euros.orders, euros.spent, euros.average) == ("EUR", 2, 30, Decimal(15))
    assert (dollars.currency, dollars.orders) == ("USD", 1)
    assert found.loyalty is not None
    assert (found.loyalty.tier, found.loyalty.points_balance) == ("silver", 1550)
    points = {part.key: round(part.points, 2) for part in found.engagement}
    assert points == {
        "recency": round(35 * (1 - 9 / 365), 2), "frequency": 0, "breadth": 0, "orders": 7.5, "loyalty": 5
    }  # fmt: skip
    assert found.score == 47


@pytest.mark.parametrize(
    ("days", "contacts", "kinds", "orders", "tier", "expected"),
    [(0, 12, 4, 6, "platinum", 100), (365, 0, 0, 0, None, 0), (None, 0, 0, 0, None, 0), (0, 0, 0, 0, None, 35),
     (73, 6, 2, 3, "gold", 28 + 12.5 + 7.5 + 7.5 + 7.5)],
)  # fmt: skip
def test_the_score_is_the_sum_of_what_it_says(
    days: int | None, contacts: int, kinds: int, orders: int, tier: str | None, expected: float
) -> None:
    last = None if days is None else NOW - timedelta(days=days)
    parts = components(Known(NOW, last, contacts, kinds, orders, tier))
    assert sum(part.points for part in parts) == pytest.approx(expected)
    assert score(parts) == round(expected)
    assert sum(part.most for part in parts) == 100


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 7), st.integers(0, 10**6), st.none() | st.just("gold")
)
def test_the_score_stays_within_its_limits(days: int, contacts: int, kinds: int, orders: int, tier: Any) -> None:
    last = NOW - timedelta(days=days) if days < 700_000 else None
    for part in components(Known(NOW, last, contacts, kinds, orders, tier)):
        assert 0 <= part.points <= part.most
        assert part.why
