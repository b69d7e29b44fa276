"""Customers: the list, one of them, and changing them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from crm_desktop.customers import actions
from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.customers.validation import CustomerInput

from . import lists
from .documented import PROBLEMS, Signed
from .shapes import Customer, ListedCustomer, page_of
from .writing import (
    Body,
    Version,
    added,
    body_of,
    if_match,
    not_added_before,
    saved,
    seen_version,
    tagged,
    unchanged,
    wrote,
)

router = APIRouter(prefix="/customers", tags=["Customers"], responses=PROBLEMS)
ALIASES = {"type": "customer_type"}
NewCustomer = body_of(CustomerInput, "NewCustomer", id=(UUID | None, None))
ChangedCustomer = body_of(CustomerInput, "ChangedCustomer", version=(Version, None))


@router.get("", response_model=page_of(ListedCustomer), openapi_extra=lists.parameters(SOURCE, ALIASES))
def list_customers(request: Request, signed: Signed) -> Any:
    """Customers, filtered and sorted."""
    with signed.session() as session:
        return lists.page(request, session, SOURCE, aliases=ALIASES)


@router.get("/{customer_id}", response_model=Customer)
def get_customer(customer_id: UUID, signed: Signed, response: Response) -> CustomerDetails:
    """One customer."""
    with signed.session() as session:
        return tagged(response, customer_card(session, customer_id))


@router.post("", response_model=Customer, status_code=201)
def add_customer(given: NewCustomer, request: Request, signed: Signed, response: Response) -> CustomerDetails:  # type: ignore[valid-type]
    """Adds a customer; under the `id` in the body, where one is given, so that sending it twice adds one."""
    body: Any = given
    made = CustomerInput(**body.values(CustomerInput))
    with signed.session() as session:
        not_added_before(session, SOURCE.table, body.id)
        identity = actions.add_customer(session, made, customer_id=body.id)
        card = customer_card(session, identity)
        return added(request, response, session, card, "get_customer", customer_id=identity)


@router.put("/{customer_id}", response_model=Customer)
def change_customer(
    customer_id: UUID,
    given: ChangedCustomer,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> CustomerDetails:
    """Changes the fields that the body names; the others stay."""
    body: Body = given
    version = seen_version(request, body)
    changes = body.values(CustomerInput)
    with signed.session() as session:
        if changes:
            actions.edit_fields(session, customer_id, version, changes, allow_unchecked_phone=True)
        card = unchanged(customer_card(session, customer_id), None if changes else version)
        return saved(response, session, card)


@router.delete("/{customer_id}", status_code=204)
def delete_customer(customer_id: UUID, request: Request, signed: Signed, response: Response) -> None:
    """Deletes a customer with all that belongs to it. Administrators may."""
    seen = if_match(request)
    with signed.session() as session:
        if seen is not None:
            actions.hold_to_delete(session, customer_id)
            unchanged(customer_card(session, customer_id), seen)
        actions.delete_customer(session, customer_id)
        wrote(response, session)
