"""Two people edit, edit in bulk, delete, undo and redo at random: the database holds what a plain model of it says.

Nothing of the other's is ever overwritten: a step takes back a row only as long as the row is as the step left it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from crm_desktop.audit.undo import current_transaction
from crm_desktop.customers.actions import edit_fields
from crm_desktop.customers.bulk import BulkEdit, TagChange, bulk_delete, bulk_edit
from crm_desktop.customers.listed import SOURCE
from crm_desktop.database.engine import Database
from crm_desktop.errors import StaleRow
from crm_desktop.listing.frozen import Frozen, freeze
from crm_desktop.listing.selection import Selection
from tests.factories.customers import customer
from tests.helpers.postgres import Crm
from ui.notices import Notices
from ui.operations import Operations
from ui.undo_history import UndoHistory

ROWS = 2
SUBJECTS = frozenset({"customers"})
Row = dict[str, Any]
Images = dict[int, tuple[Row | None, Row | None]]
"""By row: the fields that a transaction changed, before and after; None where there was no row."""

field_and_value = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(["active", "inactive", "prospect"])),
    st.tuples(st.just("source"), st.sampled_from(["web", "fair", "phone"])),
    st.tuples(st.just("tags"), st.sampled_from([(), ("a", "b")])),
)
some_rows = st.frozensets(st.integers(0, ROWS - 1), min_size=1)
person = st.sampled_from(["ada", "emil"])
acts = st.one_of(
    st.tuples(st.just("edit"), person, st.integers(0, ROWS - 1), field_and_value),
    st.tuples(st.just("bulk"), person, some_rows, field_and_value),
    st.tuples(st.just("bulk late"), person, some_rows, field_and_value),
    st.tuples(st.just("add tag"), person, some_rows, st.sampled_from(["a", "B"])),
    st.tuples(st.just("crossed"), person, st.integers(0, ROWS - 1), st.sampled_from(["status", "source", "tags"])),
    st.tuples(st.just("undo"), person, st.none(), st.none()),
    st.tuples(st.just("undo"), person, st.none(), st.none()),
    st.tuples(st.just("redo"), person, st.none(), st.none()),
    st.tuples(st.just("delete"), st.just("ada"), some_rows, st.none()),
)
VALUES = {
    "status": ("active", "inactive", "prospect"),
    "source": ("web", "fair", "phone"),
    "tags": ((), ("a",), ("b",)),
}


@dataclass
class Desk:
    """Somebody's history, and what the model thinks of it."""

    database: Database
    history: UndoHistory
    said: list[Any]
    done: list[Images] = field(default_factory=list)
    undone: list[Images] = field(default_factory=list)


@dataclass
class World:
    """The rows as the model has them."""

    desks: dict[str, Desk]
    ids: list[UUID]
    rows: dict[int, Row]

    def did(self, who: str, images: Images, transaction: int) -> None:
        desk = self.desks[who]
        desk.history.did("did something", transaction, SUBJECTS)
        desk.done.append(images)
        desk.undone.clear()
        self.apply(images)

    def apply(self, images: Images) -> None:
        for number, (_before, after) in images.items():
            if after is None:
                del self.rows[number]
            else:
                self.rows[number] = {**self.rows.get(number, {}), **after}

    def take_back(self, who: str, source: list[Images], target: list[Images]) -> tuple[int, int]:
        """Returns how many rows came back, and how many stayed."""
        images = source.pop()
        back: Images = {}
        for number, (before, after) in images.items():
            held = self.rows.get(number)
            if after is None:
                is_as_left = held is None
            else:
                is_as_left = held is not None and all(held[name] == value for name, value in after.items())
            if is_as_left:
                back[number] = (after, before)
        if back:
            target.append(back)
        self.apply(back)
        return len(back), len(images) - len(back)

    def stored(self) -> dict[int, Row]:
        with self.desks["ada"].database.connection() as connection:
            found = connection.exec_driver_sql("SELECT id, status, source, tags FROM crm.customers").all()
        return {
            self.ids.index(row.id): {"status": row.status, "source": row.source, "tags": tuple(row.tags)}
            for row in found
        }


@contextmanager
def world(crm: Crm) -> Iterator[World]:
    crm.empty()
    with crm.connect() as connection:
        ids = [customer(connection, source="web", tags=["a"]) for _ in range(ROWS)]
    desks: dict[str, Desk] = {}
    for name in ("ada", "emil"):
        database, notices = crm.database(name), Notices()
        operations = Operations(database, synchronous=True)
        desks[name] = Desk(database, UndoHistory(operations, notices), [])
        notices.shown.connect(desks[name].said.append)
        desks[name].history.setProperty("kept alive", [operations, notices])
    rows: dict[int, Row] = {number: {"status": "active", "source": "web", "tags": ("a",)} for number in range(ROWS)}
    made = World(desks, ids, rows)
    try:
        yield made
    finally:
        for desk in desks.values():
            desk.history._operations.close()
            desk.database.close()


def edit(world: World, who: str, number: int, name: str, value: Any) -> None:
    before = world.rows.get(number)
    if before is None or before[name] == value:
        return
    with world.desks[who].database.session() as session:
        version = (
            session.connection()
            .exec_driver_sql(f"SELECT version FROM crm.customers WHERE id = '{world.ids[number]}'")
            .scalar_one()
        )
        with pytest.raises(StaleRow):
            edit_fields(session, world.ids[number], version - 1, {name: "never", "notes": "never"})
        edit_fields(session, world.ids[number], version, {name: value})
        transaction = current_transaction(session)
    world.did(who, {number: ({name: before[name]}, {name: value})}, transaction)


def crossed(world: World, who: str, number: int, name: str) -> None:
    """One edits, the other edits the same field, the first one undoes."""
    if number not in world.rows:
        return
    for editor in (who, "emil" if who == "ada" else "ada"):
        held = world.rows[number][name]
        others = [value for value in VALUES[name] if value != held]
        edit(world, editor, number, name, others[0] if editor == who else others[-1])
    step(world, "undo", who)


def frozen(world: World, who: str, numbers: frozenset[int]) -> Frozen:
    with world.desks[who].database.session() as session:
        return freeze(session, Selection.of(world.ids[number] for number in numbers), SOURCE)


def bulk(world: World, who: str, numbers: frozenset[int], given: BulkEdit, *, late: bool = False) -> None:
    """`late`: the other one changes the first of the rows after they were counted."""
    rows = frozen(world, who, numbers)
    assert rows.count == len(numbers & world.rows.keys())
    touched: set[int] = set()
    if late and min(numbers) in world.rows:
        other = "emil" if who == "ada" else "ada"
        status = "inactive" if world.rows[min(numbers)]["status"] != "inactive" else "prospect"
        edit(world, other, min(numbers), "status", status)
        touched = {min(numbers)}
    images: Images = {}
    for number in sorted((numbers & world.rows.keys()) - touched):
        held = world.rows[number]
        after = dict(given.values)
        if given.tags is not None:
            known = {tag.casefold() for tag in held["tags"]}
            more = tuple(tag for tag in given.tags.tags if tag.casefold() not in known)
            after["tags"] = given.tags.tags if given.tags.mode == "set" else (*held["tags"], *more)
        changed = {name: value for name, value in after.items() if held[name] != value}
        if changed:
            images[number] = ({name: held[name] for name in changed}, changed)
    with world.desks[who].database.session() as session:
        result = bulk_edit(session, rows, given)
    assert (result.changed, result.skipped) == (len(images), len(touched))
    assert set(result.skipped_ids) == {world.ids[number] for number in touched}
    if images:
        world.did(who, images, result.transaction)


def delete(world: World, who: str, numbers: frozenset[int]) -> None:
    images: Images = {number: (dict(world.rows[number]), None) for number in numbers if number in world.rows}
    rows = frozen(world, who, numbers)
    with world.desks[who].database.session() as session:
        result = bulk_delete(session, rows)
    if images:
        world.did(who, images, result.transaction)


def step(world: World, act: str, who: str) -> None:
    desk = world.desks[who]
    source, target = (desk.done, desk.undone) if act == "undo" else (desk.undone, desk.done)
    told = len(desk.said)
    expected = world.take_back(who, source, target) if source else None
    getattr(desk.history, act)()
    notice = desk.said[told]
    if expected is None:
        assert notice.text.startswith("There is nothing to")
    elif expected[1]:
        assert notice.is_error and str(expected[1]) in notice.text, "what is kept is said"
    else:
        assert not notice.is_error


@given(st.lists(acts, min_size=8, max_size=20))
@settings(max_examples=30)
def test_the_database_holds_what_the_model_says(crm: Crm, qapp: QApplication, done: list[tuple[Any, ...]]) -> None:
    with world(crm) as made:
        for act, who, what, value in done:
            if act == "edit":
                edit(made, who, what, *value)
            elif act in ("bulk", "bulk late"):
                name, to = value
                given_edit = BulkEdit(tags=TagChange("set", to)) if name == "tags" else BulkEdit({name: to})
                bulk(made, who, what, given_edit, late=act == "bulk late")
            elif act == "add tag":
                bulk(made, who, what, BulkEdit(tags=TagChange("add", (value,))))
            elif act == "crossed":
                crossed(made, who, what, value)
            elif act == "delete":
                delete(made, who, what)
            else:
                step(made, act, who)
            assert made.stored() == made.rows
