"""Exporting lists against a real database: what the files hold, who may, what is left when it fails."""

from __future__ import annotations

import csv
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from crm_desktop.access.accounts import list_users, set_may_export
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, CrmError, DiskFull, NotAllowed
from crm_desktop.exporting import xlsx_file
from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import ExportRequest
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection
from tests.factories.customers import business, contact, customer
from tests.factories.interactions import interaction
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
EVERYBODY = ListRequest()
SHOWN = ("name", "customer_type", "company_name", "email", "phone", "city", "status", "tags")


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with clean.connect(autocommit=True) as connection:
        yield connection


def request(rows: ListRequest = EVERYBODY, columns: tuple[str, ...] | None = SHOWN, **options: Any) -> ExportRequest:
    return ExportRequest(
        **{
            "subject": "customers",
            "format": "csv",
            "rows": rows,
            "columns": columns,
            "zone": "Europe/Berlin",
            **options,
        }
    )


def cells(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def names(path: Path) -> list[str]:
    return [row[0] for row in cells(path)[1:]]


def test_a_csv_file_holds_what_the_list_shows(admin: Database, ada: Connection, tmp_path: Path) -> None:
    customer(ada, contact_name="Zoë, “Z”", email="z@example.org", phone="+4930123456", city="Köln", tags=["vip", "a b"])
    business(ada, contact_name=None, company_name="Ångström AB", email=None, status="prospect", tags=["x, y"])
    path = tmp_path / "out.csv"
    report = export(admin, request(), path)
    assert report.rows == 2 and report.path == path
    assert path.read_bytes().startswith(b"\xef\xbb\xbfName,Type,")
    assert cells(path) == [
        ["Name", "Type", "Company", "Email", "Phone", "City", "Status", "Tags"],
        ["Ångström AB", "Business", "Ångström AB", "", "", "", "Prospect", '["x, y"]'],
        ["Zoë, “Z”", "Individual", "", "z@example.org", "'+4930123456", "Köln", "Active", "vip, a b"],
    ]


def test_order_columns_and_delimiter_are_the_lists_own(admin: Database, ada: Connection, tmp_path: Path) -> None:
    for name, city in (("Ann", "Bonn"), ("Ben", None), ("Cem", "Aachen"), ("Dan", "Bonn")):
        customer(ada, contact_name=name, city=city)
    path = tmp_path / "out.csv"
    down = ListRequest(sort="city", descending=True)
    export(admin, request(down, ("city", "name"), delimiter=";", bom=False), path)
    assert path.read_bytes().startswith(b"City;Name\n")
    found = [row[1] for row in cells(path, ";")[1:]]
    with admin.connection() as connection:
        listed = [row.name for row in customer_listing(down).first(connection).rows]
    assert found == listed and found[-1] == "Ben"


@pytest.mark.parametrize(
    "rows",
    [
        ListRequest(search="ann"),
        ListRequest(search="o"),
        ListRequest(filter={"field": "status", "operator": "is", "value": "active"}, sort="email", descending=True),
        ListRequest(search="ann", filter={"field": "city", "operator": "is_filled"}, sort="city"),
    ],
)
def test_a_narrowed_list_is_exported_as_it_stands(
    admin: Database, ada: Connection, tmp_path: Path, rows: ListRequest
) -> None:
    """Peers 20: the export is the list's own query, with its ranking."""
    for number, name in enumerate(("Joanne", "Ann", "Hanna Ann", "Anna", "Otto", "Noor")):
        status = "active" if number % 3 else "inactive"
        customer(ada, contact_name=name, status=status, city=("Bonn", "", "Ulm")[number % 3])
    path = tmp_path / "out.csv"
    export(admin, request(rows), path)
    with admin.connection() as connection:
        listing = customer_listing(rows)
        listed = [row.name for row in listing.first(connection).rows]
    assert names(path) == listed and listed


def test_only_the_selected_rows(admin: Database, ada: Connection, tmp_path: Path) -> None:
    ids = [customer(ada, contact_name=name) for name in ("Ann", "Ben", "Cem", "Dan")]
    path = tmp_path / "out.csv"
    export(admin, request(ListRequest(descending=True), selection=Selection.of([ids[0], ids[2]])), path)
    assert names(path) == ["Cem", "Ann"]
    all_but = Selection.everything(EVERYBODY, 4, [ids[1]])
    assert export(admin, request(selection=all_but), path).rows == 3
    assert names(path) == ["Ann", "Cem", "Dan"]


def test_moments_are_local_and_unambiguous(admin: Database, ada: Connection, tmp_path: Path) -> None:
    """Peers 23: 01:30 twice in the night when the clocks go back."""
    for hour in (0, 1):
        customer(ada, contact_name=f"Hour {hour}", created_at=datetime(2026, 10, 25, hour, 30, 15, 900_000, tzinfo=UTC))
    path = tmp_path / "out.csv"
    export(admin, request(columns=("name", "created_at")), path)
    assert [row[1] for row in cells(path)[1:]] == ["2026-10-25 02:30:15+02", "2026-10-25 02:30:15+01"]


def test_interactions_with_the_names_that_belong_to_them(admin: Database, ada: Connection, tmp_path: Path) -> None:
    someone = business(ada, contact_name=None, company_name="Acme")
    person = contact(ada, someone, name="Ana")
    interaction(ada, someone, subject="=cmd|' /C calc'!A0", duration=45, contact_id=person, outcome="Line\nbreak")
    path = tmp_path / "out.csv"
    given = request(ListRequest(sort="created_at"), None, subject="interactions")
    assert export(admin, given, path).rows == 1
    header, row = cells(path)
    found = dict(zip(header, row, strict=True))
    assert found["Customer"] == "Acme" and found["Contact spoken to"] == "Ana" and found["Author"] == "Ada Admin"
    assert found["Subject"] == "'=cmd|' /C calc'!A0" and found["Duration"] == "45"
    assert found["Outcome"] == "Line\nbreak" and found["Type"] == "Call" and found["Assignee"] == "Ada Admin"


def test_a_workbook_has_texts_dates_and_numbers(admin: Database, ada: Connection, tmp_path: Path) -> None:
    someone = customer(
        ada, contact_name="=1+1", phone="+4930123456", postal_code="01067", notes="\x01<&>",
        created_at=datetime(2026, 7, 1, 10, 0, tzinfo=UTC), email=None,
    )  # fmt: skip
    customer(ada, contact_name="Old", created_at=datetime(1850, 7, 1, 10, 0, tzinfo=UTC), email=None)
    interaction(ada, someone, duration=45)
    path = tmp_path / "out.xlsx"
    keys = ("name", "phone", "postal_code", "created_at", "notes")
    report = export(admin, request(columns=keys, format="xlsx"), path)
    assert (report.rows, report.sheets, report.cut_texts) == (2, 1, 0)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Customers").to_python()
    assert rows[0] == ["Name", "Phone", "Postal code", "Created", "Notes"]
    assert rows[1][:4] == ["=1+1", "+4930123456", "01067", datetime(2026, 7, 1, 12, 0)]
    assert "<&>" in rows[1][4]
    assert rows[2][:1] == ["Old"] and str(rows[2][3]).startswith("1850-07-01")
    given = request(ListRequest(sort="created_at"), ("subject", "duration"), subject="interactions", format="xlsx")
    export(admin, given, path)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Interactions").to_python()[1][1] == 45


HOSTILE = (
    "plain", "<r>x</r>", "<r></t></r>", "a & b < c > d", "  spaces  ", "tab\tline\nbreak", "\x01\x1f", "_x0041_",
    "é\uffff", "'=1", "+49", "0", "-", "12-3",
)  # fmt: skip


def test_any_text_is_one_in_a_workbook(admin: Database, ada: Connection, tmp_path: Path) -> None:
    for place, value in enumerate(HOSTILE):
        customer(ada, contact_name=f"{place:02}", notes=value)
    path = tmp_path / "out.xlsx"
    export(admin, request(columns=("name", "notes"), format="xlsx"), path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Customers").to_python()
    found = [str(row[1]) for row in rows[1:]]
    unread = ("\x01\x1f", "_x0041_", "é\uffff")  # escapes that calamine leaves as they are
    assert [text for text, value in zip(found, HOSTILE, strict=True) if value not in unread] == [
        value for value in HOSTILE if value not in unread
    ]


def test_rows_are_written_as_xlsxwriter_would(admin: Database, ada: Connection, tmp_path: Path) -> None:
    """Byte for byte, but for the one text that it takes for XML."""
    values = [value for value in HOSTILE if not value.startswith("<r>")]
    for place, value in enumerate(values):
        customer(ada, contact_name=f"{place:02}", notes=value, created_at=datetime(2026, 7, 1, 10, place, tzinfo=UTC))
    path, theirs = tmp_path / "out.xlsx", tmp_path / "theirs.xlsx"
    export(admin, request(columns=("name", "notes", "created_at"), format="xlsx"), path)
    book = xlsxwriter.Workbook(theirs, {"constant_memory": True})
    date, sheet = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_worksheet("Customers")
    for place, value in enumerate(values):
        sheet.write_string(place + 1, 0, f"{place:02}")
        sheet.write_string(place + 1, 1, value)
        sheet.write_datetime(place + 1, 2, datetime(2026, 7, 1, 12, place), date)
    book.close()

    def rows(file: Path) -> list[str]:
        with zipfile.ZipFile(file) as parts:
            text = parts.read("xl/worksheets/sheet1.xml").decode()
        assert text.count('<dimension ref="A1:C') + text.count('<dimension ref="A2:C') == 1
        found = re.findall(r"<row r=.*?</row>", text, re.DOTALL)
        return [re.sub(r' s="\d"|(?<=\.\d{9})\d+', "", row) for row in found if not row.startswith('<row r="1"')]

    assert rows(path) == rows(theirs)


def test_a_workbook_goes_on_in_another_sheet(
    admin: Database, ada: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    for number in range(5):
        customer(ada, contact_name=f"Customer {number}", notes="x" * 40_000 if number == 1 else "")
    path = tmp_path / "out.xlsx"
    report = export(admin, request(columns=("name", "notes"), format="xlsx"), path)
    assert (report.rows, report.sheets, report.cut_texts) == (5, 3, 1)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Customers", "Customers 2", "Customers 3"]
    assert [row[0] for row in book.get_sheet_by_name("Customers 3").to_python()] == ["Name", "Customer 4"]
    assert len(book.get_sheet_by_name("Customers").to_python()[2][1]) == 32_767


@pytest.mark.parametrize("format", ["csv", "xlsx", "vcf"])
def test_nobody_is_a_file_with_a_header(admin: Database, ada: Connection, tmp_path: Path, format: str) -> None:
    path = tmp_path / f"out.{format}"
    assert export(admin, request(format=format), path).rows == 0
    assert path.exists()


# The right, and its trace.


def test_each_export_is_recorded(admin: Database, ada: Connection, tmp_path: Path) -> None:
    """Peers 21: exporting is a right of its own, and audited."""
    customer(ada, contact_name="Ann")
    wanted = {"field": "status", "operator": "is", "value": "active"}
    export(admin, request(ListRequest(search="ann", filter=wanted)), tmp_path / "out.csv")
    row = ada.execute(
        "SELECT actor, table_name, changes FROM crm.audit_log WHERE action = 'export' AND customer_id IS NULL"
    ).fetchone()
    assert row is not None and row[:2] == ("ada", "customers")
    assert {key: change[1] for key, change in row[2].items()} == {
        "format": "csv", "rows": 1, "search": "ann", "filter": wanted, "sort": "name", "columns": list(SHOWN),
    }  # fmt: skip


def test_who_may_not_is_refused_and_no_file_is_left(
    admin: Database, employee: Database, ada: Connection, tmp_path: Path
) -> None:
    customer(ada)
    path = tmp_path / "out.csv"
    export(employee, request(), path)
    before = path.read_bytes()
    with admin.session() as session:
        emil = next(user for user in list_users(session) if user.username == "emil")
        set_may_export(session, emil.id, False)
    try:
        with pytest.raises(NotAllowed, match="may not export"):
            export(employee, request(), path)
        assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
        with pytest.raises(NotAllowed), employee.session() as session:
            set_may_export(session, emil.id, True)
        with employee.raw() as plain, pytest.raises(psycopg.errors.Error, match="may not export"):
            plain.execute("SELECT crm.record_export('customers', 'csv', 1, '{}')")
        with admin.session() as session:
            ada_id = next(user for user in list_users(session) if user.username == "ada").id
            set_may_export(session, ada_id, False)
        assert export(admin, request(), path).rows == 1, "administrators always may"
    finally:
        with admin.session() as session:
            for user in list_users(session):
                set_may_export(session, user.id, True)


# What is left when it fails.


def test_a_cancelled_export_leaves_the_old_file(admin: Database, ada: Connection, tmp_path: Path) -> None:
    ada.execute("INSERT INTO crm.customers (contact_name) SELECT 'Person ' || n FROM generate_series(1, 5000) n")
    path = tmp_path / "out.csv"
    path.write_text("old")
    cancellation = Cancellation()

    def tell(share: float | None, _text: str) -> None:
        if share is not None:
            cancellation.cancel()

    for format in ("csv", "xlsx", "vcf"):
        cancellation = Cancellation()
        with pytest.raises(Cancelled, match="No file was written"):
            export(admin, request(format=format), path, progress=tell, cancelled=cancellation)
        assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    assert ada.execute("SELECT count(*) FROM crm.audit_log WHERE action = 'export'").fetchone() == (0,)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a small file system")
@pytest.mark.parametrize("format", ["csv", "xlsx", "vcf"])
def test_a_full_disk_leaves_the_old_file(
    admin: Database, ada: Connection, tmp_path: Path, format: str, small_disk: Path
) -> None:
    ada.execute(
        "INSERT INTO crm.customers (contact_name, notes)"
        " SELECT 'Person ' || n, (SELECT string_agg(md5(n::text || m), '') FROM generate_series(1, 40) m)"
        " FROM generate_series(1, 2000) n"
    )
    path = small_disk / f"out.{format}"
    path.write_text("old")
    with pytest.raises(DiskFull, match="The disk is full"):
        export(admin, request(columns=None, format=format), path)
    assert path.read_text() == "old" and list(small_disk.iterdir()) == [path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    import subprocess

    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_what_a_killed_program_had_written_goes_with_the_next_export(
    admin: Database, ada: Connection, tmp_path: Path
) -> None:
    names = [".out [1].csv.0123abcd.part", ".out [1].csv.4567abcd.part", ".other.csv.0123abcd.part"]
    for name in names:
        (tmp_path / name).write_text("half")
    for name in names[::2]:
        os.utime(tmp_path / name, (0, 0))
    export(admin, request(), tmp_path / "out [1].csv")
    # The second may be what another window is writing just now; the third is of another file.
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["out [1].csv", *names[1:]])


def test_places_that_cannot_be_written_are_said_in_words(admin: Database, ada: Connection, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="There is no folder"):
        export(admin, request(), tmp_path / "none" / "out.csv")
    with pytest.raises(CrmError, match="is a folder"):
        export(admin, request(), tmp_path)
    with pytest.raises(CrmError, match="no ordinary file"):
        export(admin, request(), Path("/dev/full"))
    with pytest.raises(CrmError, match="too long"):
        export(admin, request(), tmp_path / ("x" * 300 + ".csv"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_its_permissions_and_a_link_its_end(admin: Database, ada: Connection, tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    export(admin, request(), link)
    assert link.is_symlink() and stat.S_IMODE(real.stat().st_mode) == 0o640 and names(real) == []
    fresh = tmp_path / "fresh.csv"
    export(admin, request(), fresh)
    usual = tmp_path / "usual"
    usual.touch()
    assert stat.S_IMODE(fresh.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_unknown_columns_are_refused_by_name(admin: Database, ada: Connection, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="no column nonsense"):
        export(admin, request(columns=("name", "nonsense")), tmp_path / "out.csv")
    with pytest.raises(CrmError, match="Only customers"):
        request(subject="interactions", format="vcf")


def test_what_is_saved_meanwhile_is_not_seen(admin: Database, ada: Connection, tmp_path: Path) -> None:
    """One snapshot: the count before, the trace and the rows agree."""
    ada.execute("INSERT INTO crm.customers (contact_name) SELECT 'Person ' || n FROM generate_series(1, 3000) n")
    told: list[str] = []

    def tell(share: float | None, text: str) -> None:
        if share is not None and not told:
            told.append(text)
            ada.execute("DELETE FROM crm.customers WHERE contact_name LIKE '%9'")

    for rows in (EVERYBODY, ListRequest(search="person")):
        told.clear()
        ada.execute("DELETE FROM crm.customers")
        ada.execute("INSERT INTO crm.customers (contact_name) SELECT 'Person ' || n FROM generate_series(1, 3000) n")
        assert export(admin, request(rows), tmp_path / "out.csv", progress=tell).rows == 3000
        assert told
