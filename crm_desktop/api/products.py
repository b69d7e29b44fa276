"""Products by their SKU."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput, NotFound
from crm_desktop.orders import product_actions
from crm_desktop.orders.product_listed import SOURCE
from crm_desktop.orders.queries import product, product_of
from crm_desktop.orders.rows import ProductRow
from crm_desktop.orders.validation import ProductInput

from . import lists
from .documented import PROBLEMS, Signed
from .shapes import Product, page_of
from .writing import (
    Body,
    Version,
    Versions,
    added,
    as_input,
    body_of,
    if_match,
    not_added_before,
    own_number,
    saved,
    stated_version,
    tagged,
    unchanged,
    wrote,
)

router = APIRouter(prefix="/products", tags=["Products"], responses=PROBLEMS)
NewProduct = body_of(ProductInput, "NewProduct", id=(UUID | None, None))
PutProduct = body_of(ProductInput, "PutProduct", without=("sku",), version=(Version, None))


@router.get("", response_model=page_of(Product), openapi_extra=lists.parameters(SOURCE))
def list_products(request: Request, signed: Signed) -> Any:
    """Products, filtered and sorted."""
    with signed.session() as session:
        return lists.page(request, session, SOURCE)


@router.get("/{sku:path}", response_model=Product)
def get_product(sku: str, signed: Signed, response: Response) -> ProductRow:
    """One product."""
    with signed.session() as session:
        return tagged(response, product_of(session, sku))


@router.post("", response_model=Product, status_code=201)
def add_product(given: NewProduct, request: Request, signed: Signed, response: Response) -> ProductRow:  # type: ignore[valid-type]
    """Adds a product."""
    body: Any = given
    made = ProductInput(**body.values(ProductInput))
    with signed.session() as session:
        not_added_before(session, SOURCE.table, body.id)
        identity = product_actions.add_product(session, made, body.id)
        found = product(session, identity)
        return added(request, response, session, found, "get_product", sku=found.sku)


@router.put("/{sku:path}", response_model=Product)
def put_product(
    sku: str,
    given: PutProduct,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> ProductRow:
    """Adds the product with this SKU, or changes the fields that the body names. Sending it twice is sending it once;
    a version is looked at where one is given."""
    body: Body = given
    version = stated_version(request, body)
    own_number(sku, "sku")
    changes = body.values(ProductInput)
    try:
        found, new = _put(signed, sku, changes, version, response)
    except InvalidInput as error:
        if set(error.fields) != {"sku"}:
            raise
        # Somebody else added the same product at the same moment: it is there to be changed now.
        found, new = _put(signed, sku, changes, version, response)
    response.status_code = 201 if new else 200
    return found


@router.delete("/{sku:path}", status_code=204)
def delete_product(sku: str, request: Request, signed: Signed, response: Response) -> None:
    """Deletes a product that was never ordered. Others stay, and are deactivated: PUT `is_active`."""
    with signed.session() as session:
        held = unchanged(product_of(session, sku, lock=True), if_match(request))
        product_actions.delete_product(session, held.id)
        wrote(response, session)


def _put(
    signed: Database, sku: str, changes: dict[str, Any], version: Versions | None, response: Response
) -> tuple[ProductRow, bool]:
    with signed.session() as session:
        try:
            held = product_of(session, sku, lock=True)
        except NotFound:
            if version is not None:
                raise
            identity, new = product_actions.add_product(session, ProductInput(sku=sku, **changes)), True
        else:
            unchanged(held, version)
            wanted = replace(as_input(ProductInput, held), **changes)
            product_actions.edit_product(session, held.id, held.version, wanted)
            identity, new = held.id, False
        return saved(response, session, product(session, identity)), new
