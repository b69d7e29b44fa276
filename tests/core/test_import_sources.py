"""Workbooks, address cards and files that nobody would write: read, or refused in clear words."""

from __future__ import annotations

import datetime as dt
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.errors import ImportRefused
from crm_desktop.importing.plan import DETECTED, Plan, Properties
from crm_desktop.importing.records import Record
from crm_desktop.importing.run import run
from crm_desktop.importing.sources import look_at


def read(path: Path, properties: Properties = DETECTED) -> tuple[list[str], list[Record]]:
    source = look_at(path, properties)
    with source.opened() as rows:
        return list(source.header), list(rows)


def by_name(path: Path) -> list[dict[str, str]]:
    header, records = read(path)
    return [{name: cell for name, cell in zip(header, record.cells, strict=True) if cell} for record in records]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    made = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    for name, table in sheets.items():
        sheet = made.add_worksheet(name)
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, None, 42)
                else:
                    sheet.write(row, column, cell)
    made.close()
    return path


def test_a_workbook_is_read_as_it_looks(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "Empty": [],
            "People": [
                [],
                ["Name", "Born", "Number", "Ratio", "VIP", "Sum"],
                ["Ann", dt.date(1999, 12, 31), 4711, 0.5, True, "=1+1"],
                [],
                ["Bob", dt.datetime(2026, 3, 4, 15, 30), 1e6, "", False],
            ],
        },
    )
    header, records = read(path)
    assert header == ["Name", "Born", "Number", "Ratio", "VIP", "Sum"]
    assert [(record.line, record.cells) for record in records] == [
        (3, ["Ann", "1999-12-31", "4711", "0.5", "yes", "42"]),
        (5, ["Bob", "2026-03-04 15:30:00", "1000000", "", "no", ""]),
    ]
    assert look_at(path).sheets == ("Empty", "People")
    with pytest.raises(ImportRefused, match=r"sheet “Empty” of a\.xlsx is empty"):
        look_at(path, Properties(sheet="Empty"))


def test_a_workbook_s_refused_rows_are_a_text_file(admin: Database, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["name", "email"], ["Ann", "ann@x.example"], ["Bob", "bob"]]})
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (1, 1)
    assert report.refused_file == tmp_path / "a.refused.csv"
    assert "Bob,bob" in report.refused_file.read_text(encoding="utf-8-sig")


def test_a_file_without_column_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ann,Oslo\nBob,Rome\n")
    header, records = read(path, Properties(has_header=False))
    assert header == ["Column 1", "Column 2"]
    assert [(record.line, record.cells) for record in records] == [(1, ["Ann", "Oslo"]), (2, ["Bob", "Rome"])]


def test_what_the_person_says_about_a_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name|city;x\nJörg|Köln;y\n".encode("cp1250"))
    header, records = read(path, Properties(delimiter=";", encoding="cp1250"))
    assert (header, records[0].cells) == (["name|city", "x"], ["Jörg|Köln", "y"])


CARD_3 = """BEGIN:VCARD
VERSION:3.0
N:Ruiz;Ana;María;Dr.;Jr.
FN:Dr. Ana María Ruiz
ORG:Ruiz\\, Hijos;Ventas
TITLE:Directora
TEL;TYPE=HOME,FAX:+34 91 555 22 82
TEL;TYPE=WORK,PREF:+34 612 34 56 78
TEL;TYPE=CELL:+34 612 34 56 79
item1.EMAIL;TYPE=INTERNET:ana@ruiz.example
EMAIL:a.ruiz@home.example
ADR;TYPE=HOME:;;Calle Luna 2;Getafe;;28901;Spain
ADR;TYPE=WORK,PREF:Box 7;Piso 2;Calle Mayor 1;Madrid;MD;28001;Spain
NOTE:one\\ntwo\\, and a lo
 ng line
CATEGORIES:vip,Madrid
PHOTO;ENCODING=b;TYPE=JPEG:AAAABBBB
 CCCCDDDD
URL:https://ruiz.example
BDAY:1980-01-02
END:VCARD
"""
CARD_4 = """BEGIN:VCARD
VERSION:4.0
KIND:org
FN:Acme
TEL;VALUE=uri;TYPE="voice,work";PREF=1:tel:+47-22-12-34-56
EMAIL;PREF=2:second@acme.example
EMAIL;PREF=1:first@acme.example
ADR;LABEL="x":;;Karl Johans gate 1;Oslo;;0154;Norway
END:VCARD
"""
CARD_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen =\r\nM=C3=BCller\r\n"
    "TEL;CELL:+491701234567\r\nTEL;HOME;FAX:030 12345\r\nEMAIL;INTERNET;PREF:j@m.example\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab\r\nPHOTO;ENCODING=BASE64;JPEG:\r\n AAAA\r\n BBBB\r\n\r\nEND:VCARD\r\n"
)


def test_address_cards_of_all_versions(tmp_path: Path) -> None:
    """Every email and phone of a card arrives (peers 15)."""
    path = tmp_path / "a.vcf"
    path.write_bytes((CARD_3 + CARD_4 + CARD_21).encode())
    three, four, old = by_name(path)
    assert three == {
        "Full name": "Dr. Ana María Ruiz", "First name": "Ana", "Middle name": "María", "Last name": "Ruiz",
        "Name prefix": "Dr.", "Name suffix": "Jr.", "Company": "Ruiz, Hijos", "Department": "Ventas",
        "Job title": "Directora", "Emails": "ana@ruiz.example ::: a.ruiz@home.example",
        "Phones": "+34 612 34 56 78 ::: +34 612 34 56 79", "Fax": "+34 91 555 22 82",
        "Street": "Calle Mayor 1, Piso 2", "PO box": "Box 7", "City": "Madrid", "Region": "MD", "Postal code": "28001",
        "Country": "Spain", "Other addresses": "Calle Luna 2 Getafe, 28901 Spain", "Website": "https://ruiz.example",
        "Birthday": "1980-01-02", "Categories": "vip ::: Madrid", "Notes": "one\ntwo, and a long line",
    }  # fmt: skip
    assert (four["Company"], four["Emails"]) == ("Acme", "first@acme.example ::: second@acme.example")
    assert "Full name" not in four
    assert four["Phones"] == "+47-22-12-34-56"
    assert old["Full name"] == "Jürgen Müller"
    assert (old["Phones"], old["Fax"]) == ("+491701234567", "030 12345")
    assert old["Notes"].split() == ["a", "b"]


def test_cards_become_customers_and_broken_ones_a_file_to_correct(admin: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    broken = "BEGIN:VCARD\nVERSION:3.0\nFN:No end\n"
    path.write_text(
        CARD_3 + "\n" + broken + CARD_4 + "stray\nBEGIN:VCARD\nVERSION:3.0\nFN:Bad mail\nEMAIL:bad\nEND:VCARD\n"
    )
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (2, 3)
    first = CARD_3.count("\n") + 2
    assert [(r.line - first, r.reason[:26]) for r in report.refused_rows] == [
        (0, "This card has no END:VCARD"), (12, "This line belongs to no ca"), (13, "This is not an email addre"),
    ]  # fmt: skip
    with admin.raw() as connection:
        made = connection.execute(
            "SELECT contact_name, email, other_emails, other_phones, city, tags FROM customers"
            " WHERE company_name LIKE 'R%'"
        ).fetchone()
    assert made == (
        "Dr. Ana María Ruiz", "ana@ruiz.example", ["a.ruiz@home.example"], ["+34612345679"], "Madrid", ["vip", "Madrid"]
    )  # fmt: skip
    assert report.refused_file == tmp_path / "a.refused.vcf"
    text = report.refused_file.read_text()
    assert "X-CRM-REFUSED:Line" in text
    mended = text.replace("FN:No end\n", "FN:No end\nEND:VCARD\n").replace("EMAIL:bad", "EMAIL:good@x.example")
    report.refused_file.write_text(mended.replace("stray\n", ""))
    again = run(admin, report.refused_file, Plan())
    assert (again.created, again.refused, again.refused_file) == (2, 0, None)


def test_many_cards_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"

    def peak(count: int) -> int:
        path.write_text(CARD_4 * count)
        source = look_at(path)
        tracemalloc.start()
        with source.opened() as rows:
            assert sum(1 for record in rows if not record.fault) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20)
    assert peak(600) < peak(150) * 1.5 + 100_000


def test_a_card_that_is_too_large_is_one_refused_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_desktop.importing.cards.LONGEST", 2_000)
    path = tmp_path / "a.vcf"
    picture = "".join(" " + "A" * 70 + "\n" for _ in range(200))
    path.write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:Big\nPHOTO;ENCODING=b:AAAA\n{picture}END:VCARD\n{CARD_4}")
    _, records = read(path)
    assert [record.fault[:24] for record in records] == ["This card is larger than", ""]
    assert "FN:Big" in records[0].raw


def encrypted(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "hello")


def truncated_workbook(path: Path) -> None:
    whole = workbook(path, {"S": [["name"], *([f"Person {n}"] for n in range(500))]}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\xef\xbb\xbf"), "is empty"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "is empty"),
        (lambda path: path.write_bytes(b"\n\n  \n"), "is empty"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: None, "No such file"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n%\xe2\xe3"), "is a PDF document"),
        (lambda path: path.write_bytes(b"\x1f\x8b\x08\x00abc"), "is a compressed file"),
        (other_zip, "is not a workbook"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and nothing else"), "is not a workbook"),
        (truncated_workbook, "is not a workbook"),
        (encrypted, "protected with a password"),
        (lambda path: workbook(path, {"S": []}), "is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_says_why(tmp_path: Path, make: Any, words: str) -> None:
    path = tmp_path / "customers.csv"
    make(path)
    with pytest.raises(ImportRefused, match=words):
        look_at(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("name\nAnn\n")
    path.chmod(0)
    with pytest.raises(ImportRefused, match="cannot be read"):
        look_at(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: ("name,x\n" + text).encode("utf-8", "replace"))
    )
)
def test_any_bytes_are_rows_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    try:
        header, records = read(path)
    except ImportRefused:
        return
    for record in records:
        assert record.fault or len(record.cells) == len(header)


CARD_LINE = st.sampled_from(
    ["BEGIN:VCARD", "END:VCARD", "VERSION:3.0", "VERSION:4.0", "FN:Ann", "N:Lee;Ann;;;", "N:Lee", "TEL:1", "TEL;=:",
     "ADR:;;x", "ADR:a;b;c;d;e;f;g;h", "ORG:", "EMAIL;PREF=x:a@b.example", "PHOTO:AAAA", " folded", "\tfolded", "", ";",
     ":", "AGENT:", "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=", "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=nothing:=C3",
     "BDAY:wrong", "x" * 300]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CARD_LINE, max_size=14))
def test_no_card_is_lost_whatever_its_lines_are(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "any.vcf"
    path.write_text("\n".join(["BEGIN:VCARD", "VERSION:3.0", "FN:First", "END:VCARD", *lines]))
    header, records = read(path)
    assert records[0].cells[0] == "First"
    for record in records:
        assert record.fault or len(record.cells) == len(header)
    for line in lines:
        if line == "FN:Ann":
            assert any("Ann" in record.raw or "Ann" in record.cells for record in records)
