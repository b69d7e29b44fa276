"""Setting up a database: the roles named after it, its rights, its schema, its first administrator.

`owner` is a login that owns the database and has CREATEROLE; it need not be a superuser. PostgreSQL 15 or later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql

from crm_desktop.database.failures import in_words
from crm_desktop.database.scram import verifier
from crm_desktop.database.target import Target
from crm_desktop.database.upgrade import connect, owner_role, upgrade
from crm_desktop.errors import CrmError

OLDEST_SERVER = 15
_LONGEST_NAME = 63 - len("_employee")

Connection = psycopg.Connection[Any]


def provision(target: Target, owner: str, password: str, *, dbname: str = "crm") -> None:
    """Creates the database where it is missing, its roles, and the schema at its newest. May be repeated."""
    if not 0 < len(dbname.encode()) <= _LONGEST_NAME:
        raise CrmError(f"The name of the database has 1 to {_LONGEST_NAME} characters.")
    target = replace(target, dbname=dbname)
    with in_words():
        _create_database(target, owner, password)
        with connect(target, owner, password) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('crm.provision'))")  # one at a time
            _check_server(connection, owner, dbname)
            _create_roles(connection, dbname)
            _prepare_database(connection, dbname)
    upgrade(target, owner, password)


def has_admin(target: Target, owner: str, password: str) -> bool:
    """Whether somebody can manage this database; False too while it has no schema."""
    with in_words(), connect(target, owner, password) as connection:
        if _one(connection, "SELECT to_regclass('crm.users') IS NULL"):
            return False
        _become_owner(connection, target.dbname)
        return bool(_one(connection, "SELECT EXISTS (SELECT FROM crm.users WHERE role = 'admin' AND is_active)"))


def create_first_admin(
    target: Target, owner: str, password: str, *, username: str, display_name: str, admin_password: str
) -> None:
    """Only while there is no administrator; later ones are made by administrators."""
    with in_words(), connect(target, owner, password) as connection:
        _become_owner(connection, target.dbname)
        connection.execute("LOCK TABLE crm.users IN SHARE ROW EXCLUSIVE MODE")
        if _one(connection, "SELECT EXISTS (SELECT FROM crm.users WHERE role = 'admin' AND is_active)"):
            raise CrmError(
                "This CRM already has an administrator.", hint="Sign in as an administrator to add more people."
            )
        connection.execute(
            "SELECT crm.create_user(%s, %s, 'admin', %s, must_change_password => false)",
            (username, display_name, verifier(connection, username, admin_password)),
        )


def _create_database(target: Target, owner: str, password: str) -> None:
    try:
        connection = connect(replace(target, dbname="postgres"), owner, password, autocommit=True)
    except psycopg.OperationalError:
        return  # this login may be kept out of there; whether its own database exists shows when it connects to it
    with connection:
        if _one(connection, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", target.dbname):
            return
        if not _one(connection, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"):
            raise CrmError(
                f"The server has no database named {target.dbname}, and {owner} may not create one.",
                hint=f"Ask the administrator of the server: CREATE DATABASE {target.dbname} OWNER {owner}",
            )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(target.dbname))
        )


def _check_server(connection: Connection, owner: str, dbname: str) -> None:
    if connection.info.server_version < OLDEST_SERVER * 10_000:
        raise CrmError(f"The server is older than PostgreSQL {OLDEST_SERVER}.", hint="Choose a newer server.")
    row = connection.execute(
        """
        SELECT pg_encoding_to_char(d.encoding), r.rolsuper, r.rolcreaterole,
               pg_has_role(current_user, d.datdba, 'USAGE')
        FROM pg_database d, pg_roles r
        WHERE d.datname = current_database() AND r.rolname = current_user
        """
    ).fetchone()
    assert row is not None
    encoding, is_superuser, may_create_roles, owns = row
    if encoding != "UTF8":
        raise CrmError(f"The database {dbname} is encoded in {encoding}.", hint="It has to be created with UTF8.")
    if not (owns or is_superuser):
        raise CrmError(
            f"{owner} does not own the database {dbname}.",
            hint=f"Ask the administrator of the server: ALTER DATABASE {dbname} OWNER TO {owner}",
        )
    if not (may_create_roles or is_superuser):
        raise CrmError(
            f"{owner} may not create the accounts of people.",
            hint=f"Ask the administrator of the server: ALTER ROLE {owner} CREATEROLE",
        )


def _create_roles(connection: Connection, dbname: str) -> None:
    """The owner role and the two groups, all or none. Roles of that name that are not ours are refused, untouched."""
    owner, admin, employee = owner_role(dbname), f"{dbname}_admin", f"{dbname}_employee"
    existing = connection.execute(
        """
        SELECT rolname, rolcanlogin, rolsuper, pg_has_role(current_user, oid, 'MEMBER')
        FROM pg_roles WHERE rolname = ANY (%s)
        """,
        ([owner, admin, employee],),
    ).fetchall()
    if existing:
        _check_own_roles(connection, dbname, existing)
        return
    names = {"owner": sql.Identifier(owner), "admin": sql.Identifier(admin), "employee": sql.Identifier(employee)}
    # From PostgreSQL 16 on, each membership says what it is good for.
    modern = connection.info.server_version >= 160_000
    only_admin = "WITH ADMIN TRUE, INHERIT FALSE, SET FALSE" if modern else "WITH ADMIN OPTION"
    to_self = "WITH INHERIT TRUE, SET TRUE" if modern else ""
    statements = [
        "CREATE ROLE {owner} NOLOGIN CREATEROLE",
        "CREATE ROLE {admin} NOLOGIN",
        "CREATE ROLE {employee} NOLOGIN",
        f"GRANT {{owner}} TO CURRENT_USER {to_self}",
        "GRANT {employee} TO {admin}",
        f"GRANT {{admin}}, {{employee}} TO {{owner}} {only_admin}",
    ]
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**names))
    for role in (owner, admin, employee):
        connection.execute(
            sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(role), sql.Literal(_mark(connection, dbname)))
        )


def _mark(connection: Connection, dbname: str) -> str:
    """What marks our roles: the database that they were made for, which a later one of that name is not."""
    oid = _one(connection, "SELECT oid FROM pg_database WHERE datname = %s", dbname)
    return f"CRM Desktop, database {dbname} ({oid})"


def _check_own_roles(connection: Connection, dbname: str, existing: list[tuple[Any, ...]]) -> None:
    marks = {
        name
        for (name,) in connection.execute(
            "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = %s", (_mark(connection, dbname),)
        )
    }
    for name, can_login, is_superuser, _ in existing:
        if can_login or is_superuser or name not in marks:
            raise CrmError(
                f"The server already has a role named {name}, which does not belong to this database.",
                hint="Choose another name for the database, or ask the administrator of the server to remove the role.",
            )
    if len(existing) != 3 or not next(member for name, _, _, member in existing if name == owner_role(dbname)):
        raise CrmError(
            f"The roles of the database {dbname} are not complete, or belong to another login.",
            hint="Use the login that the database was set up with.",
        )


def _prepare_database(connection: Connection, dbname: str) -> None:
    """Only members of the groups may connect; the owner role owns the schema."""
    names = {
        "database": sql.Identifier(dbname),
        "owner": sql.Identifier(owner_role(dbname)),
        "employee": sql.Identifier(f"{dbname}_employee"),
    }
    schema_owner = _one(
        connection, "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'crm'", default=None
    )
    if schema_owner not in (None, owner_role(dbname)):
        raise CrmError(
            f"The database {dbname} already has a schema named crm, which belongs to {schema_owner}.",
            hint="Choose another database.",
        )
    statements = [
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {employee}",
        "GRANT CONNECT, CREATE ON DATABASE {database} TO {owner}",
        "ALTER DATABASE {database} SET search_path = crm, pg_temp",
    ]
    if _one(connection, "SELECT to_regnamespace('public') IS NOT NULL"):
        statements.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    if schema_owner is None:
        statements.append("CREATE SCHEMA crm AUTHORIZATION {owner}")
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**names))


def _become_owner(connection: Connection, dbname: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner_role(dbname))))


def _one(connection: Connection, query: str, *values: object, default: object = False) -> Any:
    row = connection.execute(query, values or None).fetchone()
    return default if row is None else row[0]
