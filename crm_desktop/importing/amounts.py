"""Numbers as files write them: "1,234.56", "1.234,56", "1 234,56 €", "(12.00)"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

# Blanks of any width, and what Switzerland puts between thousands.
_BETWEEN = re.compile(r"[\s\u00a0\u202f'’]+")
_MONEY = re.compile(r"^(?:[A-Z]{3}|[€$£¥])|(?:[A-Z]{3}|[€$£¥])$")
_PLAIN = re.compile(r"\d*(?:[.,]\d*)*")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}
_LONGEST = 40


class Amounts:
    """Reads the numbers of one file. `decimal` is the mark where a number can be read in two ways ("1,234"), unless
    others of the file, which were learnt, tell."""

    def __init__(self, decimal: str = ".") -> None:
        self._decimal = decimal
        self._seen: set[str] = set()

    def learn(self, text: str) -> None:
        """What a number of the file tells about the others."""
        body = _bare(text)[0]
        mark = _sure_mark(body)
        if mark:
            self._seen.add(mark)

    def read(self, text: str) -> Decimal:
        """The number. ValueError with words."""
        return _read(text, next(iter(self._seen)) if len(self._seen) == 1 else self._decimal)


@lru_cache(maxsize=65_536)
def _read(text: str, decimal: str) -> Decimal:
    body, negative = _bare(text)
    mark = _sure_mark(body) or decimal
    other = "," if mark == "." else "."
    whole, _, fraction = body.rpartition(mark) if mark in body else (body, "", "")
    if mark in whole or other in fraction:  # several of the only mark: 1.234.567
        whole, fraction, other = body, "", mark
    if other in whole:
        if not _GROUPED[other].fullmatch(whole):
            raise ValueError(f"“{_short(text)}” is not a number.")
        whole = whole.replace(other, "")
    if not (whole + fraction).isdecimal() or not (whole + fraction).isascii() or len(body) > _LONGEST:
        raise ValueError(f"“{_short(text)}” is not a number.")
    number = Decimal(f"{whole or '0'}.{fraction or '0'}")
    return -number if negative else number


@lru_cache(maxsize=65_536)
def written_with(text: str) -> str:
    """The sign or the letters that stand at a number: "€", "USD"; "" where it stands alone."""
    found = _MONEY.search(_BETWEEN.sub("", text).strip("()-−+"))
    return found[0] if found else ""


def _bare(text: str) -> tuple[str, bool]:
    """Digits and marks only, and whether the number is below zero."""
    body = _BETWEEN.sub("", text)
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1]
    body = _MONEY.sub("", body)
    if body[:1] in "-−+" and body[:1]:
        negative, body = negative or body[0] != "+", body[1:]
    elif body.endswith("-"):
        negative, body = True, body[:-1]
    return _MONEY.sub("", body), negative


def _sure_mark(body: str) -> str:
    """The decimal mark where the number can be read in one way only; "" where it has none, or both are possible."""
    if not _PLAIN.fullmatch(body):
        return ""
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        return ""
    mark = body[last]
    if ("," if mark == "." else ".") in body:
        return mark if body.count(mark) == 1 else ""
    if body.count(mark) > 1:
        return "," if mark == "." else "."
    before, after = body[:last], body[last + 1 :]
    return "" if len(after) == 3 and 1 <= len(before) <= 3 and before != "0" else mark


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
