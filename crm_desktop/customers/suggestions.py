"""What the customer dialog offers while typing: tags, sources, countries, and the people who can be responsible.

In a big table a sample and the latest rows speak for the rest: this is help for typing, not a list of everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm_desktop.customers.countries import english_names
from crm_desktop.customers.models import Customer
from crm_desktop.customers.names import shown_name

SAMPLE_ROWS = 10_000
MOST_TAGS = 500
MOST_SOURCES = 100

_ESTIMATE = "select greatest(reltuples, 0)::bigint from pg_catalog.pg_class where oid = 'crm.customers'::regclass"

_ALL = "select source, country, tags from crm.customers"
_SAMPLED = """
    (select source, country, tags from crm.customers tablesample system (:percent))
    union all
    (select source, country, tags from crm.customers order by created_at desc, id desc limit 2000)
"""
_FACTS = """
    with looked_at as materialized ({rows})
    (select 'tag' as kind, tag as word, count(*) as uses
       from looked_at
      cross join lateral jsonb_array_elements_text(
                case when jsonb_typeof(looked_at.tags) = 'array' then looked_at.tags else '[]' end) as tag
      group by tag order by uses desc, word limit :tags)
    union all
    (select 'source', source, count(*) from looked_at
      where source <> '' group by source order by 3 desc, 2 limit :sources)
    union all
    (select 'country', country, count(*) from looked_at
      where country <> '' group by country order by 3 desc, 2 limit 300)
"""
_PEOPLE = """
    select id, display_name from crm.users
     where role in ('admin', 'employee') and is_active order by lower(display_name), id
"""


@dataclass(frozen=True)
class Person:
    """Somebody who works here."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Suggestions:
    """Each list with the most used first; countries in use come before all the others."""

    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


def suggestions(session: Session) -> Suggestions:
    """Read them; a few milliseconds for a small base, some tens for a million customers."""
    rows = session.execute(text(_ESTIMATE)).scalar_one()
    big = rows > 2 * SAMPLE_ROWS
    parameters: dict[str, float] = {"tags": MOST_TAGS, "sources": MOST_SOURCES}
    if big:
        parameters["percent"] = min(100.0, 100.0 * SAMPLE_ROWS / rows)
    facts = session.execute(text(_FACTS.format(rows=_SAMPLED if big else _ALL)), parameters).all()
    words: dict[str, list[str]] = {"tag": [], "source": [], "country": []}
    for kind, word, _uses in facts:
        words[kind].append(word)
    return Suggestions(
        tags=tuple(words["tag"]),
        sources=tuple(words["source"]),
        countries=_without_repetitions([*words["country"], *english_names()]),
        people=people(session),
    )


def people(session: Session) -> tuple[Person, ...]:
    """Those who can be responsible for a customer or a follow-up."""
    return tuple(Person(row.id, row.display_name) for row in session.execute(text(_PEOPLE)))


def names_by_id(session: Session, customer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these customers are called; who is gone is left out."""
    c = Customer.__table__.c
    rows = session.execute(select(c.id, shown_name(c)).where(c.id.in_(list(customer_ids))))
    return {row[0]: row[1] for row in rows}


def _without_repetitions(words: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for word in words:
        seen.setdefault(word.casefold(), word)
    return tuple(seen.values())
