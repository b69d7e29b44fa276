"""Bringing a database to the revision that this program knows, and telling when it is at another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

import psycopg
import sqlalchemy
import sqlalchemy.exc
from psycopg import sql
from sqlalchemy.pool import NullPool

from crm_desktop.database.failures import in_words
from crm_desktop.database.target import Target
from crm_desktop.errors import SchemaMismatch
from crm_desktop.paths import shipped

# They find out whether they are too old for it.
_TELL_OPEN_WINDOWS = """
    SELECT pg_notify('crm_changes', '{"table": "alembic_version", "operation": "update", "ids": null}')
"""
_UPGRADE = "Its administrator can upgrade it: crm-desktop server upgrade"


@cache
def known_revisions() -> tuple[str, ...]:
    """In order. The files are named year_month_day_revision_subject, so that Alembic need not be loaded to tell."""
    return tuple(file.name.split("_")[3] for file in sorted(shipped("migrations/versions").glob("20*_*.py")))


def head_revision() -> str:
    return known_revisions()[-1]


def owner_role(dbname: str) -> str:
    """The role without login that owns the schema."""
    return f"{dbname}_owner"


def check_revision(connection: sqlalchemy.Connection) -> None:
    """One query; raises SchemaMismatch when the database is older or newer than this program."""
    try:
        current = connection.exec_driver_sql("SELECT version_num FROM crm.alembic_version").scalar_one_or_none()
    except sqlalchemy.exc.ProgrammingError as error:
        missing = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
        if not isinstance(error.orig, missing):
            raise
        current = None
    if current == head_revision():
        return
    if current is None:
        raise SchemaMismatch("This database holds no CRM yet.", hint="Set it up first: crm-desktop init")
    if current in known_revisions():
        raise SchemaMismatch("The database is older than this program.", hint=_UPGRADE)
    raise _newer()


def revision_of(target: Target, owner: str, password: str) -> str | None:
    """The revision that a database is at, one that this program knows; None where there is no CRM yet.

    Raises SchemaMismatch when the database is newer than this program.
    """
    with in_words():
        try:
            connection = connect(target, owner, password)
        except psycopg.OperationalError:
            if _exists(target, owner, password):
                raise
            return None
        with connection:
            if connection.execute("SELECT to_regclass('crm.alembic_version') IS NULL").fetchone() == (True,):
                return None
            row = connection.execute("SELECT version_num FROM crm.alembic_version").fetchone()
    if row is not None and row[0] not in known_revisions():
        raise _newer()
    return None if row is None else str(row[0])


def _exists(target: Target, owner: str, password: str) -> bool:
    with connect(replace(target, dbname="postgres"), owner, password) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (target.dbname,)).fetchone()
    return found is not None


def upgrade(target: Target, owner: str, password: str) -> None:
    """Runs the missing migrations as the owner role; `owner` is the login that owns the database."""
    from alembic import command
    from alembic.config import Config

    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(target, owner, password), poolclass=NullPool
    )
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    try:
        with in_words(), engine.begin() as connection:
            role = connection.dialect.identifier_preparer.quote_identifier(owner_role(target.dbname))
            connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
            _refuse_newer(connection)
            config.attributes["connection"] = connection
            before = _current(connection)
            command.upgrade(config, "head")
            connection.exec_driver_sql(_TELL_OPEN_WINDOWS)
    finally:
        engine.dispose()
    if before not in (None, head_revision()):
        with suppress(psycopg.Error):  # the upgrade itself is through
            _tidy(target, owner, password)


def _tidy(target: Target, owner: str, password: str) -> None:
    """Tables that were written anew have no map of visible rows: counting in their indexes would take ten times as
    long until the server has come round to it by itself."""
    with connect(target, owner, password, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner_role(target.dbname))))
        tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'crm'::regnamespace"
        for (name,) in connection.execute(tables).fetchall():
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier("crm", name)))


def _newer() -> SchemaMismatch:
    return SchemaMismatch(
        "The database is newer than this program.",
        hint="Install the newest version of the program, then sign in again.",
    )


def _refuse_newer(connection: sqlalchemy.Connection) -> None:
    """Alembic would only say that it cannot find the revision."""
    current = _current(connection)
    if current is not None and current not in known_revisions():
        raise _newer()


def _current(connection: sqlalchemy.Connection) -> str | None:
    if not connection.exec_driver_sql("SELECT to_regclass('crm.alembic_version') IS NOT NULL").scalar_one():
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM crm.alembic_version").scalar_one_or_none()
    return None if found is None else str(found)


def run_sql_files(connection: sqlalchemy.Connection, revision: str) -> None:
    """For migrations: executes `migrations/sql/<revision>_*.sql` in the order of their names."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    for file in sorted(shipped("migrations/sql").glob(f"{revision}_*.sql")):
        # Without values psycopg takes several statements at once and leaves percent signs alone.
        driver.execute(file.read_bytes())


def connect(target: Target, owner: str, password: str, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    """A connection for setting up and upgrading, as the login that owns the database."""
    return psycopg.connect(
        target.conninfo(),
        user=owner,
        password=password,
        application_name="CRM Desktop setup",
        autocommit=autocommit,
        connect_timeout=8,
        options="-c timezone=UTC -c client_min_messages=warning",
    )
