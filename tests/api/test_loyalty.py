"""Loyalty over HTTP: an entry is made once under its key, and the ledger's rules hold."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.api.asking import NOBODY, customer, problem
from tests.helpers.together import together


@pytest.fixture
def member(api: TestClient) -> str:
    """The path of a member's account."""
    zoe = customer(api)
    path = f"customers/{zoe['id']}/loyalty"
    problem(api.get(path), 404)
    assert api.post(path).status_code == 201
    return path


def entry(api: TestClient, member: str, key: str, **body: Any) -> Response:
    return api.post(f"{member}/entries", json=body, headers={"Idempotency-Key": key})


def test_points_are_earned_redeemed_and_corrected(api: TestClient, member: str) -> None:
    assert entry(api, member, "1", kind="earn", points=1200, reason="Fair").status_code == 201
    assert entry(api, member, "2", kind="redeem", points=200).status_code == 201
    corrected = entry(api, member, "3", kind="adjust", points=-100, reason="Typed twice")
    account = corrected.json()["account"]
    assert (account["balance"], account["earned"], account["redeemed"]) == (900, 1100, 200)
    assert (account["tier"], account["next_tier"], account["to_next"]) == ("silver", "gold", 3900)
    entries = api.get(member, params={"entries": 2}).json()
    assert [(each["kind"], each["points"], each["balance"], each["author"]) for each in entries["entries"]] == [
        ("adjust", -100, 900, "Ada Admin"),
        ("redeem", -200, 1000, "Ada Admin"),
    ]
    assert entries["more"] is True and entries["rule"]["tier"] == "silver"
    assert api.post(member).status_code == 200  # enrolled already


def test_an_entry_is_made_once_under_its_key_also_at_once(api: TestClient, member: str) -> None:
    ended: list[int] = []
    together([lambda: ended.append(entry(api, member, "same", kind="earn", points=10).status_code)] * 6)
    assert sorted(ended) == [200] * 5 + [201]
    assert api.get(member).json()["account"]["balance"] == 10
    assert entry(api, member, "other", kind="redeem", points=10).status_code == 201
    assert entry(api, member, "other", kind="redeem", points=10).status_code == 200
    told = problem(entry(api, member, "same", kind="earn", points=11), 422)
    assert set(told["fields"]) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"kind": "earn", "points": 0}, {"points"}),
        ({"kind": "earn", "points": -5}, {"points"}),
        ({"kind": "redeem", "points": 5}, {"points"}),
        ({"kind": "adjust", "points": 5}, {"reason"}),
        ({"kind": "opening", "points": 5}, {"kind"}),
        ({"kind": "earn", "points": 10**40}, {"points"}),
        ({"kind": "earn", "points": "many"}, {"points"}),
        ({"kind": "earn", "points": True}, {"points"}),
    ],
)
def test_what_cannot_be_booked_is_refused_by_field(
    api: TestClient, member: str, body: dict[str, Any], fields: set[str]
) -> None:
    assert set(problem(entry(api, member, "1", **body), 422)["fields"]) == fields
    assert api.get(member).json()["entries"] == []


def test_an_entry_without_a_key_or_an_account_is_not_made(api: TestClient, member: str) -> None:
    problem(api.post(f"{member}/entries", json={"kind": "earn", "points": 5}), 400)
    problem(entry(api, member, "k" * 256, kind="earn", points=5), 400)
    problem(entry(api, f"customers/{NOBODY}/loyalty", "1", kind="earn", points=5), 404)
    for field in ("order_id", "contact_id"):
        told = problem(entry(api, member, "1", kind="earn", points=5, **{field: str(NOBODY)}), 422)
        assert set(told["fields"]) == {field}
    problem(api.post(f"customers/{NOBODY}/loyalty"), 404)
    problem(api.get(member, params={"entries": 0}), 422)
