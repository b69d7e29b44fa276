"""What several tests ask of the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from httpx2 import Response
from starlette.testclient import TestClient

NOBODY = UUID(int=0)


def added(api: TestClient, path: str, **body: Any) -> dict[str, Any]:
    """What was added there."""
    answered = api.post(path, json=body)
    assert answered.status_code == 201, answered.text
    record: dict[str, Any] = answered.json()
    return record


def customer(api: TestClient, **body: Any) -> dict[str, Any]:
    return added(api, "customers", **{"contact_name": "Zoë Zimmer", **body})


def problem(answered: Response, status: int) -> dict[str, Any]:
    """The problem that a request ended with."""
    assert answered.status_code == status, answered.text
    assert answered.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answered.json()
    assert told["status"] == status
    assert told["title"] and told["detail"]
    return told


def at(api: TestClient, made: Response) -> Response:
    """What is at the address that an answer to adding named."""
    return api.get(f"http://testserver{made.headers['location']}")


def all_pages(api: TestClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Every row of a list, page after page."""
    found: list[dict[str, Any]] = []
    while True:
        answered = api.get(path, params=asked)
        assert answered.status_code == 200, answered.text
        page = answered.json()
        found += page["items"]
        assert len({row["id"] for row in found}) == len(found), "a row came twice"
        if page["next"] is None:
            return found
        assert page["items"]
        asked["cursor"] = page["next"]
