"""Whoever deletes a record as it was seen never deletes what somebody else has just made of it."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from crm_desktop.api.sign_in import APPLICATION
from tests.api.asking import added, customer, problem
from tests.helpers.postgres import Crm

_WAITS = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE application_name = %s AND state = 'active' AND wait_event_type IN ('Lock', 'Timeout')
)
"""


def _made(api: TestClient, what: str) -> tuple[str, str]:
    """Where a new record of that kind is, and its id."""
    path = f"customers/{customer(api, customer_type='business')['id']}"
    if what == "customers":
        return path, path.rpartition("/")[2]
    bodies: dict[str, dict[str, Any]] = {
        "contacts": {"name": "Anna"},
        "customer_interactions": {"type": "call", "subject": "Offer"},
        "orders": {"order_number": "D-1", "lines": [{"description": "Tea", "unit_price": "3"}]},
    }
    made = added(api, f"{path}/{what.removeprefix('customer_')}", **bodies[what])["id"]
    return (f"{path}/contacts/{made}" if what == "contacts" else f"{what.removeprefix('customer_')}/{made}"), made


@pytest.mark.parametrize("what", ["customers", "contacts", "customer_interactions", "orders"])
def test_a_record_that_is_changed_meanwhile_is_not_deleted(api: TestClient, clean: Crm, what: str) -> None:
    where, identity = _made(api, what)
    field = "outcome" if what == "customer_interactions" else "notes"
    seen = api.get(where).headers["etag"]
    answered: list[Response] = []
    deleting = threading.Thread(target=lambda: answered.append(api.delete(where, headers={"If-Match": seen})))
    with closing(clean.connect()) as ada, closing(clean.as_superuser(autocommit=True)) as watching:
        ada.execute(f"UPDATE crm.{what} SET {field} = 'Keep this' WHERE id = %s", (identity,))
        deleting.start()
        until = time.monotonic() + 5
        while watching.execute(_WAITS, (APPLICATION,)).fetchone() != (True,) and time.monotonic() < until:
            time.sleep(0.01)
        ada.commit()
        deleting.join(20)
    problem(answered[0], 412)
    assert api.get(where).json()[field] == "Keep this"
