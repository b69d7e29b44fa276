"""Periods, what is before them, and the buckets they are cut into."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.analytics.buckets import axis, borders
from crm_desktop.analytics.shapes import PRESETS, Category, ChartData, Period, Question, Series
from crm_desktop.analytics.words import period_words
from crm_desktop.listing.periods import Clock

CLOCK = Clock(datetime(2026, 5, 20, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("preset", "first", "last", "before"),
    [
        ("last_30_days", (2026, 4, 21), (2026, 5, 20), ((2026, 3, 22), (2026, 4, 20))),
        ("this_month", (2026, 5, 1), (2026, 5, 20), ((2026, 4, 1), (2026, 4, 20))),
        ("last_month", (2026, 4, 1), (2026, 4, 30), ((2026, 3, 1), (2026, 3, 31))),
        ("this_quarter", (2026, 4, 1), (2026, 5, 20), ((2026, 1, 1), (2026, 2, 20))),
        ("last_quarter", (2026, 1, 1), (2026, 3, 31), ((2025, 10, 1), (2025, 12, 31))),
        ("this_year", (2026, 1, 1), (2026, 5, 20), ((2025, 1, 1), (2025, 5, 20))),
        ("last_12_months", (2025, 6, 1), (2026, 5, 20), ((2024, 6, 1), (2025, 5, 20))),
    ],
)
def test_presets_and_the_period_before(
    preset: str, first: tuple[int, ...], last: tuple[int, ...], before: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    period = Period.of(preset, CLOCK)
    assert (period.start, period.end) == (date(*first), date(*last))
    previous = period.previous()
    assert previous is not None
    assert (previous.start, previous.end) == (date(*before[0]), date(*before[1]))


def test_everything_has_nothing_before_it() -> None:
    period = Period.of("all", CLOCK)
    assert period.is_all
    assert period.previous() is None
    assert {name for name, _ in PRESETS} >= {"all", "last_90_days"}


@given(DAYS, st.integers(0, 4000), st.sampled_from([None, "day", "week", "month", "year"]))
def test_buckets_cover_a_period_without_a_gap(start: date, days: int, step: object) -> None:
    period = Period(start, start + timedelta(days=days))
    shown = axis(Question(period, step=step), None).shown  # type: ignore[arg-type]
    assert shown[0].first == period.start
    assert shown[-1].last == period.end
    for one, following in pairwise(shown):
        assert one.last + timedelta(days=1) == following.first
    assert len({bucket.category.key for bucket in shown}) == len(shown) <= 400


@given(st.dates(), st.dates(), st.sampled_from([None, "day", "week", "month", "year"]), st.booleans())
def test_no_period_is_too_long_or_too_far_away(one: date, other: date, step: object, compare: bool) -> None:
    """Days up to 31 December 9999 can be chosen, and somebody dates an order in the year 1."""
    period = Period(*sorted((one, other)))
    question = Question(period, compare, CLOCK, step=step)  # type: ignore[arg-type]
    shown = axis(question, None)
    assert len(shown.shown) <= 400 and period_words(period)
    moments = borders(shown.shown, CLOCK)
    assert moments == sorted(moments) and len(moments) == len(shown.shown) + 1
    assert period.span(CLOCK)[0] < period.span(CLOCK)[1]
    if shown.cut:
        assert shown.shown[0].first == shown.cut > period.start and not shown.before


def test_an_order_of_the_year_1_makes_no_two_thousand_bars() -> None:
    shown = axis(Question(Period.of("all", CLOCK), clock=CLOCK), date(1, 1, 1))
    assert [shown.shown[0].category.label, shown.shown[-1].category.label] == ["1977", "2026"]
    assert shown.cut == date(1977, 1, 1)


def test_a_day_of_changed_clocks_has_23_or_25_hours() -> None:
    spring = axis(Question(Period(date(2026, 3, 29), date(2026, 3, 29)), clock=CLOCK), None)
    first, last = borders(spring.shown, CLOCK)
    assert last - first == timedelta(hours=23)
    autumn = axis(Question(Period(date(2026, 10, 25), date(2026, 10, 25)), clock=CLOCK), None)
    first, last = borders(autumn.shown, CLOCK)
    assert last - first == timedelta(hours=25)


def test_the_months_of_a_comparison_stand_beside_each_other() -> None:
    over = axis(Question(Period(date(2026, 4, 1), date(2026, 5, 31)), compare=True, step="month"), None)
    assert [bucket.category.name for bucket in over.before] == ["Feb 2026", "Mar 2026"]
    assert over.beside([3]) == (3, None)


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values"):
        ChartData(
            "k", "bars", "T", "E", "customers", (Category("a", "A"), Category("b", "B")), (Series("s", "S", (1,)),)
        )
