"""What has to be followed up, by when: overdue, today, tomorrow, this week, later, and what has no date.

Sections are of the person's own calendar. Each is read a page at a time by a range of an index, and counted by another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import Clock

from .listed import PENDING, customer_names, interactions, people_names

SectionKey = Literal["overdue", "today", "tomorrow", "week", "later", "none"]
SECTIONS: tuple[SectionKey, ...] = get_args(SectionKey)
PAGE = 50
"""So many entries of a section are read at first, and again each time that more of it are wanted."""

Bounds = tuple[datetime | None, datetime | None]
"""From this moment on, until before that one; None is without end."""


class AgendaRow(NamedTuple):
    """One interaction that waits for somebody."""

    id: UUID
    customer_id: UUID
    customer_name: str
    type: str
    subject: str
    priority: str
    follow_up: datetime | None
    author_id: UUID
    author: str
    assignee_id: UUID | None
    assignee: str
    contact_id: UUID | None
    version: int


@dataclass(frozen=True)
class Agenda:
    """The beginning of each section, and how many entries each has in all."""

    rows: Mapping[SectionKey, list[AgendaRow]]
    counts: Mapping[SectionKey, int]

    @property
    def total(self) -> int:
        """How many entries there are."""
        return sum(self.counts.values())


def bounds(clock: Clock) -> dict[SectionKey, Bounds]:
    """Where the sections begin and end. "week" is what is left of the week after tomorrow: nothing on its last days."""
    tomorrow, after = (clock.midnight(clock.today + timedelta(days=days)) for days in (1, 2))
    week = max(after, clock.period("this_week")[1])
    return {
        "overdue": (None, clock.now),
        "today": (clock.now, tomorrow),
        "tomorrow": (tomorrow, after),
        "week": (after, week),
        "later": (week, None),
    }


def agenda(
    session: Session, clock: Clock, whose: UUID | None, wanted: Mapping[SectionKey, int] | None = None
) -> Agenda:
    """The agenda of one person, or with None of everybody; of each section so many entries as wanted, else a page."""
    rows: dict[SectionKey, list[AgendaRow]] = {}
    beginnings = [
        _ordered(clock, whose, section, limit=(wanted or {}).get(section, PAGE)).add_columns(literal(place)).subquery()
        for place, section in enumerate(SECTIONS)
    ]
    found = session.execute(union_all(*(select(beginning) for beginning in beginnings))).all()
    for row, (*_values, place) in zip(make_agenda_rows(session.connection(), found), found, strict=True):
        rows.setdefault(SECTIONS[place], []).append(row)
    for section, entries in rows.items():  # a union promises no order
        if section == "none":
            entries.sort(key=lambda entry: entry.id)
        else:
            entries.sort(key=lambda entry: (entry.follow_up or clock.now, entry.id))
    return Agenda(rows, agenda_counts(session, clock, whose))


def agenda_counts(session: Session, clock: Clock, whose: UUID | None) -> dict[SectionKey, int]:
    """How many entries each section has."""
    counted = [
        select(func.count()).select_from(interactions).where(_in_section(clock, whose, section)).scalar_subquery()
        for section in SECTIONS
    ]
    return dict(zip(SECTIONS, session.execute(select(*counted)).one(), strict=True))


def agenda_page(
    session: Session,
    clock: Clock,
    whose: UUID | None,
    section: SectionKey,
    after: AgendaRow | None = None,
    limit: int = PAGE,
) -> list[AgendaRow]:
    """The entries of a section from the first, or from the one after `after`, earliest first."""
    statement = _ordered(clock, whose, section, after, limit)
    return make_agenda_rows(session.connection(), session.execute(statement).all())


def due_between(session: Session, whose: UUID, first: datetime, end: datetime, limit: int) -> list[AgendaRow]:
    """What falls due for somebody in that time, earliest first."""
    c = interactions.c
    due = and_(_waits_for(whose), c.follow_up >= literal(first), c.follow_up < literal(end))
    statement = select(*_columns()).where(due).order_by(c.follow_up, c.id).limit(limit)
    return make_agenda_rows(session.connection(), session.execute(statement).all())


def overdue_count(session: Session, whose: UUID, now: datetime) -> int:
    """How much of what somebody has to follow up is overdue."""
    overdue = and_(_waits_for(whose), interactions.c.follow_up < literal(now))
    return session.execute(select(func.count()).select_from(interactions).where(overdue)).scalar_one()


def _ordered(
    clock: Clock, whose: UUID | None, section: SectionKey, after: AgendaRow | None = None, limit: int = PAGE
) -> Select[Any]:
    c = interactions.c
    return select(*_columns()).where(_in_section(clock, whose, section, after)).order_by(c.follow_up, c.id).limit(limit)


def _waits_for(whose: UUID | None) -> ColumnElement[bool]:
    """As the partial indexes have it. Somebody is always named: the database sees to it."""
    c = interactions.c
    pending = c.status == PENDING
    return pending if whose is None else and_(pending, c.assignee_id == literal(whose))


def _in_section(
    clock: Clock, whose: UUID | None, section: SectionKey, after: AgendaRow | None = None
) -> ColumnElement[bool]:
    """One lower bound only: of two, PostgreSQL may start at the worse one."""
    c = interactions.c
    parts = [_waits_for(whose)]
    if section == "none":
        parts.append(c.follow_up.is_(None))
        if after is not None:
            parts.append(c.id > literal(after.id))
        return and_(*parts)
    first, end = bounds(clock)[section]
    if after is not None:
        there = tuple_(after.follow_up, after.id, types=[c.follow_up.type, c.id.type])
        parts.append(tuple_(c.follow_up, c.id) > there)
    elif first is not None:
        parts.append(c.follow_up >= literal(first))
    parts.append(c.follow_up.is_not(None) if end is None else c.follow_up < literal(end))
    return and_(*parts)


def _columns() -> Sequence[ColumnElement[Any]]:
    c = interactions.c
    priority = func.coalesce(c.priority, "")
    return (
        c.id, c.customer_id, c.type, c.subject, priority, c.follow_up,
        c.user_id, c.assignee_id, c.contact_id, c.version,
    )  # fmt: skip


def make_agenda_rows(connection: Connection, found: Sequence[Any]) -> list[AgendaRow]:
    """With the names that belong to them."""
    customers = customer_names(connection, {row[1] for row in found})
    people = people_names(connection, {person for row in found for person in (row[6], row[7]) if person is not None})
    return [
        AgendaRow(
            id=row[0],
            customer_id=row[1],
            customer_name=customers.get(row[1], ""),
            type=row[2],
            subject=row[3],
            priority=row[4],
            follow_up=row[5],
            author_id=row[6],
            author=people.get(row[6], ""),
            assignee_id=row[7],
            assignee=people.get(row[7], ""),
            contact_id=row[8],
            version=row[9],
        )
        for row in found
    ]
