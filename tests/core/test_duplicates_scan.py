"""The scan for duplicates: what it finds of planted pairs, what it leaves alone, and what it says."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.demo.pools import make_pools
from crm_desktop.duplicates import actions, queries
from crm_desktop.duplicates.reasons import in_words, sentence
from crm_desktop.duplicates.scanning import scan
from crm_desktop.errors import Cancelled, CrmError
from tests.factories.customers import customer
from tests.helpers.planted import DIFFERENT, DUPLICATES, FIELDS, Planted, plant
from tests.helpers.postgres import Crm

EACH = 30


def quiet(_share: float, _doing: str) -> None: ...


def write(connection: psycopg.Connection[Any], planted: list[Planted]) -> dict[frozenset[UUID], Planted]:
    """The rows in the database; what is true of each pair of ids."""
    truth: dict[frozenset[UUID], Planted] = {}
    columns = ", ".join(("id", *FIELDS))
    with connection.cursor() as cursor, cursor.copy(f"COPY crm.customers ({columns}) FROM STDIN") as copy:
        for pair in planted:
            ids = (uuid4(), uuid4())
            truth[frozenset(ids)] = pair
            for identity, row in zip(ids, (pair.one, pair.other), strict=True):
                copy.write_row((identity, *(row[field] for field in FIELDS)))
    connection.commit()
    return truth


def found_pairs(database: Database, minimum: int = queries.USUAL_SCORE) -> dict[frozenset[UUID], queries.PairRow]:
    with database.session() as session:
        return {
            frozenset((pair.first.id, pair.second.id)): pair
            for pair in queries.pairs(session, minimum=minimum, most=100_000)
        }


def test_recall_and_precision_of_planted_pairs(clean: Crm, admin: Database) -> None:
    """Complaint 3: a scan of the whole base, and one that can be trusted."""
    planted = plant(make_pools(3), random.Random(5), EACH)
    with clean.connect() as connection:
        truth = write(connection, planted)
    scan(admin, quiet)
    found = found_pairs(admin)
    by_kind = Counter(truth[pair].kind for pair in found if pair in truth)
    right = sum(by_kind[kind] for kind in DUPLICATES)
    recall = right / (EACH * len(DUPLICATES))
    precision = right / len(found)
    missed = {kind: EACH - by_kind[kind] for kind in DUPLICATES if by_kind[kind] < EACH * 0.8}
    wrong = {kind: by_kind[kind] for kind in DIFFERENT if by_kind[kind]}
    assert recall >= 0.95 and not missed, f"recall {recall:.3f}, missed {missed}"
    assert precision >= 0.98, f"precision {precision:.3f}, wrong {wrong}"


def test_what_was_found_is_said_in_words_with_a_score(each_crm: Crm) -> None:
    """On a company's own server, too, whose owner is no superuser."""
    admin = each_crm.database()
    with each_crm.connect() as connection:
        same = {"city": "Köln", "phone": "+4922112345678"}
        customer(connection, contact_name="Jörg Müller", email=None, **same)
        customer(connection, contact_name="Jorg Muller", email=None, **{**same, "phone": "0221 / 123 456 78"})
        connection.commit()
    scan(admin, quiet)
    (pair,) = found_pairs(admin).values()
    assert pair.score == 100
    assert in_words(pair.reasons) == (("Same phone", "Same name", "same city"), ())
    assert sentence(pair.reasons) == "Same phone, same name, same city"


def test_swapped_names_are_said_to_be_that_and_no_more() -> None:
    assert sentence(["swapped", "name 100", "email"]) == "Same email, first and last name swapped"
    assert in_words(["name 92", "other phone", "city"]) == (("Similar name (92 %)", "same city"), ("Different phone",))


def test_other_addresses_and_numbers_count(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        customer(connection, contact_name="Ana Ruiz", email="ana@example.org", other_phones=["+34911111111"])
        customer(connection, contact_name="A Ruiz", email="x@example.org", phone="+34911111111",
                 other_emails=["ANA@example.org "])  # fmt: skip
        connection.commit()
    scan(admin, quiet)
    assert not found_pairs(admin), "“A” is too little of a name"
    with clean.connect() as connection:
        connection.execute("UPDATE crm.customers SET contact_name = 'Anna Ruiz' WHERE contact_name = 'A Ruiz'")
    scan(admin, quiet)
    (pair,) = found_pairs(admin).values()
    assert {"email", "phone"} <= set(pair.reasons)


def test_groups_that_are_too_large_are_cut_and_said(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        connection.execute(
            "INSERT INTO crm.customers (contact_name, email) SELECT 'Guest ' || i, 'Guest@Hotel.example'"
            " FROM generate_series(1, 60) i"
        )
    scan(admin, quiet)
    with admin.session() as session:
        last = queries.last_scan(session)
    assert last is not None and last.groups_cut == 1
    assert [(cut.size, cut.example) for cut in last.examples_cut] == [(60, "guest@hotel.example")]
    assert not found_pairs(admin)


def test_decisions_are_remembered_through_the_next_scan_and_can_be_taken_back(
    clean: Crm, admin: Database, employee: Database
) -> None:
    with clean.connect() as connection:
        ids = [customer(connection, contact_name="Ana Ruiz", email="ana@example.org") for _ in range(3)]
        connection.commit()
    scan(employee, quiet)
    assert len(found_pairs(admin)) == 3
    with employee.session() as session:
        actions.decide(session, ids[1], ids[0], "different", " mother and\ndaughter ")
        actions.decide(session, ids[0], ids[2], "later")
    scan(admin, quiet)
    assert set(found_pairs(admin)) == {frozenset(ids[1:])}
    with admin.session() as session:
        (pair,) = queries.pairs(session, "different")
        assert pair.decision is not None
        assert (pair.decision.by, pair.decision.reason) == ("Emil Employee", "mother and daughter")
        assert [queries.pair_count(session, state) for state in queries.STATES] == [1, 1, 1]
        assert queries.partners(session, ids[0]) == []
        actions.take_back(session, ids[0], ids[1])
        assert [partner.id for partner in queries.partners(session, ids[0])] == [ids[1]]
    assert len(found_pairs(admin)) == 2


def test_pages_follow_each_other_without_gap_or_repetition(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        for number in range(7):
            for _ in range(2):
                customer(connection, contact_name=f"Ana Ruiz {number}", email=f"ana{number % 3}@example.org")
        connection.commit()
    scan(admin, quiet)
    with admin.session() as session:
        whole = queries.pairs(session, minimum=queries.LOWEST_SCORE, most=1000)
        paged: list[queries.PairRow] = []
        while page := queries.pairs(session, minimum=queries.LOWEST_SCORE, after=paged[-1] if paged else None, most=4):
            paged += page
        assert paged == whole and len(whole) == queries.pair_count(session, minimum=queries.LOWEST_SCORE)
    assert [pair.score for pair in whole] == sorted((pair.score or 0 for pair in whole), reverse=True)


def test_what_changed_since_the_scan_is_counted(clean: Crm, admin: Database) -> None:
    with clean.connect() as early, clean.connect() as connection:
        first, second = customer(connection), customer(connection)
        connection.commit()
        customer(early)  # began before the scan, saved after it
        scan(admin, quiet)
        with admin.session() as session:
            last = queries.last_scan(session)
        assert last is not None and last.changed == 0 and last.customers == 2 and last.by == "Ada Admin"
        early.commit()
        connection.execute("UPDATE crm.customers SET city = 'Bonn' WHERE id = %s", (first,))
        connection.execute("UPDATE crm.customers SET city = 'Ulm' WHERE id = %s", (first,))
        connection.commit()
        with admin.session() as session:
            last = queries.last_scan(session)
        assert last is not None and last.changed == 2 and not last.many_changed
        assert second


def test_deleted_customers_are_in_no_pair(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        ids = [customer(connection, contact_name="Ana Ruiz", email="ana@example.org") for _ in range(3)]
        connection.commit()
        scan(admin, quiet)
        connection.execute("DELETE FROM crm.customers WHERE id = %s", (ids[0],))
        connection.commit()
    assert set(found_pairs(admin)) == {frozenset(ids[1:])}


def test_progress_is_told_and_a_cancelled_scan_leaves_the_last_result(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        for _ in range(2):
            customer(connection, contact_name="Ana Ruiz", email="ana@example.org")
        connection.commit()
    told: list[float] = []
    scan(admin, lambda share, _doing: told.append(share))
    assert told == sorted(told) and told[0] == 0 and told[-1] > 0.9
    with clean.connect() as connection:
        connection.execute("DELETE FROM crm.duplicate_decisions")
        customer(connection, contact_name="Ana Ruiz", email="ana@example.org")
        connection.commit()
    cancellation = Cancellation()
    with pytest.raises(Cancelled):
        scan(admin, lambda share, _doing: cancellation.cancel() if share > 0.3 else None, cancellation)
    assert len(found_pairs(admin)) == 1
    with clean.as_owner() as owner:
        row = owner.execute("SELECT to_regclass('crm.duplicate_cards')").fetchone()
        assert row == (None,)
    scan(admin, quiet)
    assert len(found_pairs(admin)) == 3


def test_two_scans_at_once_are_one_too_many(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('crm.scan_duplicates'))")
        with pytest.raises(CrmError, match="Somebody else is looking"):
            scan(admin, quiet)


def test_a_name_of_a_million_words_does_not_keep_the_scan_for_ever(crm: Crm) -> None:
    with crm.connect() as connection:
        connection.execute("SET LOCAL statement_timeout = '3s'")
        row = connection.execute(
            "SELECT crm.person_words(repeat('dr ', 1000000)), crm.company_words(repeat('co ', 1000000))"
        ).fetchone()
    assert row == ("dr", "co")


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=20, max_size=20))
def test_any_text_can_be_compared(crm: Crm, texts: list[str]) -> None:
    with crm.connect() as connection:
        rows = connection.execute(
            "SELECT crm.person_words(a), crm.company_words(b), crm.likeness(a, b), crm.likeness(b, a)"
            " FROM unnest(%s::text[]) a, unnest(%s::text[]) b",
            [[text.replace("\x00", "") for text in texts]] * 2,
        ).fetchall()
    for words, company, likeness, backwards in rows:
        assert likeness == backwards and 0 <= likeness <= 1
        for each in (words, company):
            assert each == each.strip(" \t\r\n") and "  " not in each
