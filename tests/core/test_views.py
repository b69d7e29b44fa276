"""Saved views: who may change which, names, versions, and what is stored of a list."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotAllowed, NotFound, StaleRow
from crm_desktop.views.actions import add_view, change_view, delete_view
from crm_desktop.views.definition import ViewDefinition, read_definition
from crm_desktop.views.queries import ViewRow, saved_view, saved_views
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

BERLIN = ViewDefinition(
    {"all": [{"field": "city", "operator": "is", "value": "Berlin"}]}, "an", "email", True, {"order": []}
)


def added(database: Database, name: str = "Berlin", *, is_shared: bool = False) -> ViewRow:
    with database.session() as session:
        return saved_view(session, add_view(session, "customers", name, BERLIN, is_shared=is_shared))


def seen(database: Database, view: ViewRow) -> ViewRow:
    with database.session() as session:
        return saved_view(session, view.id)


def test_a_view_comes_back_as_it_was_saved(admin: Database) -> None:
    made = added(admin, "  Berlin   and around ")
    assert made.name == "Berlin and around" and made.definition == BERLIN
    assert made.is_mine and made.may_change and not made.is_shared and made.owner_name == "Ada Admin"


def test_own_views_come_first_and_others_only_when_they_are_shared(admin: Database, employee: Database) -> None:
    added(admin, "Hers")
    added(admin, "Everybody's", is_shared=True)
    added(employee, "his")
    with employee.session() as session:
        found = saved_views(session, "customers")
        assert saved_views(session, "interactions") == ()
    assert [(row.name, row.is_mine, row.may_change) for row in found] == [
        ("his", True, True),
        ("Everybody's", False, False),
    ]


def test_an_employee_cannot_change_what_others_share(admin: Database, employee: Database, clean: Crm) -> None:
    hers = added(admin, is_shared=True)
    theirs = seen(employee, hers)

    def rename(session: Session) -> object:
        return change_view(session, theirs, name="Mine now")

    def delete(session: Session) -> object:
        return delete_view(session, theirs.id)

    for attempt in (rename, delete):
        with pytest.raises(NotAllowed), employee.session() as session:
            attempt(session)
    with closing(clean.connect("emil")) as emil:  # and as with psql
        for statement in (
            "UPDATE crm.saved_views SET name = 'mine now'",
            "UPDATE crm.saved_views SET is_shared = false",
            "DELETE FROM crm.saved_views",
        ):
            assert emil.execute(statement).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            emil.execute("UPDATE crm.saved_views SET owner_id = crm.current_user_id()")
        emil.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            insert(emil, "saved_views", {"owner_id": None, "subject": "customers", "name": "x", "definition": {}})
    assert seen(admin, hers) == hers


def test_an_administrator_tidies_up_shared_views_but_sees_no_private_ones(admin: Database, employee: Database) -> None:
    private, shared = added(employee, "Private"), added(employee, "Shared", is_shared=True)
    with pytest.raises(NotFound), admin.session() as session:
        saved_view(session, private.id)
    with admin.session() as session:
        renamed = change_view(session, saved_view(session, shared.id), name="Shared by Emil")
        assert renamed.may_change and not renamed.is_mine
    with pytest.raises(CrmError), admin.session() as session:
        change_view(session, renamed, is_shared=False)  # it would be out of sight for who did it
    with admin.session() as session:
        delete_view(session, shared.id)


def test_the_second_who_saves_is_told_and_given_what_is_there(admin: Database) -> None:
    """Complaint 9: a silent overwrite."""
    first = added(admin)
    with admin.session() as session:
        change_view(session, first, definition=ViewDefinition(search="changed"))
    with pytest.raises(StaleRow) as stale, admin.session() as session:
        change_view(session, first, name="Other")
    assert isinstance(stale.value.theirs, ViewRow) and stale.value.theirs.definition.search == "changed"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "BERLIN"])
def test_names_that_cannot_be_used_are_refused_at_the_field(admin: Database, name: str) -> None:
    added(admin)
    with pytest.raises(InvalidInput) as refused, admin.session() as session:
        add_view(session, "customers", name, BERLIN)
    assert set(refused.value.fields) == {"name"}
    with admin.session() as session:
        add_view(session, "interactions", "Berlin", BERLIN)


def test_a_deleted_view_comes_back_with_undo(admin: Database) -> None:
    view = added(admin)
    with admin.session() as session:
        transaction = delete_view(session, view.id)
    with pytest.raises(NotFound), admin.session() as session:
        delete_view(session, view.id)
    with admin.session() as session:
        assert undo_transaction(session, transaction).restored == 1
    assert seen(admin, view).definition == BERLIN


def test_changes_of_views_are_in_the_audit_trail(admin: Database) -> None:
    view = added(admin)
    with admin.session() as session:
        change_view(session, view, is_shared=True)
    with admin.session() as session:
        trail = session.execute(
            text("SELECT action, changes FROM crm.audit_log WHERE table_name = 'saved_views' ORDER BY id")
        )
        assert [tuple(row) for row in trail] == [("insert", None), ("update", {"is_shared": [False, True]})]


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["filter", "search", "sort", "columns", "key", "x"]), inner, max_size=4)
    ),
)


@given(JSON)
def test_whatever_another_program_stored_can_be_read(stored: Any) -> None:
    definition = read_definition(stored)
    assert read_definition(definition.stored()) == definition


def test_a_view_that_is_gone_says_so(admin: Database) -> None:
    with pytest.raises(NotFound, match="not there any more"), admin.session() as session:
        saved_view(session, uuid4())
