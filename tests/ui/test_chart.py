"""Charts: where the marks are, what they say, and how pointer and keyboard reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.analytics.shapes import Category, ChartData, Series
from tests.ui.charts import BARS, EVERY_KIND, GRID, LINES, MONTHS, STACKED
from ui.analytics import numbers
from ui.analytics.chart import Chart
from ui.analytics.marks import cell_colour, contrast, ink_on
from ui.analytics.plan import plan, steps, strength
from ui.analytics.sentences import rows_html, sentence, summary
from ui.theme import Theme
from ui.theme.tokens import DARK, LIGHT, Tokens

Shown = Callable[..., Chart]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    def make(data: ChartData, *, lying: bool = False, width: int = 480) -> Chart:
        chart = Chart(LIGHT, lying=lying)
        qtbot.addWidget(chart)
        chart.resize(width, 300)
        chart.set_data(data)
        with qtbot.waitActive(chart):
            chart.show()
            chart.activateWindow()
        chart.clearFocus()  # Tab comes to it later
        qtbot.wait(10)
        return chart

    return make


# Numbers


@pytest.mark.parametrize(
    ("span", "whole", "step"),
    [
        (1, True, 1),
        (3, True, 1),
        (9, True, 5),
        (40, True, 10),
        (1_200, True, 500),
        (0.4, False, 0.1),
        (1.0, False, 0.5),
    ],
)
def test_axis_steps_are_round(span: float, whole: bool, step: float) -> None:
    assert numbers.nice_step(span, whole=whole) == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (950, "950"), (1_500, "1,500"), (12_000, "12k"), (1_500_000, "1.5M"), (0.25, "0.25")]
)
def test_axis_numbers_are_short(value: float, text: str) -> None:
    assert numbers.short_text(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "customers", "1 customer"),
        (1_204, "customers", "1,204 customers"),
        (Decimal("1204.5"), "EUR", "1,204.50 EUR"),
        (38.46, "%", "38.5 %"),
        (2.5, "hours", "2.5 hours"),
        (None, "EUR", "–"),
    ],
)
def test_values_carry_their_unit(value: float | None, unit: str, text: str) -> None:
    assert numbers.counted_text(value, unit) == text


@pytest.mark.parametrize(
    ("value", "before", "text"),
    [(12, 10, "+20 %"), (9.5, 10, "−5 %"), (3, 0, "new"), (0, 0, ""), (5, 5, "0 %"), (None, 1, "")],
)
def test_changes_are_told_in_per_cent(value: float | None, before: float, text: str) -> None:
    assert numbers.change_text(value, before) == text


def test_labels_are_thinned_to_what_fits_and_end_with_the_last() -> None:
    assert numbers.thin(list("abcdefg"), 3) == [0, 3, 6]
    assert numbers.thin([], 3) == []


def test_months_that_are_left_out_leave_the_one_that_names_the_year() -> None:
    labels = ["Nov", "Dec", "Jan ’26", "Feb", "Mar", "Apr", "May", "Jun"]
    assert numbers.thin(labels, 4, monthly=True) == [0, 2, 4, 6]
    assert numbers.thin(labels, 3, monthly=True) == [2, 5]


@given(st.lists(st.lists(st.integers(-1_000_000, 10**12), min_size=1, max_size=6), min_size=1, max_size=5))
def test_every_value_lies_on_its_axis(rows: list[list[int]]) -> None:
    size = min(map(len, rows))
    series = tuple(Series(str(n), f"S{n}", tuple(row[:size])) for n, row in enumerate(rows))
    categories = tuple(Category(str(n), str(n)) for n in range(size))
    for kind in ("bars", "stacked", "lines"):
        made = plan(ChartData("k", kind, "T", "E", "things", categories, series))  # type: ignore[arg-type]
        assert all(made.low <= end <= made.high for mark in made.marks for end in (mark.base, mark.top))
        assert made.low < made.high and made.step > 0
        assert len(numbers.steps_between(made.low, made.high, made.step)) <= 16


# What marks say


def test_a_bar_says_what_it_counts_and_its_share() -> None:
    assert sentence(STACKED, 0, 0) == "Individuals, active: 10 customers (50 %)"
    assert sentence(BARS, 1, 0) == "Email: 1 interaction; before: 0 (new)"
    assert sentence(BARS, 0, 0) == "Call: 40 interactions; before: 20 (+100 %)"
    assert sentence(LINES, 0, 0) == "Jan 2026, germany: 100.50 EUR; before: 90.00 EUR (+12 %)"
    assert sentence(GRID, 0, 1) == "Jan 2026, month 1: 50 %"


def test_names_are_shown_as_they_are_written() -> None:
    data = replace(BARS, categories=(Category("x", "<b>Bold</b>"), *BARS.categories[1:]))
    assert "&lt;b&gt;Bold" in rows_html(data, 0, 0, LIGHT)


def test_the_whole_chart_is_summed_up_for_who_cannot_see_it() -> None:
    assert summary(STACKED) == "Individuals 20, Businesses 5"
    assert summary(GRID) == "9 cells, from Jan 2026 to Mar 2026"


# Where they are


def test_stacks_stand_on_each_other_and_groups_beside(shown: Shown) -> None:
    chart = shown(STACKED)
    lower, upper = chart.mark_rect(0, 0), chart.mark_rect(0, 1)
    assert abs(upper.bottom() - lower.top()) <= 2 and abs(upper.left() - lower.left()) <= 1
    grouped = shown(replace(STACKED, kind="bars"))
    one, other = grouped.mark_rect(0, 0), grouped.mark_rect(0, 1)
    assert one.right() <= other.left() + 2 and abs(one.bottom() - other.bottom()) <= 1


def test_bars_lie_down_where_their_names_have_no_room(shown: Shown) -> None:
    names = tuple(Category(str(n), f"A country with a long name {n}") for n in range(5))
    data = ChartData("k", "bars", "T", "E", "customers", names, (Series("s", "S", (1, 2, 3, 4, 5)),))
    assert shown(data, width=480).plan.lying  # type: ignore[union-attr]
    assert not shown(data, width=1400).plan.lying  # type: ignore[union-attr]
    assert not shown(replace(data, over_time=True)).plan.lying  # type: ignore[union-attr]


def test_a_line_is_parted_where_a_value_is_missing(shown: Shown) -> None:
    chart = shown(LINES)
    assert chart.plan is not None
    assert chart.plan.mark(2, 0) is None and chart.plan.mark(2, 1) is not None


# The pointer


@pytest.mark.parametrize("lying", [False, True])
def test_a_bar_under_the_pointer_is_told_and_opened(shown: Shown, qtbot: QtBot, lying: bool) -> None:
    chart = shown(STACKED, lying=lying)
    middle = chart.mark_rect(0, 1).center()
    QTest.mouseMove(chart.viewport(), middle)
    qtbot.waitUntil(lambda: chart.tip.isVisible())
    assert "Individuals" in chart.tip.text() and "10 (50 %)" in chart.tip.text()
    assert chart.rect().contains(chart.tip.geometry())
    with qtbot.waitSignal(chart.opened) as opened:
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened.args == [0, 1]
    QTest.mouseMove(chart.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: not chart.tip.isVisible())


def test_a_value_without_customers_behind_it_opens_nothing(shown: Shown, qtbot: QtBot) -> None:
    chart = shown(BARS)
    with qtbot.assertNotEmitted(chart.opened):
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=chart.mark_rect(0, 0).center())


def test_the_nearest_point_of_a_line_is_told(shown: Shown, qtbot: QtBot) -> None:
    chart = shown(LINES)
    at = chart.mark_rect(5, 0).center()
    QTest.mouseMove(chart.viewport(), at + QPoint(-6, 9))
    qtbot.waitUntil(lambda: "Jun 2026" in chart.tip.text())
    assert "300.00 EUR" in chart.tip.text()


def test_values_stay_within_a_narrow_chart_in_large_text(shown: Shown, qtbot: QtBot, theme: Theme) -> None:
    theme.set_text_scale(2.0)
    try:
        chart = shown(LINES, width=300)
        QTest.mouseMove(chart.viewport(), chart.mark_rect(4, 0).center())
        qtbot.waitUntil(lambda: chart.tip.isVisible())
        assert chart.rect().contains(chart.tip.geometry())
        assert chart.tip.heightForWidth(chart.tip.width()) <= chart.tip.height()
    finally:
        theme.set_text_scale(1.0)


# The keyboard


def test_the_arrows_walk_over_every_bar(shown: Shown, qtbot: QtBot) -> None:
    """With the keyboard alone: where the cursor is, is seen, said and can be opened."""
    chart = shown(STACKED)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    assert chart.cursor_place == (0, 0)
    face = QAccessible.queryAccessibleInterface(chart)
    said = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Down):
        QTest.keyClick(chart, key)
        said.append(face.text(QAccessible.Text.Description))
    assert said == [
        "Individuals, prospects: 10 customers (50 %)",
        "Businesses, active: 5 customers (100 %)",  # no prospects there: the nearest
        "Businesses, active: 5 customers (100 %)",
        "Individuals, active: 10 customers (50 %)",
        "Individuals, active: 10 customers (50 %)",
    ]
    assert chart.tip.isVisible() and "Individuals" in chart.tip.text()
    with qtbot.waitSignal(chart.opened) as opened:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened.args == [0, 0]


@pytest.mark.parametrize("data", EVERY_KIND, ids=lambda data: data.kind)
def test_every_mark_can_be_reached_by_keyboard(shown: Shown, data: ChartData) -> None:
    chart = shown(data)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    reached = set()
    for _ in range(len(data.categories)):
        QTest.keyClick(chart, Qt.Key.Key_Home)
        QTest.keyClick(chart, Qt.Key.Key_Left)
    for start in range(len(data.series) + 1):
        for _ in range(len(data.series)):
            QTest.keyClick(chart, Qt.Key.Key_Left if chart.plan.lying else Qt.Key.Key_Down)  # type: ignore[union-attr]
        QTest.keyClick(chart, Qt.Key.Key_Home)
        for _ in range(start):
            QTest.keyClick(chart, Qt.Key.Key_Right if chart.plan.lying else Qt.Key.Key_Up)  # type: ignore[union-attr]
        for _ in range(len(data.categories)):
            reached.add(chart.cursor_place)
            QTest.keyClick(chart, Qt.Key.Key_Down if chart.plan.lying else Qt.Key.Key_Right)  # type: ignore[union-attr]
    assert reached >= {(mark.category, mark.series) for mark in chart.plan.marks}  # type: ignore[union-attr]


def test_newer_figures_keep_the_cursor_where_it_is(shown: Shown) -> None:
    chart = shown(LINES)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    place = chart.cursor_place
    chart.set_data(replace(LINES, series=tuple(replace(s, values=(1, 2, 3, 4, 5, 6)) for s in LINES.series)))
    assert chart.cursor_place == place
    assert "May 2026" in chart.accessibleDescription()


# Colours


@pytest.mark.parametrize("theme_tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_in_cells_can_be_read(theme_tokens: Tokens) -> None:
    grounds = [cell_colour(theme_tokens, share / 20) for share in range(21)]
    weakest = min(contrast(ink_on(ground, theme_tokens), ground) for ground in grounds)
    assert weakest >= 4.5


def test_cells_grow_darker_with_their_values() -> None:
    assert strength(GRID, 100) == 1.0
    assert strength(GRID, 0) == 0.0


def test_another_theme_repaints_the_chart(shown: Shown, theme: Theme) -> None:
    chart = shown(BARS)
    before = chart.grab().toImage().pixelColor(2, 2)
    chart.set_tokens(DARK)
    after = chart.grab().toImage().pixelColor(2, 2)
    assert (before.name(), after.name()) == (LIGHT.surface, DARK.surface)


@pytest.mark.parametrize("data", EVERY_KIND, ids=lambda data: data.kind)
@pytest.mark.parametrize("width", [170, 358, 1100])
def test_every_kind_can_be_drawn_at_every_width(shown: Shown, data: ChartData, width: int) -> None:
    chart = shown(data, width=width)
    image = chart.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 2


def test_a_chart_of_one_month_or_none_can_be_drawn(shown: Shown) -> None:
    for count in (0, 1):
        for kind in ("bars", "stacked", "lines", "grid"):
            series = (Series("s", "S", (5,) * count),)
            chart = shown(ChartData("k", kind, "T", "E", "customers", MONTHS[:count], series))  # type: ignore[arg-type]
            chart.grab()
            QTest.keyClick(chart, Qt.Key.Key_Right)


def test_a_line_that_holds_goes_on_as_high_as_it_was_until_it_is_counted_again(shown: Shown) -> None:
    values = (5, None, None, 9, 9, None, 2)
    days = tuple(Category(str(place), str(place)) for place in range(len(values)))
    data = ChartData("k", "lines", "Size", "", "customers", days, (Series("s", "Size", values),), over_time=True)
    made = plan(data)
    assert steps(made, 0) == [[(0, 5), (3, 5), (3, 9)], [(4, 9), (6, 9), (6, 2)]]
    open_, held = (shown(each).grab().toImage() for each in (data, replace(data, holds=True)))
    assert open_ != held, "the steps are drawn"
