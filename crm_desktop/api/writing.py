"""Bodies that change something: which fields they name, over which version, and what the answer says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import MISSING, fields
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeVar, get_type_hints
from urllib.parse import quote
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from crm_desktop import lengths
from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import InvalidInput, StaleRow
from crm_desktop.listing.folding import fold, storable

from .problems import Unmet

VERSION_LIMIT = 2**31
MOST_NAMED, MOST_TEXTS = 100, 1_000
"""Fields in a body, texts in a list. There is room for a million; all others would wait while each is looked at."""
_ETAG = re.compile(r'\s*"([0-9]{1,10}(?:\.[0-9]{1,10})*)"\s*')
# A contact has two: the person's, and that of the place at the company.
_VERSIONS = ("version", "position_version")
# What says which record a body is about, and over which version, is no field of it.
_NO_FIELDS = ("id", *_VERSIONS)
Versions = tuple[int, ...]
Input = TypeVar("Input")
Version = Annotated[int | None, Field(ge=0, lt=VERSION_LIMIT, description="The version that was read; or If-Match.")]


class Body(BaseModel):
    """A body in which nothing unknown may stand."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_no_flood(cls, given: Any) -> Any:
        if isinstance(given, dict) and len(given) > MOST_NAMED:
            raise ValueError(f"These are too many fields: at most {MOST_NAMED} are taken")
        return given

    def named(self, *, without: tuple[str, ...] = _NO_FIELDS) -> dict[str, Any]:
        """The fields that the body names."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in without}

    def values(self, kind: type, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """The fields that the body names as the input of this kind takes them."""
        return values_of(self.named(without=(*_NO_FIELDS, *without)), kind)


def body_of(kind: type, name: str, *, without: tuple[str, ...] = (), **more: Any) -> type[Body]:
    """The body for an input of one of the subjects: any of its fields, where null means blank; and `more`."""
    hints = get_type_hints(kind)
    held: dict[str, Any] = {
        field.name: (_loose(hints[field.name]), None) for field in fields(kind) if field.name not in without
    }
    return create_model(name, __base__=Body, **held, **more)


def values_of(named: dict[str, Any], kind: type) -> dict[str, Any]:
    """The fields as the input takes them: blanks for nulls, tuples for lists."""
    blank = {field.name: _blank(field) for field in fields(kind)}
    return {
        name: blank[name] if value is None else tuple(value) if isinstance(value, list) else value
        for name, value in named.items()
    }


def as_input(kind: type[Input], held: object) -> Input:
    """What a row holds, as the input that would save it."""
    return kind(**{field.name: getattr(held, field.name) for field in fields(kind)})  # type: ignore[arg-type]


def seen_versions(request: Request, body: BaseModel) -> Versions:
    """The versions that the client saw, from If-Match or from the body: as many as the body has fields for."""
    names = [name for name in _VERSIONS if name in type(body).model_fields]
    told = tuple(getattr(body, name) for name in names)
    header = if_match(request)
    if header is not None and len(header) != len(names):
        raise _no_version(len(names))
    if header is not None and any(each not in (None, seen) for each, seen in zip(told, header, strict=True)):
        raise InvalidInput({"version": "If-Match names another version."})
    if header is None and None in told:
        says = ", ".join(f'"{name}": 3' for name in names)
        raise Unmet(
            HTTPStatus.PRECONDITION_REQUIRED,
            "It is not said which version this changes.",
            hint=f"Send the ETag that it was read with, If-Match: {_tag([3] * len(names))}, or {says} in the body.",
        )
    request.state.sent = body.model_dump(mode="json", exclude_unset=True, exclude=set(names))
    return header or told


def seen_version(request: Request, body: BaseModel) -> int:
    """The version that the client saw of a record that has one."""
    (version,) = seen_versions(request, body)
    return version


def stated_version(request: Request, body: BaseModel) -> Versions | None:
    """The version that the client saw, where it says one."""
    if getattr(body, "version", None) is None and if_match(request) is None:
        return None
    return seen_versions(request, body)


def if_match(request: Request) -> Versions | None:
    """The version that If-Match names, or the versions, with a dot between them; None without one."""
    header = request.headers.get("if-match")
    if header is None:
        return None
    found = _ETAG.fullmatch(header)
    versions = tuple(int(part) for part in found[1].split(".")) if found is not None else ()
    if not versions or max(versions) >= VERSION_LIMIT:
        raise _no_version()
    return versions


def _no_version(count: int = 1) -> Unmet:
    return Unmet(
        HTTPStatus.PRECONDITION_FAILED,
        "If-Match names no version.",
        hint=f"Send the ETag that it was read with: {_tag([3] * count)}.",
    )


def not_added_before(session: Session, table: Table, identity: UUID | None) -> None:
    """InvalidInput where there is a record of this `id`: whoever sends it again hears that, and not that its number is
    another one's."""
    if identity is not None and session.execute(select(table.c.id).where(table.c.id == identity)).first() is not None:
        raise InvalidInput({"id": "This value is already in use."})


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


Row = TypeVar("Row", bound=Versioned)


def unchanged(row: Row, seen: int | Versions | None) -> Row:
    """The row itself; StaleRow where it has another version than the one that was seen."""
    if seen is not None and _versions_of(row) != (seen if isinstance(seen, tuple) else (seen,)):
        raise StaleRow(theirs=row)
    return row


def hold(session: Session, table: Table, identity: UUID) -> None:
    """Waits for whoever is changing a record that is to be deleted as it was seen."""
    session.execute(select(table.c.id).where(table.c.id == identity).with_for_update())


def own_number(number: str, field: str) -> str:
    """A number that stands in an address: as it is kept, or it would be another one's the next time."""
    kept = " ".join(storable(number).split())
    # What folds to nothing, accents without letters, is no number that anything could be found by.
    if number != kept or not fold(number).strip() or len(number) > lengths.LINE:
        raise InvalidInput({field: "This cannot be used as a number: it is blank, too long, or has blanks around it."})
    return number


def tagged(response: Response, row: Row) -> Row:
    """The row itself; says which version of it the answer shows."""
    response.headers["ETag"] = _tag(_versions_of(row))
    return row


def wrote(response: Response, session: Session) -> None:
    """Says under which number the trail keeps what was changed: what undoing takes."""
    response.headers["CRM-Transaction"] = str(current_transaction(session))


def saved(response: Response, session: Session, row: Row) -> Row:
    """What a change ends with: the row as it is now. Its version, and the number of what was done, are said."""
    wrote(response, session)
    return tagged(response, row)


def added(request: Request, response: Response, session: Session, row: Row, read: str, **path: object) -> Row:
    """What adding ends with: the same, and where the row is from now on: `read` is the endpoint, `path` its parts."""
    response.headers["Location"] = quote(request.app.url_path_for(read, **path))
    return saved(response, session, row)


def _versions_of(row: object) -> Versions:
    return tuple(getattr(row, name) for name in _VERSIONS if hasattr(row, name))


def _tag(versions: Sequence[int]) -> str:
    return f'"{".".join(map(str, versions))}"'


def _loose(hint: Any) -> Any:
    if hint is str:
        return str | None
    if hint == tuple[str, ...]:
        return Annotated[list[str], Field(max_length=MOST_TEXTS)] | None
    return hint if hint == UUID | None else hint | None


def _blank(field: Any) -> Any:
    if field.type == "str":
        return ""
    return None if field.default is MISSING else field.default
