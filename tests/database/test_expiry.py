"""Points expire first in, first out, and once, whatever happens at the same time."""

from __future__ import annotations

import calendar
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.loyalty import entry, member, months_ago, points_expire
from tests.helpers.postgres import Crm
from tests.helpers.together import together

Connection = psycopg.Connection[Any]


def expire(connection: Connection) -> tuple[int, int]:
    row = connection.execute("SELECT accounts, points FROM crm.expire_points()").fetchone()
    assert row is not None
    return row[0], row[1]


def balance(connection: Connection, user_id: UUID) -> int:
    query = "SELECT points_balance FROM crm.loyalty_accounts WHERE user_id = %s"
    row = connection.execute(query, (user_id,)).fetchone()
    assert row is not None
    return int(row[0])


def test_points_never_expire_unless_the_settings_say_so(ada: Connection) -> None:
    _, account = member(ada)
    entry(ada, account, "earn", 100, created_at=months_ago(240))
    assert expire(ada) == (0, 0)
    points_expire(ada, None)
    assert expire(ada) == (0, 0) and balance(ada, account) == 100


@pytest.mark.parametrize("value", ["0", "-1", "1.5", '"12"', "1000", "[]", "true"])
def test_the_setting_is_a_number_of_months(ada: Connection, value: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        ada.execute("INSERT INTO crm.settings (key, value) VALUES ('points_expire_months', %s)", (value,))


def test_what_is_used_comes_off_the_oldest_points(ada: Connection) -> None:
    points_expire(ada, 12)
    _, account = member(ada)
    entry(ada, account, "opening", 100, created_at=months_ago(30))
    entry(ada, account, "earn", 50, created_at=months_ago(14))
    entry(ada, account, "earn", 40, created_at=months_ago(2))
    entry(ada, account, "redeem", -120, reason="A bag")
    assert expire(ada) == (1, 30)
    assert balance(ada, account) == 40
    rows = ada.execute("SELECT kind, points, reason FROM crm.loyalty_ledger ORDER BY id").fetchall()
    assert rows[-1] == ("expire", -30, "Older than 12 months")


def test_the_same_points_never_expire_twice(ada: Connection) -> None:
    points_expire(ada, 12)
    _, account = member(ada)
    entry(ada, account, "earn", 100, created_at=months_ago(20))
    entry(ada, account, "adjust", 7, created_at=months_ago(13), reason="Forgotten")
    assert (expire(ada), expire(ada)) == ((1, 107), (0, 0))
    entry(ada, account, "earn", 5)
    assert expire(ada) == (0, 0) and balance(ada, account) == 5


def test_expiring_never_demotes(ada: Connection) -> None:
    points_expire(ada, 12)
    customer_id, account = member(ada)
    entry(ada, account, "earn", 5000, created_at=months_ago(20))
    assert expire(ada) == (1, 5000)
    assert ada.execute("SELECT tier FROM crm.customers WHERE id = %s", (customer_id,)).fetchone() == ("gold",)


def test_sessions_that_expire_at_once_take_the_points_off_once(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada:
        points_expire(ada, 12)
        accounts = [member(ada)[1] for _ in range(20)]
        for account in accounts:
            entry(ada, account, "earn", 100, created_at=months_ago(20))
            entry(ada, account, "earn", 10)
        ada.commit()
    taken: list[tuple[int, int]] = []

    def run() -> None:
        with each_crm.connect("emil") as emil:
            taken.append(expire(emil))

    together([run] * 4)
    assert sorted(taken) == [(0, 0), (0, 0), (0, 0), (20, 2000)]


def test_what_is_redeemed_meanwhile_is_not_expired(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        points_expire(ada, 12)
        _, account = member(ada)
        entry(ada, account, "earn", 100, created_at=months_ago(20))
        ada.commit()
        entry(emil, account, "redeem", -60)
        taken: list[tuple[int, int]] = []

        def run() -> None:
            with each_crm.connect() as other:
                taken.append(expire(other))

        def redeemed() -> None:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            with each_crm.as_superuser(autocommit=True) as watching:
                while watching.execute(waiting).fetchone() == (0,):
                    pass
            emil.commit()

        together([run, redeemed])
        assert taken == [(1, 40)] and balance(ada, account) == 0


def later_by(months: int, moment: datetime) -> datetime:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def read_plainly(history: list[tuple[int, datetime]], months: int, now: datetime) -> list[tuple[datetime, int]]:
    """What is left, oldest first, as somebody would do it with a pile of coins; `history` in the order of its times."""
    pile: list[tuple[datetime, int]] = []
    for points, moment in history:
        if points > 0:
            pile.append((moment, points))
            continue
        owed = -points
        while owed:
            earned_at, there = pile.pop(0)
            if there > owed:
                pile.insert(0, (earned_at, there - owed))
            owed -= min(there, owed)
    return [(later_by(months, moment), points) for moment, points in pile]


def by_month(left: list[tuple[datetime, int]], months: int) -> dict[date, int]:
    """The same by the month in which the points came."""
    found: dict[date, int] = {}
    for expires, points in left:
        month = later_by(-months, expires.replace(day=1)).date()
        found[month] = found.get(month, 0) + points
    return found


def kept_by_month(connection: Connection, user_id: UUID) -> dict[date, int]:
    query = "SELECT month, points FROM crm.loyalty_points_left WHERE user_id = %s"
    return {month: int(points) for month, points in connection.execute(query, (user_id,))}


KINDS = ["earn", "opening", "adjust", "redeem", "take_back"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 500), st.integers(0, 1200)), min_size=1, max_size=12)


@given(STEPS, st.integers(1, 36))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_expiry_is_what_a_plain_reading_says(crm: Crm, steps: list[tuple[str, int, int]], months: int) -> None:
    now = datetime.now(UTC)
    with closing(crm.connect()) as ada:
        points_expire(ada, months)
        _, account = member(ada)
        history: list[tuple[int, datetime]] = []
        left, opened = 0, False
        for kind, size, days in sorted(steps, key=lambda step: -step[2]):
            moment = now - timedelta(days=days, hours=1)
            points = -min(size, left) if kind in ("redeem", "take_back") else size
            if not points or (kind == "opening" and opened):
                continue
            opened = opened or kind == "opening"
            entry(ada, account, "adjust" if kind == "take_back" else kind, points, reason="-", created_at=moment)
            history.append((points, moment))
            left += points
        expected = read_plainly(history, months, now)
        found = ada.execute(
            "SELECT expires_at, points FROM crm.points_left() WHERE user_id = %s ORDER BY created_at, entry_id",
            (account,),
        ).fetchall()
        assert found == expected
        kept = kept_by_month(ada, account)
        assert kept == by_month(expected, months)
        ada.execute("SELECT crm.rebuild_derived()")
        assert kept_by_month(ada, account) == kept
        due = sum(points for expires, points in expected if expires <= now)
        assert expire(ada) == (1 if due else 0, due)
        assert balance(ada, account) == left - due
        assert kept_by_month(ada, account) == by_month([each for each in expected if each[0] > now], months)
        ada.rollback()
