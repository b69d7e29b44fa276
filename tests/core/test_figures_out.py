"""Figures as tables, as a workbook, and as the report of a month."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from crm_desktop.access.accounts import list_users, set_may_export
from crm_desktop.analytics.charts import CHARTS
from crm_desktop.analytics.report import last_month, month_of, monthly
from crm_desktop.analytics.shapes import Category, ChartData, Period, Question, Series
from crm_desktop.analytics.tables import table
from crm_desktop.analytics.words import period_words
from crm_desktop.cli import connection as cli_connection
from crm_desktop.cli.app import run
from crm_desktop.database.engine import Database
from crm_desktop.errors import NotAllowed
from crm_desktop.exporting.figures import fill, write_workbook
from crm_desktop.listing.periods import Clock
from tests.factories.customers import customer, order
from tests.factories.interactions import interaction
from tests.helpers.postgres import Crm

NOW = datetime(2026, 5, 20, 10, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Europe/Berlin"))
MAY = Question(Period(date(2026, 5, 1), date(2026, 5, 31)), compare=True, clock=CLOCK)
STACKED = ChartData(
    "c", "stacked", "New: customers / all", "Explained", "customers",
    (Category("a", "A", "Alpha"), Category("b", "B")),
    (Series("x", "X", (1, None), previous=(3, 4)), Series("y", "Y", (5, 6), previous=(0, 0))),
    note="Noted",
)  # fmt: skip
MONEY = ChartData(
    "m", "bars", "Revenue", "E", "EUR", (Category("a", "=1+1"), Category("b", "<r>x</r>")),
    (Series("r", "Revenue", (Decimal("10.1250"), Decimal(3))),),
)  # fmt: skip
SHARES = ChartData("s", "grid", "Shares", "E", "%", (Category("a", "A"),), (Series("r", "R", (12.5,)),))


def test_a_table_has_values_those_before_and_their_sums() -> None:
    shown = table(STACKED)
    assert [column.title for column in shown.columns] == [
        "", "X", "X, before", "Y", "Y, before", "Total", "Total, before",
    ]  # fmt: skip
    assert shown.rows == (("Alpha", 1, 3, 5, 0, 6, 3), ("B", None, 4, 6, 0, 6, 4))
    assert shown.total == ("Total", 1, 7, 11, 0, 12, 7)
    assert table(SHARES).total == ()


def test_a_workbook_holds_every_chart_under_a_name_that_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(made([STACKED, MONEY, SHARES, MONEY, SHARES]))
    assert sheets(path) == ["New  customers   all", "Revenue", "Shares", "Revenue 2", "Shares 2"]
    rows = cells(path, "New  customers   all")
    assert rows[0][0] == "New: customers / all"
    assert rows[1][0] == "Explained. Noted"
    assert rows[2][0] == "May 2026"
    assert rows[4][:3] == ["", "X", "X, before"]
    assert rows[5][:4] == ["Alpha", 1, 3, 5]
    assert rows[6][:2] == ["B", ""]
    assert rows[7][0] == "Total"
    money = cells(path, "Revenue")
    assert money[5][0] == "=1+1"  # a text, not a formula
    assert money[6][0].strip() == "<r>x</r>"
    assert money[5][1] == 10.125


def sheets(path: Path) -> list[str]:
    return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


def made(charts: list[ChartData]) -> bytes:
    buffer = io.BytesIO()
    fill(buffer, charts, MAY)
    return buffer.getvalue()


@example("0" * 22 + "\U00010000" * 4, 0)  # Excel counts the last four twice
@given(st.text(max_size=60), st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
def test_any_name_and_number_makes_a_workbook(name: str, value: Any) -> None:
    data = ChartData("k", "bars", name, name, name, (Category("a", name),), (Series("s", name, (value,)),))
    assert made([data, data])[:2] == b"PK"


@pytest.fixture
def may(clean: Crm) -> None:
    with closing(clean.connect()) as ada:
        someone = customer(ada, created_at=datetime(2026, 4, 30, 22, 30, tzinfo=UTC))  # May in Berlin
        interaction(ada, someone, created_at=NOW)
        interaction(ada, someone, created_at=NOW - timedelta(days=30))
        order(ada, someone, lines=2, ordered_at=NOW)
        ada.commit()


@pytest.mark.usefixtures("may")
def test_the_report_of_a_month(admin: Database) -> None:
    with admin.session() as session:
        report = monthly(session, MAY.period, CLOCK)
    assert report.title == "Monthly report, May 2026"
    assert [(each.title, each.value, each.previous, each.unit) for each in report.headlines] == [
        ("New customers", 1, 0, "customers"),
        ("Interactions", 1, 1, "interactions"),
        ("Orders", 1, 0, "orders"),
        ("Revenue", 20, 0, "EUR"),
    ]
    keys = [spec.key for spec, _ in report.charts]
    assert {"customers", "acquired", "revenue", "interactions"} <= set(keys)
    assert not any(data.is_empty for _, data in report.charts)


@pytest.mark.usefixtures("may")
def test_a_report_tells_of_one_moment_whatever_is_saved_while_it_is_read(clean: Crm, admin: Database) -> None:
    def save(share: float, _text: str) -> None:
        if share:  # something has been read
            with clean.connect() as ada:
                customer(ada, created_at=NOW)

    with admin.session() as session:
        report = monthly(session, MAY.period, CLOCK, save)
    charts = {spec.key: data for spec, data in report.charts}
    assert report.headlines[0].value == 1
    assert sum(charts["acquired"].totals) == sum(charts["customers"].totals) == 1


@pytest.mark.usefixtures("may")
def test_exporting_is_a_right_and_leaves_a_trace(
    clean: Crm, admin: Database, employee: Database, tmp_path: Path
) -> None:
    """Complaint 21: exporting is a right of its own, and audited."""
    path = tmp_path / "out.xlsx"
    with employee.session() as session:
        charts = [spec.read(session, MAY) for spec in CHARTS]
    write_workbook(employee, charts, MAY, path)
    assert len(sheets(path)) == len(CHARTS)
    with admin.session() as session:
        found = text("SELECT table_name, actor, changes #> '{charts,1,0}' FROM crm.audit_log WHERE action = 'export'")
        assert session.execute(found).all() == [("figures", "emil", "customers")]
    with admin.session() as session:
        emil = next(user.id for user in list_users(session) if user.username == "emil")
        set_may_export(session, emil, False)
    try:
        with pytest.raises(NotAllowed):
            write_workbook(employee, charts, MAY, tmp_path / "refused.xlsx")
        assert not (tmp_path / "refused.xlsx").exists()
        with closing(clean.connect("emil")) as shell, pytest.raises(psycopg.DatabaseError, match="may not export"):
            shell.execute("SELECT crm.record_export('figures', 'xlsx', 1, '{}')")
    finally:
        with admin.session() as session:
            set_may_export(session, emil, True)


@pytest.mark.usefixtures("may")
def test_the_command_line_writes_the_report(
    admin: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def signed_in(*_who: object) -> Iterator[Database]:
        yield admin

    monkeypatch.setattr(cli_connection, "signed_in", signed_in)
    path = tmp_path / "may.xlsx"
    assert run(["report", "monthly", "--month", "2026-05", str(path)]) == 0
    assert "Monthly report, May 2026" in capsys.readouterr().out
    assert "Revenue" in sheets(path)
    assert run(["report", "monthly", "--month", "May", str(path)]) != 0
    assert run(["report", "monthly", str(tmp_path / "may.pdf")]) != 0


def test_months_and_their_words() -> None:
    assert last_month(CLOCK) == Period(date(2026, 4, 1), date(2026, 4, 30))
    assert month_of(date(2024, 2, 15)) == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert period_words(Period(date(2026, 4, 1), date(2026, 5, 20))) == "1 April 2026 to 20 May 2026"
    assert period_words(Period(date(2026, 4, 1), date(2026, 4, 1))) == "1 April 2026"
    assert period_words(Period.of("all", CLOCK)) == "Up to 20 May 2026"
