"""What every request passes first: bodies that are too large or no JSON, methods that an address does not take."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from anyio import sleep_forever
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from crm_desktop.api import gate
from crm_desktop.api.gate import LARGEST_BODY
from crm_desktop.api.sign_in import AT_ONCE
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


def half(api: TestClient, answered: list[Message], read: asyncio.Event) -> tuple[Scope, Receive, Send]:
    """A request of whose body no more comes than the half of it."""
    assert isinstance(api.auth, httpx2.BasicAuth)
    signed_in = next(api.auth.auth_flow(api.build_request("GET", "me"))).headers["authorization"].encode()
    headers = [(b"authorization", signed_in), (b"content-type", b"application/json"), (b"content-length", b"99")]
    path = "/api/v1/admin/crm/customers"

    async def receive() -> Message:
        if read.is_set():
            await sleep_forever()
        read.set()
        return {"type": "http.request", "body": b'{"contact_name": ', "more_body": True}

    async def send(message: Message) -> None:
        answered.append(message)

    return {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}, receive, send


def test_a_body_that_stops_coming_gives_its_place_back(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)
    assert api.portal is not None
    for _ in range(AT_ONCE + 1):
        answered: list[Message] = []
        api.portal.call(api.app, *half(api, answered, asyncio.Event()))
        assert answered[0]["status"] == 408
        assert (b"connection", b"close") in answered[0]["headers"]
    assert api.get("me").status_code == 200


def test_who_is_cut_off_by_the_end_of_the_api_hears_that_it_may_be_saved(api: TestClient) -> None:
    answered: list[Message] = []

    async def stopped() -> None:
        read = asyncio.Event()
        request = asyncio.ensure_future(api.app(*half(api, answered, read)))  # type: ignore[arg-type]
        await read.wait()
        request.cancel("as uvicorn does")
        await request

    assert api.portal is not None
    api.portal.call(stopped)
    assert answered[0]["status"] == 503
    assert b"Whether anything was saved is not known." in answered[1]["body"]


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
