"""Attached files: their names, their content, who may what, and what is left of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from crm_desktop.attachments.actions import PIECE, add_file, delete_file, set_largest_size
from crm_desktop.attachments.names import is_runnable, media_type, safe_name, size_text
from crm_desktop.attachments.queries import content, largest_size, of_customer, of_interaction
from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.actions import delete_customer, deletion_preview
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, CrmError, InvalidInput, NotAllowed, NotFound
from crm_desktop.interactions.actions import delete_interaction
from tests.factories.customers import customer
from tests.factories.interactions import interaction
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with closing(clean.connect(autocommit=True)) as connection:
        yield connection


@pytest.fixture
def someone(ada: Connection) -> UUID:
    return customer(ada)


def file(folder: Path, name: str = "offer.pdf", octets: bytes = b"%PDF-1.7 content") -> Path:
    path = folder / name
    path.write_bytes(octets)
    return path


def added(database: Database, path: Path, customer_id: UUID, interaction_id: UUID | None = None) -> UUID:
    with database.session() as session:
        return add_file(session, path, customer_id, interaction_id)


def contents(crm: Crm) -> int:
    """What is kept, also what nobody may read."""
    with crm.as_superuser() as connection:
        row = connection.execute("SELECT count(*) FROM crm.attachment_contents").fetchone()
    assert row is not None
    return int(row[0])


# Names.


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Windows\evil.exe", "evil.exe"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("a\x00b\tc\n.txt", "a_b_c_.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("console.log", "console.log"),
        ("...", "file"),
        ("", "file"),
        ("name. ", "name"),
        ("a<b>c|d?.txt", "a_b_c_d_.txt"),
        ("Angebot für Müller.docx", "Angebot für Müller.docx"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("ü" * 200, "ü" * 127),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_system_and_the_database_take(name: str) -> None:
    safe = safe_name(name)
    assert 1 <= len(safe.encode()) <= 255
    assert not set(safe) & set('/\\:*?"<>|\0\u202e') and safe not in (".", "..")
    assert safe == safe.strip(" .") and safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "beginning", "runnable"),
    [
        ("a.exe", b"", True),
        ("a.PDF.exe", b"", True),
        ("a.exe.txt", b"", True),
        ("a.sh", b"", True),
        ("report.html", b"", True),
        ("offer.docm", b"", True),
        ("offer.docx", b"PK\x03\x04", False),
        ("offer.pdf", b"%PDF", False),
        ("offer.pdf", b"MZ\x90", True),
        ("offer", b"#!/bin/sh", True),
        ("photo.jpg", b"\xff\xd8", False),
    ],
)
def test_what_could_run_is_known(name: str, beginning: bytes, runnable: bool) -> None:
    assert is_runnable(name, beginning) == runnable


def test_types_and_sizes() -> None:
    assert media_type("a.pdf") == "application/pdf" and media_type("a.unknown") == "application/octet-stream"
    assert [size_text(n) for n in (0, 1, 2048, 5 * 1024 * 1024)] == ["0 bytes", "1 byte", "2 kB", "5.0 MB"]


# Content.


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_000])
def test_what_is_added_can_be_read(
    employee: Database, ada: Connection, someone: UUID, tmp_path: Path, size: int
) -> None:
    octets = (b"0123456789" * (size // 10 + 1))[:size]
    shares: list[float] = []
    with employee.session() as session:
        add_file(session, file(tmp_path, octets=octets), someone, progress=shares.append)
    assert shares[-1] == 1.0
    with employee.session() as session:
        (row,) = of_customer(session, someone)
        assert (row.file_name, row.size, row.author) == ("offer.pdf", size, "Emil Employee")
        assert row.sha256 == hashlib.sha256(octets).hexdigest()
        assert b"".join(content(session, row)) == octets


def test_the_limit_is_the_databases(
    admin: Database, clean: Crm, employee: Database, someone: UUID, tmp_path: Path
) -> None:
    with admin.session() as session:
        assert largest_size(session) == 10 * 1024 * 1024
        set_largest_size(session, 1)
    big = file(tmp_path, "big.bin", b"x" * (1024 * 1024 + 1))
    with pytest.raises(CrmError, match="is larger than 1 MB"):
        added(employee, big, someone)
    with employee.raw() as plain:
        identity, add = uuid4(), "SELECT crm.add_attachment_part(%s, %s, %s)"
        for part in range(4):
            plain.execute(add, (identity, part, b"x" * 262144))
        with pytest.raises(psycopg.Error, match="larger than 1 MB"):
            plain.execute(add, (identity, 4, b"x"))
        plain.rollback()
    with pytest.raises(NotAllowed), employee.session() as session:
        set_largest_size(session, 50)
    with pytest.raises(InvalidInput), admin.session() as session:
        set_largest_size(session, 1000)
    assert contents(clean) == 0


def test_a_cancelled_or_failed_upload_leaves_nothing(
    admin: Database, clean: Crm, someone: UUID, tmp_path: Path
) -> None:
    def stop(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled), admin.session() as session:
        add_file(session, file(tmp_path), someone, progress=stop)
    with pytest.raises(CrmError, match="cannot be read"):
        added(admin, tmp_path / "none.pdf", someone)
    with pytest.raises(CrmError, match="is no file"):
        added(admin, tmp_path, someone)
    with pytest.raises(NotFound):
        added(admin, file(tmp_path), uuid4())
    assert contents(clean) == 0


def test_a_file_that_was_tampered_with_is_told(
    admin: Database, clean: Crm, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    added(admin, file(tmp_path), someone)
    with clean.as_superuser() as connection:
        connection.execute("UPDATE crm.attachment_contents SET content = 'x'")
    with admin.session() as session, pytest.raises(CrmError, match="is damaged"):
        list(content(session, of_customer(session, someone)[0]))


# Rights, over plain SQL too.


def test_nobody_writes_past_the_functions(clean: Crm, employee: Database, someone: UUID, tmp_path: Path) -> None:
    identity = added(employee, file(tmp_path), someone)
    for who in ("ada", "emil"):
        for statement in (
            f"INSERT INTO crm.attachments SELECT gen_random_uuid(), '{someone}', NULL, 'x', 'a/b', 1, 'x'",
            "UPDATE crm.attachments SET file_name = 'x.exe'",
            "UPDATE crm.attachment_contents SET content = 'x'",
            "DELETE FROM crm.attachment_contents",
            "INSERT INTO crm.attachment_contents (attachment_id, part, content) SELECT gen_random_uuid(), 0, 'x'",
        ):
            with closing(clean.connect(who)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        with closing(clean.connect(who)) as connection:
            for call in (
                f"crm.add_attachment_part('{identity}', 1, 'more')",
                f"crm.finish_attachment('{identity}', '{someone}', NULL, 'again.pdf', 'a/b')",
                f"crm.finish_attachment(gen_random_uuid(), '{someone}', NULL, 'nothing.pdf', 'a/b')",
            ):
                with pytest.raises(psycopg.Error, match=r"does not belong|has not been sent"):
                    connection.execute(f"SELECT {call}")
                connection.rollback()


@pytest.mark.parametrize("name", ["a/b", "..", "", "a\nb", "a\u202eb", r"a\b"])
def test_the_database_refuses_unsafe_names(employee: Database, someone: UUID, name: str) -> None:
    with employee.raw() as plain:
        identity = uuid4()
        plain.execute("SELECT crm.add_attachment_part(%s, 0, 'x')", (identity,))
        with pytest.raises(psycopg.errors.CheckViolation):
            plain.execute("SELECT crm.finish_attachment(%s, %s, NULL, %s, 'a/b')", (identity, someone, name))
        plain.rollback()


def test_who_may_delete_what(
    admin: Database, employee: Database, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    hers, his = added(admin, file(tmp_path), someone), added(employee, file(tmp_path), someone)
    with pytest.raises(NotAllowed, match="Only who added"), employee.session() as session:
        delete_file(session, hers)
    with employee.session() as session:
        transaction = delete_file(session, his)
    with employee.session() as session:
        assert undo_transaction(session, transaction).restored == 1
    with admin.session() as session:
        delete_file(session, his)
    with pytest.raises(NotFound), admin.session() as session:
        delete_file(session, his)


def test_a_file_of_an_interaction_belongs_to_its_customer(
    employee: Database, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    other = customer(ada)
    call = interaction(ada, someone)
    with pytest.raises(NotFound, match="interaction"):
        added(employee, file(tmp_path), other, call)
    added(employee, file(tmp_path), someone, call)
    with employee.session() as session:
        (row,) = of_interaction(session, call)
        assert row.interaction.startswith("Call") and of_customer(session, someone) == (row,)


# What is left.


def test_no_content_gets_into_the_audit_trail(admin: Database, ada: Connection, someone: UUID, tmp_path: Path) -> None:
    identity = added(admin, file(tmp_path, octets=b"secret words"), someone)
    with admin.session() as session:
        delete_file(session, identity)
    rows = ada.execute(
        "SELECT action, customer_id, changes::text FROM crm.audit_log WHERE table_name = 'attachments' ORDER BY id"
    ).fetchall()
    assert [row[:2] for row in rows] == [("insert", someone), ("delete", someone)]
    assert "offer.pdf" in rows[1][2] and hashlib.sha256(b"secret words").hexdigest() in rows[1][2]
    assert "secret" not in str(rows) and b"secret words".hex() not in str(rows)
    assert ada.execute("SELECT count(*) FROM crm.audit_log WHERE table_name LIKE 'attachment_c%'").fetchone() == (0,)


def test_what_goes_with_a_customer_comes_back_with_it(
    admin: Database, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    call = interaction(ada, someone)
    added(admin, file(tmp_path, octets=b"kept"), someone, call)
    added(admin, file(tmp_path, "two.txt"), someone)
    with admin.session() as session:
        assert deletion_preview(session, someone).files == 2
        transaction = delete_customer(session, someone)
    assert ada.execute("SELECT count(*) FROM crm.attachments").fetchone() == (0,)
    with admin.session() as session:
        assert undo_transaction(session, transaction).refused == 0
    with admin.session() as session:
        rows = {row.file_name: row for row in of_customer(session, someone)}
        assert rows["offer.pdf"].interaction_id == call
        assert b"".join(content(session, rows["offer.pdf"])) == b"kept"


def test_an_employee_brings_back_the_files_that_went_with_an_interaction(
    admin: Database, employee: Database, clean: Crm, someone: UUID, tmp_path: Path
) -> None:
    with clean.connect("emil", autocommit=True) as emil:
        call = interaction(emil, someone)
    added(admin, file(tmp_path), someone, call)
    with employee.session() as session:
        delete_interaction(session, call)
        number = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    with employee.session() as session:
        assert undo_transaction(session, number).refused == 0
        assert len(of_interaction(session, call)) == 1


def test_content_that_nothing_needs_is_purged_after_a_month(
    admin: Database, clean: Crm, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    old, new = added(admin, file(tmp_path), someone), added(admin, file(tmp_path), someone)
    with admin.session() as session:
        transaction = delete_file(session, old)
    with admin.session() as session:
        delete_file(session, new)
    with clean.as_superuser() as connection:
        connection.execute(
            "UPDATE crm.attachment_contents SET orphaned_at = now() - interval '31 days' WHERE attachment_id = %s",
            (old,),
        )
    third = added(admin, file(tmp_path), someone)
    with clean.as_superuser() as connection:
        left = {row[0] for row in connection.execute("SELECT attachment_id FROM crm.attachment_contents")}
    assert left == {new, third}
    with admin.session() as session:
        assert undo_transaction(session, transaction).restored == 0


def test_nobody_reads_what_was_deleted_or_is_not_attached_yet(
    admin: Database, clean: Crm, someone: UUID, tmp_path: Path
) -> None:
    gone, there = added(admin, file(tmp_path, octets=b"secret"), someone), added(admin, file(tmp_path), someone)
    with admin.session() as session:
        transaction = delete_file(session, gone)
    with admin.raw() as plain:
        plain.execute("SELECT crm.add_attachment_part(%s, 0, 'half sent')", (uuid4(),))
        plain.commit()
    for who in ("ada", "emil"):
        with closing(clean.connect(who)) as connection:
            seen = connection.execute("SELECT attachment_id FROM crm.attachment_contents").fetchall()
        assert seen == [(there,)]
    with admin.session() as session:
        assert undo_transaction(session, transaction).restored == 1
    with admin.session() as session:
        again = next(row for row in of_customer(session, someone) if row.id == gone)
        assert b"".join(content(session, again)) == b"secret"


def test_a_file_that_is_deleted_while_somebody_reads_it_is_not_called_damaged(
    admin: Database, employee: Database, someone: UUID, tmp_path: Path
) -> None:
    identity = added(admin, file(tmp_path, octets=bytes(PIECE + 1)), someone)
    with employee.session() as session:
        pieces = content(session, of_customer(session, someone)[0])
        next(pieces)
        with admin.session() as other:
            delete_file(other, identity)
        with pytest.raises(NotFound, match="not there any more"):
            list(pieces)


def test_erasing_a_customer_leaves_no_content(
    admin: Database, clean: Crm, ada: Connection, someone: UUID, tmp_path: Path
) -> None:
    other = customer(ada)
    added(admin, file(tmp_path), other)
    added(admin, file(tmp_path), someone)
    gone = added(admin, file(tmp_path), someone)
    with admin.session() as session:
        delete_file(session, gone)
    assert contents(clean) == 3
    ada.execute("SELECT crm.erase_customer(%s)", (someone,))
    assert contents(clean) == 1
    assert ada.execute("SELECT count(*) FROM crm.audit_log WHERE customer_id = %s", (someone,)).fetchone() == (1,)


def test_files_follow_a_merge_and_its_undo(admin: Database, ada: Connection, someone: UUID, tmp_path: Path) -> None:
    """Peers 5: every link to a merged customer moves."""
    survivor = customer(ada)
    added(admin, file(tmp_path), someone)
    ada.execute("BEGIN")
    ada.execute("UPDATE crm.attachments SET customer_id = %s WHERE customer_id = %s", (survivor, someone))
    row = ada.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    ada.execute("COMMIT")
    assert row is not None
    with admin.session() as session:
        assert len(of_customer(session, survivor)) == 1
        assert undo_transaction(session, row[0]).restored == 1
        assert len(of_customer(session, someone)) == 1
