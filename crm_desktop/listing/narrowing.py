"""How much a search or a filter leaves of a table, and in which order few matches are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    tablesample,
    true,
)

from .request import COUNT_CAP
from .search import MIN_INSIDE, whole_word_pattern, word_start_pattern

SAMPLED_BLOCKS = 200
"""About 3,000 rows: a share of one in a hundred is known to a fifth of itself, in some three milliseconds."""
ENOUGH_BLOCKS = 12
"""Matches in so many sampled blocks are no accident: of 1,000 rows in a million, the sample meets 3."""


@dataclass(frozen=True)
class Share:
    """What a sample says: the share of rows that match (never 0), how many that makes, whether many for sure.

    `fetched` is how many rows are read to find them: those that meet the narrowest of the parts that must hold each on
    its own, for an index finds the rows of one part, and the others only sift them.
    """

    share: float
    matches: float
    many: bool
    fetched: float


def share_of_matches(
    connection: Connection, table: Table, parts: Callable[[FromClause], Sequence[ColumnElement[bool]]]
) -> Share:
    """How many of the table's rows meet all of `parts`, from a sample of its blocks. Each is asked once for each row.

    The planner's own estimate is of no use here: it guesses at LIKE, and takes conditions as independent.
    """
    percent, sample = _sample(table, SAMPLED_BLOCKS)
    block = func.split_part(cast(literal_column("sample.ctid"), Text), ",", 1)
    # OFFSET keeps the parts from being put in each place that they are used.
    answers = (
        select(block.label("block"), *(part.is_(true()).label(f"part_{n}") for n, part in enumerate(parts(sample))))
        .select_from(sample)
        .offset(0)
        .subquery("answers")
    )
    of_block, *met = answers.c
    both = and_(true(), *met)
    statement = select(
        percent,
        func.count(),
        func.count().filter(both),
        func.count(of_block.distinct()).filter(both),
        *(func.count().filter(part) for part in met),
    ).select_from(answers)
    taken, seen, matching, blocks, *found = connection.execute(statement).one()
    if not seen:
        return Share(1.0, 0.0, False, 0.0)
    times = 100.0 / float(taken)
    matches = max(matching, 0.5) * times
    many = blocks >= ENOUGH_BLOCKS and matches > 3 * COUNT_CAP
    return Share(max(matching, 0.5) / seen, matches, many, max(min(found, default=matching) * times, matches))


@cache
def _sample(table: Table, blocks: int) -> tuple[ColumnElement[Any], FromClause]:
    """The percentage of the table that so many blocks are, and that part of it."""
    size = func.pg_relation_size(func.to_regclass(table.fullname))
    percent = func.least(100.0, 100.0 * blocks * 8192 / func.greatest(size, 8192))
    return percent, tablesample(table, func.system(percent), name="sample")


def ranked(words: Sequence[str], search_text: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """The rank of a match: per word 0 for a whole word, 1 for the start of one, 2 for anything else."""
    closed = search_text + literal(" ")
    ranks = [
        case(
            (closed.like(whole_word_pattern(word)), 0),
            *([(search_text.like(word_start_pattern(word)), 1)] if len(word) >= MIN_INSIDE else []),
            else_=2 if len(word) >= MIN_INSIDE else 1,
        )
        for word in words
    ]
    total: ColumnElement[Any] = ranks[0]
    for rank in ranks[1:]:
        total = total + rank
    return (total,)
