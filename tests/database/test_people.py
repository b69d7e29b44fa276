"""Administrators manage people through functions; the last one stays, and nobody's role is ever taken over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from crm_desktop.database.provisioning import create_first_admin, provision
from crm_desktop.errors import CrmError
from tests.helpers.postgres import PASSWORD, Crm, Server15, build

Connection = psycopg.Connection[Any]


def verifier(connection: Connection, username: str, password: str = PASSWORD) -> str:
    return connection.pgconn.encrypt_password(password.encode(), username.encode(), b"scram-sha-256").decode()


def call(connection: Connection, function: str, username: str, *more: str) -> None:
    marks = "".join(", %s" for _ in more)
    statement = f"SELECT crm.{function}(id{marks}) FROM crm.users WHERE username = %s"
    connection.execute(statement, (*more, username))  # type: ignore[arg-type]


def test_a_person_s_life(each_crm: Crm) -> None:
    each_crm.add_person("eva", "employee")
    with each_crm.connect() as ada:
        call(ada, "deactivate_user", "eva")
        ada.commit()
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            each_crm.connect("eva")
        call(ada, "reactivate_user", "eva")
        call(ada, "change_role", "eva", "admin")
        call(ada, "reset_password", "eva", verifier(ada, "eva", "another password"))
        ada.commit()
    each_crm.passwords["eva"] = "another password"
    with each_crm.connect("eva") as eva:
        assert eva.execute(
            "SELECT must_change_password, role, is_active, version FROM crm.users WHERE id = crm.current_user_id()"
        ).fetchone() == (True, "admin", True, 5)
        eva.execute("SELECT crm.change_own_password(%s)", (verifier(eva, "eva", "a third password"),))
        eva.execute("SELECT crm.signed_in()")
        eva.commit()
    each_crm.passwords["eva"] = "a third password"
    with each_crm.connect("eva") as eva:
        assert eva.execute(
            "SELECT must_change_password, last_seen_at IS NOT NULL FROM crm.users WHERE id = crm.current_user_id()"
        ).fetchone() == (False, True)


@pytest.mark.parametrize("password", ["secret", "md5" + "0" * 32, "SCRAM-SHA-256$1:x$y:z", "", None])
def test_only_scram_verifiers_are_taken(each_crm: Crm, password: str | None) -> None:
    with each_crm.connect() as ada:
        for statement, values in (
            ("SELECT crm.create_user('eva', 'Eva', 'employee', %s)", (password,)),
            ("SELECT crm.change_own_password(%s)", (password,)),
            ("SELECT crm.reset_password(crm.current_user_id(), %s)", (password,)),
        ):
            with pytest.raises(psycopg.DatabaseError, match="SCRAM verifier") as caught:
                ada.execute(statement, values)  # type: ignore[call-overload]
            assert caught.value.sqlstate == "CR001"
            ada.rollback()


@pytest.mark.parametrize(
    "username", ["Eva", "", "eva smith", 'eva"; DROP ROLE ada; --', "pg_eva", "public", "9lives", "é" * 4, "e" * 64]
)
def test_odd_usernames_are_refused(each_crm: Crm, username: str) -> None:
    with each_crm.connect() as ada, pytest.raises(psycopg.DatabaseError, match="A username has"):
        ada.execute("SELECT crm.create_user(%s, 'Eva', 'employee', %s)", (username, verifier(ada, "eva")))


@pytest.mark.parametrize("taken", ["boss", "{db}_owner", "{db}_admin", "{superuser}", "emil"])
def test_an_existing_role_is_never_taken_over(each_crm: Crm, taken: str) -> None:
    taken = taken.format(db=each_crm.target.dbname, superuser=each_crm.superuser)
    with each_crm.as_superuser(autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS boss")
        connection.execute("CREATE ROLE boss LOGIN")
        before = connection.execute("SELECT * FROM pg_authid WHERE rolname = %s", (taken,)).fetchall()
        with each_crm.connect() as ada, pytest.raises(psycopg.DatabaseError, match="is taken on this server"):
            ada.execute("SELECT crm.create_user(%s, 'Eva', 'admin', %s)", (taken, verifier(ada, taken)))
        assert connection.execute("SELECT * FROM pg_authid WHERE rolname = %s", (taken,)).fetchall() == before
        connection.execute("DROP ROLE boss")


@pytest.mark.parametrize("remove", ["deactivate_user", "demote"])
def test_the_last_administrator_stays(each_crm: Crm, remove: str) -> None:
    with each_crm.connect() as ada, pytest.raises(psycopg.DatabaseError, match="last active administrator"):
        _remove(remove)(ada, "ada")


@pytest.mark.parametrize("remove", ["deactivate_user", "demote"])
def test_two_administrators_cannot_remove_each_other_at_once(each_crm: Crm, remove: str) -> None:
    each_crm.add_person("eva", "admin")
    ada, eva = each_crm.connect("ada"), each_crm.connect("eva")
    outcome: list[str] = []

    def second() -> None:
        try:
            _remove(remove)(eva, "ada")
            eva.commit()
            outcome.append("done")
        except psycopg.DatabaseError as error:
            outcome.append(str(error))

    with closing(ada), closing(eva):
        _remove(remove)(ada, "eva")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "the second administrator has to wait for the first"
        ada.commit()
        thread.join(10)
    assert "last active administrator" in outcome[0]
    with each_crm.as_owner() as owner:
        active = owner.execute("SELECT username FROM crm.users WHERE role = 'admin' AND is_active").fetchall()
        assert active == [("ada",)]


def _remove(how: str) -> Callable[[Connection, str], None]:
    if how == "demote":
        return lambda connection, username: call(connection, "change_role", username, "employee")
    return lambda connection, username: call(connection, how, username)


@pytest.mark.postgres15
def test_two_crms_on_one_server_share_no_rights(crm15: Crm, postgres15: Server15) -> None:
    crm15.empty()
    target = postgres15.create_database("second")
    provision(target, postgres15.owner, postgres15.password, dbname="second")
    with pytest.raises(CrmError, match="is taken on this server"):
        build(target, postgres15.owner, postgres15.password, "boot", postgres15.password, "second")
    for username in ("ada", "emil"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(target.conninfo(), user=username, password=PASSWORD)


def test_people_of_a_second_crm_on_the_same_server(crm: Crm) -> None:
    """The same on PostgreSQL 16 and later, where memberships know INHERIT and SET."""
    with crm.as_superuser(autocommit=True) as superuser:
        superuser.execute("CREATE ROLE company LOGIN CREATEROLE PASSWORD 'company'")
        superuser.execute("CREATE DATABASE second OWNER company")
        try:
            target = replace(crm.target, dbname="second")
            provision(target, "company", "company", dbname="second")
            create_first_admin(
                target, "company", "company", username="zoe", display_name="Zoe", admin_password=PASSWORD
            )
            with psycopg.connect(target.conninfo(), user="zoe", password=PASSWORD) as zoe:
                zoe.execute("SELECT crm.create_user('zack', 'Zack', 'employee', %s)", (verifier(zoe, "zack"),))
                call(zoe, "change_role", "zack", "admin")
                call(zoe, "deactivate_user", "zack")
                call(zoe, "reactivate_user", "zack")
                call(zoe, "reset_password", "zack", verifier(zoe, "zack"))
            with psycopg.connect(target.conninfo(), user="zack", password=PASSWORD) as zack:
                assert zack.execute("SELECT crm.is_admin()").fetchone() == (True,)
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(crm.target.conninfo(), user="zoe", password=PASSWORD)
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(target.conninfo(), user="ada", password=PASSWORD)
        finally:
            superuser.execute("DROP DATABASE IF EXISTS second WITH (FORCE)")
            for role in ("zack", "zoe", "second_employee", "second_admin", "second_owner", "company"):
                superuser.execute(f"DROP ROLE IF EXISTS {role}")
