"""Which editor fits a field and an operator, and whether a condition can be edited at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_desktop.listing.filter_words import choice_word
from crm_desktop.listing.filters import Field, Kind
from ui.filters.days import DayValue, PeriodValue, TwoDays
from ui.filters.money import MoneyValue
from ui.filters.names import Known
from ui.filters.subjects import FilterSubject
from ui.filters.values import (
    NoValue,
    NumberValue,
    OneOf,
    SomeOf,
    SomeOfMany,
    TextValue,
    ValueEditor,
    WordsValue,
    YesNo,
)

ME = ("me", "Me")
UNITS = {"duration": "minutes"}


def editor_for(name: str, field: Field, operator: str, known: Known) -> ValueEditor:
    """An empty editor for the value (of related rows: for their number)."""
    title, several = field.title, operator in ("in", "not_in")
    if operator in ("is_blank", "is_filled", "has", "has_no"):
        return NoValue()
    match field.kind:
        case Kind.RELATED:
            number = NumberValue(title, most=10_000)
            number.set_value(1)
            return number
        case Kind.MOMENT:
            if operator in ("within", "not_within"):
                return PeriodValue(title)
            return TwoDays(title) if operator == "between" else DayValue(title, now=operator != "on")
        case Kind.NUMBER:
            return NumberValue(title, pair=operator == "between", unit=UNITS.get(name, ""))
        case Kind.MONEY:
            return MoneyValue(title, pair=operator == "between")
        case Kind.YES_NO:
            return YesNo(title)
        case Kind.TAGS:
            return WordsValue(title, known.suggestions.tags, "tag")
        case Kind.CHOICE:
            choices = [(choice, choice_word(choice)) for choice in field.choices]
            return SomeOf(title, choices) if several else OneOf(title, choices)
        case Kind.REFERENCE:
            people = [ME, *((str(person.id), person.name) for person in known.people)]
            return SomeOfMany(title, people) if several else OneOf(title, people)
        case Kind.SEGMENT:
            segments = [(str(segment.id), segment.name) for segment in known.segments]
            missing = "Choose a segment." if segments else "There are no segments yet."
            return SomeOfMany(title, segments, missing) if several else OneOf(title, segments, missing)
        case _:
            suggestions = _suggestions(name, known)
            return WordsValue(title, suggestions) if several else TextValue(title, suggestions)


def can_edit(given: Mapping[str, Any], subject: FilterSubject) -> bool:
    """Whether the builder can show this condition; others are kept as they are, in words."""
    if given["field"] not in subject.offered:
        return False
    operator, value = given["operator"], given.get("value")
    field = subject.fields[given["field"]]
    if field.kind is Kind.MOMENT and operator not in ("within", "not_within", "is_blank", "is_filled"):
        return all(DayValue.can_show(each) for each in (value if isinstance(value, list) else [value]))
    if field.kind in (Kind.NUMBER, Kind.MONEY) and value is not None:
        numbers = value["amount"] if field.kind is Kind.MONEY else value
        numbers = numbers if isinstance(numbers, list) else [numbers]
        return all(isinstance(each, int) and 0 <= each <= 1_000_000 for each in numbers)
    # An empty list and blank words mean something, but nobody can type them.
    words = value if isinstance(value, list) else [value]
    return bool(words) and all(not isinstance(each, str) or each.strip() for each in words)


def _suggestions(name: str, known: Known) -> Sequence[str]:
    return {"source": known.suggestions.sources, "country": known.suggestions.countries}.get(name, ())
