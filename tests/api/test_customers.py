"""Customers over HTTP: what is sent is saved by the same rules as in the window, over the version that was read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.database.engine import Database
from tests.api.asking import NOBODY, customer, problem
from tests.helpers.postgres import Crm
from tests.helpers.together import together


def test_a_customer_is_added_read_changed_and_deleted(api: TestClient) -> None:
    made = api.post(
        "customers",
        json={
            "company_name": " Köhler  GmbH ",
            "customer_type": "business",
            "phone": "030 901820",
            "country": "Germany",
            "tags": ["VIP", "vip"],
            "notes": None,
        },
    )
    assert made.status_code == 201
    body = made.json()
    assert body["company_name"] == "Köhler GmbH"
    assert body["phone"] == "+4930901820" and body["phone_checked"] is True
    assert body["tags"] == ["VIP"] and body["notes"] == "" and body["status"] == "active"
    where = f"customers/{body['id']}"
    assert made.headers["location"] == f"/api/v1/admin/crm/{where}" and made.headers["etag"] == '"1"'

    read = api.get(where)
    assert read.json() == body and read.headers["etag"] == '"1"'

    changed = api.put(where, json={"city": "Bonn"}, headers={"If-Match": read.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    assert changed.json() == {**body, "city": "Bonn", "version": 2, "updated_at": changed.json()["updated_at"]}

    assert api.delete(where).status_code == 204
    problem(api.get(where), 404)
    problem(api.delete(where), 404)


def test_a_field_that_is_not_named_stays_and_one_that_is_null_is_blanked(api: TestClient) -> None:
    made = customer(api, notes="Keep me", city="Bonn", source="fair")
    changed = api.put(f"customers/{made['id']}", json={"city": None, "version": 1}).json()
    assert (changed["notes"], changed["city"], changed["source"]) == ("Keep me", "", "fair")


def test_a_change_without_a_version_is_not_made(api: TestClient) -> None:
    made = customer(api)
    told = problem(api.put(f"customers/{made['id']}", json={"city": "Bonn"}), 428)
    assert "If-Match" in told["hint"]
    assert api.get(f"customers/{made['id']}").json() == made


def test_a_stale_change_is_refused_with_what_there_is_now(api: TestClient) -> None:
    made = customer(api, city="Bonn")
    where = f"customers/{made['id']}"
    assert api.put(where, json={"city": "Köln", "version": 1}).status_code == 200
    told = problem(api.put(where, json={"city": "Kiel", "state": "", "version": 1}), 409)
    assert told["current"]["city"] == "Köln" and told["current"]["version"] == 2
    assert told["conflicts"] == {"city": {"sent": "Kiel", "current": "Köln"}}
    told = problem(api.put(where, json={"city": "Kiel"}, headers={"If-Match": '"1"'}), 412)
    assert told["conflicts"] == {"city": {"sent": "Kiel", "current": "Köln"}}
    problem(api.put(where, json={}, headers={"If-Match": '"1"'}), 412)
    problem(api.delete(where, headers={"If-Match": '"1"'}), 412)
    assert api.get(where).json()["city"] == "Köln"


@pytest.mark.parametrize("header", ["*", "3", 'W/"1"', '"x"', '"99999999999"', ""])
def test_an_if_match_that_names_no_version_is_not_taken_for_one(api: TestClient, header: str) -> None:
    made = customer(api)
    problem(api.put(f"customers/{made['id']}", json={"city": "Kiel"}, headers={"If-Match": header}), 412)


def test_two_people_at_once_do_not_overwrite_each_other(api: TestClient) -> None:
    made = customer(api)
    ended: list[int] = []

    def change(city: str) -> None:
        ended.append(api.put(f"customers/{made['id']}", json={"city": city, "version": 1}).status_code)

    together([lambda city=city: change(city) for city in ("Bonn", "Köln", "Kiel", "Ulm")])  # type: ignore[misc]
    assert sorted(ended) == [200, 409, 409, 409]


def test_sending_a_new_customer_twice_under_its_own_id_adds_one(api: TestClient) -> None:
    body = {"id": str(uuid4()), "contact_name": "Zoë"}
    assert api.post("customers", json=body).status_code == 201
    problem(api.post("customers", json=body), 409)
    assert api.get("customers?count=exact").json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"contact_name"}),
        ({"contact_name": "Zoë", "email": "zoë"}, {"email"}),
        ({"contact_name": "Zoë", "status": "lost", "customer_type": None}, {"status", "customer_type"}),
        ({"contact_name": "Zoë", "emial": "z@example.org"}, {"emial"}),
        ({"contact_name": "Zoë", "tier": "gold"}, {"tier"}),
        ({"contact_name": 7}, {"contact_name"}),
        ({"contact_name": "Zoë", "tags": ["a", 7]}, {"tags[1]"}),
        ({"contact_name": "Zoë", "owner_id": "me"}, {"owner_id"}),
        ({"contact_name": "x" * 301}, {"contact_name"}),
        ({"contact_name": "Zoë", "tags": ["a"] * 1_001}, {"tags"}),
        ({f"field {number}": 1 for number in range(200)}, {"body"}),
    ],
)
def test_what_cannot_be_saved_is_refused_by_field(api: TestClient, body: object, fields: set[str]) -> None:
    told = problem(api.post("customers", json=body), 422)
    assert set(told["fields"]) == fields
    assert all(sentence.endswith(".") for sentence in told["fields"].values())


def test_an_owner_who_does_not_exist_is_a_fault_of_the_body(api: TestClient) -> None:
    told = problem(api.post("customers", json={"contact_name": "Zoë", "owner_id": str(NOBODY)}), 422)
    assert told["fields"] == {"owner_id": "There is nothing of this id any more."}


def test_the_number_of_another_customer_is_refused_with_whose_it_is(api: TestClient) -> None:
    customer(api, customer_number="K-1")
    told = problem(api.post("customers", json={"contact_name": "Yan", "customer_number": "k-1"}), 422)
    assert told["fields"] == {"customer_number": "Customer number k-1 belongs to Zoë Zimmer."}


def test_employees_may_all_but_delete(api: TestClient, employee_api: TestClient) -> None:
    made = customer(employee_api)
    where = f"customers/{made['id']}"
    assert employee_api.put(where, json={"city": "Bonn", "version": 1}).status_code == 200
    told = problem(employee_api.delete(where), 403)
    assert told["detail"] == "Only administrators may delete customers."
    assert employee_api.get(where).status_code == 200
    assert api.delete(where).status_code == 204


def test_the_trail_names_the_person_and_the_api(employee_api: TestClient, clean: Crm) -> None:
    made = customer(employee_api)
    employee_api.put(f"customers/{made['id']}", json={"city": "Bonn", "version": 1})
    with clean.connect() as connection:
        found = connection.execute(
            "SELECT actor, application, action FROM crm.audit_log WHERE row_id = %s ORDER BY id", [made["id"]]
        ).fetchall()
    assert found == [("emil", "CRM Desktop API", "insert"), ("emil", "CRM Desktop API", "update")]


def test_what_was_done_can_be_undone_by_its_transaction(api: TestClient, admin: Database) -> None:
    made = customer(api, city="Bonn")
    changed = api.put(f"customers/{made['id']}", json={"city": "Kiel", "version": 1})
    with admin.session() as session:
        assert undo_transaction(session, int(changed.headers["crm-transaction"])).restored == 1
    assert api.get(f"customers/{made['id']}").json()["city"] == "Bonn"


def test_a_merged_customer_says_into_whom(api: TestClient, clean: Crm) -> None:
    survivor, gone = customer(api), customer(api, contact_name="Zoe Zimmer")
    with clean.connect() as connection:
        connection.execute(
            "SELECT crm.merge_customers(%s, ARRAY[%s::uuid], ARRAY[1, 1], '{}')", [survivor["id"], gone["id"]]
        )
    told = problem(api.get(f"customers/{gone['id']}"), 404)
    assert "merged into Zoë Zimmer" in told["detail"]
