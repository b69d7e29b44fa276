"""How much a search or a filter leaves of a table, and in which order few matches are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Table, case, func, literal, select, tablesample, text

from .search import MIN_INSIDE, whole_word_pattern, word_start_pattern

SAMPLED_BLOCKS = 300
"""About 4,000 rows: a share of one in a hundred is known to a sixth of itself, in a few milliseconds."""


def share_of_matches(
    connection: Connection, table: Table, condition: Callable[[FromClause], ColumnElement[bool]]
) -> tuple[float, float]:
    """The estimated share of the table's rows that meet the condition (never 0), and the estimated number of rows.

    The planner's own estimate is of no use here: it guesses at LIKE, and takes conditions as independent.
    """
    size = text("SELECT pg_catalog.pg_relation_size(CAST(:name AS regclass)) / 8192").bindparams(name=table.fullname)
    blocks = max(connection.execute(size).scalar_one(), 1)
    percent = min(100.0, 100.0 * SAMPLED_BLOCKS / blocks)
    sample = tablesample(table, func.system(percent), name="sample")
    seen, met = connection.execute(select(func.count(), func.count().filter(condition(sample)))).one()
    if not seen:
        return 1.0, 0.0
    return max(met, 0.5) / seen, seen * 100.0 / percent


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
