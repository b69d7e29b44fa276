"""Plain parameters as conditions of the filter language: `status=active`, `created_at.after=2026-01-01`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crm_desktop.errors import InvalidInput
from crm_desktop.listing.filters import OPERATORS, Field, InvalidFilter, Kind, parse

_LISTS = ("in", "not_in", "between", "has_any", "has_all", "has_none")
# What a field's name alone means: of one value, and of several.
_USUAL: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("is", "in"),
    Kind.SEARCH: ("matches", ""),
    Kind.CHOICE: ("is", "in"),
    Kind.TAGS: ("has", "has_all"),
    Kind.MOMENT: ("on", ""),
    Kind.NUMBER: ("is", ""),
    Kind.REFERENCE: ("is", "in"),
    Kind.SEGMENT: ("is", "in"),
    Kind.YES_NO: ("is", ""),
}


def condition(name: str, values: list[str], fields: Mapping[str, Field]) -> dict[str, Any]:
    """What one parameter means, given once or several times. InvalidInput, by the parameter, where it means nothing."""
    field_name, dot, operator = name.partition(".")
    field = fields.get(field_name)
    if field is None:
        raise InvalidInput({name: "There is no parameter and no field of this name."})
    if not dot:
        one, several = _USUAL.get(field.kind, ("", ""))
        operator = one if len(values) == 1 else several
        if not operator:
            usable = ", ".join(OPERATORS[field.kind])
            raise InvalidInput({name: f"Write which comparison is meant: {field_name}.OPERATOR, one of {usable}."})
    given: dict[str, Any] = {"field": field_name, "operator": operator}
    if operator in ("is_blank", "is_filled"):
        if any(values):
            given["value"] = values[0]
    elif operator in _LISTS and field.kind is not Kind.MONEY:
        given["value"] = [_value(text, field.kind) for text in values]
    elif len(values) == 1:
        given["value"] = _value(values[0], field.kind)
    else:
        raise InvalidInput({name: "This can be given only once."})
    try:
        parse(given, fields)
    except InvalidFilter as error:
        raise InvalidInput({name: f"This cannot be used: {error.fault}."}) from error
    return given


def read_json(name: str, text: str) -> Any:
    """The JSON of a parameter."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput({name: "This is not JSON."}) from None


def _value(text: str, kind: Kind) -> Any:
    """As JSON where the language wants something else than a text."""
    plain = kind in (Kind.TEXT, Kind.SEARCH, Kind.CHOICE, Kind.TAGS, Kind.REFERENCE, Kind.SEGMENT)
    if plain or (kind is Kind.MOMENT and not text.startswith("{")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
