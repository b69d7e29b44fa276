"""Whatever is sent, the API answers in its own words: no mistake of the program, no traceback."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.listing.filters import OPERATORS
from crm_desktop.orders.validation import OrderInput, ProductInput
from tests.api.asking import added, customer
from tests.helpers.postgres import Crm

_LETTERS = st.characters(codec=None)  # half surrogate pairs and the null character among them
_TEXTS = st.one_of(
    st.text(_LETTERS, max_size=40), st.sampled_from(["\0", "\ud800", "", " ", "x" * 400, "1e999999", "NaN"])
)
_NUMBERS = st.one_of(st.integers(-(10**30), 10**30), st.floats(), st.sampled_from([0, -1, 2**63, 10**400]))
_MOMENTS = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "2026-01-01T00:00:00", "-1", "1e30"]
)
_PLAIN = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS, _MOMENTS, st.uuids().map(str))
_ANYTHING = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXTS, inner, max_size=4)),
    max_leaves=8,
)
_LINE = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("sku", "product_id", "description", "quantity", "unit_price", "id"), _ANYTHING)
)
_SENSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "contact_name": st.just("Zoë"),
    "subject": st.just("Offer"),
    "customer_number": st.just("K-1"),
    "lines": st.one_of(st.lists(_LINE, max_size=3), st.just([{"description": "Tea"}])),
    "name": st.just("Tea"),
    "version": st.just(1),
    "position_version": st.just(1),
    "id": st.builds(lambda: str(uuid4())),
    "kind": st.sampled_from(["earn", "redeem", "adjust"]),
    "points": st.integers(-10, 10),
}
Bodies = st.SearchStrategy[Any]


def bodies(*kinds: type, also: tuple[str, ...] = ()) -> Bodies:
    """Anything, and bodies that are right but for a field or two."""
    names = {name for kind in kinds for name in kind.__dataclass_fields__} | set(also)  # type: ignore[attr-defined]
    fields = {name: st.one_of(_SENSIBLE.get(name, st.nothing()), _ANYTHING) for name in sorted(names)}
    return st.one_of(
        _ANYTHING,
        st.fixed_dictionaries({}, optional=fields),
        st.fixed_dictionaries({name: _SENSIBLE[name] for name in names if name in _SENSIBLE and name != "lines"}),
        st.lists(st.sampled_from(sorted(names)), max_size=2).flatmap(
            lambda chosen: st.fixed_dictionaries(
                {
                    name: _ANYTHING if name in chosen else _SENSIBLE[name]
                    for name in sorted(names & (_SENSIBLE.keys() | set(chosen)))
                }
            )
        ),
    )


_WRITES: dict[str, tuple[str, str, Bodies]] = {
    "customer": ("POST", "customers", bodies(CustomerInput, also=("id",))),
    "change": ("PUT", "customers/{customer}", bodies(CustomerInput, also=("version",))),
    "interaction": ("POST", "customers/{customer}/interactions", bodies(InteractionInput, also=("id",))),
    "order": ("POST", "customers/{customer}/orders", bodies(OrderInput, also=("id",))),
    "numbered": ("PUT", "orders/by-number/S-1", bodies(OrderInput, also=("customer_number",))),
    "product": ("PUT", "products/TEA", bodies(ProductInput)),
    "entry": ("POST", "customers/{customer}/loyalty/entries", bodies(also=("kind", "points", "reason", "order_id"))),
    "contact": ("POST", "customers/{customer}/contacts", bodies(ContactInput, also=("id", "contact_id", "is_primary"))),
    "changed contact": (
        "PUT",
        "customers/{customer}/contacts/{contact}",
        bodies(ContactInput, also=("version", "position_version", "is_primary")),
    ),
}


@pytest.fixture
def asked(api: TestClient, clean: Crm) -> tuple[TestClient, dict[str, str]]:
    zoe = customer(api, customer_number="K-1", company_name="Zimmer")
    api.post(f"customers/{zoe['id']}/loyalty")
    added(api, f"customers/{zoe['id']}/orders", lines=[{"description": "Tea"}])
    anna = added(api, f"customers/{zoe['id']}/contacts", name="Anna")
    return api, {"customer": zoe["id"], "contact": anna["id"]}


def fine(answered: Any) -> None:
    """An answer, or a problem that says what is wrong."""
    if answered.status_code >= 400:
        assert answered.status_code < 500, answered.text
        assert answered.headers["content-type"] == "application/problem+json"
        assert answered.json()["detail"]
    elif answered.content:
        answered.json()


_sharing = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("which", _WRITES)
def test_no_body_is_a_mistake_of_the_program(asked: tuple[TestClient, dict[str, str]], which: str) -> None:
    api, ids = asked
    method, path, wild = _WRITES[which]

    @_sharing
    @given(wild)
    def send(body: Any) -> None:
        content = json.dumps(body)
        headers = {"content-type": "application/json", "Idempotency-Key": str(uuid4())}
        fine(api.request(method, path.format(**ids), content=content, headers=headers))
        fine(api.get(f"{path.split('/')[0]}?limit=5"))

    send()


def test_bytes_that_are_no_json_are_refused(asked: tuple[TestClient, dict[str, str]]) -> None:
    api, _ = asked

    @_sharing
    @given(
        st.one_of(
            st.binary(max_size=60), st.sampled_from([b"[" * 50_000, b"1" * 5_000, b'{"a":', b"\xef\xbb\xbf{}", b"NaN"])
        )
    )
    def send(content: bytes) -> None:
        answered = api.post("customers", content=content, headers={"content-type": "application/json"})
        assert answered.status_code in (400, 422)
        fine(answered)

    send()


_OPERATORS = sorted({operator for operators in OPERATORS.values() for operator in operators})
_NAMES = st.sampled_from(
    [
        "filter",
        "search",
        "sort",
        "limit",
        "cursor",
        "count",
        "time_zone",
        "status",
        "type",
        "tags",
        "email",
        "phone",
        "city",
        "created_at",
        "points_balance",
        "total_spent",
        "interactions",
        "segment",
        "owner_id",
        "reachable",
        "x",
    ]
)
_VALUES = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    _MOMENTS,
    st.sampled_from(
        ["me", "true", "7", "-name", '{"days": 99999}', '{"amount": 1e400, "currency": "EUR"}', "1e999", "[[[]]]"]
    ),
    st.builds(json.dumps, _ANYTHING),
    st.builds(
        lambda field, operator, value: json.dumps({"all": [{"field": field, "operator": operator, "value": value}]}),
        _NAMES,
        st.sampled_from(_OPERATORS),
        _ANYTHING,
    ),
)
_PARAMETERS = st.lists(
    st.tuples(
        st.one_of(_NAMES, st.builds(lambda name, operator: f"{name}.{operator}", _NAMES, st.sampled_from(_OPERATORS))),
        _VALUES,
    ),
    max_size=3,
)


@pytest.mark.parametrize("path", ["customers", "orders", "products", "customers/{customer}/interactions"])
def test_no_parameter_is_a_mistake_of_the_program(asked: tuple[TestClient, dict[str, str]], path: str) -> None:
    api, ids = asked

    @_sharing
    @given(_PARAMETERS)
    def ask(parameters: list[tuple[str, str]]) -> None:
        fine(api.get(path.format(**ids), params=parameters))

    ask()


_ADDRESSES = [
    "products/%00",
    "products/%ff%fe",
    "orders/by-number/%00",
    "products/a%2Fb",
    "customers/%00",
    "undo/-1",
    "segments/x",
    "products/",
    "orders/by-number/",
    "customers//",
]


def test_no_address_is_a_mistake_of_the_program(api: TestClient) -> None:
    for path in (*_ADDRESSES, f"products/{'x' * 9000}"):
        for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None), ("PATCH", {}), ("POST", {})):
            answered = api.request(method, path, json=body, follow_redirects=False)
            assert answered.status_code < 500, (method, path, answered.text)
