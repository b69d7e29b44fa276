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
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import iterate

from .request import COUNT_CAP
from .search import MIN_INSIDE, whole_word_pattern, word_start_pattern

SAMPLED_BLOCKS = 200
"""About 3,000 rows: a share of one in a hundred is known to a fifth of itself, in some three milliseconds."""
MOST_LOOKED_UP = 30_000
"""Rows for each of which other tables are asked: some 20 microseconds each, where reading them whole takes a second."""
ENOUGH_BLOCKS = 12
"""Matches in so many sampled blocks are no accident: of 1,000 rows in a million, the sample meets 3."""


@dataclass(frozen=True)
class Share:
    """What a sample says: the share of rows that match (never 0), how many that makes, whether many for sure.

    `fetched` is how many rows are read to find them: those that meet the narrowest of the parts that must hold each on
    its own, for an index finds the rows of one part, and the others only sift them. `own` is how many meet all parts
    that ask the row itself, and no other table.
    """

    share: float
    matches: float
    many: bool
    fetched: float
    own: float

    @property
    def row_by_row(self) -> bool:
        """Whether to look up what other tables have for each row that the row's own parts leave: few, of many, and
        mostly not in vain.

        Else what other tables have is read as a whole or found first, as the planner likes: it does that well but for
        an "any", of which it only can read all.
        """
        rows = self.matches / self.share
        return self.own <= min(MOST_LOOKED_UP, rows / 10, 20 * self.matches)


def share_of_matches(
    connection: Connection, table: Table, parts: Callable[[FromClause], Sequence[ColumnElement[bool]]]
) -> Share:
    """How many of the table's rows meet all of `parts`, from a sample of its blocks. What asks other tables is asked
    once for each row, and only where the row itself does not rule it out.

    The planner's own estimate is of no use here: it guesses at LIKE, and takes conditions as independent.
    """
    percent, sample = _sample(table, SAMPLED_BLOCKS)
    block = func.split_part(cast(literal_column("sample.ctid"), Text), ",", 1)
    asked = parts(sample)
    own = and_(true(), *(part for part in asked if not _looks_up(part)))
    # OFFSET keeps the parts from being put in each place that they are used.
    answers = (
        select(
            block.label("block"),
            own.is_(true()).label("own"),
            *(
                (case((own, part.is_(true()))) if _looks_up(part) else part.is_(true())).label(f"part_{n}")
                for n, part in enumerate(asked)
            ),
        )
        .select_from(sample)
        .offset(0)
        .subquery("answers")
    )
    of_block, left, *met = answers.c
    both = and_(true(), *met)
    statement = select(
        percent,
        func.count(),
        func.count().filter(left),
        func.count().filter(both),
        func.count(of_block.distinct()).filter(both),
        *(func.count().filter(part) for part in met),
    ).select_from(answers)
    taken, seen, owned, matching, blocks, *found = connection.execute(statement).one()
    if not seen:
        return Share(1.0, 0.0, False, 0.0, 0.0)
    times = 100.0 / float(taken)
    matches = max(matching, 0.5) * times
    many = blocks >= ENOUGH_BLOCKS and matches > 3 * COUNT_CAP
    of_all = seen / max(owned, 1)
    each = [count * of_all if _looks_up(part) else count for part, count in zip(asked, found, strict=True)]
    fetched = max(min(each, default=matching) * times, matches)
    return Share(max(matching, 0.5) / seen, matches, many, fetched, max(owned, 0.5) * times)


def _looks_up(part: ColumnElement[bool]) -> bool:
    """Whether other tables are asked."""
    return any(isinstance(each, SelectBase) for each in iterate(part))


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
