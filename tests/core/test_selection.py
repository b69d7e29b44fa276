"""Selections pick the rows that were meant, whatever the list has become since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crm_desktop.customers.listed import SOURCE
from crm_desktop.database.engine import Database
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection, condition
from tests.factories.customers import business, customer
from tests.helpers.postgres import Crm


@pytest.fixture
def three(clean: Crm) -> tuple[UUID, UUID, UUID]:
    with clean.connect() as connection:
        return (
            customer(connection, contact_name="Ana", city="Bonn"),
            customer(connection, contact_name="Ben", city="Bonn"),
            business(connection, contact_name="Carla", city="Köln"),
        )


def selected(database: Database, selection: Selection) -> list[Any]:
    with database.connection() as connection:
        names = select(SOURCE.table.c.contact_name).where(condition(connection, selection, SOURCE))
        return sorted(connection.execute(names).scalars())


def test_ids_are_those_rows(admin: Database, three: tuple[UUID, UUID, UUID]) -> None:
    chosen = Selection.of([three[0], three[2]])
    assert selected(admin, chosen) == ["Ana", "Carla"]
    assert len(chosen) == 2
    assert selected(admin, Selection.of([])) == []


def test_all_that_match_except_some(admin: Database, three: tuple[UUID, UUID, UUID]) -> None:
    in_bonn = ListRequest(search="bonn")
    assert selected(admin, Selection.everything(in_bonn, 2)) == ["Ana", "Ben"]
    without_ana = Selection.everything(in_bonn, 2, [three[0]])
    assert (selected(admin, without_ana), len(without_ana)) == (["Ben"], 1)
    assert selected(admin, Selection.everything(ListRequest(), 3, three)) == []


def test_all_with_a_filter(admin: Database, three: tuple[UUID, UUID, UUID]) -> None:
    companies = ListRequest(filter={"field": "customer_type", "operator": "is", "value": "business"})
    assert selected(admin, Selection.everything(companies, 1)) == ["Carla"]
    with pytest.raises(InvalidFilter), admin.connection() as connection:
        condition(connection, Selection.everything(ListRequest(filter={"field": "x"}), 1), SOURCE)
