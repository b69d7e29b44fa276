"""The programme's rules: what a change would do, and that it does that, once, for everybody, and can be undone."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotAllowed, StaleRow
from crm_desktop.loyalty.change_rules import change_rules
from crm_desktop.loyalty.rules import Rules, rules
from crm_desktop.loyalty.what_if import what_if, who_would_move
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm

POINTS = (0, 999, 1000, 4999, 5000, 9999, 10000)
TIERS = ("bronze", "silver", "gold", "platinum")


def with_thresholds(found: Rules, *thresholds: int) -> Rules:
    tiers = tuple(replace(tier, threshold=each) for tier, each in zip(found.tiers, thresholds, strict=True))
    return replace(found, tiers=tiers)


def tiers_of(connection: psycopg.Connection[Any]) -> Counter[str]:
    return Counter(row[0] for row in connection.execute("SELECT tier FROM crm.customers WHERE tier IS NOT NULL"))


def history(connection: psycopg.Connection[Any]) -> Counter[tuple[str, str]]:
    """Who went from where to where, first enrolments left out."""
    rows = connection.execute(
        "SELECT from_tier, to_tier FROM crm.loyalty_tier_changes WHERE from_tier IS NOT NULL"
        " AND created_at > (SELECT max(created_at) FROM crm.loyalty_ledger)"
    )
    return Counter((old, new) for old, new in rows)


def test_the_rules_as_they_come(admin: Database) -> None:
    with admin.session() as session:
        found = rules(session)
    assert found.thresholds == {"bronze": 0, "silver": 1000, "gold": 5000, "platinum": 10000}
    assert (found.basis, found.rates, found.expire_months) == ("lifetime", {"default": 1}, None)


@pytest.mark.parametrize(("points", "tier"), [(999, "bronze"), (1000, "silver"), (9999, "gold"), (10000, "platinum")])
def test_what_if_stands_at_the_thresholds_where_the_tiers_do(
    clean: Crm, admin: Database, points: int, tier: str
) -> None:
    """Complaint 8: wrong tier at a threshold."""
    with clean.connect() as ada:
        member(ada, points=points)
    with admin.session() as session:
        (move,) = what_if(session, rules(session).thresholds, "lifetime").moves
    assert (move.from_tier, move.to_tier, move.customers) == (tier, tier, 1)


@given(
    points=st.lists(st.tuples(st.sampled_from(POINTS), st.integers(0, 9000)), max_size=8),
    steps=st.tuples(*[st.integers(1, 9000)] * 3),
    basis=st.sampled_from(["lifetime", "balance"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
def test_what_is_promised_is_what_happens(
    clean: Crm, admin: Database, points: list[tuple[int, int]], steps: tuple[int, ...], basis: Any
) -> None:
    clean.empty()
    with clean.connect() as ada:
        for earned, redeemed in points:
            _, user_id = member(ada, points=earned)
            if min(earned, redeemed):
                entry(ada, user_id, "redeem", -min(earned, redeemed))
    with admin.session() as session:
        seen = rules(session)
        wanted = replace(
            with_thresholds(seen, 0, steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2]), basis=basis
        )
        promised = what_if(session, wanted.thresholds, basis)
        assert promised.members == len(points)
        assert rules(session) == seen, "asking changes nothing"
        movers = {
            (move.from_tier, move.to_tier): who_would_move(
                session, wanted.thresholds, basis, move.from_tier, move.to_tier
            )
            for move in promised.moves
        }
    with admin.session() as session:
        change_rules(session, seen, wanted)
    with clean.connect() as ada:
        expected = Counter({(m.from_tier, m.to_tier): m.customers for m in promised.moves if m.from_tier != m.to_tier})
        after = Counter[str]()
        for move in promised.moves:
            after[move.to_tier] += move.customers
            assert len(movers[move.from_tier, move.to_tier]) == move.customers
            for customer_id in movers[move.from_tier, move.to_tier]:
                row = ada.execute("SELECT tier FROM crm.customers WHERE id = %s", (customer_id,)).fetchone()
                assert row == (move.to_tier,)
        assert tiers_of(ada) == after
        if points:
            assert history(ada) == expected, "each moved once, also where thresholds and basis changed together"


def test_everything_is_changed_together_and_undone_together(clean: Crm, admin: Database) -> None:
    with clean.connect() as ada:
        for points in POINTS:
            member(ada, points=points)
        before = tiers_of(ada)
    with admin.session() as session:
        seen = rules(session)
        wanted = with_thresholds(seen, 0, 500, 600, 700)
        wanted = replace(
            wanted,
            tiers=tuple(
                replace(tier, earning_multiplier=Decimal("1.5"), discount_percent=Decimal(10), benefits="Coffee")
                for tier in wanted.tiers
            ),
            basis="balance",
            rates={"default": Decimal("0.5"), "JPY": Decimal("0.01")},
            expire_months=24,
        )
        changed = change_rules(session, seen, wanted)
    with admin.session() as session:
        now = rules(session)
    assert [replace(tier, version=1) for tier in now.tiers] == list(wanted.tiers)
    assert (now.basis, now.rates, now.expire_months) == (wanted.basis, wanted.rates, 24)
    with clean.connect() as ada:
        assert tiers_of(ada) == {"bronze": 1, "platinum": 6}
    with admin.session() as session:
        undone = undo_transaction(session, changed)
    assert undone.refused == 0
    with clean.connect() as ada:
        assert tiers_of(ada) == before
        assert ada.execute("SELECT key FROM crm.settings").fetchall() == [("tier_basis",)]


def test_rules_that_somebody_changed_meanwhile_are_not_overwritten(clean: Crm, admin: Database) -> None:
    """Complaint 9: silent overwrite."""
    with admin.session() as session:
        seen = rules(session)
    with clean.connect() as ada:
        ada.execute("UPDATE crm.loyalty_tiers SET benefits = 'Tea' WHERE tier = 'gold'")
    with pytest.raises(StaleRow, match="Somebody else changed") as caught, admin.session() as session:
        change_rules(session, seen, replace(seen, expire_months=12))
    assert isinstance(caught.value.theirs, Rules)
    with clean.connect() as ada:
        ada.execute("""INSERT INTO crm.settings (key, value) VALUES ('points_per_amount', '{"default": 3}')""")
    with admin.session() as session:
        seen = replace(rules(session), versions={"tier_basis": 1})
    with pytest.raises(StaleRow), admin.session() as session:
        change_rules(session, seen, replace(seen, expire_months=12))


@pytest.mark.parametrize(
    ("thresholds", "field"),
    [((1, 2, 3, 4), "bronze.threshold"), ((0, 5, 5, 6), "gold.threshold"), ((0, -5, 5, 6), "silver.threshold"),
     ((0, 10, 20, 15), "platinum.threshold"), ((0, 1, 2, 10**13), "platinum.threshold")],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(admin: Database, thresholds: tuple[int, ...], field: str) -> None:
    with admin.session() as session:
        seen = rules(session)
        with pytest.raises(InvalidInput) as caught:
            change_rules(session, seen, with_thresholds(seen, *thresholds))
    assert field in caught.value.fields


@pytest.mark.parametrize(
    ("change", "field"),
    [({"rates": {"default": Decimal(1), "euro": Decimal(1)}}, "rates"), ({"rates": {"default": Decimal(-1)}}, "rate"),
     ({"expire_months": 0}, "expire_months")],
)  # fmt: skip
def test_rates_and_months_are_checked(admin: Database, change: dict[str, Any], field: str) -> None:
    with admin.session() as session:
        seen = rules(session)
        with pytest.raises(InvalidInput) as caught:
            change_rules(session, seen, replace(seen, **change))
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm.loyalty_tiers SET threshold = 5000 WHERE tier = 'platinum'",
        "UPDATE crm.loyalty_tiers SET threshold = 1 WHERE tier = 'bronze'",
        "UPDATE crm.loyalty_tiers SET threshold = 20000 WHERE tier = 'silver'",
    ],
)
def test_the_database_keeps_the_order_of_tiers(each_crm: Crm, statement: str) -> None:
    with closing(each_crm.connect()) as ada:
        member(ada, points=6000)
        with pytest.raises(psycopg.DatabaseError, match=r"above that of the tier below|begins at 0") as caught:
            ada.execute(statement)
        assert caught.value.sqlstate == "CR001"


def test_employees_change_no_rules(clean: Crm, employee: Database) -> None:
    with employee.session() as session:
        seen = rules(session)
        with pytest.raises(NotAllowed):
            change_rules(session, seen, replace(seen, expire_months=12))
    with pytest.raises(CrmError), employee.session() as session:
        what_if(session, seen.thresholds, "lifetime")
    with closing(clean.connect("emil")) as emil:
        for statement in (
            "UPDATE crm.loyalty_tiers SET threshold = 1 WHERE tier = 'silver'",
            """UPDATE crm.settings SET value = '"balance"'""",
            """INSERT INTO crm.settings (key, value) VALUES ('points_per_amount', '{"default": 2}')""",
            "SELECT * FROM crm.who_would_move('{}', 'balance', 'gold', 'gold', 1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                emil.execute(statement)
            emil.rollback()


def test_points_that_come_while_rules_change_are_in_the_right_tier(clean: Crm, admin: Database) -> None:
    with clean.connect() as ada:
        accounts = [member(ada)[1] for _ in range(6)]
    failures: list[BaseException] = []

    def earn() -> None:
        try:
            with clean.connect("emil", autocommit=True) as emil:
                for points in (300, 400, 500):
                    for user_id in accounts:
                        entry(emil, user_id, "earn", points)
        except Exception as error:  # noqa: BLE001 - shown by the test below
            failures.append(error)

    def change() -> None:
        try:
            for thresholds in ((0, 700, 1200, 5000), (0, 299, 699, 1200), (0, 300, 701, 1201)):
                with admin.session() as session:
                    seen = rules(session)
                    change_rules(session, seen, with_thresholds(seen, *thresholds))
        except Exception as error:  # noqa: BLE001 - shown by the test below
            failures.append(error)

    threads = [threading.Thread(target=work) for work in (earn, change, earn)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    with clean.connect() as ada:
        assert tiers_of(ada) == {"platinum": 6}
        assert ada.execute("SELECT DISTINCT total_earned::int FROM crm.loyalty_accounts").fetchall() == [(2400,)]
