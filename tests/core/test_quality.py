"""Data quality: each figure counts what its list shows, and the score is the average that it says it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from crm_desktop.customers.queries import customer_listing
from crm_desktop.customers.reach import check_email
from crm_desktop.database.engine import Database
from crm_desktop.duplicates.scanning import scan
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.request import ListRequest
from crm_desktop.quality.checks import CHECKS
from crm_desktop.quality.queries import quality
from tests.factories.customers import customer
from tests.helpers.postgres import Crm

NOW = datetime.now(UTC)


def fill(crm: Crm) -> None:
    long_ago, lately = NOW - timedelta(days=500), NOW - timedelta(days=20)
    with crm.connect() as connection:
        customer(connection, contact_name="Fine", phone="+34911111111", last_contact=lately)
        customer(connection, contact_name="Unreachable", email=None, last_contact=lately)
        customer(connection, contact_name="Reachable", email="", other_phones=["+34922222222"], last_contact=lately)
        customer(connection, contact_name="Wrong", email="nobody at example", last_contact=lately)
        customer(connection, contact_name="Unchecked", phone="030 77", last_contact=lately)
        customer(connection, contact_name="Forgotten", last_contact=long_ago)
        customer(connection, contact_name="Never")
        customer(connection, contact_name="", company_name=None, last_contact=lately)
        customer(connection, contact_name="Neither", customer_type=None, last_contact=lately)
        for _ in range(2):
            customer(connection, contact_name="Twice There", email="twice@example.org", last_contact=lately)


def test_each_figure_counts_what_its_list_shows(clean: Crm, admin: Database) -> None:
    fill(clean)
    with admin.session() as session:
        assert "duplicates" not in quality(session).failing, "nobody has looked yet"
    scan(admin, lambda _share, _doing: None)
    with admin.session() as session:
        found = quality(session, 12)
        assert found.total == 11
        assert found.failing == {
            "unreachable": 1, "email": 1, "phone": 1, "stale": 2, "name": 1, "type": 1, "duplicates": 2,
        }  # fmt: skip
        assert quality(session, 24).failing["stale"] == 1, "only the one who never was"
        for check in CHECKS:
            listing = customer_listing(ListRequest(filter=check.failing(12)))
            assert listing.count(session.connection()) == found.failing[check.key], check.key
    assert found.share("stale") == pytest.approx(9 / 11)
    assert found.score == pytest.approx(sum(1 - n / 11 for n in (1, 1, 1, 2, 1, 1, 2)) / 7)


def test_an_empty_base_is_a_good_one(admin: Database) -> None:
    with admin.session() as session:
        assert quality(session).score == 1


def test_faults_are_found_by_their_indexes(clean: Crm, admin: Database) -> None:
    """Complaint 18: a list behind a figure must not read a million rows to find ten."""
    wanted = {
        "unreachable": "ix_customers_unreachable",
        "email": "ix_customers_email_invalid",
        "phone": "ix_customers_phone_unchecked",
    }
    fill(clean)
    with admin.connection() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for check in CHECKS:
            if check.key not in wanted:
                continue
            listing: Listing[object] = customer_listing(ListRequest(filter=check.failing(12)))  # type: ignore[assignment]
            table = listing._source.table
            asked = select(table.c.id).where(listing.condition(connection, table)).compile(connection)
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {asked}", asked.params))
            assert wanted[check.key] in plan, plan


GOOD = (
    "ana@example.org", "a.b+c@sub.example.co.uk", "o'neil@example.ie", "jörg@müller.example", "x@xn--mller-kva.example",
    "first_last@example.org", "1@2.example", "", "用户@例子.广告",
)  # fmt: skip
BAD = (
    "ana", "ana@", "@example.org", "ana@example", "ana@@example.org", "a b@example.org", "ana@example..org",
    ".ana@example.org", "ana.@example.org", "ana@-example.org", "ana@example-.org", "ana@exam ple.org",
    "ana@example.org,",
    "Ana <ana@example.org>", "ana@example.123", "ana@.example.org",
)  # fmt: skip


def valid_in_sql(database: Database, emails: list[str]) -> list[bool]:
    with database.connection() as connection:
        query = text(
            "SELECT crm.email_is_valid(e.v) FROM unnest(CAST(:emails AS text[])) WITH ORDINALITY e (v, n) ORDER BY n"
        )
        return [row[0] for row in connection.execute(query, {"emails": emails})]


def test_the_rule_for_addresses_is_that_of_the_dialog(admin: Database) -> None:
    assert valid_in_sql(admin, list(GOOD)) == [True] * len(GOOD)
    assert valid_in_sql(admin, list(BAD)) == [False] * len(BAD)
    assert [bool(check_email(bad)[1]) for bad in BAD] == [True] * len(BAD)
    assert not any(check_email(good)[1] for good in GOOD if good)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.emails() | st.text("ab@.-_ +é", max_size=12), min_size=30, max_size=30))
def test_what_the_dialog_lets_in_is_never_called_invalid(crm: Crm, emails: list[str]) -> None:
    accepted = [written for written in emails if not check_email(written)[1]]
    with crm.connect() as connection:
        rows = connection.execute(
            "SELECT e FROM unnest(%s::text[]) e WHERE crm.email_is_valid(e) IS NOT TRUE", (accepted,)
        ).fetchall()
    assert not rows
