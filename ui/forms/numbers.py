"""Numbers as people type them: "1,234.50", "1.234,50", "12 %"."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


def parse_number(text: str) -> Decimal | None:
    """The number meant by the text; None when it is none. "1,000" is a thousand, "1,5" is one and a half."""
    plain = re.sub(r"[\s'’%]", "", text)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        grouping = "," if comma < point else "."
        plain = plain.replace(grouping, "").replace(",", ".")
    elif comma >= 0:
        plain = plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{0,6})?|-?\.\d{1,6}", plain, re.ASCII):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def plain_number(value: Decimal) -> str:
    """Without zeros that say nothing: "3", "0.125", "10"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
