"""What every request passes first: bodies that are too large or no JSON, methods that an address does not take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from crm_desktop.api.gate import LARGEST_BODY
from tests.api.asking import customer, problem

JSON = {"content-type": "application/json"}


def test_a_body_that_says_it_is_too_large_is_not_read(api: TestClient) -> None:
    read: list[int] = []

    def body() -> Iterator[bytes]:
        read.append(1)
        yield b"x"

    headers = {**JSON, "content-length": str(LARGEST_BODY + 1)}
    problem(api.post("customers", content=body(), headers=headers), 413)


def test_a_body_that_grows_too_large_is_cut_off(api: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"contact_name": "Zoe", "notes": "'
        for _ in range(LARGEST_BODY // 2**20 + 1):
            yield b"x" * 2**20
        yield b'"}'

    problem(api.post("customers", content=body(), headers=JSON), 413)
    assert api.get("customers?count=exact").json()["count"] == 0


def test_the_longest_text_that_is_kept_fits(api: TestClient) -> None:
    assert len(customer(api, notes="x" * 10_000_000)["notes"]) == 10_000_000


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_no_json_is_not_taken(api: TestClient, kind: str) -> None:
    problem(api.post("customers", content=b'{"contact_name": "Zoe"}', headers={"content-type": kind}), 415)


def test_broken_json_is_refused_with_its_place(api: TestClient) -> None:
    told = problem(api.post("customers", content=b'{"contact_name": }', headers=JSON), 400)
    assert told["detail"] == "This body is not JSON, at character 17."


def test_methods_and_addresses_that_there_are_not(api: TestClient) -> None:
    problem(api.patch("customers", json={}), 405)
    problem(api.delete("stats"), 405)
    problem(api.get("nothing"), 404)
    problem(api.get("customers/zoe"), 404)
    problem(api.get("http://testserver/docs"), 404)


def test_nothing_that_is_answered_is_kept_by_those_in_between(api: TestClient) -> None:
    for path in ("customers", "nothing", "http://testserver/api/v1/openapi.json"):
        assert api.get(path).headers["cache-control"] == "no-store"
