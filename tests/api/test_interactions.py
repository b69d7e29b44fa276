"""Interactions over HTTP: in one's own name, changed by those who may, listed with all that they hold."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.asking import NOBODY, added, all_pages, at, customer, problem


def test_an_interaction_is_added_listed_changed_and_deleted(api: TestClient) -> None:
    zoe = customer(api)
    path = f"customers/{zoe['id']}/interactions"
    when = "2026-12-01T09:00:00+01:00"
    made = added(api, path, type="call", subject=" Offer ", description="Long talk", duration=12, follow_up=when)
    assert made["subject"] == "Offer" and made["author"] == "Ada Admin" and made["customer_name"] == "Zoë Zimmer"
    assert made["follow_up"] == "2026-12-01T08:00:00Z"
    assert api.get(f"interactions/{made['id']}").json() == made
    (listed,) = api.get(path).json()["items"]
    assert listed == made

    changed = api.put(
        f"interactions/{made['id']}", json={"status": "completed", "outcome": "Sold"}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert (body["status"], body["outcome"], body["description"], body["version"]) == (
        "completed",
        "Sold",
        "Long talk",
        2,
    )
    assert changed.headers["etag"] == '"2"'
    told = problem(api.put(f"interactions/{made['id']}", json={"outcome": "Lost", "version": 1}), 409)
    assert told["conflicts"] == {"outcome": {"sent": "Lost", "current": "Sold"}}
    problem(api.put(f"interactions/{made['id']}", json={"outcome": "Lost"}), 428)
    problem(api.delete(f"interactions/{made['id']}", headers={"If-Match": '"1"'}), 412)
    assert api.delete(f"interactions/{made['id']}").status_code == 204
    problem(api.get(f"interactions/{made['id']}"), 404)


def test_the_list_is_filtered_sorted_and_paged_like_any_other(api: TestClient) -> None:
    zoe, yan = customer(api), customer(api, contact_name="Yan")
    for number in range(12):
        who = zoe if number % 2 else yan
        added(
            api, f"customers/{who['id']}/interactions", subject=f"No {number}", type="call" if number % 3 else "email"
        )
    path = f"customers/{zoe['id']}/interactions"
    assert [row["subject"] for row in all_pages(api, path, limit=2)] == [f"No {n}" for n in (11, 9, 7, 5, 3, 1)]
    assert {row["subject"] for row in all_pages(api, path, type="email", limit=1)} == {"No 3", "No 9"}
    assert api.get(path, params={"count": "exact", "subject.contains": "1"}).json()["count"] == 2


def test_interactions_are_written_in_ones_own_name_and_changed_by_those_who_may(
    api: TestClient, employee_api: TestClient
) -> None:
    zoe = customer(api)
    path = f"customers/{zoe['id']}/interactions"
    hers, his = added(api, path, subject="Hers"), added(employee_api, path, subject="His")
    assert (hers["author"], his["author"]) == ("Ada Admin", "Emil Employee")
    problem(employee_api.post(path, json={"subject": "Forged", "user_id": hers["user_id"]}), 422)
    told = problem(employee_api.put(f"interactions/{hers['id']}", json={"outcome": "x", "version": 1}), 403)
    assert "Only its author" in told["detail"]
    problem(employee_api.delete(f"interactions/{hers['id']}"), 403)
    assert api.put(f"interactions/{his['id']}", json={"outcome": "x", "version": 1}).status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"subject"}),
        ({"subject": "x", "type": "fax", "priority": "huge", "status": "gone"}, {"type", "priority", "status"}),
        ({"subject": "x", "duration": -1}, {"duration"}),
        ({"subject": "x", "duration": 10**30}, {"duration"}),
        ({"subject": "x", "follow_up": "2026-12-01T09:00:00"}, {"follow_up"}),
        ({"subject": "x", "follow_up": "0001-01-01T00:00:00+14:00"}, {"follow_up"}),
        ({"subject": "x", "follow_up": "9999-12-31T23:59:59-14:00"}, {"follow_up"}),
        ({"subject": "x", "follow_up": "soon"}, {"follow_up"}),
        ({"subject": "x", "customer_id": str(NOBODY)}, {"customer_id"}),
    ],
)
def test_what_cannot_be_saved_is_refused_by_field(api: TestClient, body: object, fields: set[str]) -> None:
    zoe = customer(api)
    assert set(problem(api.post(f"customers/{zoe['id']}/interactions", json=body), 422)["fields"]) == fields


def test_what_belongs_to_nobody_is_not_there(api: TestClient) -> None:
    problem(api.get(f"customers/{NOBODY}/interactions"), 404)
    problem(api.post(f"customers/{NOBODY}/interactions", json={"subject": "x"}), 404)
    problem(api.put(f"interactions/{NOBODY}", json={"version": 1}), 404)
    problem(api.delete(f"interactions/{NOBODY}"), 404)


@pytest.mark.parametrize("field", ["assignee_id", "contact_id"])
def test_whoever_is_named_and_not_there_is_a_fault_of_that_field(api: TestClient, field: str) -> None:
    zoe = customer(api)
    made = added(api, f"customers/{zoe['id']}/interactions", subject="Offer")
    body = {"subject": "x", field: str(NOBODY)}
    told = problem(api.post(f"customers/{zoe['id']}/interactions", json=body), 422)
    assert set(told["fields"]) == {field} and told["fields"][field]
    told = problem(api.put(f"interactions/{made['id']}", json={**body, "version": 1}), 422)
    assert set(told["fields"]) == {field}


def test_an_interaction_says_where_it_is(api: TestClient) -> None:
    zoe = customer(api)
    made = api.post(f"customers/{zoe['id']}/interactions", json={"subject": "Offer"})
    assert at(api, made).json() == made.json()
