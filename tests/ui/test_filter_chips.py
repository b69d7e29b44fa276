"""The conditions that are on, as chips above the customers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.ui.customers_page import make_page, rows
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.shell.shape import Shape

CITY = {"field": "city", "operator": "is", "value": "Köln"}
TIER = {"field": "tier", "operator": "is_blank"}
BUSINESS = {"field": "customer_type", "operator": "is", "value": "business"}


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    desk.add(contact_name="Ana Ruiz", city="Köln")
    desk.add(contact_name="Ben Okafor", city="Köln", customer_type="business")
    desk.add(contact_name="Cem Demir", city="Bonn", customer_type="business")
    return make_page(desk)


def chips(page: CustomersPage) -> list[str]:
    return [chip.text for chip in page.filters.chips.chips]


def test_a_filter_from_another_page_becomes_chips_beside_the_quick_choices(page: CustomersPage, desk: Desk) -> None:
    page.filters.status.set_value("inactive")
    page.show_filter({"all": [BUSINESS, CITY, {"any": [TIER]}]})
    assert rows(page, desk) == ["Ben Okafor"]
    assert (page.filters.type.value, page.filters.status.value) == ("business", "")
    assert chips(page) == ["City is “Köln”", "Tier is blank"]
    assert page.filters.chips.isVisible()


def test_chips_are_removed_one_by_one_and_all_at_once(page: CustomersPage, desk: Desk) -> None:
    page.show_filter({"all": [BUSINESS, CITY, TIER]})
    page.filters.chips.chips[0].remove_button.click()
    assert rows(page, desk) == ["Ben Okafor", "Cem Demir"] and chips(page) == ["Tier is blank"]
    page.filters.chips.clear_button.click()
    assert chips(page) == [] and not page.filters.chips.isVisible()
    assert page.filters.filter() is None and not page.filters.clear_button.isVisible()


def test_the_focus_stays_in_the_line_when_a_chip_goes(page: CustomersPage, desk: Desk) -> None:
    page.show_filter({"all": [CITY, TIER]})
    page.activateWindow()
    page.filters.chips.chips[0].remove_button.setFocus()
    page.filters.chips.chips[0].remove_button.click()
    assert page.filters.chips.chips[0].remove_button.hasFocus()


def test_a_filter_that_cannot_be_used_is_refused_in_words_and_changes_nothing(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    page.show_filter({"all": [BUSINESS, {"field": "shoe_size", "operator": "is", "value": 44}]})
    assert chips(page) == ["City is “Köln”"]
    assert desk.texts() == ["This filter cannot be used: there is no field “shoe_size” (at all[1].field)."]


def test_chips_name_people_and_segments_once_they_are_known(page: CustomersPage, desk: Desk) -> None:
    criteria = '{"field": "city", "operator": "is", "value": "bonn"}'
    with desk.context.database.session() as session:
        identity: UUID = session.execute(
            text("INSERT INTO crm.customer_segments (name, criteria) VALUES ('Bonn', CAST(:c AS jsonb)) RETURNING id"),
            {"c": criteria},
        ).scalar_one()
    parts: list[dict[str, Any]] = [
        {"field": "segment", "operator": "is", "value": str(identity)},
        {"field": "owner_id", "operator": "is_not", "value": str(desk.context.user.id)},
    ]
    page.show_filter({"all": parts})
    assert rows(page, desk) == ["Cem Demir"]
    assert chips(page) == ["In the segment “Bonn”", "Owner is not Ada Admin"]
    with desk.context.database.session() as session:
        session.execute(text("DELETE FROM crm.customer_segments"))
    page.reload()
    rows(page, desk)
    assert "names a segment that is not there any more (at all[0].value)" in page.table.states.panel.text


def test_a_long_condition_does_not_widen_a_phone_sized_window(desk: Desk, page: CustomersPage) -> None:
    narrow = make_page(desk, Shape.NARROW)
    narrow.show_filter({"all": [{"field": "notes", "operator": "contains", "value": "long words " * 30}, CITY]})
    desk.qtbot.wait(20)
    assert narrow.minimumSizeHint().width() <= 390
    assert all(chip.geometry().right() < 390 for chip in narrow.filters.chips.chips)
    assert nameless(narrow) == []


def test_chips_name_what_a_filter_is_about_whatever_it_is(page: CustomersPage, desk: Desk) -> None:
    with desk.context.database.session() as session:
        batch = session.execute(
            text("INSERT INTO crm.import_batches (kind, file_name) VALUES ('customers', 'fair.csv') RETURNING id")
        ).scalar_one()
    page.show_filter({"field": "import_batch_id", "operator": "is", "value": str(batch)})
    assert rows(page, desk) == []
    desk.wait(lambda: chips(page) == ["From the import of “fair.csv”"])
