"""A number of points, typed as people write numbers."""

from __future__ import annotations

import re
from typing import Any

from ui.forms.editors import LineEditor

_NUMBER = re.compile(r"([+\-\u2212]?) ?([0-9]{1,18}|[0-9]{1,3}(?:[ ,.'\u2019\u00a0\u202f][0-9]{3}){1,5})")


class PointsEditor(LineEditor):
    """A whole number, or the text when it is none; None when nothing was typed."""

    def value(self) -> Any:
        text = self.text().strip()
        if not text:
            return None
        number = parse_points(text)
        return text if number is None else number

    def set_value(self, value: Any) -> None:
        self.show_text("" if value is None else str(value))


def parse_points(text: str) -> int | None:
    """The number that is meant by "1200", "1,200", "1 200", "-50" or "+50"; None when it is not understood."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    number = int(re.sub(r"\D", "", found[2]))
    return -number if found[1] in ("-", "\u2212") else number
