"""Fixtures with a real PostgreSQL: one embedded server per test process, one database built by the migrations.

`crm`       the provisioned database; `crm.database("emil")` signs somebody in, `crm.connect("emil")` is plain psycopg
`clean`     the same, emptied before the test: for tests that commit
`admin`     a `Database` signed in as ada, an administrator; `employee` one signed in as emil
`each_crm`  an emptied database on each of the two servers in turn
`crm15`     a database on the PostgreSQL 15 of the operating system, owned by a login that is no superuser
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crm_desktop.database.engine import Database
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.provisioning import create_first_admin, provision
from crm_desktop.database.target import Target
from crm_desktop.database.upgrade import owner_role

ADMIN = "ada"
EMPLOYEE = "emil"
PASSWORD = "correct horse battery staple"
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")

# Children first: rows are deleted without triggers and foreign keys.
_BUSINESS_TABLES = [
    "attachment_contents",
    "attachments",
    "audit_log",
    "chores",
    "figures",
    "frozen_rows",
    "loyalty_tier_changes",
    "loyalty_ledger",
    "loyalty_points_left",
    "loyalty_accounts",
    "customer_preferences",
    "customer_purchases",
    "order_lines",
    "orders",
    "products",
    "consents",
    "duplicate_decisions",
    "duplicate_pairs",
    "duplicate_scans",
    "customer_merges",
    "saved_views",
    "customer_interactions",
    "contact_positions",
    "contacts",
    "customers",
    "segment_rules",
    "segment_states",
    "segment_members",
    "segment_runs",
    "segment_sizes",
    "customer_segments",
    "import_mappings",
    "import_batches",
    "loyalty_tiers",
    "settings",
]


@dataclass
class Crm:
    """A provisioned database. `superuser` may be the owner itself, on the embedded server."""

    target: Target
    owner: str
    owner_password: str
    superuser: str
    superuser_password: str
    passwords: dict[str, str] = field(default_factory=dict)
    _open: list[Database] = field(default_factory=list)

    def database(self, username: str = ADMIN, **options: Any) -> Database:
        """`username` signed in; closed by the fixture."""
        database = Database(self.target, username, self.passwords[username], **options)
        self._open.append(database)
        return database

    def connect(self, username: str = ADMIN, **options: Any) -> psycopg.Connection[Any]:
        """As with psql: nothing of the application's in between. The caller closes it."""
        return psycopg.connect(self.target.conninfo(), user=username, password=self.passwords[username], **options)

    def as_superuser(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.target.conninfo(), user=self.superuser, password=self.superuser_password, **options)

    @contextmanager
    def as_owner(self) -> Iterator[psycopg.Connection[Any]]:
        """As the owner role, which may do anything to the tables; commits at the end."""
        conninfo = self.target.conninfo()
        with psycopg.connect(conninfo, user=self.owner, password=self.owner_password) as connection:
            connection.execute(f'SET ROLE "{owner_role(self.target.dbname)}"')
            yield connection

    def add_person(self, username: str, role: str, display_name: str = "") -> str:
        """Somebody with a login, made by ada; returns the id. `empty` removes them again."""
        with self.connect() as connection:
            verifier = connection.pgconn.encrypt_password(PASSWORD.encode(), username.encode(), b"scram-sha-256")
            row = connection.execute(
                "SELECT crm.create_user(%s, %s, %s, %s, false)",
                (username, display_name or username.capitalize(), role, verifier.decode()),
            ).fetchone()
            assert row is not None
        self.passwords[username] = PASSWORD
        return str(row[0])

    def empty(self) -> None:
        """Back to what provisioning made: ada and emil, no business rows. A few milliseconds."""
        with self.as_superuser() as connection:
            connection.execute("SET lock_timeout = '10s'")
            connection.execute("SET session_replication_role = replica")
            connection.execute("; ".join(f"DELETE FROM crm.{table}" for table in _BUSINESS_TABLES))
            kept = [ADMIN, EMPLOYEE]
            removed = connection.execute(
                "DELETE FROM crm.users WHERE username IS NULL OR username <> ALL (%s) RETURNING username", (kept,)
            ).fetchall()
            for (username,) in removed:
                if username is not None:
                    connection.execute(f'DROP ROLE "{username}"')
                    self.passwords.pop(username, None)
            connection.execute(
                "INSERT INTO crm.loyalty_tiers (tier, threshold) "
                "VALUES ('bronze', 0), ('silver', 1000), ('gold', 5000), ('platinum', 10000)"
            )
            connection.execute("""INSERT INTO crm.settings (key, value) VALUES ('tier_basis', '"lifetime"')""")

    def close(self) -> None:
        for database in self._open:
            database.close()


def build(target: Target, owner: str, password: str, superuser: str, superuser_password: str, dbname: str) -> Crm:
    """Provisions `dbname` with ada and emil."""
    provision(target, owner, password, dbname=dbname)
    crm = Crm(replace(target, dbname=dbname), owner, password, superuser, superuser_password)
    create_first_admin(crm.target, owner, password, username=ADMIN, display_name="Ada Admin", admin_password=PASSWORD)
    crm.passwords[ADMIN] = PASSWORD
    crm.add_person(EMPLOYEE, "employee", "Emil Employee")
    with crm.as_superuser() as connection:
        connection.execute(f'ALTER DATABASE "{dbname}" SET synchronous_commit = off')
    return crm


@contextmanager
def embedded_server() -> Iterator[LocalServer]:
    """A server of its own under a short path that the server's account can reach (pytest's own folders are closed)."""
    outside = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    outside.chmod(0o755)
    server = LocalServer(outside / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.files, ignore_errors=True)
        shutil.rmtree(outside, ignore_errors=True)


@pytest.fixture(scope="session")
def embedded_postgres() -> Iterator[LocalServer]:
    with embedded_server() as server:
        yield server


@pytest.fixture(scope="session")
def crm(embedded_postgres: LocalServer) -> Iterator[Crm]:
    owner, password = embedded_postgres.owner_name, embedded_postgres.owner_password()
    crm = build(embedded_postgres.target("crm"), owner, password, owner, password, "crm")
    yield crm
    crm.close()


@pytest.fixture
def clean(crm: Crm) -> Crm:
    crm.empty()
    return crm


@pytest.fixture
def admin(clean: Crm) -> Iterator[Database]:
    database = clean.database(ADMIN)
    yield database
    database.close()


@pytest.fixture
def employee(clean: Crm) -> Iterator[Database]:
    database = clean.database(EMPLOYEE)
    yield database
    database.close()


@dataclass(frozen=True)
class Server15:
    """PostgreSQL 15 as a company runs it: `owner` has CREATEROLE and owns the databases made by `create_database`."""

    target: Target
    superuser: str
    password: str
    owner: str = "dba"

    def create_database(self, name: str) -> Target:
        with psycopg.connect(
            self.target.conninfo(), user=self.superuser, password=self.password, autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}" OWNER {self.owner}')
        return replace(self.target, dbname=name)


@contextmanager
def server_15() -> Iterator[Server15]:
    outside = Path(tempfile.mkdtemp(prefix="crm-pg15-"))
    account = None
    if os.geteuid() == 0:
        import pwd  # not on Windows

        account = pwd.getpwnam("postgres")
    who: dict[str, Any] = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid}
    if account is not None:
        os.chown(outside, account.pw_uid, account.pw_gid)
    password = secrets.token_urlsafe(12)
    secret = outside / "secret"
    secret.write_text(password)
    secret.chmod(0o644)
    data = str(outside / "data")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [POSTGRES_15 / program, *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60, **who
        )

    run(
        "initdb", "-D", data, "-U", "boot", f"--pwfile={secret}", "--auth=scram-sha-256", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    options = f"-c listen_addresses= -c unix_socket_directories={outside} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(outside / "log"), "-o", options, "start")
    try:
        server = Server15(Target((str(outside),), 5432, "postgres"), "boot", password)
        with psycopg.connect(server.target.conninfo(), user="boot", password=password, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE dba LOGIN CREATEROLE PASSWORD '{password}'")
        yield server
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(outside, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres15() -> Iterator[Server15]:
    if not POSTGRES_15.is_dir():
        pytest.skip("PostgreSQL 15 is not installed here")
    with server_15() as server:
        yield server


@pytest.fixture(scope="session")
def crm15(postgres15: Server15) -> Iterator[Crm]:
    target = postgres15.create_database("crm")
    crm = build(target, postgres15.owner, postgres15.password, postgres15.superuser, postgres15.password, "crm")
    yield crm
    crm.close()


@pytest.fixture(params=["embedded", pytest.param("15", marks=pytest.mark.postgres15)])
def each_crm(request: pytest.FixtureRequest, crm: Crm) -> Crm:
    found = request.getfixturevalue("crm15") if request.param == "15" else crm
    assert isinstance(found, Crm)
    found.empty()
    return found
