"""Figures, segments and what is said of the person signed in: the same as in the window."""

from __future__ import annotations

from dataclasses import asdict

from starlette.testclient import TestClient

from crm_desktop.analytics.one_customer import customer_figures
from crm_desktop.analytics.overall import overall
from crm_desktop.database.engine import Database
from crm_desktop.segments.actions import add_segment
from crm_desktop.segments.validation import SegmentInput
from tests.api.asking import NOBODY, added, all_pages, customer, problem


def test_the_figures_are_those_of_the_window(api: TestClient, admin: Database) -> None:
    zoe = customer(api)
    customer(api, customer_type="business", company_name="Zulu", status="prospect")
    path = f"customers/{zoe['id']}"
    added(api, f"{path}/interactions", type="call", subject="x", status="completed", outcome="Yes", duration=5)
    added(api, f"{path}/interactions", type="email", subject="x", follow_up="2020-01-01T00:00:00Z")
    added(api, f"{path}/orders", lines=[{"description": "Tea", "unit_price": "10"}], status="paid")
    api.post(f"{path}/loyalty")
    stats, mine = api.get("stats").json(), api.get(f"{path}/stats").json()
    with admin.session() as session:
        assert stats == asdict(overall(session))
        figures = customer_figures(session, zoe["id"])
    assert stats["customers"]["by_status"] == {"active": 1, "prospect": 1}
    assert stats["follow_ups"]["overdue"] == 1
    assert (mine["total"], mine["completed"], mine["minutes"], mine["score"]) == (2, 1, 5, figures.score)
    assert mine["channels"][0] == {"type": "call", "tried": 1, "answered": 1, "share": 1.0}
    assert mine["purchases"][0]["average"] == "10.0000"
    assert mine["loyalty"]["tier"] == "bronze" and len(mine["engagement"]) == 5
    problem(api.get(f"customers/{NOBODY}/stats"), 404)
    problem(api.get("stats?time_zone=Atlantis/Poseidonis"), 422)


def test_segments_and_who_is_in_them(api: TestClient, admin: Database) -> None:
    with admin.session() as session:
        criteria = {"field": "status", "operator": "is", "value": "prospect"}
        identity = add_segment(session, SegmentInput("Prospects", criteria=criteria))
    for number in range(5):
        customer(api, contact_name=f"Name {number}", status="prospect" if number % 2 else "active")
    (segment,) = [row for row in api.get("segments").json()["items"] if row["name"] == "Prospects"]
    assert segment["id"] == str(identity) and segment["criteria"] == criteria
    assert api.get(f"segments/{identity}").json() == segment
    found = all_pages(api, f"segments/{identity}/customers", limit=1)
    assert [row["name"] for row in found] == ["Name 1", "Name 3"]
    assert api.get(f"segments/{identity}/customers?name=Name+3&count=exact").json()["count"] == 1
    problem(api.get(f"segments/{NOBODY}/customers"), 404)


def test_who_is_signed_in_and_may_what(api: TestClient, employee_api: TestClient) -> None:
    assert employee_api.get("me").json()["username"] == "emil"
    assert employee_api.get("me/rights").json()["delete_customers"] is False
    assert api.get("me/rights").json()["delete_customers"] is True


def test_a_request_is_taken_back_by_its_transaction(api: TestClient, employee_api: TestClient) -> None:
    made = customer(api, city="Bonn")
    changed = api.put(f"customers/{made['id']}", json={"city": "Kiel", "version": 1})
    number = changed.headers["crm-transaction"]
    problem(employee_api.post(f"undo/{number}"), 403)
    assert api.post(f"undo/{number}").json()["restored"] == 1
    assert api.get(f"customers/{made['id']}").json()["city"] == "Bonn"
    problem(api.post("undo/1"), 404)
    problem(api.post(f"undo/{2**70}"), 404)


def test_the_description_names_every_endpoint_and_how_to_sign_in(api: TestClient) -> None:
    described = api.get("http://testserver/api/v1/openapi.json", auth=None).json()
    crm = "/api/v1/admin/crm"
    for path, methods in {
        "/customers": {"get", "post"},
        "/customers/{customer_id}": {"get", "put", "delete"},
        "/customers/{customer_id}/interactions": {"get", "post"},
        "/interactions/{interaction_id}": {"get", "put", "delete"},
        "/stats": {"get"},
        "/customers/{customer_id}/stats": {"get"},
        "/orders/by-number/{number}": {"get", "put"},
    }.items():
        assert methods <= set(described["paths"][crm + path])
    assert described["security"] == [{"login": []}]
    assert described["components"]["schemas"]["NewCustomer"]["additionalProperties"] is False
