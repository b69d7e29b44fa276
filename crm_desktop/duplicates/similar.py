"""Who looks like somebody that is being typed: a similar name in the same city, by the index of the search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.folding import fold
from crm_desktop.listing.search import word_start_pattern

MOST = 3
MOST_CANDIDATES = 200
LEAST_LIKENESS = 0.78
_STEM, _SHORT_STEM, _LONE_STEM = 3, 2, 4
"""Letters of the longer word, the shorter and the only one by which they are looked up; a typing error among these is
left to the scan."""

_SIMILAR = """
    with near as materialized (
        select c.id, c.contact_name, c.company_name, c.city from crm.customers c
         where {found} and c.city_key = crm.fold(:city) and c.id is distinct from cast(:own as uuid)
         limit :candidates
    )
    select s.id, coalesce(nullif(s.contact_name, ''), s.company_name, ''), coalesce(s.company_name, ''), s.city, s.alike
      from (select n.*, {likeness} as alike from near n) s
     where s.alike >= :least
       and not exists (
           select from crm.duplicate_decisions d
            where (d.first_id, d.second_id) = (least(s.id, cast(:own as uuid)), greatest(s.id, cast(:own as uuid)))
              and d.decision = 'different' and cast(:own as uuid) is not null
       )
     order by s.alike desc, s.id limit :most
"""
PERSON = "crm.name_likeness(crm.person_words(n.contact_name), crm.person_words(:name))"
COMPANY = """
    crm.likeness(replace(crm.company_words(n.company_name), ' ', ''), replace(crm.company_words(:name), ' ', ''))
"""


@dataclass(frozen=True)
class Similar:
    """A customer whose name is much like the one that was typed; `likeness` is 1 for the same."""

    id: UUID
    name: str
    company_name: str
    city: str
    likeness: float


def similar_people(session: Session, contact_name: str, city: str, own: UUID | None = None) -> list[Similar]:
    """Those in this city with a similar name of a person, the likest first; `own` is the customer being edited."""
    return _similar(session, PERSON, contact_name, city, own)


def similar_companies(session: Session, company_name: str, city: str, own: UUID | None = None) -> list[Similar]:
    """The same with the name of a company; its legal form does not matter."""
    return _similar(session, COMPANY, company_name, city, own)


def _similar(session: Session, likeness: str, name: str, city: str, own: UUID | None) -> list[Similar]:
    query, asked = statement(likeness, name, city, own)
    return [Similar(*row) for row in session.execute(text(query), asked)] if query else []


def statement(likeness: str, name: str, city: str, own: UUID | None = None) -> tuple[str, dict[str, Any]]:
    """The query and its parameters; "" where a name is too short to look for."""
    stems = _stems(name)
    if not stems or not city.strip():
        return "", {}
    found = " and ".join(f"c.search_text like :stem_{number}" for number in range(len(stems)))
    asked: dict[str, Any] = {
        **{f"stem_{number}": stem for number, stem in enumerate(stems)},
        "city": city.strip(),
        "own": own,
        "name": name,
        "candidates": MOST_CANDIDATES,
        "least": LEAST_LIKENESS,
        "most": MOST,
    }
    return _SIMILAR.format(found=found, likeness=likeness), asked


def _stems(name: str) -> list[str]:
    """What both names' search texts must hold: the beginnings of the two longest words, or of the only one."""
    words = sorted(dict.fromkeys(re.findall(r"\w{2,}", fold(name))), key=lambda word: (-len(word), word))[:2]
    if len(words) == 1:
        return [word_start_pattern(words[0][:_LONE_STEM])] if len(words[0]) >= _LONE_STEM else []
    return [word_start_pattern(word[:stem]) for word, stem in zip(words, (_STEM, _SHORT_STEM), strict=False)]
