"""The API on a real database: `api` asks it as ada, an administrator, `employee_api` as emil."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from crm_desktop.api.app import create
from tests.helpers.postgres import ADMIN, EMPLOYEE, Crm

HERE = Path(__file__).parent
BASE = "http://testserver/api/v1/admin/crm/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    waiting = pytest.mark.keeps_running("the threads of the API wait for the next test's requests")
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(waiting)


@pytest.fixture(scope="session")
def served(crm: Crm) -> Iterator[TestClient]:
    """The API, up while tests run: signing in and building it take longer than most of what they ask."""
    with TestClient(create(crm.target), base_url=BASE) as client:
        yield client


@pytest.fixture
def api(served: TestClient, clean: Crm) -> TestClient:
    served.auth = (ADMIN, clean.passwords[ADMIN])
    return served


@pytest.fixture
def employee_api(api: TestClient, clean: Crm) -> Iterator[TestClient]:
    yield from _also(api, (EMPLOYEE, clean.passwords[EMPLOYEE]))


@pytest.fixture
def stranger_api(api: TestClient) -> Iterator[TestClient]:
    """Nobody yet: a test says who."""
    yield from _also(api, None)


def _also(api: TestClient, who: tuple[str, str] | None) -> Iterator[TestClient]:
    """The same API for somebody else."""
    assert isinstance(api.app, FastAPI)
    client = TestClient(api.app, base_url=BASE)
    client.portal = api.portal
    client.auth = who
    yield client
    client.close()
