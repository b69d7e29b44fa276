"""Who may what over HTTP: every endpoint for every role. What the database refuses, the API refuses."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from crm_desktop.api import contacts, customers, interactions, loyalty, orders, products, segments, service, stats
from crm_desktop.database.engine import Database
from crm_desktop.segments.actions import add_segment
from crm_desktop.segments.validation import SegmentInput
from tests.api.asking import added, customer, problem
from tests.helpers.postgres import ADMIN, EMPLOYEE, PASSWORD, Crm

LINES = [{"description": "Tea", "unit_price": 5}]
BOTH = {"version": 1, "position_version": 1}
# Method, path, body; what administrators and employees get for what an administrator made.
MATRIX: list[tuple[str, str, Any, int, int]] = [
    ("GET", "/customers", None, 200, 200),
    ("POST", "/customers", {"contact_name": "New"}, 201, 201),
    ("GET", "/customers/{customer_id}", None, 200, 200),
    ("PUT", "/customers/{customer_id}", {"city": "Bonn", "version": 2}, 200, 200),
    ("GET", "/customers/{customer_id}/interactions", None, 200, 200),
    ("POST", "/customers/{customer_id}/interactions", {"subject": "New"}, 201, 201),
    ("GET", "/interactions/{interaction_id}", None, 200, 200),
    ("PUT", "/interactions/{interaction_id}", {"outcome": "x", "version": 1}, 200, 403),
    ("DELETE", "/interactions/{interaction_id}", None, 204, 403),
    ("GET", "/stats", None, 200, 200),
    ("GET", "/customers/{customer_id}/stats", None, 200, 200),
    ("GET", "/orders", None, 200, 200),
    ("GET", "/customers/{customer_id}/orders", None, 200, 200),
    ("POST", "/customers/{customer_id}/orders", {"lines": LINES}, 201, 201),
    ("GET", "/orders/{order_id}", None, 200, 200),
    ("PUT", "/orders/{order_id}", {"notes": "x", "version": 1}, 200, 200),
    ("GET", "/orders/by-number/{number}", None, 200, 200),
    ("PUT", "/orders/by-number/{number}", {"notes": "y"}, 200, 200),
    ("DELETE", "/orders/{order_id}", None, 204, 204),
    ("GET", "/products", None, 200, 200),
    ("POST", "/products", {"sku": "NEW", "name": "New"}, 201, 201),
    ("GET", "/products/{sku}", None, 200, 200),
    ("PUT", "/products/{sku}", {"unit_price": 7}, 200, 200),
    ("DELETE", "/products/{sku}", None, 204, 204),
    ("GET", "/customers/{customer_id}/loyalty", None, 200, 200),
    ("POST", "/customers/{customer_id}/loyalty", None, 200, 200),
    ("POST", "/customers/{customer_id}/loyalty/entries", {"kind": "earn", "points": 1}, 201, 201),
    ("GET", "/customers/{customer_id}/contacts", None, 200, 200),
    ("POST", "/customers/{customer_id}/contacts", {"name": "New"}, 201, 201),
    ("GET", "/customers/{customer_id}/contacts/{contact_id}", None, 200, 200),
    ("PUT", "/customers/{customer_id}/contacts/{contact_id}", {"notes": "x", **BOTH}, 200, 200),
    ("DELETE", "/customers/{customer_id}/contacts/{contact_id}", None, 204, 204),
    ("GET", "/segments", None, 200, 200),
    ("GET", "/segments/{segment_id}", None, 200, 200),
    ("GET", "/segments/{segment_id}/customers", None, 200, 200),
    ("GET", "/me", None, 200, 200),
    ("GET", "/me/rights", None, 200, 200),
    ("POST", "/undo/{transaction}", None, 200, 403),
    ("DELETE", "/customers/{customer_id}", None, 204, 403),
]


@pytest.fixture
def ids(api: TestClient, admin: Database) -> dict[str, str]:
    """What an administrator made, by the names in paths."""
    zoe = customer(api, company_name="Zimmer")
    path = f"customers/{zoe['id']}"
    api.post(f"{path}/loyalty")
    api.put("products/TEA", json={"name": "Tea"})
    order = added(api, f"{path}/orders", lines=LINES, order_number="S-1")
    undone = api.post("customers", json={"contact_name": "Undone"})
    with admin.session() as session:
        segment = add_segment(session, SegmentInput("All", criteria={"field": "name", "operator": "is_filled"}))
    return {
        "customer_id": zoe["id"],
        "interaction_id": added(api, f"{path}/interactions", subject="Hers")["id"],
        "contact_id": added(api, f"{path}/contacts", name="Anna")["id"],
        "order_id": order["id"],
        "number": "S-1",
        "sku": "TEA",
        "segment_id": str(segment),
        "transaction": undone.headers["crm-transaction"],
    }


@pytest.mark.parametrize(("who", "column"), [(ADMIN, 0), (EMPLOYEE, 1)])
def test_each_role_may_what_the_database_lets_it(
    api: TestClient, stranger_api: TestClient, ids: dict[str, str], who: str, column: int
) -> None:
    stranger_api.auth = (who, PASSWORD)
    headers = {"Idempotency-Key": "k"}
    for method, path, body, *expected in MATRIX:
        answered = stranger_api.request(method, path.format(**ids).lstrip("/"), json=body, headers=headers)
        assert answered.status_code == expected[column], (method, path, answered.text)


@pytest.mark.parametrize(("who", "status"), [(("uwe", PASSWORD), 403), (None, 401), ((ADMIN, "wrong"), 401)])
def test_whoever_has_no_access_gets_nowhere(
    api: TestClient,
    stranger_api: TestClient,
    ids: dict[str, str],
    clean: Crm,
    who: tuple[str, str] | None,
    status: int,
) -> None:
    clean.add_person("uwe", "user")
    stranger_api.auth = who
    for method, path, body, *_ in MATRIX[:3] if who == (ADMIN, "wrong") else MATRIX:
        problem(stranger_api.request(method, path.format(**ids).lstrip("/"), json=body), status)


def test_the_matrix_names_every_endpoint() -> None:
    found = set()
    for subject in (contacts, customers, interactions, loyalty, orders, products, segments, service, stats):
        for route in subject.router.routes:
            assert isinstance(route, APIRoute) and route.methods is not None
            found |= {(method, route.path.replace(":path", "")) for method in route.methods}
    assert found == {(method, path) for method, path, *_ in MATRIX}
