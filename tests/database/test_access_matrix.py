"""The whole matrix over plain SQL: every table, column and function, for everybody who may or may not be there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.database.access_matrix import ADMIN, EMPLOYEE, FUNCTIONS, Rights
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
NOTHING = Rights(select=False)


@pytest.fixture
def people(each_crm: Crm) -> Crm:
    each_crm.add_person("uma", "user")
    each_crm.add_person("dora", "employee")
    return each_crm


@pytest.fixture
def dora(people: Crm) -> Iterator[Connection]:
    """A session that was open when its person was deactivated."""
    with closing(people.connect("dora")) as connection:
        assert connection.execute("SELECT count(*) FROM crm.customers").fetchone() == (0,)
        connection.rollback()
        deactivate(people, "dora")
        yield connection


def deactivate(crm: Crm, username: str) -> None:
    with crm.connect() as connection:
        connection.execute("SELECT crm.deactivate_user(id) FROM crm.users WHERE username = %s", (username,))


def tables_of(crm: Crm) -> dict[str, list[tuple[str, str]]]:
    """Every relation of the schema with its columns and their types."""
    with crm.as_superuser() as connection:
        rows = connection.execute(
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND a.attnum > 0 AND NOT a.attisdropped
            """
        ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, []).append((column, kind))
    return tables


def functions_of(crm: Crm) -> dict[str, str]:
    """Every function of our own: signature -> a call with NULLs."""
    with crm.as_superuser() as connection:
        rows = connection.execute(
            """
            SELECT p.proname, array_to_string(ARRAY(
                SELECT CASE WHEN t.typtype = 'c' THEN 'crm.' || t.typname ELSE format_type(t.oid, NULL) END
                FROM unnest(p.proargtypes) WITH ORDINALITY u (oid, place) JOIN pg_type t ON t.oid = u.oid
                ORDER BY u.place
            ), ',')
            FROM pg_proc p
            WHERE p.pronamespace = 'crm'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """
        ).fetchall()
    return {
        f"{name}({arguments})": f"SELECT crm.{name}({', '.join(f'NULL::{a}' for a in arguments.split(',') if a)})"
        for name, arguments in rows
    }


def may(connection: Connection, statement: sql.SQL | sql.Composed) -> bool:
    """Whether the database lets it pass. Nothing is kept, and other errors come after the permission was given."""
    connection.rollback()
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.GeneratedAlways:
        return False  # nobody writes what the database computes
    except psycopg.Error:
        return True
    finally:
        connection.rollback()
    return True


def actual(connection: Connection, table: str, columns: list[tuple[str, str]]) -> Rights:
    name = sql.Identifier("crm", table)
    insert = sql.SQL("INSERT INTO {} ({}) SELECT NULL::{} WHERE false")
    update = sql.SQL("UPDATE {} SET {} = NULL WHERE false")
    return Rights(
        frozenset(c for c, kind in columns if may(connection, insert.format(name, sql.Identifier(c), sql.SQL(kind)))),
        frozenset(c for c, _ in columns if may(connection, update.format(name, sql.Identifier(c)))),
        may(connection, sql.SQL("DELETE FROM {} WHERE false").format(name)),
        may(connection, sql.SQL("SELECT * FROM {} LIMIT 0").format(name)),
    )


def test_every_table_and_function_is_in_the_matrix(each_crm: Crm) -> None:
    assert set(tables_of(each_crm)) == set(EMPLOYEE), "say who may do what with a new table in access_matrix.py"
    assert set(functions_of(each_crm)) == set(FUNCTIONS), "say who may call a new function in access_matrix.py"


@pytest.mark.parametrize(("username", "matrix"), [("ada", ADMIN), ("emil", EMPLOYEE)])
def test_tables(each_crm: Crm, username: str, matrix: dict[str, Rights]) -> None:
    with closing(each_crm.connect(username)) as connection:
        for table, columns in tables_of(each_crm).items():
            assert actual(connection, table, columns) == matrix[table], f"{username}, {table}"
            for statement in (
                "TRUNCATE crm.{}",
                "ALTER TABLE crm.{} ADD x int",
                "DROP TABLE crm.{}",
                "LOCK TABLE crm.{}",
            ):
                refused = not may(connection, sql.SQL(statement).format(sql.Identifier(table)))
                # Whoever may change or delete rows may also lock the table.
                assert refused or (statement.startswith("LOCK") and matrix[table].delete), f"{statement} {table}"


@pytest.mark.parametrize(("username", "role"), [("ada", "admin"), ("emil", "employee")])
def test_functions(each_crm: Crm, username: str, role: str) -> None:
    with closing(each_crm.connect(username)) as connection:
        for signature, call in functions_of(each_crm).items():
            assert may(connection, sql.SQL(call)) == (role in FUNCTIONS[signature]), f"{username}, {signature}"


def test_a_live_session_of_somebody_deactivated_has_no_rights_left(people: Crm, dora: Connection) -> None:
    for table, columns in tables_of(people).items():
        assert actual(dora, table, columns[:1]) == NOTHING, table
    for signature, call in functions_of(people).items():
        assert not may(dora, sql.SQL(call)), signature


def test_who_has_no_access_cannot_even_connect(people: Crm) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        people.connect("uma")
    deactivate(people, "dora")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        people.connect("dora")
    for wrong in ("wrong", ""):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(people.target.conninfo(), user="emil", password=wrong or None, passfile="/nonexistent")


def test_a_demotion_counts_from_the_next_statement(people: Crm) -> None:
    with closing(people.connect("dora")) as connection:
        connection.execute("SELECT 1 FROM crm.customers")
        with people.connect() as ada:
            ada.execute("SELECT crm.change_role(id, 'user') FROM crm.users WHERE username = 'dora'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT 1 FROM crm.customers")


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE {db}_owner",
        "SET ROLE {db}_admin",
        "SET SESSION AUTHORIZATION ada",
        "CREATE TABLE crm.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "CREATE FUNCTION crm.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE ROLE mallory LOGIN",
        "ALTER ROLE ada PASSWORD 'x'",
        "GRANT {db}_admin TO emil",
        "ALTER TABLE crm.audit_log DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SELECT setval('crm.audit_log_id_seq', 1)",
        "SELECT rolpassword FROM pg_authid",
        "COPY crm.customers TO '/tmp/crm-out'",
    ],
)
def test_there_is_no_way_round(each_crm: Crm, statement: str) -> None:
    with closing(each_crm.connect("emil")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(db=each_crm.target.dbname))


def test_a_temporary_table_does_not_stand_in_for_ours(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as connection:
        real = connection.execute("SELECT crm.current_user_id()").fetchone()
        connection.execute(
            "CREATE TEMP TABLE users AS SELECT gen_random_uuid() id, 'emil'::text username, true is_active"
        )
        connection.execute("SET search_path = pg_temp, crm")
        assert connection.execute("SELECT crm.current_user_id()").fetchone() == real


def test_nobody_can_drop_the_policies_of_a_group(each_crm: Crm) -> None:
    policies = "SELECT count(*) FROM pg_policies WHERE schemaname = 'crm'"
    database = each_crm.target.dbname
    with closing(each_crm.connect("emil")) as emil, closing(each_crm.connect()) as ada:
        before = emil.execute(policies).fetchone()
        emil.execute(f"DROP OWNED BY {database}_employee CASCADE")
        emil.commit()
        ada.execute(f"DROP OWNED BY {database}_admin, {database}_employee CASCADE")
        ada.commit()
        assert ada.execute(policies).fetchone() == before
        ada.execute("INSERT INTO crm.customer_segments (name, criteria) VALUES ('All', '{}')")
        ada.commit()
        trace = "SELECT count(*) FROM crm.audit_log"
        assert (ada.execute(trace).fetchone(), emil.execute(trace).fetchone()) == ((1,), (0,))


def test_the_rights_of_a_group_cannot_be_kept_by_setting_the_role(people: Crm) -> None:
    people.add_person("bob", "admin")
    database = people.target.dbname
    with closing(people.connect("bob", autocommit=True)) as bob:
        if bob.info.server_version >= 160_000:
            for group in ("employee", "admin"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    bob.execute(f"SET ROLE {database}_{group}")
            return
        bob.execute(f"SET ROLE {database}_admin")  # before 16 nothing forbids it
        deactivate(people, "bob")
        verifier = bob.pgconn.encrypt_password(b"Ordinary-Horse-9", b"mallory", b"scram-sha-256").decode()
        for call in (
            f"create_user('mallory', 'Mallory', 'admin', '{verifier}')",
            "reactivate_user((SELECT id FROM crm.users WHERE username = 'bob'))",
            "erase_customer(gen_random_uuid())",
            "rebuild_derived()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bob.execute(f"SELECT crm.{call}")
