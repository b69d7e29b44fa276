"""Filters in words: what the chips above a list say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from crm_desktop.customers.listed import FIELDS
from crm_desktop.listing.filter_words import filter_words
from crm_desktop.listing.filters import parse
from tests.core.test_filters import filters

EMIL, GOLD = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
FAIR = "33333333-3333-3333-3333-333333333333"
NAMES = {EMIL: "Emil Employee", GOLD: "Gold members"}


def condition(field: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (condition("last_contact", "before", {"months": -6}), "Last contact before 6 months ago"),
        (condition("last_contact", "is_blank"), "Last contact is blank"),
        (condition("created_at", "within", {"last_days": 30}), "Created in the last 30 days"),
        (condition("created_at", "within", "this_month"), "Created this month"),
        (condition("created_at", "on", "today"), "Created today"),
        (condition("created_at", "on", {"days": -1}), "Created 1 day ago"),
        (condition("created_at", "between", ["2026-05-31", "today"]), "Created from 31 May 2026 to today"),
        (
            condition("created_at", "on_or_after", "2026-05-31T10:00:00+02:00"),
            "Created on or after 31 May 2026 10:00 (+02:00)",
        ),
        (condition("next_follow_up", "before", {"weeks": 2}), "Next follow-up before 2 weeks from today"),
        (condition("status", "is", "active"), "Status is Active"),
        (condition("tier", "in", ["gold", "platinum"]), "Tier is Gold or Platinum"),
        (condition("tier", "not_in", ["gold", "silver", "bronze"]), "Tier is not Gold, Silver or Bronze"),
        (condition("city", "contains", "Köln"), "City contains “Köln”"),
        (condition("source", "in", ["Web", "Fair"]), "Source is “Web” or “Fair”"),
        (condition("tags", "has_none", ["VIP", "Key"]), "Tags do not include VIP or Key"),
        (condition("tags", "has_all", ["VIP", "Key"]), "Tags include VIP and Key"),
        (condition("tags", "is_blank"), "No tags"),
        (condition("id", "in", [EMIL, GOLD]), "2 chosen customers"),
        (condition("id", "is_not", EMIL), "Not among 1 chosen customer"),
        (condition("import_batch_id", "is", FAIR), "From a chosen import"),
        (condition("import_batch_id", "is", GOLD), "From the import of “Gold members”"),
        (condition("import_batch_id", "not_in", [FAIR]), "Not from a chosen import"),
        (condition("owner_id", "is", "me"), "Owner is me"),
        (condition("owner_id", "in", [EMIL, "me"]), "Owner is Emil Employee or me"),
        (condition("owner_id", "is", GOLD.replace("2", "3")), "Owner is unknown"),
        (condition("owner_id", "not_in", [EMIL] * 37), "Owner is not one of 37"),
        (condition("segment", "is_not", GOLD), "Not in the segment “Gold members”"),
        (condition("follow_ups", "is", "overdue"), "Follow-ups: overdue"),
        (condition("phone_checked", "is", False), "Phone checked: no"),
        (condition("search", "matches", "mar an"), "Search for “mar an”"),
        (condition("interactions", "has_no", {"all": []}), "Has no interactions"),
        (
            condition("interactions", "has", {"all": [
                condition("type", "is", "follow_up"), condition("user_id", "is", EMIL),
                condition("created_at", "within", {"last_days": 90}),
            ]}),
            "Has interactions (Type is Follow-up, Author is Emil Employee, Logged in the last 90 days)",
        ),
        (
            condition("interactions", "at_least", {"count": 1, "of": condition("duration", "at_least", 30)}),
            "At least 1 interaction (Duration at least 30)",
        ),
        (
            condition("interactions", "has", {"all": [
                condition("assignee_id", "is", EMIL),
                condition("follow_up", "within", "last_month"), condition("done", "is", "late"),
            ]}),
            "Has interactions (Assignee is Emil Employee, Follow up last month, Done: more than a day late)",
        ),
        (
            condition("ledger", "has", {"all": [
                condition("kind", "in", ["earn", "opening"]), condition("created_at", "within", {"last_days": 30}),
            ]}),
            "Has ledger entries (Kind is Earned or Opening balance, Booked in the last 30 days)",
        ),
        (condition("ledger", "at_least", {"count": 1}), "At least 1 ledger entry"),
        (
            condition("tier_moves", "has", {"all": [
                condition("from_tier", "is", "bronze"), condition("to_tier", "is", "silver"),
                condition("created_at", "within", "this_month"),
            ]}),
            "Has tier moves (Tier before is Bronze, Tier after is Silver, Moved this month)",
        ),
        (
            condition("orders", "has", {"all": [
                condition("counts", "is", True), condition("lines", "has", condition("product_id", "is", GOLD)),
            ]}),
            "Has orders (Counts as revenue: yes, Has lines (Product is Gold members))",
        ),
        ({"any": [condition("status", "is", "active"), {"none": [condition("city", "is", "x")]}]},
         "Any of: Status is Active; (None of: City is “x”)"),
        ({"all": []}, "Everything"),
        ({"any": []}, "Nothing"),
    ],
)  # fmt: skip
def test_conditions_read_as_a_person_would_say_them(chosen: dict[str, Any], words: str) -> None:
    parse(chosen, FIELDS)
    assert filter_words(chosen, FIELDS, NAMES) == words


@given(filters(dict(FIELDS), [EMIL], [GOLD]))
def test_every_filter_can_be_put_into_words(chosen: dict[str, Any]) -> None:
    assert filter_words(chosen, FIELDS, NAMES)
