"""Bodies that change something: which fields they name, over which version, and what the answer says of it."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeVar, get_type_hints
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
_ETAG = re.compile(r'\s*"([0-9]{1,10})"\s*')
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

    def named(self, *, without: tuple[str, ...] = ("id", "version")) -> dict[str, Any]:
        """The fields that the body names."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in without}


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


def seen_version(request: Request, body: BaseModel | None = None) -> int:
    """The version that the client saw, from If-Match or from the body."""
    told, header = getattr(body, "version", None), if_match(request)
    if told is not None and header is not None and told != header:
        raise InvalidInput({"version": "If-Match names another version."})
    version = header if header is not None else told
    if version is None:
        raise Unmet(
            HTTPStatus.PRECONDITION_REQUIRED,
            "It is not said which version this changes.",
            hint='Send the ETag that it was read with, If-Match: "3", or "version": 3 in the body.',
        )
    if body is not None:
        request.state.sent = body.model_dump(mode="json", exclude_unset=True, exclude={"version"})
    return version


def stated_version(request: Request, body: BaseModel) -> int | None:
    """The version that the client saw, where it says one."""
    if getattr(body, "version", None) is None and if_match(request) is None:
        return None
    return seen_version(request, body)


def if_match(request: Request) -> int | None:
    """The version that If-Match names; None without one."""
    header = request.headers.get("if-match")
    if header is None:
        return None
    found = _ETAG.fullmatch(header)
    if found is None or int(found[1]) >= VERSION_LIMIT:
        raise Unmet(
            HTTPStatus.PRECONDITION_FAILED,
            "If-Match names no version.",
            hint='Send the ETag that it was read with: "3".',
        )
    return int(found[1])


def not_added_before(session: Session, table: Table, identity: UUID | None) -> None:
    """InvalidInput where there is a record of this `id`: whoever sends it again hears that, and not that its number is
    another one's."""
    if identity is not None and session.execute(select(table.c.id).where(table.c.id == identity)).first() is not None:
        raise InvalidInput({"id": "This value is already in use."})


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


Row = TypeVar("Row", bound=Versioned)


def unchanged(row: Row, seen: int | None) -> Row:
    """The row itself; StaleRow where it has another version than the one that was seen."""
    if seen is not None and row.version != seen:
        raise StaleRow(theirs=row)
    return row


def own_number(number: str, field: str) -> str:
    """A number that stands in an address: as it is kept, or it would be another one's the next time."""
    kept = " ".join(storable(number).split())
    # What folds to nothing, accents without letters, is no number that anything could be found by.
    if number != kept or not fold(number).strip() or len(number) > lengths.LINE:
        raise InvalidInput({field: "This cannot be used as a number: it is blank, too long, or has blanks around it."})
    return number


def tagged(response: Response, version: int) -> None:
    """Says which version the answer shows."""
    response.headers["ETag"] = f'"{version}"'


def wrote(response: Response, session: Session) -> None:
    """Says under which number the trail keeps what was changed: what undoing takes."""
    response.headers["CRM-Transaction"] = str(current_transaction(session))


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
