"""Orders: of a customer and of all, by their id, and by the number that a shop gave them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm_desktop.customers.queries import customer_card, customer_numbered
from crm_desktop.errors import InvalidInput, NotFound
from crm_desktop.orders import actions
from crm_desktop.orders.listed import SOURCE
from crm_desktop.orders.queries import order, order_numbered
from crm_desktop.orders.rows import OrderDetails
from crm_desktop.orders.validation import OrderInput

from . import lists
from .documented import PROBLEMS, Signed
from .order_bodies import ChangedOrder, NewOrder, PutOrder, order_values
from .shapes import ListedOrder, Order, page_of
from .writing import (
    Body,
    Versions,
    added,
    hold,
    if_match,
    not_added_before,
    own_number,
    saved,
    seen_version,
    stated_version,
    tagged,
    unchanged,
    wrote,
)

router = APIRouter(tags=["Orders"], responses=PROBLEMS)
OF_CUSTOMER = "/customers/{customer_id}/orders"
ALIASES = {"number": "order_number"}
_OTHER_CUSTOMER = "This order belongs to another customer, and orders are not moved."


@router.get("/orders", response_model=page_of(ListedOrder), openapi_extra=lists.parameters(SOURCE, ALIASES))
def list_orders(request: Request, signed: Signed) -> Any:
    """All orders, the latest first unless sorted otherwise."""
    with signed.session() as session:
        return lists.page(request, session, SOURCE, aliases=ALIASES)


@router.get(OF_CUSTOMER, response_model=page_of(ListedOrder), openapi_extra=lists.parameters(SOURCE, ALIASES))
def list_orders_of(customer_id: UUID, request: Request, signed: Signed) -> Any:
    """A customer's orders."""
    only = {"field": "customer_id", "operator": "is", "value": str(customer_id)}
    with signed.session() as session:
        customer_card(session, customer_id)
        return lists.page(request, session, SOURCE, only=only, aliases=ALIASES)


@router.post(OF_CUSTOMER, response_model=Order, status_code=201)
def add_order(
    customer_id: UUID,
    given: NewOrder,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> OrderDetails:
    """Takes an order down with its lines. Without a number it gets the next free one."""
    body: Any = given
    with signed.session() as session:
        customer_card(session, customer_id)
        not_added_before(session, SOURCE.table, body.id)
        made = OrderInput(customer_id, **order_values(session, body))
        identity = actions.add_order(session, made, body.id)
        actions.settle_points(session, identity)
        found = order(session, identity)
        return added(request, response, session, found, "get_order", order_id=identity)


@router.put("/orders/by-number/{number:path}", response_model=Order)
def put_order(
    number: str,
    given: PutOrder,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> OrderDetails:
    """Takes down the order with this number, or changes the fields that the body names. Sending it twice is sending it
    once, also at the same moment; a version is looked at where one is given."""
    body: Any = given
    version = stated_version(request, body)
    own_number(number, "order_number")
    with signed.session() as session:
        held = order_numbered(session, number, lock=True)
        try:
            identity = _put(session, number, body, held, version)
        except InvalidInput as error:
            if held is not None or set(error.fields) != {"order_number"}:
                raise
            # Somebody else added the same order at the same moment: it is there to be changed now.
            held = order_numbered(session, number, lock=True)
            identity = _put(session, number, body, held, version)
        actions.settle_points(session, identity)
        response.status_code = 201 if held is None else 200
        return saved(response, session, order(session, identity))


@router.get("/orders/by-number/{number:path}", response_model=Order)
def get_order_numbered(number: str, signed: Signed, response: Response) -> OrderDetails:
    """The order with this number."""
    with signed.session() as session:
        return tagged(response, _there(order_numbered(session, number)))


@router.get("/orders/{order_id}", response_model=Order)
def get_order(order_id: UUID, signed: Signed, response: Response) -> OrderDetails:
    """One order with its lines."""
    with signed.session() as session:
        return tagged(response, order(session, order_id))


@router.put("/orders/{order_id}", response_model=Order)
def change_order(
    order_id: UUID,
    given: ChangedOrder,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> OrderDetails:
    """Changes the fields that the body names; the others stay. `lines`, where they are named, are all lines."""
    body: Body = given
    version = seen_version(request, body)
    with signed.session() as session:
        held = unchanged(order(session, order_id), version)
        actions.edit_order(session, order_id, version, OrderInput(**order_values(session, body, held)))
        actions.settle_points(session, order_id)
        return saved(response, session, order(session, order_id))


@router.delete("/orders/{order_id}", status_code=204)
def delete_order(order_id: UUID, request: Request, signed: Signed, response: Response) -> None:
    """Deletes an order; the points that it earned are taken back. One that is to be kept is cancelled by its status."""
    with signed.session() as session:
        hold(session, SOURCE.table, order_id)
        unchanged(order(session, order_id), if_match(request))
        actions.delete_order(session, order_id)
        wrote(response, session)


def _put(session: Session, number: str, body: Any, held: OrderDetails | None, version: Versions | None) -> UUID:
    customer_id = _customer(session, body)
    if held is None:
        if version is not None:
            _there(held)
        if customer_id is None:
            raise InvalidInput({"customer_id": "Say whose order it is, by customer_id or customer_number."})
        made = OrderInput(customer_id, order_number=number, **order_values(session, body))
        return actions.add_order(session, made)
    unchanged(held, version)
    if customer_id not in (None, held.customer_id):
        raise InvalidInput({"customer_id" if body.customer_id else "customer_number": _OTHER_CUSTOMER})
    actions.edit_order(session, held.id, held.version, OrderInput(**order_values(session, body, held)))
    return held.id


def _there(found: OrderDetails | None) -> OrderDetails:
    if found is None:
        raise NotFound("There is no order of this number.")
    return found


def _customer(session: Session, body: Any) -> UUID | None:
    if body.customer_id is not None:
        try:
            return customer_card(session, body.customer_id).id
        except NotFound as error:
            raise InvalidInput({"customer_id": str(error)}) from None
    if body.customer_number is None:
        return None
    found = customer_numbered(session, body.customer_number)
    if found is None:
        raise InvalidInput({"customer_number": "There is no customer of this number."})
    return found
