"""Orders over HTTP: from a shop by number, once however often they are sent; by hand over the version that was read."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from crm_desktop.orders.validation import MOST_LINES
from tests.api.asking import NOBODY, added, all_pages, at, customer, problem
from tests.helpers.postgres import Crm
from tests.helpers.together import together

TEA = {"sku": "TEA", "quantity": 3}
GIFT = {"description": "Gift", "unit_price": "2.50"}
SHOP: dict[str, Any] = {"customer_number": "K-1", "status": "paid", "lines": [TEA, GIFT]}


@pytest.fixture
def shop(api: TestClient) -> TestClient:
    """A member who buys, and two products."""
    zoe = customer(api, customer_number="K-1")
    assert api.post(f"customers/{zoe['id']}/loyalty").status_code == 201
    for sku, price in (("TEA", "10.00"), ("POT/1", "25")):
        assert api.put(f"products/{sku}", json={"name": sku.title(), "unit_price": price}).status_code == 201
    return api


def points(api: TestClient) -> int:
    (zoe,) = api.get("customers?customer_number=K-1").json()["items"]
    return int(api.get(f"customers/{zoe['id']}/loyalty").json()["account"]["balance"])


def test_an_order_of_a_shop_takes_from_the_catalogue_what_it_leaves_out(shop: TestClient) -> None:
    made = shop.put("orders/by-number/S-1", json=SHOP)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["order_number"], body["total"], body["currency"], body["status"]) == ("S-1", "32.5000", "EUR", "paid")
    assert [(line["description"], line["unit_price"], line["line_total"]) for line in body["lines"]] == [
        ("Tea", "10.00", "30.0000"),
        ("Gift", "2.50", "2.5000"),
    ]
    assert body["points"] == points(shop) == 32
    assert shop.get("orders/by-number/S-1").json() == shop.get(f"orders/{body['id']}").json() == body


def test_sending_an_order_again_changes_nothing_and_credits_nothing(shop: TestClient, clean: Crm) -> None:
    first = shop.put("orders/by-number/S-1", json=SHOP).json()
    shop.put("products/TEA", json={"unit_price": "99"})
    again = shop.put("orders/by-number/S-1", json=SHOP)
    assert again.status_code == 200
    assert again.json() == first
    assert points(shop) == 32
    with clean.connect() as connection:
        assert connection.execute("SELECT count(*) FROM crm.loyalty_ledger").fetchone() == (1,)


def test_an_order_sent_many_times_at_once_is_one_order_and_earns_once(shop: TestClient) -> None:
    ended: list[int] = []

    def send() -> None:
        ended.append(shop.put("orders/by-number/S-7", json=SHOP).status_code)

    together([send] * 8)
    assert sorted(ended) == [200] * 7 + [201]
    (listed,) = shop.get("orders").json()["items"]
    assert (listed["order_number"], listed["lines"]) == ("S-7", 2)
    assert points(shop) == 32


def test_a_changed_order_earns_by_what_it_comes_to_now(shop: TestClient) -> None:
    first = shop.put("orders/by-number/S-1", json=SHOP).json()
    changed = shop.put("orders/by-number/S-1", json={"lines": [{**TEA, "quantity": "5", "discount_percent": 10}]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["total"] == "45.0000" and changed.json()["status"] == "paid"
    assert changed.json()["lines"][0]["id"] == first["lines"][0]["id"]
    assert points(shop) == 45
    assert shop.put("orders/by-number/S-1", json={"status": "cancelled"}).json()["total"] == "45.0000"
    assert points(shop) == 0
    assert shop.delete(f"orders/{first['id']}").status_code == 204
    problem(shop.get("orders/by-number/S-1"), 404)


def test_a_version_is_looked_at_where_one_is_given(shop: TestClient) -> None:
    shop.put("orders/by-number/S-1", json=SHOP)
    shop.put("orders/by-number/S-1", json={"notes": "Ring twice"})
    told = problem(shop.put("orders/by-number/S-1", json={"notes": "x"}, headers={"If-Match": '"1"'}), 412)
    assert told["current"]["notes"] == "Ring twice"
    problem(shop.put("orders/by-number/S-2", json=SHOP, headers={"If-Match": '"1"'}), 404)


def test_numbers_and_skus_are_the_same_in_upper_and_lower_case(shop: TestClient) -> None:
    made = shop.put("orders/by-number/S-1", json=SHOP).json()
    again = shop.put("orders/by-number/s-1", json={**SHOP, "lines": [{**TEA, "sku": "tea"}, GIFT]})
    assert again.status_code == 200 and again.json() == made
    assert shop.put("products/tea", json={"unit_price": 11}).json()["sku"] == "TEA"
    assert shop.get("products/tea").json()["unit_price"] == "11.00"


def test_a_line_of_another_order_is_not_taken_for_an_order_that_was_sent_before(shop: TestClient) -> None:
    first = shop.put("orders/by-number/S-1", json=SHOP).json()
    lines = [{**TEA, "id": first["lines"][0]["id"]}]
    told = problem(shop.put("orders/by-number/S-2", json={**SHOP, "lines": lines}), 422)
    assert set(told["fields"]) == {"lines"}


def test_what_has_an_id_and_a_number_is_told_that_it_was_sent_before(shop: TestClient) -> None:
    zoe = customer(shop, customer_number="K-2")
    for path, body in (
        ("customers", {"customer_number": "K-3", "contact_name": "Zoë"}),
        (f"customers/{zoe['id']}/orders", {"order_number": "S-1", "lines": [GIFT]}),
        (f"customers/{zoe['id']}/interactions", {"type": "call", "subject": "Offer"}),
        ("products", {"sku": "CUP", "name": "Cup"}),
    ):
        sent = {"id": str(uuid4()), **body}
        added(shop, path, **sent)
        assert set(problem(shop.post(path, json=sent), 409)["fields"]) == {"id"}


def test_a_number_that_nothing_could_be_found_by_is_refused(shop: TestClient) -> None:
    told = problem(shop.put("orders/by-number/\u0301", json=SHOP), 422)
    assert set(told["fields"]) == {"order_number"}
    assert set(problem(shop.put("products/\u0301", json={"name": "Tea"}), 422)["fields"]) == {"sku"}
    assert shop.get("orders?count=exact").json()["count"] == 0


def test_lines_without_end_are_refused_before_anything_is_made_of_them(shop: TestClient) -> None:
    lines = [TEA] * MOST_LINES + [{"sku": None, "quantity": "of course not"}] * 20_000
    told = problem(shop.put("orders/by-number/S-1", json={**SHOP, "lines": lines}), 422)
    assert told["fields"] == {"lines": "These are too many: at most 500 are taken."}


def test_an_order_is_never_moved_to_another_customer(shop: TestClient) -> None:
    customer(shop, customer_number="K-2", contact_name="Yan")
    shop.put("orders/by-number/S-1", json=SHOP)
    told = problem(shop.put("orders/by-number/S-1", json={**SHOP, "customer_number": "K-2"}), 422)
    assert set(told["fields"]) == {"customer_number"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"lines": [TEA]}, {"customer_id"}),
        ({**SHOP, "customer_number": "K-9"}, {"customer_number"}),
        ({"customer_id": str(NOBODY), "lines": [TEA]}, {"customer_id"}),
        ({**SHOP, "lines": []}, {"lines"}),
        ({**SHOP, "lines": [TEA, {"sku": "NIX"}]}, {"lines[1].sku"}),
        ({**SHOP, "lines": [{"product_id": str(NOBODY)}]}, {"lines[0].product_id"}),
        ({**SHOP, "lines": [{**TEA, "quantity": 0}]}, {"lines"}),
        ({**SHOP, "lines": [{**TEA, "quantity": "1e-9"}]}, {"lines"}),
        ({**SHOP, "lines": [{**TEA, "quantity": "NaN"}]}, {"lines[0].quantity"}),
        ({**SHOP, "lines": [{**TEA, "unit_price": "1e400"}]}, {"lines"}),
        ({**SHOP, "lines": [{**TEA, "colour": "red"}]}, {"lines[0].colour"}),
        ({**SHOP, "lines": [{**TEA, "id": str(NOBODY)}] * 2}, {"lines"}),
        ({**SHOP, "currency": "DM"}, {"currency"}),
        ({**SHOP, "status": "lost"}, {"status"}),
        ({**SHOP, "order_number": "S-2"}, {"order_number"}),
        ({**SHOP, "ordered_at": "1066-10-14T09:00:00Z"}, {"ordered_at"}),
    ],
)
def test_what_cannot_be_saved_is_refused_by_field(shop: TestClient, body: object, fields: set[str]) -> None:
    assert set(problem(shop.put("orders/by-number/S-1", json=body), 422)["fields"]) == fields
    assert shop.get("orders?count=exact").json()["count"] == 0


def test_what_is_out_of_the_catalogue_stays_on_old_orders_only(shop: TestClient) -> None:
    shop.put("orders/by-number/S-1", json=SHOP)
    assert shop.put("products/TEA", json={"is_active": False}).status_code == 200
    assert shop.put("orders/by-number/S-1", json={**SHOP, "notes": "x"}).status_code == 200
    told = problem(shop.put("orders/by-number/S-2", json=SHOP), 422)
    assert told["fields"] == {"lines[0].sku": "Tea can no longer be ordered."}


def test_orders_by_hand_are_saved_over_the_version_that_was_read(shop: TestClient) -> None:
    (zoe,) = shop.get("customers").json()["items"]
    path = f"customers/{zoe['id']}/orders"
    made = added(shop, path, lines=[{"sku": "POT/1"}], id=str(uuid4()))
    assert made["order_number"].endswith("-000001") and made["total"] == "25.0000"
    problem(shop.post(path, json={"lines": [{"sku": "TEA"}], "id": made["id"]}), 409)
    where = f"orders/{made['id']}"
    problem(shop.put(where, json={"notes": "x"}), 428)
    line = made["lines"][0]
    changed = shop.put(
        where,
        json={"lines": [{"sku": "TEA"}, {"id": line["id"], "sku": "POT/1", "quantity": 2}], "version": made["version"]},
    )
    assert changed.status_code == 200, changed.text
    assert [(each["description"], each["quantity"]) for each in changed.json()["lines"]] == [
        ("Tea", "1.000"),
        ("Pot/1", "2.000"),
    ]
    assert changed.json()["lines"][1]["id"] == line["id"]
    told = problem(shop.put(where, json={"notes": "late", "version": made["version"]}), 409)
    assert told["conflicts"] == {"notes": {"sent": "late", "current": ""}}
    told = problem(shop.post(path, json={"order_number": made["order_number"], "lines": [TEA]}), 422)
    assert set(told["fields"]) == {"order_number"}
    problem(shop.delete(where, headers={"If-Match": '"1"'}), 412)


def test_orders_are_listed_of_all_and_of_one_customer(shop: TestClient) -> None:
    yan = customer(shop, customer_number="K-2", contact_name="Yan")
    for number in range(9):
        body = {**SHOP, "customer_number": f"K-{1 + number % 2}", "ordered_at": f"2026-0{1 + number}-01T00:00:00Z"}
        assert shop.put(f"orders/by-number/S-{number}", json=body).status_code == 201
    assert [row["order_number"] for row in all_pages(shop, "orders", limit=2)] == [f"S-{n}" for n in range(8, -1, -1)]
    theirs = all_pages(shop, f"customers/{yan['id']}/orders", sort="order_number", limit=3)
    assert [row["order_number"] for row in theirs] == ["S-1", "S-3", "S-5", "S-7"]
    found = all_pages(shop, "orders", **{"ordered_at.before": "2026-03-01", "status": "paid"})
    assert {row["order_number"] for row in found} == {"S-0", "S-1"}
    money = {"field": "total", "operator": "more_than", "value": {"amount": 32, "currency": "EUR"}}
    assert len(all_pages(shop, "orders", filter=json.dumps(money), limit=4)) == 9
    money["value"] = {"amount": 33, "currency": "EUR"}
    assert all_pages(shop, "orders", filter=json.dumps(money)) == []
    assert len(all_pages(shop, "orders", search="zimmer", sort="-total", limit=4)) == 5
    problem(shop.get(f"customers/{NOBODY}/orders"), 404)


def test_products_are_kept_under_their_sku(shop: TestClient) -> None:
    read = shop.get("products/POT/1")
    assert read.json()["unit_price"] == "25.00" and read.headers["etag"] == '"1"'
    assert shop.put("products/POT/1", json={"category": "Ceramics"}, headers={"If-Match": '"1"'}).json()["version"] == 2
    problem(shop.put("products/POT/1", json={"name": "x"}, headers={"If-Match": '"1"'}), 412)
    assert shop.put("products/POT/1", json={"category": "Ceramics"}).json()["version"] == 2
    assert set(problem(shop.put("products/NEW", json={}), 422)["fields"]) == {"name"}
    assert set(problem(shop.put("products/NEW", json={"name": "x", "sku": "OLD"}), 422)["fields"]) == {"sku"}
    assert added(shop, "products", sku="CUP", name="Cup", unit_price=4.2, currency="usd")["currency"] == "USD"
    assert set(problem(shop.post("products", json={"sku": "CUP", "name": "Cup"}), 422)["fields"]) == {"sku"}
    assert [row["sku"] for row in all_pages(shop, "products", sort="-unit_price", limit=1)] == ["POT/1", "TEA", "CUP"]
    problem(shop.get("products/NIX"), 404)
    problem(shop.put("products/%20NIX", json={"name": "x"}), 422)
    assert len(all_pages(shop, "products")) == 3


def test_a_product_is_deleted_until_it_is_ordered(shop: TestClient) -> None:
    shop.put("products/CUP ø", json={"name": "Cup"})
    where = "products/CUP ø"
    problem(shop.delete(where, headers={"If-Match": '"9"'}), 412)
    gone = shop.delete(where, headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    problem(shop.get(where), 404)
    problem(shop.delete(where), 404)
    assert shop.post(f"undo/{gone.headers['crm-transaction']}").json()["restored"] == 1
    assert shop.get(where).json()["name"] == "Cup"
    shop.put("orders/by-number/S-1", json=SHOP)
    told = problem(shop.delete("products/TEA"), 409)
    assert "stands on 1 line of orders" in told["detail"] and "Deactivate" in told["hint"]


def test_what_was_added_says_where_it_is_also_under_a_number_with_signs(shop: TestClient) -> None:
    for sku in ("CUP", "POT/2", "50 % ø?"):
        made = shop.post("products", json={"sku": sku, "name": "Cup"})
        assert at(shop, made).json() == made.json()


def test_who_ordered_has_to_be_a_contact_of_the_customer(shop: TestClient) -> None:
    zulu = customer(shop, company_name="Zulu", customer_type="business")
    anna = added(shop, f"customers/{zulu['id']}/contacts", name="Anna")
    for contact in (anna["id"], str(NOBODY)):
        told = problem(shop.put("orders/by-number/S-1", json={**SHOP, "contact_id": contact}), 422)
        assert set(told["fields"]) == {"contact_id"}


def test_a_product_put_many_times_at_once_is_one_product(shop: TestClient) -> None:
    ended: list[int] = []

    def send(number: int) -> None:
        ended.append(shop.put("products/CUP", json={"name": "Cup", "unit_price": number}).status_code)

    together([lambda number=number: send(number) for number in range(8)])  # type: ignore[misc]
    assert sorted(ended) == [200] * 7 + [201]
    assert len(all_pages(shop, "products")) == 3
