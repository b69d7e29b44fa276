"""Managing people through the application's own functions, and what the database says that each may do."""

from uuid import uuid4

import pytest

from crm_desktop.access import accounts, capabilities
from crm_desktop.access.capabilities import Capabilities
from crm_desktop.database.engine import Database
from crm_desktop.errors import (
    AccountDeactivated,
    CrmError,
    InvalidInput,
    NoCrmAccess,
    NotAllowed,
    NotFound,
    WrongPassword,
)
from tests.helpers.postgres import Crm

GOOD = "a quiet harbour at dawn"


def test_the_database_says_who_may_do_what(admin: Database, employee: Database) -> None:
    with admin.session() as session:
        assert capabilities.read(session) == Capabilities(True, True, True, True, True, True, True, True, True)
        assert accounts.current_user(session).role == "admin"
    with employee.session() as session:
        assert capabilities.read(session) == Capabilities(
            True, True, False, True, False, False, False, export=True, merge_customers=False
        )
        assert accounts.current_user(session).display_name == "Emil Employee"


def test_a_new_person_signs_in_and_changes_the_password(clean: Crm, admin: Database) -> None:
    with admin.session() as session:
        identity = accounts.create_user(
            session, username=" Eva ", display_name="Eva Example", role="employee", password=GOOD
        )
    clean.passwords["eva"] = GOOD
    eva = clean.database("eva")
    eva.check()
    with eva.session() as session:
        me = accounts.current_user(session)
        assert (me.id, me.username, me.must_change_password, me.last_seen_at) == (identity, "eva", True, None)
        accounts.change_own_password(session, GOOD + "!")
        accounts.mark_seen(session)
    eva.close()
    with pytest.raises(WrongPassword):
        clean.database("eva").check()
    clean.passwords["eva"] = GOOD + "!"
    with clean.database("eva").session() as session:
        me = accounts.current_user(session)
        assert not me.must_change_password and me.last_seen_at is not None


def test_a_person_without_access_is_told_so(clean: Crm, admin: Database) -> None:
    clean.add_person("eva", "employee")
    eva = clean.database("eva")
    eva.check()
    with admin.session() as session:
        identity = next(user.id for user in accounts.list_users(session) if user.username == "eva")
        accounts.deactivate(session, identity)
    with pytest.raises(NoCrmAccess), eva.session() as session:
        accounts.list_users(session)
    with pytest.raises(AccountDeactivated):
        clean.database("eva").check()
    with admin.session() as session:
        accounts.reactivate(session, identity)
        accounts.change_role(session, identity, "user")
    with pytest.raises(NoCrmAccess):
        clean.database("eva").check()
    with admin.session() as session:
        accounts.change_role(session, identity, "admin")
        accounts.reset_password(session, identity, GOOD)
    clean.passwords["eva"] = GOOD
    clean.database("eva").check()


def test_employees_manage_nobody(employee: Database) -> None:
    with employee.session() as session:
        me = accounts.current_user(session).id
    for change in (
        lambda session: accounts.create_user(session, username="eva", display_name="Eva", role="admin", password=GOOD),
        lambda session: accounts.change_role(session, me, "admin"),
        lambda session: accounts.deactivate(session, me),
        lambda session: accounts.reset_password(session, me, GOOD),
    ):
        with pytest.raises(NotAllowed), employee.session() as session:
            change(session)


def test_what_cannot_be_is_said_in_words(admin: Database) -> None:
    with admin.session() as session:
        me = accounts.current_user(session).id
        with pytest.raises(InvalidInput) as caught:
            accounts.create_user(session, username="1", display_name=" ", role="employee", password="short")
        assert set(caught.value.fields) == {"username", "display_name", "password"}
        with pytest.raises(InvalidInput):
            accounts.change_role(session, me, "boss")
    with pytest.raises(CrmError, match="taken"), admin.session() as session:
        accounts.create_user(session, username="emil", display_name="Emil", role="admin", password=GOOD)
    with pytest.raises(CrmError, match="last active administrator"), admin.session() as session:
        accounts.deactivate(session, me)
    with pytest.raises(NotFound), admin.session() as session:
        accounts.reset_password(session, uuid4(), GOOD)
