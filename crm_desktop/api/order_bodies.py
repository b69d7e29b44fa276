"""Orders as other programs send them: products by SKU, what is left out from the catalogue or as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import number_key
from crm_desktop.orders.queries import known_products
from crm_desktop.orders.rows import KnownProduct, OrderDetails, OrderLineRow
from crm_desktop.orders.validation import MOST_LINES, LineInput, OrderInput

from .writing import Body, Version, body_of, values_of


class LineBody(Body):
    """A line: a product by `sku` or `product_id`, or plain words. What a product says of itself can be left out."""

    id: UUID | None = None
    sku: str | None = None
    product_id: UUID | None = None
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal(0)


# Before anything is made of each: a body has room for hundreds of thousands.
_LINES: Any = (Annotated[list[LineBody], Field(max_length=MOST_LINES)] | None, None)
_OWN = ("customer_id", "lines")
NewOrder = body_of(OrderInput, "NewOrder", without=_OWN, lines=_LINES, id=(UUID | None, None))
ChangedOrder = body_of(OrderInput, "ChangedOrder", without=_OWN, lines=_LINES, version=(Version, None))
PutOrder = body_of(
    OrderInput,
    "PutOrder",
    without=(*_OWN, "order_number"),
    lines=_LINES,
    version=(Version, None),
    customer_id=(UUID | None, None),
    customer_number=(str | None, None),
)


def order_values(session: Session, body: Any, held: OrderDetails | None = None) -> dict[str, Any]:
    """What the body names of an order, as the input takes it; the rest as it is held."""
    named = body.named(without=("id", "version", "lines", "customer_id", "customer_number"))
    values = values_of(named, OrderInput)
    if held is not None:
        same = {each.name: getattr(held, each.name) for each in fields(OrderInput) if each.name != "lines"}
        values = {**same, **values}
    if body.lines is not None or held is None:
        values["lines"] = _lines(session, body.lines or [], held)
    else:
        values["lines"] = tuple(_as_held(line) for line in held.lines)
    return values


def _lines(session: Session, given: Sequence[LineBody], held: OrderDetails | None) -> tuple[LineInput, ...]:
    skus = {line.sku for line in given if line.sku is not None}
    ids = {line.product_id for line in given if line.product_id is not None}
    known = known_products(session, skus, ids) if skus or ids else []
    catalogue: dict[object, KnownProduct] = {}
    for product in known:
        catalogue[product.id] = catalogue[number_key(product.sku)] = product
    lines: list[LineInput] = []
    faults: dict[str, str] = {}
    old = held.lines if held is not None else ()
    by_id = {line.id: line for line in old}
    named = {line.id for line in given}
    for place, line in enumerate(given):
        # Without ids, what stands in the same place is the same line, so that sending an order again changes nothing.
        here = old[place] if place < len(old) and old[place].id not in named else None
        kept = by_id.get(line.id) if line.id is not None else here
        fault = _fault(line, catalogue, kept)
        if fault:
            faults[f"lines[{place}].{fault[0]}"] = fault[1]
        else:
            lines.append(_line(line, catalogue.get(_named(line)[1]), kept))
    if len({line.id for line in lines}) < len(lines):
        faults["lines"] = "Two lines have the same id."
    if faults:
        raise InvalidInput(faults)
    return tuple(lines)


def _named(line: LineBody) -> tuple[str, object]:
    """The field that names a product, and what the catalogue has it under; None where the line names none."""
    return ("product_id", line.product_id) if line.sku is None else ("sku", number_key(line.sku))


def _fault(
    line: LineBody, catalogue: Mapping[object, KnownProduct], kept: OrderLineRow | None
) -> tuple[str, str] | None:
    field, asked = _named(line)
    if asked is None:
        return None
    product = catalogue.get(asked)
    if product is None:
        return field, "There is no such product."
    if line.product_id not in (None, product.id):
        return "product_id", "This is another product than the SKU says."
    if not product.is_active and (kept is None or kept.product_id != product.id):
        return field, f"{product.name} can no longer be ordered."
    return None


def _line(line: LineBody, product: KnownProduct | None, kept: OrderLineRow | None) -> LineInput:
    price, description = line.unit_price, line.description
    same = kept if kept is not None and product is not None and kept.product_id == product.id else None
    if price is None:
        price = same.unit_price if same is not None else product.unit_price if product is not None else Decimal(0)
    if description is None:
        description = same.description if same is not None else product.name if product is not None else ""
    return LineInput(
        description=description,
        quantity=line.quantity,
        unit_price=price,
        discount_percent=line.discount_percent,
        product_id=product.id if product is not None else None,
        id=line.id or (kept.id if kept is not None else uuid4()),
    )


def _as_held(line: OrderLineRow) -> LineInput:
    return LineInput(line.description, line.quantity, line.unit_price, line.discount_percent, line.product_id, line.id)
