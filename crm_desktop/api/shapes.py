"""The rows that queries hand out, as JSON: what they hold under the names that they have there."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.rows import CustomerDetails, CustomerRow
from crm_desktop.interactions.rows import InteractionDetails
from crm_desktop.orders.rows import OrderDetails, OrderRow, ProductRow

_AS_THEY_COME = ConfigDict(from_attributes=True)


@cache
def model_of(kind: type, name: str, without: tuple[str, ...] = ()) -> type[BaseModel]:
    """The model of a frozen row, which is a dataclass or a named tuple."""
    hints = get_type_hints(kind)
    named = [field.name for field in fields(kind)] if is_dataclass(kind) else list(getattr(kind, "_fields"))  # noqa: B009
    held: dict[str, Any] = {each: (_shape(hints[each]), ...) for each in named if each not in without}
    return create_model(name, __config__=_AS_THEY_COME, **held)


def page_of(item: type[BaseModel]) -> type[BaseModel]:
    """A page of a list. `next` is the cursor of the page after it; `count` stands there when it was asked for."""
    held: dict[str, Any] = {"items": (list[item], ...), "next": (str | None, None), "count": (int | None, None)}  # type: ignore[valid-type]
    return create_model(f"{item.__name__}Page", __config__=_AS_THEY_COME, **held)


def _shape(hint: Any) -> Any:
    arguments = get_args(hint)
    if arguments:
        shaped = tuple(argument if argument is Ellipsis else _shape(argument) for argument in arguments)
        if isinstance(hint, types.UnionType):
            return Union[shaped]  # noqa: UP007
        origin: Any = get_origin(hint)
        return origin[shaped]
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        return model_of(hint, hint.__name__)
    return hint


Customer = model_of(CustomerDetails, "Customer")
ListedCustomer = model_of(CustomerRow, "ListedCustomer")
Interaction = model_of(InteractionDetails, "Interaction")
Order = model_of(OrderDetails, "Order")
ListedOrder = model_of(OrderRow, "ListedOrder", ("summary",))
Product = model_of(ProductRow, "Product")
Contact = model_of(ContactRow, "Contact")

_SHOWN: dict[type, type[BaseModel]] = {
    CustomerDetails: Customer,
    InteractionDetails: Interaction,
    OrderDetails: Order,
    ProductRow: Product,
    ContactRow: Contact,
}


def shown(record: object) -> dict[str, Any] | None:
    """A record as it is shown in JSON; None for what is not shown."""
    model = _SHOWN.get(type(record))
    return None if model is None else model.model_validate(record).model_dump(mode="json")
