"""A draft, and how it is written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

FORMAT = 1


@dataclass(frozen=True)
class Draft:
    """What somebody typed about a row. `version` and `opened` are what they had before them when they began: with these
    a save finds out whether somebody else was faster. A row that is not there yet has neither id nor version."""

    id: str
    kind: str
    """The kind of row, as in the broadcast of changes: "customers", "interactions"."""
    record_id: UUID | None
    version: int
    title: str
    """Whom or what it is about, for a person."""
    at: datetime
    opened: Mapping[str, Any]
    values: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else a dialog needs to go on, beside its fields."""


def to_json(draft: Draft) -> str:
    """One line. TypeError for a value that cannot come back as what it was."""
    content = {
        "format": FORMAT,
        "id": draft.id,
        "kind": draft.kind,
        "record_id": _packed(draft.record_id),
        "version": draft.version,
        "title": draft.title,
        "at": _packed(draft.at),
        "opened": {name: _packed(value) for name, value in draft.opened.items()},
        "values": {name: _packed(value) for name, value in draft.values.items()},
        "about": {name: _packed(value) for name, value in draft.about.items()},
    }
    return json.dumps(content, ensure_ascii=False)


def from_json(text: str) -> Draft | None:
    """None when it is no draft, or one of a format to come."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            return None
        return Draft(
            id=str(content["id"]),
            kind=str(content["kind"]),
            record_id=_unpacked(content["record_id"]),
            version=int(content["version"]),
            title=str(content["title"]),
            at=_unpacked(content["at"]),
            opened={name: _unpacked(value) for name, value in content["opened"].items()},
            values={name: _unpacked(value) for name, value in content["values"].items()},
            about={name: _unpacked(value) for name, value in content["about"].items()},
        )
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _packed(value: Any) -> Any:
    """Lists come back as tuples, as editors have them."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, UUID):
        return {"id": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_packed(each) for each in value]
    if isinstance(value, Mapping):
        return {"fields": {str(name): _packed(each) for name, each in value.items()}}
    raise TypeError(f"a draft cannot hold a {type(value).__name__}")


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(each) for each in value)
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "id":
        return UUID(content)
    if kind == "moment":
        return datetime.fromisoformat(content)
    if kind == "day":
        return date.fromisoformat(content)
    if kind == "fields":
        return {name: _unpacked(each) for name, each in content.items()}
    raise ValueError(f"unknown kind of value: {kind}")
