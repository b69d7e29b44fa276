"""Charts in files: opened again, they hold the picture, its words, and as many pages as it takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from crm_desktop.analytics.shapes import Period, Question
from tests.ui.charts import BARS, EMPTY, EVERY_KIND, LINES, STACKED
from tests.ui.desk import Desk
from ui.analytics import paper, saving
from ui.analytics.chart_card import ChartCard
from ui.analytics.paper import Caption, Sheet
from ui.analytics.saving import Saving
from ui.shell.page import ShellPage
from ui.theme import Theme
from ui.theme.tokens import LIGHT

ASKED = Question(Period(date(2026, 1, 1), date(2026, 6, 30)))
CAPTION = Caption(
    "1 Jan 2026 to 30 Jun 2026", "1 Jul 2025 to 31 Dec 2025", "Made Mon 6 Jul 2026 09:00 by Ada", "Analytics", ASKED
)
SHEETS = [Sheet(data) for data in EVERY_KIND]


def share(image: QImage, colour: str) -> float:
    """How much of a picture has just that colour."""
    wanted = QColor(colour).rgb()
    points = [(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)]
    return sum(image.pixel(x, y) == wanted for x, y in points) / len(points)


def last(slices: object) -> bytes:
    return [octets for octets in slices if octets][-1]  # type: ignore[attr-defined]


def test_a_png_holds_every_chart(qtbot: QtBot, theme: Theme) -> None:
    one, all_of_them = (
        QImage.fromData(last(paper.png(SHEETS[:1], CAPTION))),
        QImage.fromData(last(paper.png(SHEETS, CAPTION))),
    )
    assert one.width() == all_of_them.width() == paper.WIDTH * paper.SHARPNESS
    assert all_of_them.height() > 3 * one.height()
    assert share(one, LIGHT.series[0]) > 0.05
    assert share(one, LIGHT.surface) > 0.5


def test_what_is_printed_leaves_its_trace(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Paper leaves the house as files do."""
    chosen: list[QPrinter] = []

    def answered(_window: object, printer: QPrinter, print_it: Callable[[], None]) -> None:
        printer.setOutputFileName(str(tmp_path / "charts.pdf"))
        chosen.append(printer)
        print_it()

    monkeypatch.setattr(saving, "ask_printer", answered)
    page = ShellPage()
    desk.qtbot.addWidget(page)
    Saving(desk.context, page).print(SHEETS[:2], CAPTION)
    desk.wait(lambda: (tmp_path / "charts.pdf").exists() and (tmp_path / "charts.pdf").stat().st_size > 1000)
    with desk.context.database.session() as session:
        traces = session.execute(
            text("SELECT changes FROM crm.audit_log WHERE action = 'export' AND table_name = 'figures'")
        ).scalars()
        assert ["print" in str(each["format"]) for each in traces] == [True]


def test_pictures_are_dark_on_white_in_the_dark_theme_too(qtbot: QtBot, theme: Theme) -> None:
    theme.set_mode("dark")
    try:
        image = QImage.fromData(last(paper.png(SHEETS[:1], CAPTION)))
    finally:
        theme.set_mode("light")
    assert share(image, LIGHT.surface) > 0.5


def test_an_svg_is_drawn_again_as_it_was(qtbot: QtBot, theme: Theme) -> None:
    octets = paper.svg(Sheet(BARS), CAPTION)
    words = octets.decode()
    for said in ("Interactions by type", "Call", "1 Jan 2026 to 30 Jun 2026", "by Ada"):
        assert said in words
    assert "<image" not in words  # drawn, not photographed
    renderer = QSvgRenderer(octets)
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        renderer.render(painter)
    assert share(image, LIGHT.series[0]) > 0.03


def test_a_pdf_has_the_pages_that_its_charts_need(qtbot: QtBot, theme: Theme) -> None:
    one, many = last(paper.pdf(SHEETS[:1], CAPTION)), last(paper.pdf(SHEETS * 3, CAPTION))
    for octets, pages in ((one, {1}), (many, set(range(4, 10)))):
        assert octets.startswith(b"%PDF-") and octets.rstrip().endswith(b"%%EOF")
        assert len(re.findall(rb"/Type\s*/Page\b", octets)) in pages
    assert "Analytics".encode("utf-16-be") in many


def test_a_chart_is_drawn_into_the_rectangle_that_it_is_given(qtbot: QtBot, theme: Theme) -> None:
    image = QImage(600, 500, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    with QPainter(image) as painter:
        paper.paint_titled(painter, QRectF(100, 100, 400, 300), LINES, before="the year before")
    outside = [(x, y) for x in (20, 95, 520, 590) for y in range(10, 490, 10)]
    outside += [(x, y) for x in range(10, 590, 10) for y in (20, 95, 420, 490)]
    assert {QColor(image.pixel(x, y)).name() for x, y in outside} == {"#ff00ff"}
    assert share(image, LIGHT.series[1]) > 0.001


def test_a_chart_without_figures_says_so_on_paper(qtbot: QtBot, theme: Theme) -> None:
    assert "Nothing to show in this period" in paper.svg(Sheet(EMPTY), CAPTION).decode()


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "xlsx"])
def test_a_saved_file_is_there_whole_or_not_at_all(desk: Desk, tmp_path: Path, kind: str) -> None:
    page = ShellPage()
    desk.qtbot.addWidget(page)
    saving = Saving(desk.context, page)
    path = tmp_path / f"chart.{kind}"
    saving.write(kind, [Sheet(STACKED)], CAPTION, path)
    desk.wait(lambda: desk.texts() == [f"Saved as chart.{kind}."])
    assert path.read_bytes()[:4] in (b"\x89PNG", b"%PDF", b"<?xm", b"PK\x03\x04")
    saving.write(kind, [Sheet(STACKED)], CAPTION, tmp_path / "no such folder" / f"chart.{kind}")
    desk.wait(lambda: len(desk.said) == 2)
    assert "There is no folder" in desk.texts()[1]
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".json"] == [path.name]


def test_a_workbook_holds_the_figures_and_leaves_its_trace(desk: Desk, tmp_path: Path) -> None:
    page = ShellPage()
    desk.qtbot.addWidget(page)
    path = tmp_path / "chart.xlsx"
    Saving(desk.context, page).write("xlsx", [Sheet(STACKED)], CAPTION, path)
    desk.wait(path.exists)
    desk.settle()
    with ZipFile(path) as book:
        sheet, words = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "Individuals" in words and "Prospects" in words
    assert "<v>20</v>" in sheet
    assert desk.one("SELECT count(*) FROM crm.audit_log WHERE action = 'export'") == 1


def test_a_picture_leaves_its_trace_before_it_is_there(desk: Desk, tmp_path: Path) -> None:
    """What leaves the database as a picture leaves it, too."""
    page = ShellPage()
    desk.qtbot.addWidget(page)
    path = tmp_path / "chart.png"
    Saving(desk.context, page).write("png", [Sheet(STACKED)], CAPTION, path)
    desk.wait(path.exists)
    found = desk.one("SELECT changes FROM crm.audit_log WHERE action = 'export' AND table_name = 'figures'")
    assert found["format"] == [None, "png"] and found["charts"] == [None, ["customers"]]


def test_whoever_may_not_export_is_not_offered_workbooks(desk: Desk, theme: Theme) -> None:
    card = ChartCard("Customers", "", theme.tokens)
    desk.qtbot.addWidget(card)
    card.set_data(STACKED)
    for allowed in (True, False):
        card.exports = allowed
        card.open_menu()
        menu = card.findChildren(QMenu)[-1]
        assert any("XLSX" in action.text() for action in menu.actions()) == allowed
        menu.close()
