"""A data folder as an earlier version of the program left it, and programs that know fewer or other migrations."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crm_desktop.database import provisioning, upgrade
from crm_desktop.database.local_server import LocalServer
from crm_desktop.paths import shipped
from tests.helpers.local_server import data_folder
from tests.helpers.postgres import PASSWORD

FIRST = "0001"

_ROWS = """
    INSERT INTO crm.customers (id, contact_name, company_name, email, phone, country, tags, notes)
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Zoë ' || n, 'Nördlich & Söhne',
           'zoe' || n || '@example.com', '+4930901' || lpad(n::text, 4, '0'), 'Germany', '["VIP"]', E'a\\tb\\n"c"'
    FROM generate_series(1, 40) AS n;
    INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject, status, follow_up)
    SELECT c.id, u.id, 'call', 'Call ' || n, 'pending', now() + n * interval '1 day'
    FROM crm.customers AS c, crm.users AS u, generate_series(1, 3) AS n WHERE u.username = 'ada';
    UPDATE crm.customers SET status = 'inactive' WHERE contact_name LIKE '%7';
"""


@contextmanager
def knowing(migrations: Path) -> Iterator[None]:
    """The program as if it had been shipped with these migrations."""
    names = sorted(file.name.split("_")[3] for file in (migrations / "versions").glob("20*_*.py"))

    def found(name: str) -> Path:
        return (
            migrations / name.removeprefix("migrations").lstrip("/") if name.startswith("migrations") else shipped(name)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrade, "shipped", found)
        patch.setattr(upgrade, "known_revisions", lambda: tuple(names))
        yield


def first_migrations(folder: Path) -> Path:
    """The migrations that the first version had."""
    made = folder / "first"
    shutil.copytree(shipped("migrations"), made, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (made / "versions").glob("20*_*.py"):
        if file.name.split("_")[3] != FIRST:
            file.unlink()
    return made


def failing_migrations(folder: Path) -> Path:
    """All of ours, and one more that changes much before it fails."""
    made = folder / "failing"
    shutil.copytree(shipped("migrations"), made, ignore=shutil.ignore_patterns("__pycache__"))
    head = upgrade.known_revisions()[-1]
    (made / "versions" / "2099_01_01_9999_fails.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{head}', None, None\n"
        "def upgrade() -> None:\n"
        "    op.execute('DELETE FROM crm.customer_interactions')\n"
        "    op.execute('ALTER TABLE crm.customers DROP COLUMN notes CASCADE')\n"
        "    op.execute('SELECT 1/0')\n",
        encoding="utf-8",
    )
    return made


@contextmanager
def old_folder(migrations: Path) -> Iterator[Path]:
    """A stopped data folder at the first revision: ada, 40 customers and what belongs to them."""
    with data_folder("Daten für Zoë") as folder:
        server = LocalServer(folder)
        server.start()
        try:
            owner, secret = server.owner_name, server.owner_password()
            with knowing(migrations):
                provisioning.provision(server.target("postgres"), owner, secret)
                provisioning.create_first_admin(
                    server.target(), owner, secret, username="ada", display_name="Ada Admin", admin_password=PASSWORD
                )
            with psycopg.connect(server.target().conninfo(), user="ada", password=PASSWORD) as connection:
                connection.execute(_ROWS)
        finally:
            server.stop()
        yield folder


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    """The same once more, for a test that changes it."""
    with data_folder("copy") as made:
        subprocess.run(["cp", "-a", str(folder), str(made)], check=True)
        yield made


def rows(connection: psycopg.Connection[Any]) -> dict[str, list[dict[str, Any]]]:
    """Everything in the schema's tables."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'crm'::regnamespace"
    ).fetchall()
    return {
        name: sorted((row[0] for row in connection.execute(f'SELECT to_jsonb(t) FROM crm."{name}" AS t')), key=repr)
        for (name,) in tables
    }


def as_before(now: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """`now` with the tables and columns of `before` only: what an upgrade must not have touched.

    Without the segments that an upgrade adds where there were none, and their trail."""
    added = {row["id"] for row in now["customer_segments"]} - {row["id"] for row in before["customer_segments"]}
    return {
        name: sorted(
            (
                {key: row[key] for key in had[0]} if had else row
                for row in now[name]
                if not added & {row.get("id"), row.get("row_id")}
            ),
            key=repr,
        )
        for name, had in before.items()
    }
