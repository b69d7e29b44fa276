"""Columns are data: one list per table, read by the model, the view, the sort menu and the column chooser."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import Qt

from crm_desktop.listing.request import ColumnFact

Row = TypeVar("Row")
Tone = Literal[
    "text", "muted", "neutral", "accent", "success", "warning", "danger", "info", "bronze", "silver", "gold", "platinum"
]
Kind = Literal["text", "badge", "chips"]

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def plain(_row: Any) -> Tone:
    """Most cells carry no meaning in their colour."""
    return "text"


def muted(_row: Any) -> Tone:
    """Details that stand back behind the column that names the row."""
    return "muted"


def no_parts(_row: Any) -> tuple[str, ...]:
    """Only chip columns draw several pieces."""
    return ()


@dataclass(frozen=True)
class Column:
    """One column: what it says about a row and how that is drawn."""

    key: str
    title: str
    format: Callable[[Any], str]
    width: int = 140
    sort_key: str | None = None
    alignment: Qt.AlignmentFlag = LEFT
    kind: Kind = "text"
    tone: Callable[[Any], Tone] = plain
    """The colour role of a badge, or of the words in a text column."""
    parts: Callable[[Any], tuple[str, ...]] = no_parts
    """The pieces of a chip column; `format` still gives them joined, for copying and screen readers."""
    tooltip: Callable[[Any], str] | None = None
    """What the pointer is told beyond the cell's text, e.g. the exact time behind "yesterday"."""
    strong: bool = False
    """Drawn in the stronger weight: the column that names the row."""
    searchable: bool = False
    """Found words are marked here."""
    others: Callable[[Any], tuple[str, ...]] = no_parts
    """More values of the kind that the cell shows: where a search found one of these, the cell shows that one."""
    hidden: bool = False
    """Hidden until the person shows it."""
    fixed: bool = False
    """Cannot be hidden."""
    editable: bool = False
    """Can be changed in its cell, by whoever may."""


class ColumnsOf(Generic[Row]):
    """Makes a table's columns out of what the core knows of them (title, sort key) and how each is drawn."""

    def __init__(self, facts: Iterable[ColumnFact]) -> None:
        self._facts = {fact.key: fact for fact in facts}

    def __call__(
        self,
        key: str,
        width: int,
        format: Callable[[Row], str],
        *,
        kind: Kind = "text",
        tone: Callable[[Row], Tone] = plain,
        parts: Callable[[Row], tuple[str, ...]] = no_parts,
        tooltip: Callable[[Row], str] | None = None,
        right: bool = False,
        strong: bool = False,
        searchable: bool = False,
        others: Callable[[Row], tuple[str, ...]] = no_parts,
        hidden: bool = False,
        editable: bool = False,
    ) -> Column:
        fact = self._facts[key]
        return Column(
            key, fact.title, format, width, fact.sort, RIGHT if right else LEFT, kind=kind, tone=tone, parts=parts,
            tooltip=tooltip, strong=strong, searchable=searchable, others=others, hidden=hidden, fixed=strong,
            editable=editable,
        )  # fmt: skip


@dataclass(frozen=True)
class CompactRow:
    """What a two-line row says on a narrow screen; the first column of the table stretches to hold it."""

    title: Callable[[Any], str]
    detail: Callable[[Any], str]
    badge: Column | None = None
    aside: Column | None = None
    others: Callable[[Any], tuple[str, ...]] = no_parts
    """What the row does not show: where a search found one of these only, it stands in the detail's place."""
