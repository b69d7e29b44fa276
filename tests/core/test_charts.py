"""Every chart tells what bare SQL over the tables tells, whatever is in them, in any time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy.orm import Session

from crm_desktop.analytics.charts import CHARTS, ChartSpec, chart
from crm_desktop.analytics.shapes import Period, Question
from crm_desktop.database.engine import Database
from crm_desktop.listing.periods import Clock
from tests.factories.customers import customer
from tests.factories.interactions import interaction
from tests.helpers.postgres import Crm

BERLIN = Clock(datetime(2026, 5, 20, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@contextmanager
def rows(crm: Crm) -> Iterator[psycopg.Connection[Any]]:
    with closing(crm.connect()) as connection:
        yield connection
        connection.commit()


@pytest.mark.parametrize("spec", CHARTS, ids=lambda spec: spec.key)
@pytest.mark.parametrize("period", ["last_30_days", "all"])
def test_nothing_is_in_the_database_yet(admin: Database, spec: ChartSpec, period: str) -> None:
    with admin.session() as session:
        found = spec.read(session, Question(Period.of(period, BERLIN), compare=True, clock=BERLIN))
    assert found.is_empty
    assert (found.key, found.title) == (spec.key, spec.title)
    assert found.explanation


def read(session: Session, key: str, period: Period = MAY, clock: Clock = BERLIN, **asked: Any) -> Any:
    return chart(key).read(session, Question(period, clock=clock, **asked))


def test_a_customer_of_the_first_minutes_of_a_local_month_counts_there(clean: Crm, admin: Database) -> None:
    """Complaint 23: a day is that of whoever looks. 22:30 UTC on 30 April is May in Berlin."""
    with rows(clean) as ada:
        customer(ada, created_at=datetime(2026, 4, 30, 22, 30, tzinfo=UTC))
        customer(ada, created_at=datetime(2026, 4, 30, 21, 30, tzinfo=UTC), customer_type="business")
    with admin.session() as session:
        found = read(session, "acquired", compare=True, step="month")
        assert [(series.key, series.values, series.previous) for series in found.series] == [
            ("individual", (1,), (0,)),
            ("business", (0,), (1,)),
        ]
        utc = read(session, "acquired", clock=Clock(BERLIN.now, UTC), step="month")
        assert [series.values for series in utc.series] == [(0,), (0,)]


def test_interactions_of_the_period_and_of_the_one_before(clean: Crm, admin: Database) -> None:
    with rows(clean) as ada:
        someone = customer(ada)
        for days, kind in ((0, "call"), (1, "call"), (2, "follow_up"), (31, "email")):
            interaction(ada, someone, created_at=datetime(2026, 5, 10, tzinfo=UTC) - timedelta(days=days), type=kind)
    with admin.session() as session:
        found = read(session, "interactions", compare=True)
    assert [(category.label, value, before) for category, value, before in zip(
        found.categories, found.series[0].values, found.series[0].previous, strict=True
    )] == [("Call", 2, 0), ("Follow-up", 1, 0), ("Email", 0, 1)]  # fmt: skip
