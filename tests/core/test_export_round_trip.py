"""An exported file imported again: no duplicates here, and nothing lost elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_desktop.database.engine import Database
from crm_desktop.exporting.columns import COLUMNS, CUSTOMERS, Subject
from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import ExportRequest, Format
from crm_desktop.importing.mapping import recognise
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.run import run
from crm_desktop.listing.request import ListRequest
from tests.factories.customers import business, customer
from tests.factories.interactions import interaction
from tests.helpers.postgres import Crm

SHOWN = ("name", "customer_type", "company_name", "email", "phone", "city", "country", "status", "tags")


def fill(crm: Crm) -> None:
    with crm.connect() as connection:
        customer(
            connection, contact_name="=Ana+Ruiz", email="a@example.org", phone="+4930123456", postal_code="01067",
            city="'t Hart", country="Germany", tags=["vip", "a; b", "+49"], notes="-1\nsecond line", source="fair",
            status="prospect", other_emails=["b@example.org", "c@example.org"], other_phones=["+34911234567"],
        )  # fmt: skip
        customer(connection, contact_name="No Mail", email=None, phone="0301234567", city="Bonn")
        customer(connection, contact_name="Nothing at all", email=None)
        business(connection, contact_name=None, company_name="Ångström AB", email=None, city="Ulm", address="@home 1")


def export_all(database: Database, path: Path, columns: tuple[str, ...] | None, delimiter: str = ",") -> list[str]:
    request = ExportRequest("customers", "csv", ListRequest(), columns, delimiter=delimiter, zone="Europe/Berlin")
    export(database, request, path)
    return path.read_text(encoding="utf-8-sig").splitlines()


@pytest.mark.parametrize("columns", [None, SHOWN])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_importing_it_again_makes_no_duplicates(
    clean: Crm, admin: Database, tmp_path: Path, columns: tuple[str, ...] | None, delimiter: str
) -> None:
    """Peers 13."""
    fill(clean)
    path = tmp_path / "out.csv"
    export_all(admin, path, columns, delimiter)
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (0, 0), report


def test_nothing_is_lost_on_the_way_to_another_database(clean: Crm, admin: Database, tmp_path: Path) -> None:
    """Peers 15: several emails and phones too."""
    fill(clean)
    path = tmp_path / "out.csv"
    export_all(admin, path, None)
    columns = "contact_name, company_name, email, phone, city, postal_code, address, country, source, tags, status"
    with clean.connect() as connection:
        before = connection.execute(f"SELECT {columns} FROM crm.customers ORDER BY name_key").fetchall()
    clean.empty()
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (4, 0), report
    with clean.connect() as connection:
        after = connection.execute(f"SELECT {columns} FROM crm.customers ORDER BY name_key").fetchall()
        everything = connection.execute(
            "SELECT concat(notes, other_emails, other_phones) FROM crm.customers ORDER BY name_key LIMIT 1"
        ).fetchone()
    assert [[value or "" for value in row] for row in after] == [[value or "" for value in row] for row in before]
    assert everything is not None
    for value in ("-1\nsecond line", "b@example.org", "c@example.org", "+34911234567"):
        assert value in everything[0]


@pytest.mark.parametrize("format", ["csv", "xlsx", "vcf"])
def test_other_kinds_of_files_make_no_duplicates_either(
    clean: Crm, admin: Database, tmp_path: Path, format: Format
) -> None:
    fill(clean)
    path = tmp_path / f"out.{format}"
    export(admin, ExportRequest("customers", format, ListRequest(), zone="Europe/Berlin"), path)
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (0, 0), report
    clean.empty()
    report = run(admin, path, Plan())
    assert (report.created, report.refused) == (4, 0), report
    with clean.connect() as connection:
        found = connection.execute(
            "SELECT contact_name, phone, postal_code, other_emails, other_phones, tags, notes LIKE '%second line%'"
            " FROM crm.customers ORDER BY name_key LIMIT 1"
        ).fetchone()
    assert found == (
        "=Ana+Ruiz", "+4930123456", "01067", ["b@example.org", "c@example.org"], ["+34911234567"],
        ["vip", "a; b", "+49"], True,
    )  # fmt: skip


def test_when_a_customer_was_added_survives(clean: Crm, admin: Database, tmp_path: Path) -> None:
    when = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    with clean.connect() as connection:
        customer(connection, contact_name="Ana Ruiz", created_at=when)
    path = tmp_path / "out.csv"
    export_all(admin, path, None)
    clean.empty()
    run(admin, path, Plan())
    with clean.connect() as connection:
        assert connection.execute("SELECT created_at FROM crm.customers").fetchone() == (when,)


def test_interactions_come_back(clean: Crm, admin: Database, tmp_path: Path) -> None:
    when = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    with clean.connect() as connection:
        someone = customer(connection, contact_name="Ana Ruiz", email="a@example.org")
        interaction(
            connection, someone, subject="=Offer", outcome="-1", duration=45, created_at=when, type="meeting",
            priority="high", follow_up=when, status="pending",
        )  # fmt: skip
    path = tmp_path / "out.csv"
    export(admin, ExportRequest("interactions", "csv", ListRequest(sort="created_at"), zone="Europe/Berlin"), path)
    with clean.connect() as connection:
        connection.execute("DELETE FROM crm.customer_interactions")
    report = run(admin, path, Plan(kind="interactions"))
    assert (report.created, report.refused) == (1, 0), report
    with clean.connect() as connection:
        row = connection.execute(
            "SELECT subject, outcome, duration, created_at, type, priority, follow_up, status"
            " FROM crm.customer_interactions"
        ).fetchone()
    assert row == ("=Offer", "-1", 45, when, "meeting", "high", when, "pending")


def test_every_field_that_people_fill_in_is_recognised() -> None:
    for column in CUSTOMERS:
        # The name of who is responsible is kept in the notes.
        assert recognise(column.title) is not None or column.key == "owner", column.title


@pytest.mark.parametrize("subject", ["customers", "interactions"])
def test_no_two_columns_have_the_same_title(subject: Subject) -> None:
    titles = [column.title for column in COLUMNS[subject]]
    assert len(titles) == len(set(titles))
