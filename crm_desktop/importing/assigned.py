"""The cells of a row by what their columns hold, for contacts and interactions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_desktop.exporting.cells import unprotected
from crm_desktop.importing.checking import Refused
from crm_desktop.importing.drafts import one_line, spoken
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.sources import Source
from crm_desktop.importing.targets import LEAVE, NOTE, recognised
from crm_desktop.lengths import LINE

_SEVERAL = re.compile(r"\s*(?::::|[;,\n])\s*")


class Assigned:
    """Where each target's columns are. Several columns of one target are taken in their order."""

    def __init__(self, plan: Plan, source: Source) -> None:
        keys = recognised(plan.kind, source.header) if plan.columns is None else plan.columns
        self._places: dict[str, list[int]] = {}
        self._fixed = plan.fixed
        self._labels = [spoken(name) for name in source.header]
        for index, key in enumerate(keys):
            self._places.setdefault(key or NOTE, []).append(index)
        named = list(zip(source.header, keys, strict=False))
        self.unknown = tuple(name for name, key in named if not key)
        self.left_out = tuple(name for name, key in named if key == LEAVE)

    def has(self, *keys: str) -> bool:
        """Whether a column or a fixed value fills any of these."""
        return any(key in self._places or self._fixed.get(key) for key in keys)

    def text(self, cells: Sequence[str], key: str) -> str:
        """The first that is filled, else the fixed value; line breaks are kept."""
        for index in self._places.get(key, ()):
            if value := unprotected(cells[index].strip()):
                return value.replace("\r\n", "\n").replace("\r", "\n")
        return self._fixed.get(key, "").strip()

    def line(self, cells: Sequence[str], key: str) -> str:
        """The same in one line. Refused when it is longer than can be kept."""
        text = one_line(self.text(cells, key))
        if len(text) > LINE:
            said = key.replace("_", " ")
            raise Refused(f"The {said} is {len(text):,} characters long; at most {LINE} can be kept.")
        return text

    def several(self, cells: Sequence[str], key: str) -> list[tuple[str, str]]:
        """All values of all columns with the labels of their columns."""
        found: list[tuple[str, str]] = []
        for index in self._places.get(key, ()):
            for part in _SEVERAL.split(unprotected(cells[index].strip())):
                if part and all(part != other for other, _ in found):
                    found.append((part, self._labels[index]))
        return found

    def noted(self, cells: Sequence[str]) -> list[str]:
        """What is kept under the names of its columns."""
        return [
            f"{self._labels[index]}: {unprotected(cells[index].strip())}"
            for index in self._places.get(NOTE, ())
            if cells[index].strip()
        ]

    def name(self, cells: Sequence[str]) -> str:
        """The whole name, or its parts put together."""
        whole = self.line(cells, "contact_name")
        parts = (self.line(cells, part) for part in ("first_name", "middle_name", "last_name"))
        return whole or " ".join(filter(None, parts))
