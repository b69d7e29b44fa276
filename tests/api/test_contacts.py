"""Contacts over HTTP: people at companies, changed over both of their versions, never under a private person."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.api.asking import NOBODY, added, customer, problem

ANNA = {"name": "Anna", "role": "Buyer", "phone": "030 901820"}


def company(api: TestClient, name: str = "Zulu") -> str:
    made = customer(api, contact_name=None, company_name=name, customer_type="business", country="Germany")
    return f"customers/{made['id']}/contacts"


def contact(api: TestClient, path: str, **body: Any) -> tuple[dict[str, Any], str]:
    made = added(api, path, **{**ANNA, **body})
    return made, f"{path}/{made['id']}"


def test_a_contact_is_added_read_changed_and_removed(api: TestClient) -> None:
    path = company(api)
    made = api.post(path, json=ANNA)
    body = made.json()
    assert made.status_code == 201 and body["is_primary"] is True and body["phone"] == "+4930901820"
    assert made.headers["etag"] == '"1.1"'
    where = f"{path}/{body['id']}"
    assert made.headers["location"].endswith(where)
    read = api.get(where)
    assert read.json() == body and read.headers["etag"] == '"1.1"'
    assert api.get(path).json()["items"] == [body]
    assert set(problem(api.post(path, json={"email": "x"}), 422)["fields"]) == {"name", "email"}

    changed = api.put(where, json={"notes": "Mornings", "role": None}, headers={"If-Match": '"1.1"'})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2.2"'
    assert changed.json() == {**body, "notes": "Mornings", "role": "", "version": 2, "position_version": 2}

    gone = api.delete(where)
    assert gone.status_code == 204
    for answered in (api.get(where), api.delete(where), api.put(where, json={"version": 2, "position_version": 2})):
        problem(answered, 404)
    assert api.post(f"undo/{gone.headers['crm-transaction']}").json()["restored"] == 2
    assert api.get(where).json() == changed.json()


def test_a_change_without_both_versions_or_over_old_ones_is_not_made(api: TestClient) -> None:
    made, where = contact(api, company(api))
    for body in ({"role": "Boss"}, {"role": "Boss", "version": 1}, {"role": "Boss", "position_version": 1}):
        assert '"3.3"' in problem(api.put(where, json=body), 428)["hint"]
    for header in ('"1"', '"1.1.1"', "1.1"):
        problem(api.put(where, json={"role": "Boss"}, headers={"If-Match": header}), 412)
    assert api.get(where).json() == made
    both = {"version": 1, "position_version": 1}
    problem(api.put(where, json={"role": "Boss", **both}, headers={"If-Match": '"1.2"'}), 422)
    assert api.put(where, json={"role": "Boss", **both}).json()["role"] == "Boss"
    told = problem(api.put(where, json={"role": "Cook", "notes": "", **both}), 409)
    assert told["conflicts"] == {"role": {"sent": "Cook", "current": "Boss"}}
    assert told["current"]["position_version"] == 2
    for method in ("put", "delete"):
        sent = {"json": {"role": "Cook"}} if method == "put" else {}
        problem(getattr(api, method)(where, headers={"If-Match": '"1.1"'}, **sent), 412)
    assert api.delete(where, headers={"If-Match": '"1.2"'}).status_code == 204


def test_what_is_not_named_stays_and_naming_nothing_changes_nothing(api: TestClient) -> None:
    made, where = contact(api, company(api), other_phones=["0171 5557788"], notes="Mornings")
    assert api.put(where, json={}, headers={"If-Match": '"1.1"'}).json() == made


def test_another_one_takes_the_place_of_the_primary_one(api: TestClient) -> None:
    path = company(api)
    _, anna = contact(api, path)
    ben, where = contact(api, path, name="Ben")
    assert ben["is_primary"] is False
    changed = api.put(where, json={"is_primary": True}, headers={"If-Match": '"1.1"'})
    assert changed.json()["is_primary"] is True and changed.headers["etag"] == '"1.2"'
    assert api.get(anna).json()["is_primary"] is False
    told = problem(api.put(where, json={"is_primary": False}, headers={"If-Match": '"1.2"'}), 422)
    assert told["fields"] == {"is_primary": "Make another contact the primary one instead."}
    assert added(api, path, name="Cem", is_primary=True)["is_primary"] is True
    assert [row["name"] for row in api.get(path).json()["items"]] == ["Cem", "Anna", "Ben"]


def test_somebody_who_is_known_gets_a_place_at_another_company(api: TestClient) -> None:
    anna, where = contact(api, company(api))
    second = company(api, "Yankee")
    told = problem(api.post(second, json={"contact_id": anna["id"], "name": "Anna", "role": "x" * 101}), 422)
    assert set(told["fields"]) == {"name"}
    for body, field in (({"role": "x" * 101}, "role"), ({"contact_id": str(NOBODY)}, "contact_id")):
        told = problem(api.post(second, json={"contact_id": anna["id"], **body}), 422)
        assert set(told["fields"]) == {field}
    there = added(api, second, contact_id=anna["id"], role="Adviser")
    assert (there["name"], there["role"], [place["name"] for place in there["elsewhere"]]) == (
        "Anna",
        "Adviser",
        ["Zulu"],
    )
    problem(api.post(second, json={"contact_id": anna["id"]}), 409)
    api.put(where, json={"name": "Anna Alt", "role": "Boss"}, headers={"If-Match": '"1.1"'})
    assert (api.get(f"{second}/{anna['id']}").json()["name"], api.get(second).json()["items"][0]["role"]) == (
        "Anna Alt",
        "Adviser",
    )
    assert api.delete(where).status_code == 204
    assert api.get(second).json()["items"][0]["elsewhere"] == []


def test_a_private_person_has_no_contacts_until_there_is_a_company(api: TestClient) -> None:
    zoe = customer(api)
    path = f"customers/{zoe['id']}/contacts"
    told = problem(api.post(path, json=ANNA), 409)
    assert told["detail"] == "Zoë Zimmer is an individual. Contacts are people at a company."
    anna, _ = contact(api, company(api))
    problem(api.post(path, json={"contact_id": anna["id"]}), 409)
    assert api.get(path).json()["items"] == []
    api.put(f"customers/{zoe['id']}", json={"customer_type": "business", "version": 1})
    first, _ = contact(api, path)
    api.put(f"customers/{zoe['id']}", json={"customer_type": "individual", "version": 2})
    added(api, path, name="Ben")
    assert [row["name"] for row in api.get(path).json()["items"]] == [first["name"], "Ben"]


@pytest.mark.parametrize("identity", [str(NOBODY), "x"])
def test_a_contact_of_another_company_is_not_there(api: TestClient, identity: str) -> None:
    _, where = contact(api, company(api))
    other = f"{company(api, 'Yankee')}/{where.rpartition('/')[2]}"
    for path in (other, f"{company(api, 'X')}/{identity}"):
        problem(api.get(path), 404)
        problem(api.put(path, json={}, headers={"If-Match": '"1.1"'}), 404)
        problem(api.delete(path), 404)
    assert api.get(where).status_code == 200


def test_sending_a_new_contact_twice_under_its_own_id_adds_one(api: TestClient) -> None:
    path, body = company(api), {"id": str(uuid4()), **ANNA}
    assert api.post(path, json=body).status_code == 201
    problem(api.post(path, json=body), 409)
    assert len(api.get(path).json()["items"]) == 1
