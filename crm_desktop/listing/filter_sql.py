"""From a filter's tree to SQL conditions.

Null, of a blank column, counts as false: what turns a condition round says so ("is not true"), and no condition has to
guard itself, which would mislead the planner's estimates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from .filters import Condition, Counted, Field, Group, Kind, Node, Through
from .periods import Clock
from .search import like_pattern

Bool = ColumnElement[bool]
_EMPTY_LIST: ColumnElement[Any] = literal_column("'[]'::jsonb")  # written out: partial indexes are found by it
_OPPOSITES = {
    "is_not": "is", "not_in": "in", "not_contains": "contains", "is_blank": "is_filled", "not_within": "within",
}  # fmt: skip
"""What must not be so of any of several values for the operator to be true."""


def to_sql(
    node: Node, fields: Mapping[str, Field], table: FromClause, clock: Clock, *, row_by_row: bool = False
) -> Bool:
    """The condition that picks a filter's rows of `table` (or of an alias of it).

    `row_by_row`: few rows will be asked, so related rows are looked up for each, and never read as a whole.
    """
    if isinstance(node, Condition):
        field = fields[node.field]
        if field.kind is Kind.RELATED:
            return related_sql(node, field, table, clock, row_by_row=row_by_row)
        if field.through is not None:
            return _through(node, field, field.through, table, clock, row_by_row=row_by_row)
        return condition_sql(node, field, table, clock)
    members = [to_sql(member, fields, table, clock, row_by_row=row_by_row) for member in node.members]
    if node.kind == "all":
        return and_(true(), *members)
    either = or_(false(), *members)
    return either if node.kind == "any" else either.is_not(true())


def conjuncts(node: Node) -> list[Node]:
    """What must hold each on its own: the members of an outer `all`, or the node itself."""
    if isinstance(node, Group) and node.kind == "all":
        return [part for member in node.members for part in conjuncts(member)]
    return [node]


def condition_sql(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    """One condition on the row itself."""
    return _COMPILERS[field.kind](condition, field, table, clock)


def related_sql(condition: Condition, field: Field, table: FromClause, clock: Clock, *, row_by_row: bool) -> Bool:
    """A condition on the number of related rows.

    Of a whole table the planner chooses: EXISTS becomes a join where that is cheaper, and a count one grouping of all
    related rows. Row by row, what it could not turn into either: a LIMIT.
    """
    related, counted = field.related, condition.value
    assert related is not None and isinstance(counted, Counted)
    other = related.table.alias()
    met = to_sql(counted.of, related.fields, other, clock, row_by_row=row_by_row)
    match condition.operator:
        case "at_least" | "has":
            least, most = counted.count, None
        case "at_most":
            least, most = 0, counted.count
        case "has_no":
            least, most = 0, 0
        case _:
            least, most = counted.count, counted.count

    def enough(number: int) -> Bool:
        return _there_are(number, other.c[related.key], table.c[related.own], table, met, row_by_row=row_by_row)

    parts = [enough(least)] if least else []
    if most is not None:
        parts.append(not_(enough(most + 1)))
    return and_(true(), *parts)


def matching_rows(of: Node | None, field: Field, table: FromClause, clock: Clock) -> ColumnElement[int]:
    """How many related rows of a row there are that meet `of`; None: how many in all."""
    related = field.related
    assert related is not None
    other = related.table.alias()
    met = true() if of is None else to_sql(of, related.fields, other, clock, row_by_row=True)
    mine = other.c[related.key] == table.c[related.own]
    return select(func.count()).select_from(other).where(mine, met).correlate(table).scalar_subquery()


def _through(
    condition: Condition, field: Field, through: Through, table: FromClause, clock: Clock, *, row_by_row: bool
) -> Bool:
    other = through.table.alias()

    def there_are(met: Bool) -> Bool:
        return _there_are(1, other.c[through.key], table.c[through.own], table, met, row_by_row=row_by_row)

    amount = condition
    scope: Bool = true()
    if field.currency is not None:
        amount = replace(condition, value=condition.value.amount)
        scope = _in_currency(condition, field, other)
    if through.absent is not None and _holds(through.absent, amount.operator, amount.value):
        unmet: Bool = _number(amount, field, other, clock).is_not(true())
        return not_(there_are(and_(scope, unmet)))
    # Whoever has no row has a number all the same, looked at above, and a text that is blank.
    turned = _OPPOSITES.get(condition.operator) if through.absent is None else None
    if field.kind is Kind.TEXT and not _holds_of_blank(condition.operator, condition.value):
        turned = None
    elif field.kind is Kind.TEXT and turned is None:
        return not_(there_are(condition_sql(condition, field, other, clock).is_not(true())))
    found = there_are(condition_sql(replace(condition, operator=turned or condition.operator), field, other, clock))
    return not_(found) if turned else found


def _holds_of_blank(operator: str, value: Any) -> bool:
    """What `_text_key` says of a blank text."""
    match operator:
        case "is" | "contains" | "starts_with" | "ends_with":
            return bool(value == "")
        case "is_not" | "not_contains":
            return bool(value != "")
        case "in":
            return "" in value
        case "not_in":
            return "" not in value
        case _:
            return operator == "is_blank"


def _holds(number: int, operator: str, value: Any) -> bool:
    """What `_number` says of a number that no row has."""
    low, high = value if isinstance(value, tuple) else (value, value)
    match operator:
        case "less_than":
            return bool(number < low)
        case "more_than":
            return bool(number > low)
        case "at_most":
            return bool(number <= low)
        case "at_least":
            return bool(number >= low)
        case "is_not":
            return bool(number != low)
        case _:  # is, between
            return bool(low <= number <= high)


def _there_are(
    number: int, key: ColumnElement[Any], mine: ColumnElement[Any], table: FromClause, met: Bool, *, row_by_row: bool
) -> Bool:
    """At least so many other rows whose `key` is `mine` are `met`."""
    if row_by_row:
        some = select(literal(1)).where(key == mine, met).correlate(table).limit(number).subquery()
        return select(func.count()).select_from(some).scalar_subquery() >= number
    if number == 1:
        return select(literal(1)).where(key == mine, met).exists()
    groups = select(key).where(met).group_by(key).having(func.count() >= number).subquery()
    return select(literal(1)).where(groups.c[0] == mine).exists()


def search_sql(words: Sequence[str], search_text: ColumnElement[str]) -> Bool:
    """Every word is in the search text."""
    return and_(true(), *(search_text.like(like_pattern(word)) for word in words))


def _text(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    key: ColumnElement[str] = field.read(table.c)
    operator = condition.operator
    if field.others is None:
        return _text_key(operator, key, condition.value)
    others, turned = field.others(table.c), _OPPOSITES.get(operator)
    each = func.jsonb_array_elements_text(others.listed).column_valued("each")
    among = _text_key(turned or operator, others.comparable(each), condition.value)
    further = and_(others.listed != _EMPTY_LIST, others.indexed, select(literal(1)).where(among).exists())
    found = or_(_text_key(turned or operator, key, condition.value), further)
    return not_(found) if turned else found


def _text_key(operator: str, key: ColumnElement[str], value: Any) -> Bool:
    match operator:
        case "is":
            return key.in_((value,))
        case "is_not":
            return key.not_in((value,))
        case "in":
            return key.in_(value)
        case "not_in":
            return key.not_in(value)
        case "contains":
            return key.like(f"%{_escaped(value)}%")
        case "not_contains":
            return key.not_like(f"%{_escaped(value)}%")
        case "starts_with":
            return key.like(f"{_escaped(value)}%")
        case "ends_with":
            return key.like(f"%{_escaped(value)}")
        case "is_blank":
            return key == ""
        case _:
            return key != ""


def _search(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    return search_sql(condition.value, field.read(table.c))


def _choice(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    given = condition.value
    if field.computed:
        chosen = given if isinstance(given, tuple) else (given,)
        either = or_(false(), *(field.read(table.c, choice, clock) for choice in chosen))
        return either.is_not(true()) if condition.operator in ("is_not", "not_in") else either
    held: Any = given
    if field.stored is not None and given is not None:
        stored = field.stored
        held = tuple(stored[each] for each in given) if isinstance(given, tuple) else stored[given]
    met = _equal(condition.operator, field.read(table.c), held, field.blank)
    if field.plain is not None and condition.operator == "is":
        return and_(met, _equal("is", field.plain(table.c), given, None))
    return met


def _reference(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    def resolved(value: Any) -> Any:
        return func.crm.current_user_id() if value == "me" else value

    given = condition.value
    return _equal(
        condition.operator,
        field.read(table.c),
        tuple(resolved(value) for value in given) if isinstance(given, tuple) else resolved(given),
        None,
    )


def _equal(operator: str, column: ColumnElement[Any], value: Any, blank: str | int | None) -> Bool:
    if blank is not None:
        return _equal_key(operator, column, value, blank)
    match operator:
        case "is":
            return and_(column == value)
        case "is_not":
            return or_(column.is_(None), column != value)
        case "in":
            return column.in_(value)
        case "not_in":
            return or_(column.is_(None), column.not_in(value))
        case "is_blank":
            return column.is_(None)
        case _:
            return column.is_not(None)


def _equal_key(operator: str, column: ColumnElement[Any], value: Any, blank: str | int) -> Bool:
    """The same of a column that is never null."""
    match operator:
        case "is" | "in":
            return column.in_(value if isinstance(value, tuple) else (value,))
        case "is_not" | "not_in":
            return column.not_in(value if isinstance(value, tuple) else (value,))
        case "is_blank":
            return column == blank
        case _:
            return column != blank


def _tags(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    stored: ColumnElement[Any] = field.read(table.c)
    value = condition.value
    tags = case((func.jsonb_typeof(stored) == "array", stored), else_=literal([], JSONB))

    def has(tag: str) -> Bool:
        each = func.jsonb_array_elements_text(tags).column_valued("each")
        return select(1).where(func.crm.fold(each) == tag).exists()

    match condition.operator:
        case "has":
            return has(value)
        case "has_any":
            return or_(false(), *map(has, value))
        case "has_all":
            return and_(true(), *map(has, value))
        case "has_none":
            return not_(or_(false(), *map(has, value)))
        case "is_blank":
            return tags == literal([], JSONB)
        case _:
            return tags != literal([], JSONB)


def _number(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    column: ColumnElement[Any] = field.read(table.c)
    value = condition.value
    match condition.operator:
        case "less_than":
            return and_(column < value)
        case "more_than":
            return and_(column > value)
        case "at_most":
            return and_(column <= value)
        case "at_least":
            return and_(column >= value)
        case "between":
            return and_(column >= value[0], column <= value[1])
        case operator:
            return _equal(operator, column, value, None)


def _money(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    amount = replace(condition, value=condition.value.amount)
    return and_(_in_currency(condition, field, table), _number(amount, field, table, clock))


def _in_currency(condition: Condition, field: Field, table: FromClause) -> Bool:
    assert field.currency is not None
    return and_(field.currency(table.c) == condition.value.currency)


def _moment(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    column: ColumnElement[Any] = field.read(table.c)
    value = condition.value
    if condition.operator in ("is_blank", "is_filled"):
        return _equal(condition.operator, column, None, None)
    low, high = limits(condition.operator, value, clock)
    if condition.operator == "not_within":
        return or_(column.is_(None), column < literal(low), column >= literal(high))
    bounds: list[Bool] = []
    if low is not None:
        bounds.append(column >= literal(low))
    if high is not None:
        bounds.append(column < literal(high))
    return and_(*bounds)


def limits(operator: str, value: Any, clock: Clock) -> tuple[datetime | None, datetime | None]:
    """The first moment that a condition lets in, and the first after it that it does not; None: no limit."""
    if isinstance(value, tuple):
        return value[0].span(clock)[0], value[1].span(clock)[1]
    first, end = value.span(clock)
    match operator:
        case "before":
            return None, first
        case "after":
            return end, None
        case "on_or_before":
            return None, end
        case "on_or_after":
            return first, None
        case _:  # on, within, not_within
            return first, end


def _yes_no(condition: Condition, field: Field, table: FromClause, clock: Clock) -> Bool:
    holds: Bool = field.read(table.c)
    return holds if condition.value else holds.is_not(true())


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


_COMPILERS: Mapping[Kind, Callable[[Condition, Field, FromClause, Clock], Bool]] = {
    Kind.TEXT: _text,
    Kind.SEARCH: _search,
    Kind.CHOICE: _choice,
    Kind.TAGS: _tags,
    Kind.MOMENT: _moment,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.REFERENCE: _reference,
    Kind.YES_NO: _yes_no,
}
