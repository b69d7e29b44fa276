"""Connections that break: what was sent is there once or not at all, and the API says to come back."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from crm_desktop.api import customers
from crm_desktop.api.app import create
from crm_desktop.api.problems import answer
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError
from tests.api.asking import all_pages, customer, problem
from tests.api.conftest import BASE
from tests.helpers.cutting_proxy import CuttingProxy, cutting
from tests.helpers.postgres import ADMIN, PASSWORD, Crm


@pytest.fixture
def cut(clean: Crm) -> Iterator[tuple[TestClient, CuttingProxy]]:
    with cutting(clean.target) as proxy, TestClient(create(proxy.target), base_url=BASE) as client:
        client.auth = (ADMIN, PASSWORD)
        assert client.get("customers").status_code == 200
        yield client, proxy


def test_an_answer_lost_at_the_commit_is_said_and_sending_again_adds_nothing(
    cut: tuple[TestClient, CuttingProxy],
) -> None:
    client, proxy = cut
    body = {"id": str(uuid4()), "contact_name": "Zoë", "customer_number": "K-1"}
    proxy.armed = True
    answered = client.post("customers", json=body)
    told = problem(answered, 503)
    assert "Send the same request again" in told["hint"] and answered.headers["retry-after"]
    told = problem(client.post("customers", json=body), 409)  # and not that its number is another one's
    assert set(told["fields"]) == {"id"}
    assert client.get(f"customers/{body['id']}").json()["version"] == 1

    order = {"customer_number": "K-1", "lines": [{"description": "Tea", "unit_price": 5}], "status": "paid"}
    proxy.armed = True
    problem(client.put("orders/by-number/S-1", json=order), 503)
    assert client.put("orders/by-number/S-1", json=order).status_code == 200
    (listed,) = all_pages(client, "orders")
    assert (listed["lines"], listed["total"]) == (1, "5.0000")


def test_an_entry_whose_answer_was_lost_is_made_once(cut: tuple[TestClient, CuttingProxy]) -> None:
    client, proxy = cut
    path = f"customers/{customer(client)['id']}/loyalty"
    client.post(path)
    sent = {"json": {"kind": "earn", "points": 7}, "headers": {"Idempotency-Key": "once"}}
    proxy.armed = True
    problem(client.post(f"{path}/entries", **sent), 503)  # type: ignore[arg-type]
    assert client.post(f"{path}/entries", **sent).status_code == 200  # type: ignore[arg-type]
    assert client.get(path).json()["account"]["balance"] == 7


def test_connections_that_the_server_ended_are_made_anew(api: TestClient, clean: Crm) -> None:
    customer(api)
    with clean.as_superuser() as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE application_name = 'CRM Desktop API'"
        ).fetchone()
    assert ended is not None and ended[0] >= 1
    assert api.get("customers?count=exact").json()["count"] == 1


@pytest.mark.parametrize(
    "busy",
    [
        "SET LOCAL lock_timeout = 1; SELECT FROM crm.customers FOR UPDATE",
        "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$",
    ],
)
def test_whoever_was_only_in_the_way_is_no_conflict(api: TestClient, admin: Database, clean: Crm, busy: str) -> None:
    def ask() -> None:
        with admin.session() as session:
            session.connection().exec_driver_sql(busy)

    customer(api)
    with clean.as_superuser() as other:
        other.execute("BEGIN; SELECT FROM crm.customers FOR UPDATE")
        with pytest.raises(CrmError) as failed:
            ask()
    answered = answer(failed.value)
    assert (answered.status_code, answered.headers["retry-after"]) == (503, "5")


def test_what_takes_too_long_is_stopped_and_said(clean: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(session: Session, customer_id: UUID) -> CustomerDetails:
        session.execute(text("SELECT pg_sleep(30)"))
        raise AssertionError("it was not stopped")

    with TestClient(create(clean.target, statement_seconds=1), base_url=BASE) as client:
        client.auth = (ADMIN, PASSWORD)
        made = customer(client)
        monkeypatch.setattr(customers, "customer_card", slow)
        answered = client.get(f"customers/{made['id']}")
        told = problem(answered, 504)
        assert told["detail"] == "The database took too long, and was stopped. Nothing was saved."
        assert "fewer words" in told["hint"]
        monkeypatch.undo()
        assert client.get(f"customers/{made['id']}").json() == made


def test_a_request_that_fails_midway_leaves_nothing(api: TestClient) -> None:
    zoe = customer(api)
    lines = [{"description": "Tea", "unit_price": 5}, {"description": "Pot", "id": str(uuid4())}]
    body = {"lines": lines, "id": str(uuid4())}
    assert api.post(f"customers/{zoe['id']}/orders", json=body).status_code == 201
    again = {**body, "id": str(uuid4())}  # the second line is another order's
    problem(api.post(f"customers/{zoe['id']}/orders", json=again), 422)
    assert len(all_pages(api, "orders")) == 1
