"""What the customer dialog offers while typing."""

from __future__ import annotations

import pytest

from crm_desktop.customers import suggestions as module
from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.suggestions import suggestions
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from tests.helpers.postgres import Crm


def fill(database: Database) -> None:
    with database.session() as session:
        for number in range(5):
            tags = ("VIP", "fairs") if number else ("VIP",)
            country = "Österreich" if number < 3 else "France"
            add_customer(session, CustomerInput(contact_name=f"A{number}", tags=tags, country=country, source="fair"))


def test_the_most_used_come_first(admin: Database) -> None:
    fill(admin)
    with admin.session() as session:
        found = suggestions(session)
    assert found.tags == ("VIP", "fairs")
    assert found.sources == ("fair",)
    assert found.countries[:3] == ("Österreich", "France", "Afghanistan")
    assert found.countries.count("France") == 1
    assert [person.name for person in found.people] == ["Ada Admin", "Emil Employee"]


def test_a_big_base_is_sampled(admin: Database, clean: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(admin)
    with clean.as_owner() as connection:
        connection.execute("analyze crm.customers")
    monkeypatch.setattr(module, "SAMPLE_ROWS", 1)
    with admin.session() as session:
        assert suggestions(session).tags == ("VIP", "fairs"), "the latest rows are always looked at"


def test_an_employee_gets_them_and_odd_tags_do_no_harm(employee: Database, clean: Crm) -> None:
    with clean.as_owner() as connection:
        connection.execute("""insert into crm.customers (contact_name, tags, source) values ('X', '"loose"', null)""")
    with employee.session() as session:
        found = suggestions(session)
    assert found.tags == () and found.sources == ()
