"""The report of a month on paper and in a workbook, and the pages it is made of."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLabel
from python_calamine import CalamineWorkbook

from crm_desktop.access.accounts import list_users, set_may_export
from crm_desktop.database.engine import Database
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk
from ui.reports.blocks import Block, pages
from ui.reports.report_dialog import ReportDialog


def nothing(*_: object) -> None:
    """Draws nothing."""


@given(st.lists(st.tuples(st.floats(1, 60), st.booleans()), max_size=60))
def test_every_block_is_on_a_page_once_and_none_is_cut(given_: list[tuple[float, bool]]) -> None:
    header = Block(5, nothing)
    blocks = [Block(height, nothing, glued, header if not glued else None) for height, glued in given_]
    laid_out = pages(blocks, 100)
    shown = [each.block for page in laid_out for each in page if each.block is not header]
    assert shown == blocks
    for page in laid_out:
        for each, following in pairwise(page):
            assert each.y + each.block.height == pytest.approx(following.y)
        assert not page or page[-1].y + page[-1].block.height <= 100 + 1e-6


def test_a_heading_stays_with_what_follows_and_a_table_repeats_its_header() -> None:
    heading, header = Block(10, nothing, glued=True), Block(8, nothing)
    rows = [Block(30, nothing, header=header) for _ in range(3)]
    first, second = pages([Block(65, nothing), heading, *rows], 100)
    assert [each.block for each in first] == [first[0].block]
    assert [each.block for each in second][:2] == [heading, rows[0]]
    assert [each.block for each in pages([*rows], 70)[1]][:2] == [header, rows[2]]


@pytest.fixture
def dialog(desk: Desk) -> ReportDialog:
    ana = desk.add(contact_name="Ana Ruiz")
    desk.log(ana, type="call", status="completed", outcome="Yes")
    made = ReportDialog(desk.context)
    desk.qtbot.addWidget(made)
    made.show()
    return made


def test_the_report_as_pdf_with_page_numbers(desk: Desk, dialog: ReportDialog, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    dialog.save_to(path)
    desk.qtbot.waitUntil(path.exists, timeout=20_000)
    octets = path.read_bytes()
    assert octets.startswith(b"%PDF") and octets.rstrip().endswith(b"%%EOF")
    (count,) = {int(found) for found in re.findall(rb"/Count (\d+)", octets)}
    assert count >= 2
    desk.settle()
    assert not dialog.isVisible()


def test_the_report_as_workbook(desk: Desk, dialog: ReportDialog, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    dialog.kind.set_value("xlsx")
    dialog.save_to(path)
    desk.qtbot.waitUntil(path.exists, timeout=20_000)
    assert "Customers by type and status" in CalamineWorkbook.from_path(str(path)).sheet_names
    desk.settle()


def test_whoever_cancels_gets_no_file(desk: Desk, dialog: ReportDialog, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    dialog.save_to(path)
    dialog.reject()
    desk.wait(lambda: dialog.save_button.isEnabled())
    assert dialog.isVisible()
    assert not path.exists()
    dialog.reject()
    assert not dialog.isVisible()


def test_whoever_may_not_export_is_told_so(clean: Crm, admin: Database, emils: Desk, tmp_path: Path) -> None:
    """Complaint 21: exporting is a right of its own."""
    with admin.session() as session:
        emil = next(user.id for user in list_users(session) if user.username == "emil")
        set_may_export(session, emil, False)
    try:
        refused = ReportDialog(emils.context)
        emils.qtbot.addWidget(refused)
        refused.show()
        for kind in ("pdf", "xlsx"):
            refused.kind.set_value(kind)
            path = tmp_path / f"report.{kind}"
            refused.save_to(path)
            emils.wait(lambda: refused.message.isVisible())
            assert any("may not export" in label.text() for label in refused.message.findChildren(QLabel))
            assert not path.exists()
    finally:
        with admin.session() as session:
            set_may_export(session, emil, True)
