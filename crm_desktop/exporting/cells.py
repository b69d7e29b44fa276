"""Texts that a spreadsheet would not leave as they are, and how a CSV file keeps them (docs/export.md).

A cell that begins like a formula is run when the file is opened; +4930123456 becomes a number without its plus, 01067
loses its zero, and a long row of digits its end. Such a text gets an apostrophe before it. So does one that begins with
apostrophes and then looks like that: taking one apostrophe away from whatever fits the pattern gives back every text.
"""

from __future__ import annotations

import re

MARK = "'"
_RISKY = r"[=+@\t\r\n-]|[＋－＝＠]|0[0-9]+{end}|[0-9]{{12,}}{end}"
_PATTERN = re.compile("'*(?:" + _RISKY.format(end=r"\Z") + ")")
_SQL_PATTERN = "^''*(" + _RISKY.format(end="$") + ")"


def protected(text: str) -> str:
    """The text as a CSV file holds it."""
    return MARK + text if _PATTERN.match(text) else text


def unprotected(cell: str) -> str:
    """The text that a cell of an exported CSV file stands for."""
    return cell[1:] if cell.startswith(MARK) and _PATTERN.match(cell, 1) else cell


def protected_sql(expression: str) -> str:
    """The same as `protected` in SQL. Most texts begin with a letter, and one comparison tells that."""
    return (
        f"CASE WHEN ({expression} COLLATE \"C\" < 'A' OR {expression} COLLATE \"C\" >= '＋')"
        # Phone numbers come by the million, and most begin with a plus.
        f" AND (left({expression}, 1) = '+' OR {expression} ~ '{_SQL_PATTERN}')"
        f" THEN '''' || {expression} ELSE {expression} END"
    )
