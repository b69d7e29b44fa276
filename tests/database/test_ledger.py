"""Balance, totals and tier follow the ledger, whatever happens at once."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotFound
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from tests.factories.customers import customer, order
from tests.factories.loyalty import entry, member
from tests.helpers.postgres import Crm
from tests.helpers.together import together

Connection = psycopg.Connection[Any]
TIERS = {0: "bronze", 999: "bronze", 1000: "silver", 4999: "silver", 5000: "gold", 9999: "gold", 10000: "platinum"}


def account(connection: Connection, user_id: UUID) -> tuple[Any, ...]:
    row = connection.execute(
        "SELECT points_balance, total_earned, total_redeemed, tier FROM crm.loyalty_accounts WHERE user_id = %s",
        (user_id,),
    ).fetchone()
    assert row is not None
    return tuple(row)


def tier_of(connection: Connection, customer_id: UUID) -> Any:
    row = connection.execute("SELECT tier FROM crm.customers WHERE id = %s", (customer_id,)).fetchone()
    assert row is not None
    return row[0]


def basis(connection: Connection, value: str) -> None:
    connection.execute("UPDATE crm.settings SET value = to_jsonb(%s::text) WHERE key = 'tier_basis'", (value,))


@pytest.mark.parametrize(("points", "tier"), TIERS.items())
def test_tiers_at_their_thresholds(emil: Connection, points: int, tier: str) -> None:
    customer_id, user_id = member(emil, points=points)
    assert account(emil, user_id) == (points, points, 0, tier)
    assert tier_of(emil, customer_id) == tier


def test_redeeming_never_demotes(emil: Connection) -> None:
    customer_id, user_id = member(emil, points=5000)
    entry(emil, user_id, "redeem", -4500)
    entry(emil, user_id, "expire", -500)
    assert account(emil, user_id) == (0, 5000, 4500, "gold")
    assert tier_of(emil, customer_id) == "gold"


def test_a_correction_counts_for_the_tier(emil: Connection) -> None:
    customer_id, user_id = member(emil, points=1000)
    entry(emil, user_id, "adjust", -1)
    assert account(emil, user_id) == (999, 999, 0, "bronze")
    changes = emil.execute("SELECT from_tier, to_tier FROM crm.loyalty_tier_changes ORDER BY id").fetchall()
    assert changes == [(None, "bronze"), ("bronze", "silver"), ("silver", "bronze")]
    assert tier_of(emil, customer_id) == "bronze"


@pytest.mark.parametrize(
    ("kind", "points"), [("earn", 0), ("earn", -1), ("redeem", 1), ("expire", 5), ("adjust", 0), ("gift", 5)]
)
def test_the_sign_belongs_to_the_kind(emil: Connection, kind: str, points: int) -> None:
    _, user_id = member(emil)
    with pytest.raises(psycopg.errors.CheckViolation):
        entry(emil, user_id, kind, points)


def test_the_balance_never_falls_below_zero(emil: Connection) -> None:
    _, user_id = member(emil, points=100)
    emil.commit()
    with pytest.raises(psycopg.DatabaseError, match="not enough points: the balance is 100") as caught:
        entry(emil, user_id, "redeem", -101)
    assert caught.value.sqlstate == "CR001"


def test_nobody_changes_the_ledger_or_an_account(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada:
        member(ada, points=10)
        ada.commit()
        for statement in (
            "UPDATE crm.loyalty_ledger SET points = 1000",
            "DELETE FROM crm.loyalty_ledger",
            "UPDATE crm.loyalty_accounts SET points_balance = 1000",
            "UPDATE crm.customers SET tier = 'platinum'",
            "INSERT INTO crm.loyalty_ledger (created_by) SELECT user_id FROM crm.loyalty_accounts",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ada.execute(statement)
            ada.rollback()


def test_thresholds_and_basis_apply_to_everybody_at_once(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada:
        customer_id, user_id = member(ada, points=5000)
        entry(ada, user_id, "redeem", -4500)
        basis(ada, "balance")
        assert tier_of(ada, customer_id) == "bronze"
        basis(ada, "lifetime")
        assert tier_of(ada, customer_id) == "gold"
        ada.execute("UPDATE crm.loyalty_tiers SET threshold = 5001 WHERE tier = 'gold'")
        assert tier_of(ada, customer_id) == "silver"
        with pytest.raises(psycopg.errors.CheckViolation):
            basis(ada, "mood")


def test_enrolling_twice_is_one_account(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        someone = customer(emil)
        emil.commit()
        first = emil.execute("SELECT crm.enrol_customer(%s)", (someone,)).fetchone()
        emil.commit()
        assert emil.execute("SELECT crm.enrol_customer(%s)", (someone,)).fetchone() == first
        assert emil.execute("SELECT role, username, is_active FROM crm.users WHERE id = %s", first).fetchone() == (
            "user",
            None,
            True,
        )
        others = [customer(emil) for _ in range(3)]
        assert emil.execute("SELECT crm.enrol_customers(%s)", ([someone, *others],)).fetchone() == (3,)


def test_two_sessions_enrol_one_customer_once(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        someone = customer(emil)
        emil.commit()

    def enrol() -> None:
        with each_crm.connect("emil") as connection:
            connection.execute("SELECT crm.enrol_customer(%s)", (someone,))

    together([enrol] * 4)
    with closing(each_crm.connect()) as ada:
        assert ada.execute("SELECT count(*) FROM crm.loyalty_accounts").fetchone() == (1,)


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["earn", "redeem", "adjust"]), st.integers(1, 3000)), max_size=8),
        min_size=2,
        max_size=3,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_concurrent_sessions_keep_the_account_equal_to_its_ledger(
    crm: Crm, sessions: list[list[tuple[str, int]]]
) -> None:
    with closing(crm.connect("emil")) as emil:
        customer_id, user_id = member(emil, points=500)
        emil.commit()

        def work(steps: list[tuple[str, int]]) -> None:
            with crm.connect("emil", autocommit=True) as connection:
                for kind, points in steps:
                    try:
                        entry(connection, user_id, kind, -points if kind == "redeem" else points)
                    except psycopg.DatabaseError as error:
                        if error.sqlstate != "CR001":  # not enough points
                            raise

        together([lambda steps=steps: work(steps) for steps in sessions])  # type: ignore[misc]
        row = emil.execute(
            """
            SELECT sum(points)::int, (sum(points) FILTER (WHERE kind <> 'redeem'))::int,
                   coalesce(-sum(points) FILTER (WHERE kind = 'redeem'), 0)::int
            FROM crm.loyalty_ledger WHERE user_id = %s
            """,
            (user_id,),
        ).fetchone()
        balance, earned, redeemed, tier = account(emil, user_id)
        assert row == (balance, earned, redeemed)
        assert balance >= 0
        expected = max((limit, name) for limit, name in TIERS.items() if limit <= earned)[1]
        assert tier == expected == tier_of(emil, customer_id)


def test_actions_write_the_ledger(clean: Crm, employee: Database) -> None:
    with clean.connect("emil") as emil:
        someone = customer(emil)
        bought = order(emil, someone)
    with employee.session() as session:
        account_id = actions.enrol(session, someone)
        actions.book(session, account_id, Booking("earn", 1200, "Welcome", order_id=bought))
        actions.book(session, account_id, Booking("redeem", -200))
        actions.book(session, account_id, Booking("adjust", -100, "Counted twice"))
    with clean.connect("emil") as emil:
        assert account(emil, account_id) == (900, 1100, 200, "silver")
    with pytest.raises(CrmError, match="not enough points"), employee.session() as session:
        actions.book(session, account_id, Booking("redeem", -10_000))
    with employee.session() as session:
        with pytest.raises(InvalidInput):
            actions.book(session, account_id, Booking("earn", 0))
        with pytest.raises(InvalidInput):
            actions.book(session, account_id, Booking("adjust", 5, " "))
    with pytest.raises(NotFound), employee.session() as session:
        actions.enrol(session, account_id)


def test_nothing_is_earned_in_the_future(emil: Connection) -> None:
    """Such points would never expire, and nobody could read when they do."""
    _, user_id = member(emil)
    emil.commit()
    with pytest.raises(psycopg.DatabaseError, match="still to come") as caught:
        entry(emil, user_id, "earn", 10, created_at="9999-06-01")
    assert caught.value.sqlstate == "CR001"


def test_an_entry_has_its_limit(emil: Connection) -> None:
    """Sums that overflow would keep the customer's orders from being paid."""
    customer_id, user_id = member(emil)
    emil.commit()
    for kind, points in (("earn", 10**12 + 1), ("adjust", -(2**63)), ("opening", 2**63 - 1)):
        with pytest.raises(psycopg.DatabaseError, match="up to 1,000,000,000,000 points") as caught:
            entry(emil, user_id, kind, points)
        assert caught.value.sqlstate == "CR001"
        emil.rollback()
    entry(emil, user_id, "earn", 10**12)
    order(emil, customer_id, status="paid")
    emil.commit()
    assert account(emil, user_id)[0] == 10**12 + 10


def test_a_multiplier_is_a_number(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, pytest.raises(psycopg.errors.CheckViolation):
        ada.execute("UPDATE crm.loyalty_tiers SET earning_multiplier = 'NaN'")
