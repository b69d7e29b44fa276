"""The rules for the fields of orders, their lines, and products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid4

from crm_desktop import lengths
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import storable
from crm_desktop.listing.periods import moment_fault

from . import currencies

ORDER_STATUSES = ("open", "paid", "shipped", "completed", "cancelled", "refunded")
MOST_LINES = 500
_MOST_QUANTITY = Decimal(1_000_000)
_MOST_PRICE = Decimal(100_000_000)
_KEPT = Decimal("0.0001")


@dataclass(frozen=True)
class LineInput:
    """What a person types about a line. Its id is given where it is made, so that saving twice adds it once."""

    description: str
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    discount_percent: Decimal = Decimal(0)
    product_id: UUID | None = None
    id: UUID = field(default_factory=uuid4)

    @property
    def total(self) -> Decimal:
        """To four decimals, as the database keeps it."""
        return line_total(self.quantity, self.unit_price, self.discount_percent)


@dataclass(frozen=True)
class OrderInput:
    """What a person types about an order. A blank number takes the next free one."""

    customer_id: UUID
    order_number: str = ""
    contact_id: UUID | None = None
    ordered_at: datetime | None = None
    """None means now."""
    status: str = "open"
    currency: str = currencies.DEFAULT
    notes: str = ""
    lines: tuple[LineInput, ...] = ()


@dataclass(frozen=True)
class ProductInput:
    """What a person types about a product."""

    sku: str = ""
    name: str = ""
    category: str = ""
    unit_price: Decimal = Decimal(0)
    currency: str = currencies.DEFAULT
    is_active: bool = True


def line_total(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal) -> Decimal:
    """What a line costs, to four decimals."""
    return (quantity * unit_price * (100 - discount_percent) / 100).quantize(_KEPT, ROUND_HALF_UP)


def validate_order(given: OrderInput, *, new: bool = False) -> OrderInput:
    """The input as it is saved, or InvalidInput with a sentence per field; faults of lines stand under "lines"."""
    clean = replace(
        given,
        order_number=_line(given.order_number),
        currency=storable(given.currency).strip().upper(),
        notes=storable(given.notes).strip(),
        lines=tuple(replace(line, description=_line(line.description)) for line in given.lines),
    )
    faults = lengths.faults(vars(clean), {"order_number": lengths.LINE, "notes": lengths.TEXT})
    faults |= _currency(clean.currency)
    if not clean.order_number and not new:
        faults["order_number"] = "Enter the number of the order."
    if clean.status not in ORDER_STATUSES:
        faults["status"] = "Choose one of the states of an order."
    if fault := moment_fault(clean.ordered_at, "The date"):
        faults["ordered_at"] = fault
    if wrong := _lines(clean.lines, new=new):
        faults["lines"] = wrong
    if faults:
        raise InvalidInput(faults)
    return clean


def line_faults(line: LineInput) -> Mapping[str, str]:
    """What is wrong with a line, by field."""
    faults = lengths.faults(vars(line), {"description": lengths.LINE})
    if not line.description.strip():
        faults["description"] = "Choose a product or describe what was ordered."
    if not 0 < line.quantity <= _MOST_QUANTITY or _decimals(line.quantity) > 3:
        faults["quantity"] = "Enter a quantity above 0, with at most three decimals."
    if not 0 <= line.unit_price <= _MOST_PRICE or _decimals(line.unit_price) > 2:
        faults["unit_price"] = "Enter a price of 0 or more, in cents at the finest."
    if not 0 <= line.discount_percent <= 100 or _decimals(line.discount_percent) > 2:
        faults["discount_percent"] = "Enter a discount from 0 to 100 percent."
    return faults


def validate_product(given: ProductInput) -> ProductInput:
    """The input as it is saved, or InvalidInput with a sentence per field."""
    clean = replace(
        given,
        sku=_line(given.sku),
        name=_line(given.name),
        category=_line(given.category),
        currency=storable(given.currency).strip().upper(),
    )
    faults = lengths.faults(vars(clean), dict.fromkeys(("sku", "name", "category"), lengths.LINE))
    faults |= _currency(clean.currency)
    if not clean.sku:
        faults["sku"] = "Enter the SKU, the number under which you keep this product."
    if not clean.name:
        faults["name"] = "Enter a name."
    if not 0 <= clean.unit_price <= _MOST_PRICE or _decimals(clean.unit_price) > 2:
        faults["unit_price"] = "Enter a price of 0 or more, in cents at the finest."
    if faults:
        raise InvalidInput(faults)
    return clean


def _lines(lines: tuple[LineInput, ...], *, new: bool) -> str:
    if new and not lines:
        return "Add at least one line."
    if len(lines) > MOST_LINES:
        return f"{len(lines):,} lines are too many: an order has at most {MOST_LINES}."
    for number, line in enumerate(lines, start=1):
        for fault in line_faults(line).values():
            return f"Line {number}: {fault[0].lower()}{fault[1:]}"
    return ""


def _line(text: str) -> str:
    return " ".join(storable(text).split())


def _currency(code: str) -> dict[str, str]:
    if code in currencies.CODES:
        return {}
    return {"currency": "Enter the three letters of a currency, for example EUR or USD."}


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99
