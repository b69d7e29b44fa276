"""Lists over HTTP: the same rows as in the window, each once, whichever filter, order and page size."""

from __future__ import annotations

import base64
import json

import pytest
from starlette.testclient import TestClient

from crm_desktop.api.lists import LONGEST_SEARCH, MOST_WORDS
from crm_desktop.customers.listed import SORTS, SOURCE
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.listing.request import ListRequest
from tests.api.asking import all_pages, customer, problem
from tests.factories.customers import business
from tests.factories.customers import customer as planted
from tests.helpers.postgres import Crm

BLANK_CITY = {"field": "city", "operator": "is_blank"}


@pytest.fixture
def many(api: TestClient, clean: Crm) -> TestClient:
    """Names and cities that come more than once, and blanks."""
    with clean.connect() as connection:
        for number in range(60):
            planted(
                connection,
                contact_name=f"Name {number % 7}",
                city=None if number % 3 == 0 else f"City {number % 5}",
                status=("active", "inactive", "prospect")[number % 3],
                tags=["VIP"] if number % 4 == 0 else [],
            )
        business(connection, contact_name=None, company_name="Zulu")
    return api


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_every_order_brings_each_row_once_and_as_the_window_has_it(
    many: TestClient, admin: Database, sort: str
) -> None:
    found = [row["id"] for row in all_pages(many, "customers", sort=sort, limit=23)]
    request = ListRequest(sort=sort.removeprefix("-"), descending=sort.startswith("-"))
    with admin.connection() as connection:
        assert found == [str(identity) for identity in customer_listing(request).ids(connection)]
    assert len(found) == 61


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "prospect"},
        {"filter": json.dumps({"any": [BLANK_CITY, {"field": "tags", "operator": "has", "value": "vip"}]})},
        {"search": "name 3"},
        {"status": "active", "tags": "VIP", "city.is_blank": ""},
    ],
)
@pytest.mark.parametrize("sort", ["city", "-city", "created_at"])
@pytest.mark.parametrize("limit", [4, 500])
def test_a_narrowed_list_goes_on_where_its_page_ended(
    many: TestClient, asked: dict[str, str], sort: str, limit: int
) -> None:
    whole = many.get("customers", params={**asked, "sort": sort, "limit": 500, "count": "exact"}).json()
    paged = all_pages(many, "customers", **asked, sort=sort, limit=limit)
    assert [row["id"] for row in paged] == [row["id"] for row in whole["items"]]
    assert whole["count"] == len(paged) > 0


def test_rows_that_come_while_a_list_is_read_shift_no_page(many: TestClient) -> None:
    first = many.get("customers", params={"limit": 5}).json()
    customer(many, contact_name="AAA, before everybody")
    second = many.get("customers", params={"limit": 500, "cursor": first["next"]}).json()
    assert len(second["items"]) == 61 - 5
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in second["items"]}


def test_plain_parameters_mean_conditions_of_the_filter_language(many: TestClient) -> None:
    def count(**asked: object) -> int:
        answered = many.get("customers", params={**asked, "count": "exact", "limit": 1})
        assert answered.status_code == 200, answered.text
        return int(answered.json()["count"])

    assert count(type="business") == 1
    assert count(status=["active", "prospect"]) == 41
    assert count(**{"city.starts_with": "city 1"}) == count(city="CITY 1") > 0
    assert count(**{"created_at.within": "today"}) == 61
    assert count(**{"created_at.within": '{"last_days": 3}', "status.is_not": "active"}) == 40
    assert count(phone_checked="true") == 61
    assert count(filter=json.dumps(BLANK_CITY), status="inactive") == 0


@pytest.mark.parametrize(
    ("asked", "field", "path"),
    [
        ({"stauts": "active"}, "stauts", None),
        ({"status": "lost"}, "status", None),
        ({"name.resembles": "x"}, "name.resembles", None),
        ({"created_at.after": "soon"}, "created_at.after", None),
        ({"interactions": "x"}, "interactions", None),
        ({"email.is_blank": "yes"}, "email.is_blank", None),
        ({"filter": '{"all": [{"none": [{"field": "nix", "operator": "is"}]}]}'}, "filter", "all[0].none[0].field"),
        ({"filter": "{"}, "filter", None),
        ({"filter": "[" * 20_000}, "filter", None),
        ({"filter": "7", "status": "active"}, "filter", ""),
        ({"sort": "shoe size"}, "sort", None),
        ({"limit": "0"}, "limit", None),
        ({"limit": "501"}, "limit", None),
        ({"limit": "ten"}, "limit", None),
        ({"count": "roughly"}, "count", None),
        ({"cursor": "abc"}, "cursor", None),
        ({"time_zone": "../../etc/passwd"}, "time_zone", None),
        ({"limit": ["1", "2"]}, "limit", None),
    ],
)  # fmt: skip
def test_what_a_list_does_not_know_is_refused_with_its_place(
    api: TestClient, asked: dict[str, str], field: str, path: str | None
) -> None:
    told = problem(api.get("customers", params=asked), 422)
    assert set(told["fields"]) == {field}
    assert told.get("path") == (path or None)


def test_a_cursor_belongs_to_one_list_in_one_order(many: TestClient) -> None:
    cursor = many.get("customers", params={"limit": 5, "sort": "city"}).json()["next"]
    for other in ({"sort": "-city"}, {"sort": "name"}, {"sort": "city", "status": "active"}):
        problem(many.get("customers", params={**other, "cursor": cursor}), 422)


@pytest.mark.parametrize("kind", [("text", "x"), ("number", 7), ("moment", "2026-01-01T00:00:00+00:00"), ("", None)])
def test_a_cursor_that_somebody_made_up_is_refused_or_leads_somewhere(
    many: TestClient, kind: tuple[str, object]
) -> None:
    cursor = many.get("customers", params={"limit": 5, "sort": "city"}).json()["next"]
    held = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    held[2:4] = kind
    forged = base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")
    answered = many.get("customers", params={"sort": "city", "cursor": forged})
    assert answered.status_code == (200 if kind[0] == "text" else 422)


def test_the_kinds_of_all_sort_keys_are_known(api: TestClient) -> None:
    for name, sort in SOURCE.sorts.items():
        assert sort.key(SOURCE.table.c).type.python_type, name


def test_a_search_without_end_is_refused(many: TestClient) -> None:
    words = " ".join(f"word{number}" for number in range(MOST_WORDS))
    assert many.get("customers", params={"search": words}).status_code == 200
    for search in (f"{words} more", "x" * (LONGEST_SEARCH + 1)):
        for path in ("customers", "orders", "products"):
            assert set(problem(many.get(path, params={"search": search}), 422)["fields"]) == {"search"}
