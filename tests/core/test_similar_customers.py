"""Who looks like somebody that is being typed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from crm_desktop.database.engine import Database
from crm_desktop.duplicates import actions, similar
from tests.factories.customers import business, customer
from tests.helpers.postgres import Crm


def names(database: Database, name: str, city: str = "Köln", **more: Any) -> list[str]:
    with database.session() as session:
        return [found.name for found in similar.similar_people(session, name, city, **more)]


@pytest.fixture
def ana(clean: Crm, admin: Database) -> Database:
    with clean.connect() as connection:
        customer(connection, contact_name="Anna-Lena Müller", city="Köln")
        customer(connection, contact_name="Anna-Lena Müller", city="Bonn")
        customer(connection, contact_name="Dieter Müller", city="Köln")
        customer(connection, contact_name="Ottokar", city="Köln")
    return admin


@pytest.mark.parametrize(
    "typed",
    [
        "Anna-Lena Müller",
        "anna lena muller",
        "Annalena Müler",
        "Müller, Anna-Lena",
        "Dr. Anna-Lena Muller",
        "Anna Lena Müllre",
    ],
)
def test_typing_errors_accents_and_order_do_not_hide_anybody(ana: Database, typed: str) -> None:
    """Complaint 2: warn of duplicates while typing."""
    assert names(ana, typed, "koln") == ["Anna-Lena Müller"]


@pytest.mark.parametrize("typed", ["Anna-Lena Schmidt", "Jan Müller", "Otto", "", "%", "An Mü"])
def test_others_are_not_taken_for_somebody(ana: Database, typed: str) -> None:
    assert names(ana, typed) == []


def test_one_word_is_enough_when_it_is_long(ana: Database) -> None:
    assert names(ana, "Ottokarr") == ["Ottokar"]
    assert names(ana, "Ottokar", "") == []


def test_companies_without_their_legal_form(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        business(connection, contact_name=None, company_name="Nordlicht Reisen GmbH & Co. KG", city="Kiel")
    with admin.session() as session:
        found = similar.similar_companies(session, "Nordlicht-Reisen AG", "Kiel")
        assert [(each.name, each.likeness) for each in found] == [("Nordlicht Reisen GmbH & Co. KG", 1.0)]
        assert similar.similar_companies(session, "Nordlicht Fenster", "Kiel") == []


def test_oneself_and_who_was_called_different_are_left_out(clean: Crm, admin: Database) -> None:
    with clean.connect() as connection:
        first, second = (customer(connection, contact_name="Ana Ruiz", city="Bonn") for _ in range(2))
        connection.commit()
    assert len(names(admin, "Ana Ruiz", "Bonn")) == 2
    assert len(names(admin, "Ana Ruiz", "Bonn", own=first)) == 1
    with admin.session() as session:
        actions.decide(session, first, second, "different")
    assert names(admin, "Ana Ruiz", "Bonn", own=first) == []


def test_it_is_never_a_full_scan(clean: Crm, admin: Database) -> None:
    """Complaint 4: duplicate search must not slow every record."""
    with clean.as_owner() as owner:
        owner.execute(
            "INSERT INTO crm.customers (contact_name, city)"
            " SELECT initcap(md5(i::text)) || ' ' || initcap(md5((i / 7)::text)), 'City ' || i % 50"
            " FROM generate_series(1, 20000) i"
        )
        owner.execute("ANALYZE crm.customers")
    for kind, name in (
        (similar.PERSON, "Anna Muller"),
        (similar.COMPANY, "Nordlicht Reisen"),
        (similar.PERSON, "Ottokar"),
    ):
        query, asked = similar.statement(kind, name, "City 7")
        with admin.connection() as connection:
            plan = "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {query}"), asked))
        assert "Seq Scan on customers" not in plan, plan
        assert "ix_customers_search_text" in plan or "ix_customers_city_key_id" in plan
