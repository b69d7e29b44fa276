"""A filter as an outline: groups with what is in them below, in words; with answers, a mark and what somebody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.listed import FIELDS
from crm_desktop.listing.filter_words import GROUPS, filter_words
from crm_desktop.segments.why import Reason
from ui.theme.tokens import L, S
from ui.widgets.frames import IconLabel, separator
from ui.widgets.labels import text_label


class Outline(QWidget):
    """Empty until it is told what to show. `lines` are what it shows, for those who read it by other means."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.lines: list[OutlineLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._inside: QWidget | None = None

    def show_filter(self, given: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """A valid filter, in words."""
        self._begin()
        assert self._inside is not None
        self._add_filter(self._inside.layout(), given, names)

    def show_reason(self, reason: Reason) -> None:
        """Why somebody is in, or not."""
        self._begin()
        assert self._inside is not None
        self._add_reason(self._inside.layout(), reason)

    def _begin(self) -> None:
        old = self._inside
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines = []
        self._inside, _column = _block()
        self._column.addWidget(self._inside)

    def _add_filter(self, column: Any, given: Mapping[str, Any], names: Mapping[str, str]) -> None:
        kind = next((kind for kind in GROUPS if kind in given), "")
        members: Sequence[Mapping[str, Any]] = given[kind] if kind else ()
        if kind and len(members) == 1 and kind != "none":
            self._add_filter(column, members[0], names)
            return
        if not kind or not members:
            self._line(column, OutlineLine(filter_words(given, FIELDS, names)))
            return
        self._line(column, OutlineLine(f"{GROUPS[kind]} these", strong=True))
        inner = _indented(column)
        for member in members:
            self._add_filter(inner, member, names)

    def _add_reason(self, column: Any, reason: Reason) -> None:
        self._line(column, OutlineLine(reason.words, reason.value, reason.holds, strong=reason.kind != "condition"))
        if reason.members:
            inner = _indented(column)
            for member in reason.members:
                self._add_reason(inner, member)

    def _line(self, column: Any, line: OutlineLine) -> None:
        self.lines.append(line)
        column.addWidget(line)


class OutlineLine(QWidget):
    """One condition, or the first line of a group. `holds` None: nobody has been asked."""

    def __init__(self, words: str, value: str = "", holds: bool | None = None, *, strong: bool = False) -> None:
        super().__init__()
        self.words, self.value, self.holds = words, value, holds
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        top = Qt.AlignmentFlag.AlignTop
        if holds is not None:
            name, tone = ("check-circle", "success") if holds else ("x-circle", "danger")
            row.addWidget(IconLabel(name, 18, tone), 0, top)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text_label(words, "subheading" if strong else ""))
        if value:
            texts.addWidget(text_label(value, "caption"))
        row.addLayout(texts, 1)
        answer = {True: "Met: ", False: "Not met: ", None: ""}[holds]
        self.setAccessibleName(f"{answer}{words}{f'. {value}' if value else ''}")


def _block() -> tuple[QWidget, QVBoxLayout]:
    block = QWidget()
    column = QVBoxLayout(block)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(S)
    return block, column


def _indented(column: Any) -> QVBoxLayout:
    """A column of its own beside a line that shows how far the group goes."""
    holder = QFrame()
    row = QHBoxLayout(holder)
    row.setContentsMargins(S, 0, 0, 0)
    row.setSpacing(L)
    inner = QVBoxLayout()
    inner.setSpacing(S)
    row.addWidget(separator(vertical=True))
    row.addLayout(inner, 1)
    column.addWidget(holder)
    return inner
