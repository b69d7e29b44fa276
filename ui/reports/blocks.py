"""Pages made of blocks that are never cut: headings stay with what follows, tables repeat their header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

Draw = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Block:
    """Something of one height. `glued` stays on one page with what follows; `header` is drawn above it where it is the
    first on its page."""

    height: float
    draw: Draw
    glued: bool = False
    header: Block | None = None


@dataclass(frozen=True)
class Placed:
    """A block and where its top is on the page."""

    block: Block
    y: float


def pages(blocks: Sequence[Block], height: float) -> list[list[Placed]]:
    """The blocks on pages of a height. One that is higher than a page has a page of its own."""
    made: list[list[Placed]] = [[]]
    y = 0.0
    for place, block in enumerate(blocks):
        if y and y + _needed(blocks, place, height) > height:
            made.append([])
            y = 0.0
        if not y and block.header is not None:
            made[-1].append(Placed(block.header, 0.0))
            y = block.header.height
        made[-1].append(Placed(block, y))
        y += block.height
    return made


def _needed(blocks: Sequence[Block], place: int, height: float) -> float:
    """What has to fit: the block, and what it is glued to, unless that is more than a whole page."""
    needed, last = blocks[place].height, place
    while blocks[last].glued and last + 1 < len(blocks):
        last += 1
        needed += blocks[last].height
    return needed if needed <= height else blocks[place].height
