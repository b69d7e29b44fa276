"""Times as people type them, and as the window words them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.forms.editors import parse_minutes
from ui.interactions.local_time import distance_text, due, due_text, full_text, is_skipped, moment_text, to_utc, to_wall
from ui.interactions.when import parse_when

NOW = datetime(2026, 11, 22, 20, 30)  # a Sunday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 9", "2026-11-23 09:00"),
        ("Tomorrow, 14:30", "2026-11-23 14:30"),
        ("in 3 days", "2026-11-25 09:00"),
        ("in 3 days at 14", "2026-11-25 14:00"),
        ("2 weeks", "2026-12-06 09:00"),
        ("in 90 minutes", "2026-11-22 22:00"),
        ("in 1 month", "2026-12-22 09:00"),
        ("next week", "2026-11-23 09:00"),
        ("monday", "2026-11-23 09:00"),
        ("sunday", "2026-11-29 09:00"),
        ("next fri 15:00", "2026-11-27 15:00"),
        ("25 Nov", "2026-11-25 09:00"),
        ("3 Jan 8am", "2027-01-03 08:00"),
        ("Nov 25 2027", "2027-11-25 09:00"),
        ("25.11.", "2026-11-25 09:00"),
        ("25.11.2026 10:15", "2026-11-25 10:15"),
        ("2026-11-25 09:00", "2026-11-25 09:00"),
        ("2026-11-25T09:00:00", "2026-11-25 09:00"),
        ("Wed 25 Nov 2026 09:00", "2026-11-25 09:00"),
        ("21:00", "2026-11-22 21:00"),
        ("14:30", "2026-11-23 14:30"),
        ("12am", "2026-11-23 00:00"),
        ("today 17", "2026-11-22 17:00"),
    ],
)
def test_times_are_read_as_people_type_them(text: str, expected: str) -> None:
    assert parse_when(text, NOW) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "  ", "abc", "31 feb", "25:00", "15", "tomorrow 25", "13pm", "0.0.", "99999 days"]
)
def test_what_means_nothing_is_not_guessed(text: str) -> None:
    assert parse_when(text, NOW) is None


def test_slashes_follow_the_order_of_the_computer() -> None:
    assert parse_when("03/04/2027", NOW) == datetime(2027, 4, 3, 9)
    assert parse_when("03/04/2027", NOW, day_first=False) == datetime(2027, 3, 4, 9)


@given(st.text(max_size=40))
def test_nothing_typed_can_break_it(text: str) -> None:
    parse_when(text, NOW)
    parse_minutes(text)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)))
def test_what_the_field_writes_it_reads(wall: datetime) -> None:
    wall = wall.replace(second=0, microsecond=0, fold=0)
    assert parse_when(full_text(wall), NOW) == wall


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2060, 1, 1)))
def test_local_times_come_back(wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    if not is_skipped(wall, BERLIN):
        assert to_wall(to_utc(wall, BERLIN), BERLIN).replace(fold=0) == wall.replace(fold=0)


def test_today_is_the_local_day() -> None:
    now = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    assert due(now + timedelta(minutes=20), now, BERLIN) == "today"
    assert due(now + timedelta(minutes=40), now, BERLIN) == "later"
    assert due(now - timedelta(minutes=1), now, BERLIN) == "overdue"


def test_words_for_moments() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert moment_text(now, now, BERLIN) == "Today 13:00"
    assert due_text(now - timedelta(days=1), now, BERLIN) == "Overdue since yesterday 13:00"
    assert due_text(now + timedelta(days=400), now, BERLIN) == "Due Mon 27 Dec 2027 13:00"
    assert distance_text(now + timedelta(days=3), now, BERLIN) == "in 3 days"
    assert distance_text(now - timedelta(days=30), now, BERLIN) == "4 weeks ago"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15", 15),
        ("15 min", 15),
        ("1:30", 90),
        ("1h 30", 90),
        ("1h", 60),
        ("1.5 h", 90),
        ("1,5h", 90),
        ("2 hours", 120),
    ],
)
def test_durations(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "1:75", "-5", "½"])
def test_durations_that_mean_nothing(text: str) -> None:
    assert parse_minutes(text) is None
