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
    as_input,
    body_of,
    not_added_before,
    own_number,
    stated_version,
    tagged,
    unchanged,
    values_of,
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
        found = product_of(session, sku)
    tagged(response, found.version)
    return found


@router.post("", response_model=Product, status_code=201)
def add_product(given: NewProduct, signed: Signed, response: Response) -> ProductRow:  # type: ignore[valid-type]
    """Adds a product."""
    body: Any = given
    with signed.session() as session:
        values = values_of(body.named(), ProductInput)
        not_added_before(session, SOURCE.table, body.id)
        identity = product_actions.add_product(session, ProductInput(**values), body.id)
        found = product(session, identity)
        wrote(response, session)
    tagged(response, found.version)
    return found


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
    changes = values_of(body.named(), ProductInput)
    try:
        found, new = _put(signed, sku, changes, version, response)
    except InvalidInput as error:
        if set(error.fields) != {"sku"}:
            raise
        # Somebody else added the same product at the same moment: it is there to be changed now.
        found, new = _put(signed, sku, changes, version, response)
    response.status_code = 201 if new else 200
    tagged(response, found.version)
    return found


def _put(
    signed: Database, sku: str, changes: dict[str, Any], version: int | None, response: Response
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
        found = product(session, identity)
        wrote(response, session)
    return found, new
