"""What the endpoints share: who is signed in, and how failures are described."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from crm_desktop.database.engine import Database

from .problems import MEDIA_TYPE


class Problem(BaseModel):
    """A failure (RFC 9457). `fields` says what is wrong with which field; `current` is the record as it is now, and
    `conflicts` where it differs from what was sent."""

    status: int
    title: str
    detail: str
    hint: str | None = None
    fields: dict[str, str] | None = None
    path: str | None = None
    current: dict[str, Any] | None = None
    conflicts: dict[str, Any] | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A failure, in words",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def _signed_in(request: Request) -> Database:
    found: Database = request.state.database
    return found


Signed = Annotated[Database, Depends(_signed_in)]
