"""Random histories of every kind, in several sessions at once: what is kept equals what the ledger says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.loyalty import entry, member, points_expire
from tests.helpers.postgres import Crm
from tests.helpers.together import together

THRESHOLDS = {"bronze": 0, "silver": 1000, "gold": 5000, "platinum": 10000}
RISING = ["earn", "opening", "adjust"]
KINDS = [*RISING, "redeem", "take off", "expire", "expire what is due"]
# What, how many points, and how long ago.
STEP = st.tuples(st.sampled_from(KINDS), st.integers(1, 6000), st.integers(0, 500))
SESSIONS = st.lists(st.lists(STEP, max_size=7), min_size=2, max_size=3)


def take(crm: Crm, account: UUID, steps: list[tuple[str, int, int]]) -> None:
    """One session; what the account does not allow is refused, and nothing else."""
    with crm.connect("emil", autocommit=True) as connection:
        for kind, size, days in steps:
            try:
                if kind == "expire what is due":
                    connection.execute("SELECT crm.expire_points()")
                    continue
                falls = kind not in RISING
                written = "adjust" if kind == "take off" else kind
                moment = datetime.now(UTC) - timedelta(days=days)
                entry(connection, account, written, -size if falls else size, reason="-", created_at=moment)
            except psycopg.DatabaseError as error:
                if error.sqlstate != "CR001":  # not enough points, or a second opening balance
                    raise


@given(SESSIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
def test_histories_of_every_kind_keep_the_account_equal_to_its_ledger(
    clean: Crm, sessions: list[list[tuple[str, int, int]]]
) -> None:
    """Complaint 7 of users of other systems: a balance that no ledger proves."""
    with closing(clean.connect()) as ada:
        points_expire(ada, 12)
        _, account = member(ada)
        ada.commit()
        works: list[Callable[[], Any]] = [partial(take, clean, account, steps) for steps in sessions]
        together(works)
        ledger = ada.execute(
            "SELECT kind, points FROM crm.loyalty_ledger WHERE user_id = %s ORDER BY id", (account,)
        ).fetchall()
        balance = earned = redeemed = 0
        for kind, points in ledger:
            balance += points
            earned += points if kind in RISING else 0
            redeemed -= points if kind == "redeem" else 0
        assert balance >= 0
        assert sum(kind == "opening" for kind, _ in ledger) <= 1
        tier = max((limit, name) for name, limit in THRESHOLDS.items() if limit <= earned)[1]
        kept = "SELECT points_balance, total_earned, total_redeemed, tier FROM crm.loyalty_accounts WHERE user_id = %s"
        assert ada.execute(kept, (account,)).fetchone() == (balance, earned, redeemed, tier)
        changes = ada.execute(
            "SELECT from_tier, to_tier FROM crm.loyalty_tier_changes WHERE user_id = %s ORDER BY id", (account,)
        ).fetchall()
        assert [to for _, to in changes[:-1]] == [before for before, _ in changes[1:]]
        assert changes[-1][1] == tier
        # Nothing that a second look would take off is left behind by the first.
        ada.execute("SELECT crm.expire_points()")
        due = "SELECT count(*) FROM crm.points_left() WHERE expires_at <= now()"
        assert ada.execute(due).fetchone() == (0,)
        whole = "SELECT to_jsonb(a) - 'updated_at' FROM crm.loyalty_accounts a WHERE user_id = %s"
        ahead = "SELECT month, points FROM crm.loyalty_points_left WHERE user_id = %s ORDER BY 1"
        before = ada.execute(whole, (account,)).fetchone(), ada.execute(ahead, (account,)).fetchall()
        ada.execute("SELECT crm.rebuild_derived()")
        assert (ada.execute(whole, (account,)).fetchone(), ada.execute(ahead, (account,)).fetchall()) == before
        ada.rollback()


@given(st.lists(st.integers(1, 6000), min_size=1, max_size=8), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
def test_redeeming_and_expiring_never_demote(clean: Crm, earned: list[int], data: st.DataObject) -> None:
    with closing(clean.connect("emil")) as emil:
        customer_id, account = member(emil)
        balance = 0
        for points in earned:
            entry(emil, account, "earn", points)
            balance += points
            tier = emil.execute("SELECT tier FROM crm.customers WHERE id = %s", (customer_id,)).fetchone()
            used = data.draw(st.integers(0, balance))
            if used:
                entry(emil, account, data.draw(st.sampled_from(["redeem", "expire"])), -used)
                balance -= used
            after = emil.execute("SELECT tier FROM crm.customers WHERE id = %s", (customer_id,)).fetchone()
            assert after == tier
        emil.rollback()
