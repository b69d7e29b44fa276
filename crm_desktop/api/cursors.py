"""Where a list goes on: a row's place in its order, and of which list it is, in a text that clients only hand back."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.folding import storable
from crm_desktop.listing.keyset import Start
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.source import Source

_WRONG = "This cursor does not belong to this list: begin again without it."
_READ: dict[str, Any] = {
    "": lambda value: None,
    "text": str,
    "number": int,
    "amount": Decimal,
    "moment": datetime.fromisoformat,
    "yes": bool,
}


def written(place: Start, of: ListRequest, source: Source[Any]) -> str:
    """The cursor of a row."""
    kind, value = _kind(place.key)
    held = [_list(of, source.table), place.blank, kind, value, str(place.id)]
    return base64.urlsafe_b64encode(json.dumps(held, separators=(",", ":")).encode()).decode().rstrip("=")


def read(cursor: str, of: ListRequest, source: Source[Any]) -> Start:
    """The place that a cursor means; InvalidInput where it is of another list, or of none."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        which, blank, kind, value, identity = json.loads(text)
        key = _READ[kind](value)
        place = Start(0, bool(blank), storable(key) if isinstance(key, str) else key, UUID(identity))
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError):
        raise InvalidInput({"cursor": _WRONG}) from None
    expected = source.sorts[of.sort].key(source.table.c).type.python_type
    fits = key is None if place.blank and key is None else isinstance(key, expected)
    if which != _list(of, source.table) or not fits or (isinstance(key, Decimal) and not key.is_finite()):
        raise InvalidInput({"cursor": _WRONG})
    return place


def _kind(key: Any) -> tuple[str, Any]:
    match key:
        case None:
            return "", None
        case bool():
            return "yes", key
        case int():
            return "number", key
        case Decimal():
            return "amount", str(key)
        case datetime():
            return "moment", key.isoformat()
        case _:
            return "text", str(key)


def _list(of: ListRequest, table: Table) -> str:
    asked = [table.name, of.search, of.filter, of.sort, of.descending]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]
