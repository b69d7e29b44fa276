# ruff: noqa: E501 - rows of files, whole
"""Importing files into a real database: all of it or nothing, and a report that accounts for every row."""

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, ImportRefused
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run
from crm_desktop.paths import shipped
from tests.helpers.postgres import Crm

FIELDS = "company_name, contact_name, email, phone, city, country, notes"


def rows(database: Database, query: str = f"SELECT {FIELDS} FROM customers ORDER BY name_key") -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def load(database: Database, path: Path, content: str | bytes) -> ImportReport:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return run(database, path, Plan())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


LIKE_NORTHWIND = """\
customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax
ALFKI,Alfreds Futterkiste,Maria Anders,Sales Representative,Obere Str. 57,Berlin,NULL,12209,Germany,030-0074321,030-0076545
BERGS,Berglunds snabbköp,Christina Berglund,Order Administrator,Berguvsvägen  8,Luleå,NULL,S-958 22,Sweden,0921-12 34 65,NULL
BONAP,Bon app',Laurence Lebihan,Owner,12, rue des Bouchers,Marseille,NULL,13008,France,91.24.45.40,91.24.45.41
"""


def test_an_export_of_northwind_s_kind(admin: Database, file: Path) -> None:
    report = load(admin, file, LIKE_NORTHWIND)
    assert (report.created, report.skipped, report.refused) == (3, 0, 0)
    assert (report.unchecked_phones, report.refused_file) == (1, None)
    made = rows(admin, "SELECT company_name, address, city, state, phone, phone_national FROM customers ORDER BY 1")
    assert made == [
        ("Alfreds Futterkiste", "Obere Str. 57", "Berlin", None, "+49300074321", "0300074321"),
        ("Berglunds snabbköp", "Berguvsvägen  8", "Luleå", None, "+46921123465", "0921123465"),
        ("Bon app'", "12, rue des Bouchers", "Marseille", None, "91.24.45.40", None),
    ]
    again = run(admin, file, Plan())
    assert (again.created, again.skipped, again.refused) == (0, 3, 0)
    assert again.skipped_rows[0].line == 2
    assert "Maria Anders" in again.skipped_rows[0].reason


@pytest.mark.northwind
def test_northwind_itself(admin: Database, northwind: Path) -> None:
    path = northwind / "customers.csv"
    report = run(admin, path, Plan())
    assert (report.created, report.skipped, report.refused) == (91, 0, 0)
    with path.open(encoding="utf-8", newline="") as source:
        original = list(csv.reader(source))[1:]
    made = {name: cells for name, *cells in rows(admin, "SELECT company_name, phone, phone_e164, city FROM customers")}
    assert len(made) == 91
    for cells in original:
        phone, e164, _ = made[cells[1]]
        digits = "".join(filter(str.isdigit, cells[-2]))
        assert phone == cells[-2] if e164 is None else digits.lstrip("0") in phone
    assert not rows(admin, "SELECT 1 FROM customers c WHERE to_jsonb(c)::text LIKE '%NULL%'")
    assert run(admin, path, Plan()).created == 0


def test_an_import_leaves_a_batch_and_a_trace(employee: Database, file: Path) -> None:
    report = load(employee, file, "name,email\nAnn,ann@example.com\nBob,nonsense\nAnn,ann@example.com\n")
    (batch,) = rows(
        employee,
        "SELECT b.id, kind, file_name, rows_created, rows_skipped, rows_refused, u.username"
        " FROM import_batches b JOIN users u ON u.id = b.created_by",
    )
    assert batch == (report.batch_id, "customers", "customers.csv", 1, 1, 1, "emil")
    assert rows(employee, "SELECT import_batch_id FROM customers") == [(report.batch_id,)]
    audited = rows(employee, "SELECT actor, action FROM audit_log WHERE table_name = 'customers'")
    assert audited == [("emil", "insert")]


def test_refused_rows_go_to_a_file_that_can_be_corrected_and_imported(admin: Database, file: Path) -> None:
    report = load(
        admin, file, 'name;email;notes\nAnn;ann@example.com;"a\nb"\nBob;bob;"x;y"\n;carl@example.com;z\nDee;d;e;f\n'
    )
    assert [(r.line, r.reason.split(".")[0][:24]) for r in report.refused_rows] == [
        (4, "This is not an email add"),
        (5, "Neither a contact name n"),
        (6, "This line has 4 cells wh"),
    ]
    assert report.refused_file == file.with_name("customers.refused.csv")
    text = report.refused_file.read_text(encoding="utf-8-sig")
    header, *refused = list(csv.reader(text.splitlines(), delimiter=";"))
    assert header == ["Reason refused", "Line refused", "name", "email", "notes"]
    assert [row[1:] for row in refused] == [
        ["4", "Bob", "bob", "x;y"],
        ["5", "", "carl@example.com", "z"],
        ["6", "Dee", "d", "e", "f"],
    ]
    corrected = text.replace("Bob;bob", "Bob;bob@example.com").replace(";;carl", ";Carl;carl")
    second = load(admin, report.refused_file, corrected)
    assert (second.created, second.refused) == (2, 1)
    assert second.refused_file == file.with_name("customers.refused-2.csv")
    assert rows(admin, "SELECT notes FROM customers WHERE contact_name = 'Bob'") == [("x;y",)]
    assert second.left_out_columns == ("Reason refused", "Line refused")


def test_an_earlier_file_of_refused_rows_is_not_overwritten(admin: Database, file: Path) -> None:
    kept = file.with_name("customers.refused.csv")
    kept.write_text("being corrected")
    report = load(admin, file, "name,email\nBob,bob\n")
    assert report.refused_file == file.with_name("customers.refused-2.csv")
    assert kept.read_text() == "being corrected"


def test_who_is_there_already(admin: Database, file: Path) -> None:
    load(
        admin,
        file,
        "name,company,email,phone,city\nAnn Lee,,ann@example.com,,Oslo\nBo Ek,Acme,,555,Lund\nCy Fox,,,,Bonn\n",
    )
    report = load(
        admin,
        file,
        "name,company,email,phone,city\n"
        "Ann Maria Lee,,ANN@example.com,,Bergen\n"  # the address says so
        "Ann Lee,,,,Oslo\n"  # same name and city, and no address against it
        "Ann Lee,,other@example.com,,Oslo\n"  # another address: somebody else
        "Bó Ek,ACME,,777,Lund\n"  # same person at the same company in the same city
        "Bo Ek,Acme,,555,Malmö\n"  # same number
        "Bo Ek,Other,,555,Lund\n"  # another company
        "Cy Fox,,,1,Kiel\n",  # another city
    )
    assert [remark.line for remark in report.skipped_rows] == [2, 3, 5, 6]
    assert report.created == 3


def test_a_shared_mailbox_is_not_a_shared_person(admin: Database, file: Path) -> None:
    content = "name,email\nAnn,info@example.com\nBob,info@example.com\nAnn,info@example.com\n"
    report = load(admin, file, content)
    assert (report.created, [(r.line, r.reason) for r in report.skipped_rows]) == (
        2,
        [(4, "The same customer as in line 2.")],
    )
    assert load(admin, file, content).created == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a;b;c\n1;2;3\n", "no column for a name or a company. Its first line reads: a, b, c"),
        ("Anna Lee,anna@example.com\n", "no column for a name"),
        ('"name,email\nAnn,a@example.com\n', "do not match"),
    ],
)
def test_files_that_are_no_list_of_customers(admin: Database, file: Path, content: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        load(admin, file, content)
    assert not rows(admin)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_header_alone_is_no_failure(admin: Database, file: Path) -> None:
    report = load(admin, file, "name,email\n")
    assert report.rows == 0
    assert report.remarks == ["The file has column names, but no rows below them."]


def test_a_missing_file_has_words(admin: Database, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="No such file"):
        run(admin, tmp_path / "nothing.csv", Plan())


def test_huge_and_strange_cells_arrive_whole(admin: Database, file: Path) -> None:
    huge = "long text, " * 500_000
    report = load(
        admin,
        file,
        "name,notes,city\n"
        f'Ann,"{huge}",Oslo\n'
        '=cmd|" /C calc"!A0,"\\. \\N \\t\n\\.\nend",Bergen\n'
        "Zero\0,back\\slash\x1funit,Łódź\n",
    )
    assert (report.created, report.refused) == (3, 0)
    made = dict(rows(admin, "SELECT contact_name, notes FROM customers"))
    assert made == {
        "Ann": huge.strip(),
        '=cmd|" /C calc"!A0': "\\. \\N \\t\n\\.\nend",
        "Zero": "back\\slash unit",
    }
    assert "1 NUL characters, which no text can hold, were left out." in report.remarks


def test_a_cancelled_import_leaves_nothing(admin: Database, file: Path) -> None:
    file.write_text("name\n" + "\n".join(f"Person {number}" for number in range(30_000)) + "\nBad,\n")
    cancellation = Cancellation()

    def cancel_half_way(share: float | None, text: str) -> None:
        threading.Thread(target=cancellation.cancel).start()

    with pytest.raises(Cancelled, match="Nothing was imported"):
        run(admin, file, Plan(), progress=cancel_half_way, cancelled=cancellation)
    assert not rows(admin)
    assert not rows(admin, "SELECT 1 FROM import_batches")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_progress_grows_and_ends_whole(admin: Database, file: Path) -> None:
    """Rows stream through in batches, with progress and without a cap on their number (peers 12)."""
    file.write_text("name\n" + "\n".join(f"Person {number}" for number in range(25_000)))
    told: list[float] = []
    report = run(admin, file, Plan(), progress=lambda share, text: told.append(share or 0.0))
    assert report.created == 25_000
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0, abs=0.01)


CELL = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=8))
def test_every_row_is_accounted_for_whatever_it_holds(
    clean: Crm, admin: Database, file: Path, table: list[tuple[str, str, str, str]]
) -> None:
    clean.empty()
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("name", "city", "phone", "shoe size"), *table])
    report = run(admin, file, Plan())
    filled = sum(1 for row in table if any(cell.replace("\0", "").strip() for cell in row))
    assert filled <= report.rows <= len(table)
    assert len(rows(admin)) == report.created


def test_the_sample_file_is_imported_whole(admin: Database, file: Path) -> None:
    file.write_bytes(shipped("resources/samples/customers.csv").read_bytes())
    report = run(admin, file, Plan())
    assert (report.created, report.skipped, report.refused) == (12, 0, 0)
    assert (report.unchecked_phones, report.unknown_columns, report.left_out_columns) == (0, (), ())
