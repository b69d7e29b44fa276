"""The filter language: JSON groups of field, operator and value, read and checked (docs/filters.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal
from uuid import UUID

from crm_desktop.errors import CrmError

from .filter_values import check_value

MAX_DEPTH = 20
MAX_CONDITIONS = 500


class InvalidFilter(CrmError):
    """A filter that cannot be used; `path` says where its fault is (`all[1].any[0].value`; "" is the whole)."""

    def __init__(self, path: str, fault: str) -> None:
        where = f" (at {path})" if path else ""
        super().__init__(f"This filter cannot be used: {fault}{where}.")
        self.path = path
        self.fault = fault


class Kind(Enum):
    """What a field holds, and so which operators it takes."""

    TEXT = "text"
    SEARCH = "search"
    CHOICE = "choice"
    TAGS = "tags"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"
    REFERENCE = "reference"
    YES_NO = "yes or no"
    RELATED = "related"
    SEGMENT = "segment"


_BLANKS = ("is_blank", "is_filled")
_COUNTS = ("at_least", "at_most", "exactly")
MOST_COUNTED = 10_000
_LISTS = ("is", "is_not", "in", "not_in")
OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: (*_LISTS, "contains", "not_contains", "starts_with", "ends_with", *_BLANKS),
    Kind.SEARCH: ("matches",),
    Kind.CHOICE: (*_LISTS, *_BLANKS),
    Kind.TAGS: ("has", "has_any", "has_all", "has_none", *_BLANKS),
    Kind.MOMENT: ("on", "before", "after", "on_or_before", "on_or_after", "between", "within", "not_within", *_BLANKS),
    Kind.NUMBER: ("is", "is_not", "less_than", "more_than", "at_most", "at_least", "between", *_BLANKS),
    Kind.MONEY: ("less_than", "more_than", "at_most", "at_least", "between"),
    Kind.REFERENCE: (*_LISTS, *_BLANKS),
    Kind.YES_NO: ("is",),
    Kind.RELATED: ("has", "has_no", *_COUNTS),
    Kind.SEGMENT: _LISTS,
}


@dataclass(frozen=True)
class Related:
    """Rows of another table that belong to a row of this one: those whose `key` is this table's `own`."""

    fields: Mapping[str, Field]
    table: Any
    key: str
    own: str = "id"


@dataclass(frozen=True)
class Through:
    """Rows of another table that hold a field of this one: those whose `key` is this table's `own`. `absent` is the
    number that stands for none; there is at most one row then (of a currency)."""

    table: Any
    key: str
    own: str = "id"
    absent: int | None = None


@dataclass(frozen=True)
class Others:
    """Further values beside a text's own: a list in JSON, what makes one of them comparable, and a condition that is
    always true and that an index of the rows with further values serves."""

    listed: Any
    comparable: Callable[[Any], Any]
    indexed: Any


@dataclass(frozen=True)
class NamedFilter:
    """A filter that is kept under a name: a segment's criteria."""

    name: str
    filter: Any


@dataclass(frozen=True)
class Field:
    """What a filter may ask about.

    `read` gives the column of the table (folded for TEXT); for a choice that is no column (`computed`), the condition
    that a given choice stands for at a given clock. `blank` is what the column holds where the field is blank, `stored`
    what it holds for each choice where that is not the choice itself. `plain` is the column that partial indexes name,
    where `read` gives another for the sake of its index. `related` belongs to RELATED, `load` to SEGMENT: it
    reads named filters over the same fields by their ids. With `through`, `read` is of that other table: a condition
    is true when it is of any of its rows, and one that is turned round (is not) when its opposite is of none.
    `others` are further values that count as the field's own. `currency` belongs to MONEY. `held` gives what the row
    has there as a person knows it, where that is not the column of the field's name.
    """

    kind: Kind
    title: str
    read: Callable[..., Any]
    choices: tuple[str, ...] = ()
    blank: str | int | None = None
    may_be_blank: bool = True
    computed: bool = False
    stored: Mapping[str, Any] | None = None
    plain: Callable[..., Any] | None = None
    related: Related | None = None
    load: Callable[..., Mapping[UUID, NamedFilter]] | None = None
    through: Through | None = None
    others: Callable[..., Others] | None = None
    currency: Callable[..., Any] | None = None
    held: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Condition:
    """One field, compared. `value` is checked and in the form that the operator needs."""

    field: str
    operator: str
    value: Any
    path: str


@dataclass(frozen=True)
class Counted:
    """What a condition on related rows compares: how many there are of those that meet `of`."""

    count: int
    of: Node


@dataclass(frozen=True)
class Group:
    """Members that must all, any or none be true. Of an empty group: all and none are true, any is false."""

    kind: Literal["all", "any", "none"]
    members: tuple[Node, ...]


Node = Group | Condition


def parse(given: Any, fields: Mapping[str, Field]) -> Node:
    """The filter as a tree, or InvalidFilter with the path of the first fault."""
    count = [0]
    return _node(given, fields, "", 0, count)


def _node(given: Any, fields: Mapping[str, Field], path: str, depth: int, count: list[int]) -> Node:
    if not isinstance(given, Mapping):
        raise InvalidFilter(path, "a group or a condition must be an object")
    if depth > MAX_DEPTH:
        raise InvalidFilter(path, f"groups are nested more than {MAX_DEPTH} deep")
    kinds = [kind for kind in ("all", "any", "none") if kind in given]
    if not kinds:
        count[0] += 1
        if count[0] > MAX_CONDITIONS:
            raise InvalidFilter(path, f"it has more than {MAX_CONDITIONS} conditions")
        return _condition(given, fields, path, depth, count)
    kind = kinds[0]
    for key in given:
        if key != kind:
            raise InvalidFilter(_join(path, key), f"a group has only one of all, any, none, not also “{key}”")
    members = given[kind]
    if not isinstance(members, list | tuple):
        raise InvalidFilter(_join(path, kind), "the members of a group must be a list")
    parsed = tuple(
        _node(member, fields, f"{_join(path, kind)}[{index}]", depth + 1, count) for index, member in enumerate(members)
    )
    return Group(kind, parsed)  # type: ignore[arg-type]


def _condition(
    given: Mapping[str, Any], fields: Mapping[str, Field], path: str, depth: int, count: list[int]
) -> Condition:
    for key in given:
        if key not in ("field", "operator", "value"):
            raise InvalidFilter(_join(path, key), f"“{key}” is not part of a condition")
    for key in ("field", "operator"):
        if key not in given:
            raise InvalidFilter(path, f"a condition needs {'an' if key == 'operator' else 'a'} {key}")
        if not isinstance(given[key], str):
            raise InvalidFilter(_join(path, key), f"the {key} must be text")
    name, operator = given["field"], given["operator"]
    if name not in fields:
        raise InvalidFilter(_join(path, "field"), f"there is no field “{name}”")
    field = fields[name]
    if operator not in OPERATORS[field.kind] or (operator in _BLANKS and not field.may_be_blank):
        raise InvalidFilter(_join(path, "operator"), f"the field “{name}” has no operator “{operator}”")
    if operator in _BLANKS:
        if given.get("value") is not None:
            raise InvalidFilter(_join(path, "value"), f"“{operator}” takes no value")
        return Condition(name, operator, None, path)
    if "value" not in given:
        raise InvalidFilter(path, f"“{operator}” needs a value")
    if field.related is not None:
        counted = _counted(given["value"], operator, field.related.fields, _join(path, "value"), depth, count)
        return Condition(name, operator, counted, path)
    try:
        value = check_value(field.kind.value, operator, given["value"], field.choices)
    except ValueError as error:
        raise InvalidFilter(_join(path, "value"), str(error)) from None
    return Condition(name, operator, value, path)


def _counted(
    given: Any, operator: str, fields: Mapping[str, Field], path: str, depth: int, conditions: list[int]
) -> Counted:
    if operator not in _COUNTS:
        return Counted(1, _node(given, fields, path, depth + 1, conditions))
    if not isinstance(given, Mapping):
        raise InvalidFilter(path, f"“{operator}” needs an object with a count")
    for key in given:
        if key not in ("count", "of"):
            raise InvalidFilter(_join(path, key), f"“{key}” is not part of a count")
    number = given.get("count")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_COUNTED:
        raise InvalidFilter(_join(path, "count"), f"the count must be a whole number from 0 to {MOST_COUNTED:,}")
    of = _node(given.get("of", {"all": []}), fields, _join(path, "of"), depth + 1, conditions)
    return Counted(number, of)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
