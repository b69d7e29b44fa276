"""Expiring points on a schedule: what would be, what was, and that it is once."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from crm_desktop.chores.expire_points import EXPIRE_POINTS
from crm_desktop.chores.registry import CHORES
from crm_desktop.chores.running import run_due
from crm_desktop.cli import loyalty
from crm_desktop.database.engine import Database
from tests.factories.loyalty import entry, member, months_ago, points_expire
from tests.helpers.postgres import Crm


@pytest.fixture
def expire(clean: Crm, employee: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    @contextmanager
    def signed_in(*_: object):  # type: ignore[no-untyped-def]
        yield employee

    monkeypatch.setattr(loyalty.connection, "signed_in", signed_in)

    def run(**options: bool) -> list[str]:
        loyalty.expire(**options)  # type: ignore[arg-type]
        return capsys.readouterr().out.splitlines()

    return run


def test_a_dry_run_says_what_would_expire_and_changes_nothing(clean: Crm, expire) -> None:  # type: ignore[no-untyped-def]
    assert expire(dry_run=False) == ["Points never expire: the settings name no number of months."]
    with clean.connect() as ada:
        points_expire(ada, 12)
        for points in (1000, 200):
            entry(ada, member(ada)[1], "earn", points, created_at=months_ago(13))
        entry(ada, member(ada)[1], "earn", 7, created_at=months_ago(11))
    said = ["1,200 points of 2 accounts would expire."]
    lines = expire(dry_run=True)
    assert lines[:1] == said and expire(dry_run=True) == lines
    month = f"{months_ago(1):%Y-%m}"
    assert lines[1].split() == [month, "1,200", "points", "2", "accounts"]
    assert lines[2].split()[1:] == ["7", "points", "1", "accounts"]
    assert expire(dry_run=False) == ["1,200 points of 2 accounts expired."]
    assert expire(dry_run=False) == ["No points have expired."]
    assert expire(dry_run=True)[0] == "No points would expire now."


def test_an_open_window_expires_points_once_a_day(clean: Crm, employee: Database) -> None:
    assert EXPIRE_POINTS in CHORES
    with clean.connect() as ada:
        points_expire(ada, 12)
        entry(ada, member(ada)[1], "earn", 50, created_at=months_ago(13))
    [done] = run_due(employee, chores=[EXPIRE_POINTS])
    assert done.said == "50 points of 1 account expired."
    assert run_due(employee, chores=[EXPIRE_POINTS]) == ()
