"""Reading JSON that anybody may have stored."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str | bytes | bytearray) -> Any:
    """What it holds; None where it is nested so deep, or has a number so long, that Python does not read it.

    The database takes both, and one such row must not keep everybody from a list.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
