"""Segments within a filter: each is replaced by the filter that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from .filters import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    Condition,
    Counted,
    Field,
    Group,
    InvalidFilter,
    Kind,
    NamedFilter,
    Node,
    parse,
)


def names_segments(node: Node, fields: Mapping[str, Field]) -> bool:
    """Whether anything in the filter has to be looked up before it can be used."""
    return any(True for _ in _conditions(node, fields))


def with_segments(
    node: Node, fields: Mapping[str, Field], connection: Connection, *, inside: tuple[UUID, str] | None = None
) -> Node:
    """The filter with its segments written out.

    `inside`: the id and name of the segment whose criteria this filter is, or will be. InvalidFilter with the place in
    the filter when a segment is gone, cannot be used itself, or leads back to where it came from.
    """
    reading = _Reading(fields, connection)
    return reading.expand(node, fields, [inside] if inside else [], "")


@dataclass
class _Reading:
    fields: Mapping[str, Field]
    connection: Connection
    known: dict[UUID, NamedFilter] = field(default_factory=dict)
    written_out: int = 0

    def expand(self, node: Node, fields: Mapping[str, Field], within: list[tuple[UUID, str]], place: str) -> Node:
        """`within`: the segments that led here; `place`: where in the outermost filter the first of them is named."""
        self._load(node, fields)
        return self._expand(node, fields, within, place)

    def _expand(self, node: Node, fields: Mapping[str, Field], within: list[tuple[UUID, str]], place: str) -> Node:
        if isinstance(node, Group):
            return Group(node.kind, tuple(self._expand(member, fields, within, place) for member in node.members))
        about = fields[node.field]
        if about.related is not None and isinstance(node.value, Counted):
            of = self._expand(node.value.of, about.related.fields, within, place)
            return Condition(node.field, node.operator, Counted(node.value.count, of), node.path)
        if about.kind is not Kind.SEGMENT:
            return node
        chosen: tuple[UUID, ...] = node.value if isinstance(node.value, tuple) else (node.value,)
        here = place or (f"{node.path}.value" if node.path else "value")
        trees = tuple(self._segment(each, fields, within, here) for each in chosen)
        if node.operator in ("is_not", "not_in"):
            return Group("none", trees)
        return trees[0] if len(trees) == 1 else Group("any", trees)  # what must hold each on its own stays so

    def _segment(self, identity: UUID, fields: Mapping[str, Field], within: list[tuple[UUID, str]], place: str) -> Node:
        found = self.known.get(identity)
        if found is None:
            raise InvalidFilter(place, f"{_chain(within)}it names a segment that is not there any more")
        path = [*within, (identity, found.name)]
        if identity in (each for each, _name in within):
            names = " → ".join(f"“{name}”" for _id, name in path)
            raise InvalidFilter(place, f"segments lead in a circle: {names}")
        if len(path) > MAX_DEPTH:
            raise InvalidFilter(place, f"segments are nested more than {MAX_DEPTH} deep")
        self.written_out += 1
        if self.written_out > MAX_CONDITIONS:
            raise InvalidFilter(place, f"its segments name more than {MAX_CONDITIONS} others in all")
        try:
            tree = parse(found.filter, fields)
        except InvalidFilter as error:
            at = f" at {error.path}" if error.path else ""
            raise InvalidFilter(place, f"{_chain(path)}{error.fault}{at}") from None
        return self.expand(tree, fields, path, place)

    def _load(self, node: Node, fields: Mapping[str, Field]) -> None:
        """Reads the segments that the filter names and that are not known yet: one query for each level."""
        for about, condition in _conditions(node, fields):
            chosen = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            wanted = [each for each in chosen if each not in self.known]
            if wanted and about.load is not None:
                self.known.update(about.load(self.connection, wanted))


def _conditions(node: Node, fields: Mapping[str, Field]) -> Iterator[tuple[Field, Condition]]:
    if isinstance(node, Group):
        for member in node.members:
            yield from _conditions(member, fields)
        return
    about = fields[node.field]
    if about.kind is Kind.SEGMENT:
        yield about, node
    elif about.related is not None and isinstance(node.value, Counted):
        yield from _conditions(node.value.of, about.related.fields)


def _chain(within: list[tuple[UUID, str]]) -> str:
    return "".join(f"in the segment “{name}”, " for _id, name in within)
