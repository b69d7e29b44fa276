"""Lists over HTTP: filter, sort, page after page by keyset, an exact count where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.filters import parse
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.search import terms
from crm_desktop.listing.source import Source
from crm_desktop.segments import zone

from . import cursors
from .conditions import condition, read_json

USUAL_LIMIT, MOST = 50, 500
MOST_WORDS, LONGEST_SEARCH = 30, 500
"""Of a search: each word is looked for by itself."""
_OWN = ("filter", "search", "sort", "limit", "cursor", "count", "time_zone")


def page(
    request: Request,
    session: Session,
    source: Source[Any],
    *,
    only: Mapping[str, Any] | None = None,
    aliases: Mapping[str, str] | None = None,
    rows: Callable[[Connection, list[UUID]], Sequence[Any]] | None = None,
) -> dict[str, Any]:
    """One page of a list, as its parameters ask for it. `only` is a filter that always holds; `aliases` are other names
    of fields; `rows` reads more of each row than the list itself does."""
    given = _given(request, aliases or {})
    asked, limit = _asked(given, source, only), _limit(given)
    after = cursors.read(given["cursor"][0], asked, source) if "cursor" in given else None
    counted = _one_of(given, "count", ("exact", "none"), "none") == "exact"
    listing = Listing(source, asked, clock(session, given.get("time_zone", [""])[0]))
    connection = session.connection()
    places = listing.following(connection, after, limit + 1)
    shown = places[:limit]
    return {
        "items": (rows or listing.rows)(connection, [place.id for place in shown]),
        "next": cursors.written(shown[-1], asked, source) if len(places) > limit else None,
        "count": listing.count(connection) if counted else None,
    }


def clock(session: Session, name: str = "") -> Clock:
    """Now, in a time zone: the one that is named, else the company's, which the rules of segments go by."""
    if not name:
        return zone.clock(session)
    try:
        return Clock(zone=ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput({"time_zone": "There is no such time zone. Write one such as Europe/Berlin."}) from None


def parameters(source: Source[Any], aliases: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The parameters of a list, for the description of the API."""
    sorts = sorted(source.sorts)
    fields = ", ".join(sorted({*source.fields, *(aliases or {})}))
    described: list[tuple[str, dict[str, Any], str]] = [
        ("filter", {"type": "string"}, "The filter language, as JSON."),
        ("search", {"type": "string"}, "What the search box of the window takes."),
        (
            "sort",
            {"type": "string", "enum": [*sorts, *(f"-{each}" for each in sorts)]},
            "What the list is sorted by; with a minus, the other way round.",
        ),
        ("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL_LIMIT}, "Rows on a page."),
        ("cursor", {"type": "string"}, "What `next` said: where the list goes on."),
        ("count", {"type": "string", "enum": ["exact", "none"]}, "`exact` counts all rows of the list."),
        ("time_zone", {"type": "string"}, "In which days begin: Europe/Berlin, say. Default: the company's."),
    ]
    query = [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": words}
        for name, schema, words in described
    ]
    conditions = {
        "name": "conditions",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "description": f"A field, alone or with an operator: `status=active`, `created_at.after=2026-01-01`. {fields}.",
    }
    return {"parameters": [*query, conditions]}


def _given(request: Request, aliases: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        field, dot, operator = name.partition(".")
        found.setdefault(aliases.get(field, field) + dot + operator, []).append(value)
    for name in _OWN:
        if len(found.get(name, ())) > 1:
            raise InvalidInput({name: "This can be given only once."})
    return found


def _asked(given: Mapping[str, Sequence[str]], source: Source[Any], only: Mapping[str, Any] | None) -> ListRequest:
    parts = [only] if only else []
    if "filter" in given:
        whole = read_json("filter", given["filter"][0])
        parse(whole, source.fields)  # before it is put beside others, so that the place of a fault is its own
        parts.append(whole)
    parts += [condition(name, list(values), source.fields) for name, values in given.items() if name not in _OWN]
    sort = given.get("sort", [""])[0]
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if not sort:
        name, descending = source.default_sort, source.default_descending
    elif name not in source.sorts:
        raise InvalidInput({"sort": f"Sort by one of {', '.join(sorted(source.sorts))}."})
    search = given.get("search", [""])[0]
    if len(search) > LONGEST_SEARCH or len(terms(search)) > MOST_WORDS:
        raise InvalidInput({"search": f"Search for up to {MOST_WORDS} words, of {LONGEST_SEARCH} characters in all."})
    met = parts[0] if len(parts) == 1 else {"all": parts} if parts else None
    return ListRequest(search, met, name, descending)


def _limit(given: Mapping[str, Sequence[str]]) -> int:
    text = given.get("limit", [str(USUAL_LIMIT)])[0]
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise InvalidInput({"limit": f"A page has from 1 to {MOST} rows."})
    return int(text)


def _one_of(given: Mapping[str, Sequence[str]], name: str, choices: Sequence[str], usual: str) -> str:
    value = given.get(name, [usual])[0]
    if value not in choices:
        raise InvalidInput({name: f"Choose one of {', '.join(choices)}."})
    return value
