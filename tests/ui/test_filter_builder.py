"""The filter builder: what is put together is what the language says, by keyboard and on a phone's width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.suggestions import Person, Suggestions
from crm_desktop.listing.filters import InvalidFilter, parse
from crm_desktop.listing.folding import fold
from crm_desktop.segments.rows import SegmentName
from tests.core.test_filters import filters
from tests.ui.customers_page import make_page, rows
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.filters.builder import FilterBuilder
from ui.filters.condition_row import ConditionRow
from ui.filters.group_editor import GroupEditor
from ui.filters.names import Known
from ui.filters.subjects import CUSTOMERS, INTERACTIONS, operators
from ui.filters.values import Incomplete, OneOf, SomeOf, TextValue, WordsValue
from ui.shell.shape import Shape
from ui.theme import Theme

EMIL, GOLD = UUID(int=1), UUID(int=2)
KNOWN = Known(
    (Person(EMIL, "Emil Employee"),),
    (SegmentName(GOLD, "Gold", True),),
    Suggestions(tags=("VIP",), sources=("Fair",)),
)


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    ana = desk.add(contact_name="Ana Ruiz", city="Köln", source="Fair")
    desk.add(contact_name="Ben Okafor", city="Köln", customer_type="business")
    desk.add(contact_name="Cem Demir", city="Bonn", customer_type="business", tags=("VIP",))
    desk.log(ana, type="meeting", status="completed")
    return make_page(desk)


@pytest.fixture
def builder(page: CustomersPage, desk: Desk) -> Iterator[FilterBuilder]:
    made = opened(page, desk)
    yield made
    if isValid(made):
        made.done(0)


def opened(page: CustomersPage, desk: Desk) -> FilterBuilder:
    page.open_filters()
    rows(page, desk)
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, FilterBuilder) and w.isVisible())


def row(group: GroupEditor, place: int) -> ConditionRow:
    found = group.rows[place]
    assert isinstance(found, ConditionRow)
    return found


def fill(made: ConditionRow, field: str, operator: str, value: Any = None) -> None:
    made.field.set_value(field)
    made.operator.set_value(operator)
    if value is not None:
        made.editor.set_value(value)
        made.editor.changed.emit()


def counted(builder: FilterBuilder, desk: Desk, text: str) -> None:
    desk.wait(lambda: builder.count.text() == text)


def test_conditions_are_built_counted_and_applied(builder: FilterBuilder, page: CustomersPage, desk: Desk) -> None:
    assert builder.count.text() == "Fill in every condition to see how many match."
    fill(row(builder.root, 0), "city", "is", "köln")
    counted(builder, desk, "2 customers match")
    builder.root.add_condition()
    fill(row(builder.root, 1), "interactions", "has")
    counted(builder, desk, "1 customer matches")
    builder.root.kind.set_value("none")
    counted(builder, desk, "1 customer matches")
    builder.apply_button.click()
    assert rows(page, desk) == ["Cem Demir"]
    assert [chip.text for chip in page.filters.chips.chips] == ["None of: City is “köln”; Has interactions"]
    assert page.filters.builder_button.text() == "Filters (1)"


def test_the_count_is_of_all_that_narrows_the_list(page: CustomersPage, desk: Desk) -> None:
    page.filters.type.set_value("business")
    builder = opened(page, desk)
    fill(row(builder.root, 0), "city", "is", "köln")
    counted(builder, desk, "1 customer matches with the rest that is on")
    builder.done(0)


def test_nothing_is_applied_by_cancel(builder: FilterBuilder, page: CustomersPage, desk: Desk) -> None:
    assert not builder.is_dirty()
    builder.cancel_button.click()
    assert not builder.isVisible() and page.filters.filter() is None


def test_what_is_missing_is_said_where_it_is(builder: FilterBuilder, desk: Desk) -> None:
    fill(row(builder.root, 0), "city", "is", "köln")
    builder.root.add_condition()
    fill(row(builder.root, 1), "name", "contains")
    builder.apply_button.click()
    assert builder.isVisible()
    wrong = row(builder.root, 1)
    assert wrong._fault.text() == "Type a text." and not wrong._fault.isHidden()
    editor = wrong.editor
    assert isinstance(editor, TextValue) and editor.input.accessibleDescription() == "Type a text."
    editor.input.setText("an")
    assert wrong._fault.isHidden()
    assert builder.is_dirty()


def test_an_empty_group_is_not_applied_by_accident(builder: FilterBuilder) -> None:
    """An empty `any` lets nobody in."""
    fill(row(builder.root, 0), "city", "is", "köln")
    builder.root.add_group()
    group = builder.root.rows[1]
    assert isinstance(group, GroupEditor)
    group.rows[0].removed.emit()
    builder.apply_button.click()
    assert builder.isVisible() and "Add a condition" in group._fault.text()


def test_conditions_on_interactions_hold_conditions_of_their_own(builder: FilterBuilder, desk: Desk) -> None:
    made = row(builder.root, 0)
    fill(made, "interactions", "at_least", 1)
    assert made._of is not None
    made._of.add_condition()
    fill(row(made._of, 0), "type", "in", ["call", "meeting"])
    made._of.add_condition()
    fill(row(made._of, 1), "created_at", "within", {"last_days": 7})
    assert builder.root.value("") == {
        "all": [
            {"field": "interactions", "operator": "at_least", "value": {"count": 1, "of": {"all": [
                {"field": "type", "operator": "in", "value": ["call", "meeting"]},
                {"field": "created_at", "operator": "within", "value": {"last_days": 7}},
            ]}}}
        ]
    }  # fmt: skip
    counted(builder, desk, "1 customer matches")


def test_a_fault_that_the_language_finds_is_shown_at_its_row(builder: FilterBuilder) -> None:
    fill(row(builder.root, 0), "city", "is", "köln")
    builder.root.value("")
    builder.editor.blame(InvalidFilter("all[0].value", "it is too long"))
    assert row(builder.root, 0)._fault.text() == "It is too long."


def test_another_operator_keeps_what_was_filled_in(builder: FilterBuilder) -> None:
    made = row(builder.root, 0)
    fill(made, "city", "contains", "köl")
    made.operator.set_value("starts_with")
    assert made.editor.value() == "köl"
    fill(made, "tags", "has_any", ["VIP"])
    made.operator.set_value("has_none")
    assert made.editor.value() == ["VIP"]
    made.operator.set_value("is_blank")
    assert made.value("") == {"field": "tags", "operator": "is_blank"}


@pytest.mark.parametrize("subject", [CUSTOMERS, INTERACTIONS], ids=["customers", "interactions"])
def test_every_field_and_operator_that_is_offered_makes_a_filter_that_can_be_used(desk: Desk, subject: Any) -> None:
    made, again = ConditionRow(subject, KNOWN), ConditionRow(subject, KNOWN)
    for each in (made, again):
        desk.qtbot.addWidget(each)
    made.show()
    for name in filter(None, subject.offered):
        made.field.set_value(name)
        for operator in operators(subject.fields[name]):
            made.operator.set_value(operator)
            assert nameless(made) == []
            if isinstance(made.editor, TextValue):
                made.editor.input.setText("word")
            elif isinstance(made.editor, WordsValue):
                made.editor.set_value(["word"])
            elif isinstance(made.editor, OneOf):
                assert made.editor.box.count()
            elif isinstance(made.editor, SomeOf) or hasattr(made.editor, "list"):
                if operator == "in":
                    with pytest.raises(Incomplete):
                        made.editor.value()
                field = subject.fields[name]
                made.editor.set_value(
                    [field.choices[0]] if field.choices else [str(GOLD if name == "segment" else EMIL)]
                )
            written = made.value("")
            parse(written, subject.fields)
            again.set_value(written)
            assert again.value("") == written


def test_every_field_can_be_chosen_but_those_that_need_one_of_very_many() -> None:
    for subject, kept in ((CUSTOMERS, {"id", "import_batch_id"}), (INTERACTIONS, {"customer_id", "contact_id"})):
        assert set(subject.fields) - set(subject.offered) == kept


def test_any_filter_of_the_language_comes_out_as_it_went_in(desk: Desk) -> None:
    """Also what the builder cannot edit: it is kept, in words."""
    holder = QWidget()
    desk.qtbot.addWidget(holder)

    blank = {"field": "address", "operator": "is", "value": " "}

    @example({"all": [blank, *({**blank, "operator": "in", "value": words} for words in (["", "x"], []))]})
    @example({"all": [{"field": "interactions", "operator": "has", "value": {"any": []}}]})
    @example({"all": [{"field": "interactions", "operator": "at_least", "value": {"count": 1, "of": {"none": []}}}]})
    @example({"any": [{"field": "interactions", "operator": "has_no", "value": {"any": [{"all": []}]}}]})
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(filters(dict(FIELDS), [str(EMIL)], [str(GOLD)]))
    def check(chosen: dict[str, Any]) -> None:
        if "field" in chosen:
            chosen = {"all": [chosen]}
        if not all(_nonempty(each) for each in chosen.get("all", chosen.get("any", chosen.get("none")))):
            return
        editor = GroupEditor(CUSTOMERS, KNOWN)
        editor.setParent(holder)
        editor.set_value(chosen)
        assert _meaning(editor.value("")) == _meaning(chosen)
        editor.deleteLater()

    check()


def _nonempty(node: dict[str, Any]) -> bool:
    """The window asks for a condition in each group inside."""
    kind = next((kind for kind in ("all", "any", "none") if kind in node), "")
    if _is_of_others(node):
        of = node["value"] if node["operator"] in ("has", "has_no") else node["value"].get("of", {})
        return _nonempty(of) if "field" in of else all(map(_nonempty, of.get("all", of.get("any", of.get("none", [])))))
    return not kind or (bool(node[kind]) and all(map(_nonempty, node[kind])))


def _is_of_others(node: dict[str, Any]) -> bool:
    """Whether it says something of rows that belong to the customer: interactions, orders, and those of orders."""
    return (
        node.get("operator") in ("has", "has_no", "at_least", "at_most", "exactly")
        and isinstance(node.get("value"), dict)
        and ("count" in node["value"] or not node["value"].keys().isdisjoint({"all", "any", "none", "field"}))
    )


def _meaning(node: Any) -> Any:
    """`has` a tag is `has_any` of one; a filter of one condition is a group of one; a count's `of` may be left out;
    the order of a list says nothing."""
    if isinstance(node, list):
        return [_meaning(each) for each in node]
    if not isinstance(node, dict):
        return node.strip() if isinstance(node, str) else node
    if node.get("field") == "tags" and node["operator"] == "has":
        return _meaning({"field": "tags", "operator": "has_any", "value": [node["value"]]})
    if _is_of_others(node):
        value = node["value"]
        counts = node["operator"] not in ("has", "has_no")
        of = value.get("of", {"all": []}) if counts else value
        of = _meaning({"all": [of]} if "field" in of else of)
        return {**node, "value": {"count": value["count"], "of": of} if counts else of}
    if isinstance(node.get("value"), list) and node["operator"] != "between":
        return {**node, "value": {fold(" ".join(each.split())) for each in node["value"]}}
    return {key: _meaning(value) for key, value in node.items()}


def test_tab_goes_through_the_conditions_as_they_stand_then_to_the_buttons(builder: FilterBuilder, desk: Desk) -> None:
    first = row(builder.root, 0)
    fill(first, "city", "is", "köln")
    builder.root.add_group()
    builder.root.add_condition()
    group = builder.root.rows[1]
    assert isinstance(group, GroupEditor)
    fill(row(group, 0), "tier", "is", "gold")
    desk.qtbot.wait(20)
    seen: list[QWidget] = []
    widget: QWidget | None = builder.root.kind
    while widget is not None and widget not in seen:
        seen.append(widget)
        widget = widget.nextInFocusChain()
    places = [
        seen.index(each)
        for each in (
            builder.root.kind, first.field, first.operator, first.remove_button, group.kind, row(group, 0).field,
            group.add_condition_button, row(builder.root, 2).field, builder.root.add_condition_button,
            builder.cancel_button, builder.apply_button,
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_keyboard_alone_builds_and_applies(page: CustomersPage, desk: Desk) -> None:
    page.activateWindow()
    page.filters.builder_button.setFocus()
    QTest.keyClick(page.filters.builder_button, Qt.Key.Key_Space)
    rows(page, desk)
    builder = next(w for w in QApplication.topLevelWidgets() if isinstance(w, FilterBuilder) and w.isVisible())
    made = row(builder.root, 0)
    QTest.keyClicks(made.field, "City")
    assert made.field.value == "city"
    assert isinstance(made.editor, TextValue)
    QTest.keyClicks(made.editor.input, "bonn")
    QTest.keyClick(builder, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: not builder.isVisible())
    assert rows(page, desk) == ["Cem Demir"]


def test_removing_a_condition_leaves_the_focus_at_the_next(builder: FilterBuilder, desk: Desk) -> None:
    builder.root.add_condition()
    builder.root.add_condition()
    builder.activateWindow()
    row(builder.root, 0).remove_button.click()
    assert len(builder.root.rows) == 2 and row(builder.root, 0).field.hasFocus()
    row(builder.root, 1).remove_button.click()
    row(builder.root, 0).remove_button.click()
    assert builder.root.add_condition_button.hasFocus()


@pytest.fixture(params=[1.0, 2.0], ids=["normal-text", "double-text"])
def text_scale(request: pytest.FixtureRequest, theme: Theme) -> Iterator[None]:
    theme.set_text_scale(request.param)
    yield
    theme.set_text_scale(1.0)


@pytest.mark.usefixtures("text_scale")
@pytest.mark.parametrize("shape", list(Shape))
def test_everything_fits_and_has_a_name(page: CustomersPage, desk: Desk, shape: Shape) -> None:
    narrow = make_page(desk, shape)
    narrow.show_filter(
        {"any": [
            {"field": "created_at", "operator": "between", "value": [{"months": -6}, "2026-05-31"]},
            {"field": "owner_id", "operator": "in", "value": [str(EMIL), "me"]},
            {"all": [
                {"field": "tier", "operator": "in", "value": ["gold", "platinum"]},
                {"field": "interactions", "operator": "at_most", "value": {"count": 3, "of": {"all": [
                    {"field": "created_at", "operator": "within", "value": {"last_days": 90}},
                    {"field": "user_id", "operator": "is_not", "value": "me"},
                ]}}},
            ]},
        ]}
    )  # fmt: skip
    builder = opened(narrow, desk)
    assert nameless(builder) == []
    assert builder.width() <= narrow.width()
    assert builder._content.minimumSizeHint().width() <= builder.width()
    assert not builder.is_dirty()
    builder.done(0)


def test_a_half_typed_condition_keeps_the_last_count_and_says_so(builder: FilterBuilder, desk: Desk) -> None:
    fill(row(builder.root, 0), "city", "is", "köln")
    counted(builder, desk, "2 customers match")
    builder.root.add_condition()
    counted(builder, desk, "2 customers matched before. Fill in every condition to see how many match.")
    assert builder.count.property("role") == "caption"
    fill(row(builder.root, 1), "total_spent", "at_least", {"amount": 500, "currency": "EUR"})
    counted(builder, desk, "0 customers match")
    assert builder.count.property("role") == "muted"


def test_an_amount_keeps_its_currency_and_its_number_under_another_operator(builder: FilterBuilder) -> None:
    made = row(builder.root, 0)
    fill(made, "total_spent", "at_least")
    made.editor.set_value({"amount": 500, "currency": "XAU"})
    made.operator.set_value("less_than")
    wanted = {"field": "total_spent", "operator": "less_than", "value": {"amount": 500, "currency": "XAU"}}
    assert builder.root.value("") == {"all": [wanted]}
    made.operator.set_value("between")
    made.editor.set_value({"amount": [1, 2], "currency": "USD"})
    assert builder.root.value("")["all"][0]["value"] == {"amount": [1, 2], "currency": "USD"}
