"""The agenda's model: whatever changes, what it shows is what was read, and Qt is told of it by the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from crm_desktop.interactions.agenda import PAGE, SECTIONS, Agenda, AgendaRow, SectionKey
from ui.follow_ups.agenda_model import AgendaModel, Heading, More, items_of
from ui.follow_ups.words import Look

NOW = datetime(2026, 5, 20, 14, 0, tzinfo=UTC)


def row(number: int, version: int = 1) -> AgendaRow:
    one = UUID(int=number + 1)
    return AgendaRow(one, one, "Ana", "call", f"Call {number}", "low", NOW, one, "Ada", one, "Ada", None, version)


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    """Each entry in one section at most, in any order, in any version; sections may go on beyond what was read."""
    numbers = draw(st.permutations(range(12)))
    cuts = sorted(draw(st.lists(st.integers(0, 12), min_size=len(SECTIONS), max_size=len(SECTIONS))))
    rows: dict[SectionKey, list[AgendaRow]] = {}
    start = 0
    for section, cut in zip(SECTIONS, cuts, strict=True):
        rows[section] = [row(number, draw(st.integers(1, 2))) for number in numbers[start:cut]]
        start = cut
    beyond = draw(st.sampled_from((0, 0, 3)))
    return Agenda(rows, {section: len(found) + (beyond if found else 0) for section, found in rows.items()})


def shown(model: AgendaModel) -> list[object]:
    return [model.item(number) for number in range(model.rowCount())]


def entries_by_index(model: QAbstractItemModel, kept: dict[UUID, QPersistentModelIndex]) -> dict[UUID, object]:
    assert isinstance(model, AgendaModel)
    return {one: found.id for one, index in kept.items() if index.isValid() and (found := model.entry(index))}


@given(st.lists(agendas(), min_size=2, max_size=4))
def test_any_agenda_follows_any_other(qapp: object, several: list[Agenda]) -> None:
    model = AgendaModel(Look(NOW))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for number, agenda in enumerate(several):
        kept = {
            item.id: QPersistentModelIndex(model.index(place))
            for place, item in enumerate(shown(model))
            if isinstance(item, AgendaRow)
        }
        model.show_agenda(agenda, Look(NOW + timedelta(minutes=number)))
        assert shown(model) == items_of(agenda)
        still = entries_by_index(model, kept)
        assert all(one == found for one, found in still.items()), "an index stays with its entry"
    tester.deleteLater()
    model.deleteLater()


def test_the_tooltip_takes_nothing_for_html(qapp: object) -> None:
    entry = row(1)._replace(customer_name="<img src='//host/x.png'>")
    model = AgendaModel(Look(NOW))
    counts: dict[SectionKey, int] = dict.fromkeys(SECTIONS, 0) | {"overdue": 1}
    model.show_agenda(Agenda({"overdue": [entry]}, counts), Look(NOW))
    told = model.index(model.place_of(entry.id)).data(Qt.ItemDataRole.ToolTipRole)
    assert "//host" in told and "<img" not in told


def test_a_page_takes_the_place_of_show_more(qapp: object) -> None:
    model = AgendaModel(Look(NOW))
    first = [row(number) for number in range(PAGE)]
    counts: dict[SectionKey, int] = dict.fromkeys(SECTIONS, 0) | {"overdue": 2 * PAGE + 1, "today": 1}
    model.show_agenda(Agenda({"overdue": first, "today": [row(999)]}, counts), Look(NOW))
    model.add_page("overdue", [*first[-1:], *(row(number) for number in range(PAGE, 2 * PAGE - 1))])
    assert len(model.entries("overdue")) == 2 * PAGE - 1, "what is there already is not shown twice"
    assert model.item(2 * PAGE) == More("overdue", 2)
    model.add_page("overdue", [row(2 * PAGE), row(2 * PAGE + 1)])
    assert isinstance(model.item(2 * PAGE + 2), Heading) and model.entries("today") == [row(999)]
    model.add_page("overdue", [row(5000)])
    assert model.place_of(row(5000).id) == -1, "nobody asked for more"
