"""The upgrade of the database on this computer: a copy first, nothing lost, all or nothing, one window at a time."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from crm_desktop.cli import local as cli
from crm_desktop.cli import passwords
from crm_desktop.database import dumps, local_upgrade, upgrade
from crm_desktop.database.engine import Database
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_programs import environment, program
from crm_desktop.database.local_upgrade import UPGRADING, UpgradeFailed, bring_up_to_date
from crm_desktop.database.upgrade_steps import Steps
from crm_desktop.errors import Cancelled, CrmError, DiskFull, SchemaMismatch
from tests.helpers.local_server import connect, running
from tests.helpers.old_database import (
    FIRST,
    as_before,
    copy_of,
    failing_migrations,
    first_migrations,
    knowing,
    old_folder,
    rows,
)
from tests.helpers.postgres import PASSWORD


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_migrations(tmp_path_factory.mktemp("migrations"))


@pytest.fixture(scope="module")
def made(first: Path) -> Iterator[Path]:
    with old_folder(first) as folder:
        yield folder


@pytest.fixture
def old(made: Path) -> Iterator[LocalServer]:
    """The running server of a database at the first revision."""
    with copy_of(made) as folder, running(folder) as server:
        yield server


def revision(server: LocalServer) -> str | None:
    return upgrade.revision_of(server.target(), server.owner_name, server.owner_password())


def content(server: LocalServer, dbname: str = "crm") -> dict[str, list[dict[str, Any]]]:
    with connect(server, dbname) as connection:
        return rows(connection)


def copies(server: LocalServer) -> list[Path]:
    return sorted((server.data_dir / "backups").glob("*"))


@contextmanager
def unchanged(server: LocalServer) -> Iterator[None]:
    """Whatever happens within leaves the database, and the folder of copies but for whole ones, as they were."""
    before = content(server)
    yield
    assert content(server) == before
    assert revision(server) == FIRST
    assert not [file for file in copies(server) if file.suffix != ".dump"]


def test_an_upgrade_loses_nothing_and_leaves_a_copy_that_restores(old: LocalServer) -> None:
    """peers.md 25: upgrades half done yet "healthy"."""
    before, said = content(old), []
    assert len(before["customers"]) == 40 and len(before["customer_interactions"]) == 120
    copy = bring_up_to_date(old, Steps(said.append))
    assert revision(old) == upgrade.head_revision() != FIRST
    after = as_before(content(old), before)
    # Figures are sums of the other tables, which later versions divide up in another way.
    before_again = {name: had for name, had in before.items() if name not in ("alembic_version", "figures")}
    assert {name: after[name] for name in before_again} == before_again
    assert said[0] == "Saving a copy of the database before upgrading it" and said[-1] == UPGRADING

    assert copy is not None and copies(old) == [copy]
    assert copy.name.startswith("before-upgrade-20") and copy.name.endswith(f"revision-{FIRST}.dump")
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    restore(old, copy, "back")
    assert content(old, "back") == before

    assert bring_up_to_date(old, Steps()) is None and copies(old) == [copy]
    with connect(old, "crm") as connection:
        visible = connection.execute("SELECT relallvisible > 0 FROM pg_class WHERE oid = 'crm.customers'::regclass")
        assert visible.fetchall() == [(True,)], "counting in an index would look at every row"


def test_companies_are_found_by_the_contacts_that_they_had_before(old: LocalServer) -> None:
    with connect(old, "crm") as connection:
        connection.execute(
            """
            WITH person AS (
                INSERT INTO crm.contacts (name, email, phone) VALUES ('Renáta Kovács', 'R@n.example', '+4930901820')
                RETURNING id
            )
            INSERT INTO crm.contact_positions (contact_id, customer_id)
            SELECT person.id, c.id FROM person, crm.customers c WHERE c.contact_name IN ('Zoë 1', 'Zoë 2')
            """
        )
    bring_up_to_date(old, Steps())
    with connect(old, "crm") as connection:
        found = connection.execute(
            "SELECT contact_name, version FROM crm.customers"
            " WHERE search_text LIKE '%renata kovacs r@n.example 4930901820%' ORDER BY 1"
        ).fetchall()
        assert found == [("Zoë 1", 1), ("Zoë 2", 1)]
        assert connection.execute("SELECT count(*) FROM crm.audit_log WHERE action = 'update'").fetchone() == (4,)


def test_orders_that_were_rounded_line_by_line_are_exact_afterwards(old: LocalServer) -> None:
    with connect(old, "crm") as connection:
        connection.execute(
            """
            INSERT INTO crm.orders (order_number, customer_id, total)
            SELECT v.number, c.id, 7.5
            FROM (VALUES ('Lines'), ('Alone')) v (number), crm.customers c WHERE c.contact_name = 'Zoë 1'
            """
        )
        connection.execute(
            """
            INSERT INTO crm.order_lines (order_id, description, unit_price, discount_percent)
            SELECT id, 'Tea', 0.10, 5 FROM crm.orders, generate_series(1, 2) WHERE order_number = 'Lines'
            """
        )
        assert connection.execute("SELECT max(version) FROM crm.orders").fetchone() == (2,)
    bring_up_to_date(old, Steps())
    with connect(old, "crm") as connection:
        found = connection.execute("SELECT order_number, total, version FROM crm.orders ORDER BY 1").fetchall()
        assert found == [("Alone", Decimal("7.5000"), 1), ("Lines", Decimal("0.1900"), 2)]
        bought = connection.execute("SELECT currency, orders, spent FROM crm.customer_purchases").fetchall()
        assert bought == [("EUR", 2, Decimal("7.6900"))]


def test_numbers_that_differ_in_their_letters_only_are_kept_apart_by_a_suffix(old: LocalServer) -> None:
    with connect(old, "crm") as connection:
        connection.execute(
            """
            INSERT INTO crm.orders (order_number, customer_id, total, created_at)
            SELECT v.number, c.id, v.place, now() + v.place * interval '1 second'
            FROM (
                VALUES (1, 'A-1'), (2, 'a-1'), (3, ' a-1 '), (4, 'A-1 (2)'), (5, ' B-7 '), (6, ''), (7, ' '), (8, '  ')
            ) v (place, number), crm.customers c
            WHERE c.contact_name = 'Zoë 1'
            """
        )
        connection.execute("INSERT INTO crm.products (sku, name) VALUES ('TEA', 'Tea'), ('tea', 'Other tea')")
    bring_up_to_date(old, Steps())
    with connect(old, "crm") as connection:
        found = connection.execute("SELECT total::int, order_number FROM crm.orders ORDER BY 1").fetchall()
        numbers = ["A-1", "a-1 (3)", "a-1 (4)", "A-1 (2)", "B-7", "", "(2)", "(3)"]
        assert found == list(enumerate(numbers, start=1))
        skus = connection.execute("SELECT name, crm.fold(sku) FROM crm.products").fetchall()
        assert sorted(sku for _, sku in skus) == ["tea", "tea (2)"]
        trail = "SELECT changes -> 'order_number' FROM crm.audit_log WHERE table_name = 'orders' AND action = 'update'"
        assert (["a-1", "a-1 (3)"],) in connection.execute(trail).fetchall()


def restore(server: LocalServer, copy: Path, dbname: str) -> None:
    with connect(server) as connection:
        connection.execute(f"CREATE DATABASE {dbname} TEMPLATE template0")
    subprocess.run(
        [program("pg_restore"), "--exit-on-error", f"--dbname={server.target(dbname).conninfo()}",
         f"--username={server.owner_name}", copy],
        check=True, env=environment() | {"PGPASSWORD": server.owner_password()},
    )  # fmt: skip


def test_a_migration_that_fails_leaves_everything_as_it_was(old: LocalServer, tmp_path: Path) -> None:
    with knowing(failing_migrations(tmp_path)), unchanged(old):
        with pytest.raises(UpgradeFailed, match="as it was before") as failure:
            bring_up_to_date(old, Steps())
        (copy,) = copies(old)
        assert str(copy) in failure.value.hint and "division by zero" in failure.value.hint
    assert bring_up_to_date(old, Steps()) is not None, "the program with the right migrations goes on"


def test_without_a_copy_nothing_is_changed(old: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_upgrade, "program", lambda _name: program("pg_restore"))
    with unchanged(old), pytest.raises(dumps.DumpFailed, match=r"No copy .* not upgraded. Nothing was changed"):
        bring_up_to_date(old, Steps())
    monkeypatch.setattr(local_upgrade, "program", lambda _name: Path("/nowhere/pg_dump"))
    with unchanged(old), pytest.raises(dumps.DumpFailed, match="No such file"):
        bring_up_to_date(old, Steps())
    assert copies(old) == []


def test_a_copy_needs_room(old: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**20))
    with unchanged(old), pytest.raises(DiskFull, match=r"1 MB are free\. Nothing was changed"):
        bring_up_to_date(old, Steps())


def test_it_is_cancelled_until_it_begins_to_change(old: LocalServer) -> None:
    steps = Steps(lambda _text: steps.cancel())
    with unchanged(old), pytest.raises(Cancelled):
        bring_up_to_date(old, steps)
    assert copies(old) == []

    late = Steps(lambda text: told.append((late.can_be_cancelled, late.cancel())) if text == UPGRADING else None)
    told: list[tuple[bool, bool]] = []
    bring_up_to_date(old, late)
    assert told == [(False, False)]
    assert revision(old) == upgrade.head_revision()


def test_the_last_three_copies_are_kept(old: LocalServer) -> None:
    folder = old.data_dir / "backups"
    folder.mkdir(mode=0o700)
    for number in range(4):
        file = folder / f"before-upgrade-2026-01-0{number + 1}-120000-revision-0000.dump"
        file.touch()
        os.utime(file, (number, number))
    (folder / "mine.dump").touch()
    (folder / "before-upgrade-2026-01-09-120000-revision-0000.dump.unfinished").touch()
    copy = bring_up_to_date(old, Steps())
    assert copy is not None
    assert [file.name for file in copies(old)] == [
        "before-upgrade-2026-01-03-120000-revision-0000.dump",
        "before-upgrade-2026-01-04-120000-revision-0000.dump",
        copy.name,
        "mine.dump",
    ]


def test_a_second_window_waits_for_the_first(old: LocalServer) -> None:
    go, waits, results = threading.Event(), threading.Event(), {}

    def upgrade_here(name: str, steps: Steps) -> None:
        results[name] = bring_up_to_date(old, steps)

    held = threading.Thread(
        target=upgrade_here, args=("first", Steps(lambda text: go.wait(30) if text == UPGRADING else None))
    )
    held.start()
    said: list[str] = []
    other = threading.Thread(target=upgrade_here, args=("second", Steps(lambda text: (said.append(text), waits.set()))))
    while not copies(old):
        assert held.is_alive()
    other.start()
    assert waits.wait(30)
    go.set()
    held.join(60)
    other.join(60)
    assert set(said) == {"Another window is upgrading the database"}
    assert results["first"] is not None and results["second"] is None
    assert len(copies(old)) == 1


def test_a_window_that_waits_can_be_cancelled(old: LocalServer) -> None:
    from crm_desktop.database.local_server_locks import FileLock

    lock = FileLock(old.data_dir / "upgrade.lock")
    assert lock.try_acquire()
    steps = Steps(lambda _text: steps.cancel())
    with pytest.raises(Cancelled):
        bring_up_to_date(old, steps)
    lock.release()


def test_an_older_program_is_told_that_the_database_is_newer(old: LocalServer, first: Path) -> None:
    """peers.md 25: a mismatch refuses to start and says what to do."""
    bring_up_to_date(old, Steps())
    database = Database(old.target(), "ada", PASSWORD)
    with knowing(first):
        for refused in (database.check, lambda: bring_up_to_date(old, Steps())):
            with pytest.raises(SchemaMismatch, match="newer than this program") as failure:
                refused()
            assert "Install the newest version" in failure.value.hint
    database.check()
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a script of POSIX")
def test_the_password_is_on_no_command_line(old: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, noted = tmp_path / "pg_dump", tmp_path / "noted"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >"{noted}"\nenv >>"{noted}"\nls -l "$PGPASSFILE" >>"{noted}"\n'
        f'exec "{program("pg_dump")}" "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setattr(local_upgrade, "program", lambda _name: script)
    assert bring_up_to_date(old, Steps()) is not None
    told = noted.read_text()
    assert "--format=custom" in told and "-rw-------" in told
    assert old.owner_password() not in told


# A company server: the same database, reached as one.


def test_a_company_server_needs_a_word_about_the_copy(
    old: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "ask", lambda _who: old.owner_password())
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    target, owner = old.target(), old.owner_name
    with unchanged(old), pytest.raises(CrmError, match="Nothing was changed") as failure:
        cli._upgrade_company(target, owner, None, False)
    assert "--no-dump" in failure.value.hint and "--dump FILE" in failure.value.hint
    file = tmp_path / "copy.dump"
    with pytest.raises(psycopg.Error), psycopg.connect(target.conninfo(), user=owner, password=""):
        pass
    assert cli._upgrade_company(target, owner, file, False) == file
    assert file.stat().st_size > 10_000 and revision(old) == upgrade.head_revision()
    assert cli._upgrade_company(target, owner, file, False) is None, "nothing to do, and the copy is left alone"
