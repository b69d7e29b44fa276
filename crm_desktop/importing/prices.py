"""Prices, quantities, discounts and currencies of a file, by the rules of orders."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from crm_desktop.importing.amounts import Amounts, written_with
from crm_desktop.importing.checking import Refused
from crm_desktop.orders.currencies import CODES
from crm_desktop.orders.validation import LineInput, line_faults

_SYMBOLS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP"}
_MANY = ("$", "¥")
"""Signs of several currencies: at an amount they tell none."""
_FINE, _PERCENT = Decimal("0.000001"), Decimal("0.01")


def read_price(text: str, amounts: Amounts, said: str = "Price") -> Decimal:
    """An amount. Refused when it is none that a price may be."""
    price = _number(text, said, amounts)
    _check(said, text, "unit_price", price)
    return price


def read_quantity(text: str, amounts: Amounts) -> Decimal:
    """How many. Refused when it is no quantity of a line."""
    quantity = _number(text, "Quantity", amounts)
    _check("Quantity", text, "quantity", quantity)
    return quantity


def read_discount(text: str, amounts: Amounts, *, fraction: bool) -> Decimal:
    """Percent; a fraction ("0.15") becomes percent unless it has a percent sign. Refused when it is no discount."""
    percent = text.rstrip().endswith("%")
    number = _number(text.rstrip().removesuffix("%"), "Discount", amounts)
    if fraction and not percent:
        number *= 100
    number = number.quantize(_FINE)  # 0.05000000074505806, as 32 bits hold it
    _check("Discount", text, "discount_percent", number)
    return number.quantize(_PERCENT)


def read_currency(text: str, *amounts: str) -> str:
    """The three letters of a currency; where none is named, of the one that the amounts are written with ("5 €"); ""
    stays. Refused when there is no such currency, or when the amounts are in several."""
    code = _SYMBOLS.get(text.strip(), text.strip().upper())
    if code and code not in CODES:
        raise Refused(f"Currency: “{text[:40]}” is not the three letters of a currency, such as EUR or USD.")
    if code:
        return code
    signs = {written_with(amount) for amount in amounts}.difference(_MANY)
    codes = sorted({_SYMBOLS.get(sign, sign) for sign in signs} & CODES)
    if len(codes) > 1:
        raise Refused(f"Currency: the amounts of one row are in {' and in '.join(codes)}.")
    return codes[0] if codes else ""


def _number(text: str, said: str, amounts: Amounts) -> Decimal:
    try:
        return amounts.read(text)
    except ValueError as error:
        raise Refused(f"{said}: {error}") from error


def _check(said: str, text: str, field: str, number: Decimal) -> None:
    fault = _fault(field, number)
    if fault:
        raise Refused(f"{said} {text[:40]}: {fault[0].lower()}{fault[1:]}")


@lru_cache(maxsize=65_536)
def _fault(field: str, number: Decimal) -> str:
    """The rules of lines, as the dialog has them; prices and quantities repeat."""
    values: dict[str, Any] = {field: number}
    return next(iter(line_faults(LineInput("x", **values)).values()), "")
