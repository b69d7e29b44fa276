"""JSON that the database takes and Python does not read: one such row keeps nobody from the others."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from crm_desktop.customers.other_values import read_texts
from crm_desktop.customers.queries import customer_card
from crm_desktop.database.engine import Database
from crm_desktop.importing.drafts import _tags
from crm_desktop.stored_json import read_json
from tests.factories.customers import customer
from tests.helpers.postgres import Crm

DEEP = "[" * 3_000 + "]" * 3_000


def test_what_python_does_not_read_is_nothing() -> None:
    assert read_json('{"a": [1, null]}') == {"a": [1, None]}
    assert read_json(DEEP) is None and read_json(f'{{"a": {"9" * 5_000}}}') is None
    assert read_texts(DEEP) == ()


def test_a_cell_of_nested_lists_does_not_end_an_import() -> None:
    assert _tags('["a", "b"]') == ["a", "b"]
    assert _tags(DEEP) == [DEEP]


@pytest.mark.parametrize("tags", [DEEP, f"[{'9' * 5_000}]"], ids=["deep", "long number"])
def test_a_customer_with_such_tags_can_be_read(clean: Crm, employee: Database, tags: str) -> None:
    with clean.connect() as connection:
        identity = customer(connection)
        connection.execute("UPDATE crm.customers SET tags = %s WHERE id = %s", (tags, identity))
    with employee.session() as session:
        assert customer_card(session, identity).tags == ()
        assert session.execute(text("SELECT tags FROM crm.customers")).scalar_one() is None
    with employee.raw() as plain:
        assert plain.execute("SELECT tags FROM crm.customers").fetchall() == [(None,)]
