"""Why a customer is in a segment, or not: every condition with its answer and with what the customer has.

The answers come from the conditions that lists are made of, all in one query about the one row; nothing here compares
values itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ColumnElement, Connection, Table, false, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.models import Customer
from crm_desktop.customers.names import shown_name
from crm_desktop.errors import NotFound
from crm_desktop.listing.filter_segments import with_segments
from crm_desktop.listing.filter_sql import matching_rows, to_sql
from crm_desktop.listing.filter_words import GROUPS, filter_words, singular
from crm_desktop.listing.filters import Condition, Counted, Field, Group, Kind, Node, parse
from crm_desktop.listing.held_words import held_expression, held_words
from crm_desktop.listing.periods import Clock
from crm_desktop.views.names import ids_in, names_of

from .members import in_segment
from .queries import criteria, segment

_customers: Table = Customer.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Reason:
    """One part of a filter. `value` is what the customer has; a group has members, and a segment what it stands for."""

    kind: Literal["condition", "group", "segment"]
    words: str
    holds: bool
    value: str = ""
    members: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """`holds`: the customer is in it."""

    customer_name: str
    root: Reason

    @property
    def holds(self) -> bool:
        return self.root.holds


def why(session: Session, segment_id: UUID, customer_id: UUID, clock: Clock | None = None) -> Explanation:
    """Why the customer is in the segment or not. NotFound when one of them is gone, InvalidFilter when the segment
    cannot be evaluated."""
    segment(session, segment_id)
    found = explain(session, in_segment(segment_id), customer_id, clock)
    return Explanation(found.customer_name, found.root.members[0])


def explain(session: Session, given: Mapping[str, Any], customer_id: UUID, clock: Clock | None = None) -> Explanation:
    """Why the customer is among those of a filter or not."""
    asked = _Asked(clock or Clock(), session.connection())
    tree = parse(given, FIELDS)
    with_segments(tree, FIELDS, asked.connection)  # what cannot be evaluated is refused as in a list
    part = asked.part(given, tree)
    answers = asked.answers(customer_id)
    names = names_of(
        session, [*ids_in(asked.said), *(each for each in answers.held.values() if isinstance(each, UUID))]
    )
    return Explanation(answers.name, _Telling(answers, names, asked.clock).reason(part))


@dataclass(frozen=True)
class _Part:
    """A part of the filter; the numbers say where its answers stand. `turned`: for "not in the segment"."""

    given: Mapping[str, Any]
    node: Node | None = None
    condition: int = -1
    count: int = -1
    turned: bool = False
    name: str = ""
    members: tuple[_Part, ...] = ()


@dataclass(frozen=True)
class _Answers:
    name: str
    conditions: list[bool]
    counts: list[int]
    held: Mapping[str, Any]


@dataclass
class _Asked:
    clock: Clock
    connection: Connection
    said: list[Mapping[str, Any]] = field(default_factory=list)
    _conditions: list[ColumnElement[bool]] = field(default_factory=list)
    _counts: list[ColumnElement[int]] = field(default_factory=list)
    _held: dict[str, ColumnElement[Any]] = field(default_factory=dict)

    def part(self, given: Mapping[str, Any], node: Node) -> _Part:
        """Takes down what has to be asked for a filter and all in it."""
        if not self.said:
            self.said.append(given)
        if isinstance(node, Group):
            pairs = zip(given[node.kind], node.members, strict=True)
            return _Part(given, node, members=tuple(self.part(member, each) for member, each in pairs))
        about = FIELDS[node.field]
        if about.kind is Kind.SEGMENT:
            return self._segments(given, node)
        met = to_sql(node, FIELDS, _customers, self.clock, row_by_row=True)
        self._conditions.append(func.coalesce(met, false()))
        condition = len(self._conditions) - 1
        if isinstance(node.value, Counted):
            self._counts += [matching_rows(each, about, _customers, self.clock) for each in (node.value.of, None)]
            return _Part(given, node, condition, len(self._counts) - 2)
        held = held_expression(node.field, about, _customers)
        if held is not None:
            self._held[node.field] = held
        return _Part(given, node, condition)

    def _segments(self, given: Mapping[str, Any], node: Condition) -> _Part:
        chosen = node.value if isinstance(node.value, tuple) else (node.value,)
        known = criteria(self.connection, chosen)
        members = []
        for each in chosen:
            stands_for = known[each].filter
            self.said.append(stands_for)
            inside = self.part(stands_for, parse(stands_for, FIELDS))
            members.append(_Part(stands_for, name=known[each].name, members=(inside,)))
        return _Part(given, node, turned=node.operator in ("is_not", "not_in"), members=tuple(members))

    def answers(self, customer_id: UUID) -> _Answers:
        """Asks all of it at once. NotFound when the customer is gone."""
        conditions: array[Any] = array(self._conditions, type_=Boolean())
        counts: array[Any] = array(self._counts, type_=BigInteger())
        statement = select(
            shown_name(_customers.c).label("shown_name"),
            conditions.label("conditions"),
            counts.label("counts"),
            *(expression.label(f"held_{number}") for number, expression in enumerate(self._held.values())),
        ).where(_customers.c.id == customer_id)
        row = self.connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound("This customer is not there any more.", hint="Somebody may have deleted it.")
        return _Answers(row[0] or "", row[1], row[2], dict(zip(self._held, row[3:], strict=True)))


@dataclass(frozen=True)
class _Telling:
    answers: _Answers
    names: Mapping[str, str]
    clock: Clock

    def reason(self, part: _Part) -> Reason:
        members = tuple(self.reason(member) for member in part.members)
        if part.node is None:  # a segment among others: it holds as what it stands for does
            return Reason("segment", f"“{part.name}”", members[0].holds, members=members)
        if isinstance(part.node, Group):
            kind = part.node.kind
            holds = all(each.holds for each in members) if kind == "all" else any(each.holds for each in members)
            return Reason("group", f"{GROUPS[kind]} these", holds != (kind == "none"), members=members)
        words = filter_words(part.given, FIELDS, self.names)
        if FIELDS[part.node.field].kind is Kind.SEGMENT:
            inside = any(each.holds for each in members)
            only = members[0].members if len(members) == 1 else members
            return Reason("segment", words, inside != part.turned, members=only)
        return Reason("condition", words, self.answers.conditions[part.condition], self._value(part, part.node))

    def _value(self, part: _Part, node: Condition) -> str:
        about = FIELDS[node.field]
        if part.count >= 0:
            return _counted(about, *self.answers.counts[part.count : part.count + 2])
        if node.field not in self.answers.held:
            return ""
        return held_words(self.answers.held[node.field], about, self.names, self.clock)


def _counted(about: Field, matching: int, total: int) -> str:
    """ "2 of 14 interactions"."""
    noun = singular(about.title.lower()) if total == 1 else about.title.lower()
    return f"{matching:,} of {total:,} {noun}" if total else f"No {about.title.lower()}"


def conditions_of(reason: Reason) -> Iterator[Reason]:
    """The conditions in it, in order."""
    if reason.kind == "condition":
        yield reason
    for member in reason.members:
        yield from conditions_of(member)


__all__ = ["Explanation", "Reason", "conditions_of", "explain", "why"]
