"""A filter in words, as a person reads it: "Last contact before 6 months ago"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from .filters import Field, Kind

MOST_NAMED = 5
GROUPS = {"all": "All of", "any": "Any of", "none": "None of"}
OPERATOR_WORDS = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches",
    "is_blank": "is blank",
    "is_filled": "is filled in",
    "has": "has",
    "has_no": "has no",
    "has_any": "has any of",
    "has_all": "has all of",
    "has_none": "has none of",
    "on": "on",
    "before": "before",
    "after": "after",
    "on_or_before": "on or before",
    "on_or_after": "on or after",
    "between": "between",
    "within": "in the period",
    "not_within": "not within",
    "less_than": "less than",
    "more_than": "more than",
    "at_most": "at most",
    "at_least": "at least",
    "exactly": "exactly",
}
_CHOICES = {
    "follow_up": "Follow-up",
    "pending": "Pending",
    "overdue": "Overdue",
    "today": "Due today",
    "week": "Due this week",
    "within_day": "Within a day",
    "late": "More than a day late",
    "earn": "Earned",
    "redeem": "Redeemed",
    "adjust": "Adjusted",
    "opening": "Opening balance",
    "expire": "Expired",
}
MONTH_WORDS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def choice_word(choice: str) -> str:
    """A choice as it stands on screen."""
    return _CHOICES.get(choice) or choice.replace("_", " ").capitalize()


def singular(noun: str) -> str:
    """ "interactions" -> "interaction", "entries" -> "entry"."""
    return f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")


def period_words(period: Any) -> str:
    """ "in the last 30 days", "this month"."""
    if isinstance(period, Mapping):
        key, number = next(iter(period.items()))
        which = "last" if key == "last_days" else "next"
        return f"in the {which} {number} days" if number != 1 else "today"
    return str(period).replace("_", " ")


def moment_words(moment: Any) -> str:
    """ "6 months ago", "31 May 2026", "today"."""
    if isinstance(moment, Mapping):
        unit, number = next(iter(moment.items()))
        if number == 0:
            return "today"
        amount = f"{abs(number)} {unit if abs(number) != 1 else unit.removesuffix('s')}"
        return f"{amount} ago" if number < 0 else f"{amount} from today"
    text = str(moment)
    if len(text) > 10 and text[0].isdigit():
        instant = datetime.fromisoformat(text)
        return f"{day_words(instant.date())} {instant:%H:%M} ({instant.isoformat()[-6:]})"
    return day_words(date.fromisoformat(text)) if text[0].isdigit() else text


def filter_words(given: Mapping[str, Any], fields: Mapping[str, Field], names: Mapping[str, str]) -> str:
    """A valid filter in words. `names` holds what ids stand for: people, segments, customers."""
    for kind, title in GROUPS.items():
        if kind in given:
            members = given[kind]
            if not members:
                return "Nothing" if kind == "any" else "Everything"
            if len(members) == 1 and kind != "none":
                return filter_words(members[0], fields, names)
            return f"{title}: {'; '.join(_member(each, fields, names) for each in members)}"
    return _condition(given, fields[given["field"]], names)


def _member(given: Mapping[str, Any], fields: Mapping[str, Field], names: Mapping[str, str]) -> str:
    words = filter_words(given, fields, names)
    return words if "field" in given else f"({words})"


def _condition(given: Mapping[str, Any], field: Field, names: Mapping[str, str]) -> str:
    operator, title = given["operator"], field.title
    value: Any = given.get("value")
    if operator in ("is_blank", "is_filled") and field.kind is not Kind.TAGS:
        return f"{title} {OPERATOR_WORDS[operator]}"
    match field.kind:
        case Kind.MOMENT:
            return f"{title} {_moment(operator, value)}"
        case Kind.TAGS:
            return _tags(operator, value, title)
        case Kind.SEARCH:
            return f"{title} for “{value}”"
        case Kind.YES_NO:
            return f"{title}: {'yes' if value else 'no'}"
        case Kind.RELATED:
            return _related(operator, value, field, names)
        case Kind.SEGMENT:
            inside = "Not in" if operator in ("is_not", "not_in") else "In"
            return f"{inside} the segment {_or([f'“{_named(each, names)}”' for each in _listed(value)])}"
        case Kind.NUMBER:
            if operator == "between":
                return f"{title} from {_number(value[0])} to {_number(value[1])}"
            return f"{title} {OPERATOR_WORDS[operator]} {_number(value)}"
        case Kind.MONEY:
            amount, currency = value["amount"], value["currency"]
            if operator == "between":
                return f"{title} from {_number(amount[0])} to {_number(amount[1])} {currency}"
            return f"{title} {OPERATOR_WORDS[operator]} {_number(amount)} {currency}"
        case Kind.CHOICE:
            chosen = [choice_word(each) for each in _listed(value)]
            if field.computed:
                chosen = [each[:1].lower() + each[1:] for each in chosen]
                return f"{title}: {'not ' if operator in ('is_not', 'not_in') else ''}{_or(chosen)}"
            return f"{title} {_is(operator)} {_or(chosen)}"
        case Kind.REFERENCE if given["field"] == "id":
            chosen = _listed(value)
            count = f"{len(chosen):,} chosen {title.lower()}{'' if len(chosen) == 1 else 's'}"
            return f"Not among {count}" if operator in ("is_not", "not_in") else count
        case Kind.REFERENCE if given["field"] == "import_batch_id":
            files = [names.get(str(each), "") for each in _listed(value)]
            known = len(files) <= MOST_NAMED and all(files)
            which = f"the import of {_or([f'“{each}”' for each in files])}" if known else "a chosen import"
            return f"{'Not from' if operator in ('is_not', 'not_in') else 'From'} {which}"
        case Kind.REFERENCE:
            listed = _listed(value)
            if len(listed) > MOST_NAMED:
                return f"{title} {_is(operator)} one of {len(listed):,}"
            return f"{title} {_is(operator)} {_or([_named(each, names) for each in listed])}"
        case _:
            if operator in ("in", "not_in"):
                return f"{title} {_is(operator)} {_or([f'“{each}”' for each in value])}"
            return f"{title} {OPERATOR_WORDS[operator]} “{value}”"


def _moment(operator: str, value: Any) -> str:
    if operator == "within":
        return period_words(value)
    if operator == "not_within":
        return f"not {period_words(value)}, or never"
    if operator == "between":
        return f"from {moment_words(value[0])} to {moment_words(value[1])}"
    words = moment_words(value)
    if operator == "on":
        return f"on {words}" if words[0].isdigit() and not words.endswith(("ago", "from today")) else words
    return f"{OPERATOR_WORDS[operator]} {words}"


def _tags(operator: str, value: Any, title: str) -> str:
    match operator:
        case "is_blank":
            return "No tags"
        case "is_filled":
            return "Any tags"
        case "has_all":
            return f"{title} include {_joined(list(value), 'and')}"
        case "has_none":
            return f"{title} do not include {_or(list(value))}"
        case _:
            return f"{title} include {_or(_listed(value))}"


def _related(operator: str, value: Any, field: Field, names: Mapping[str, str]) -> str:
    assert field.related is not None
    counts = operator not in ("has", "has_no")
    of = value.get("of", {"all": []}) if counts else value
    noun = field.title.lower()
    if counts:
        number = value["count"]
        noun = singular(noun) if number == 1 else noun
        lead = f"{OPERATOR_WORDS[operator].capitalize()} {number} {noun}"
    else:
        lead = f"Has {noun}" if operator == "has" else f"Has no {noun}"
    members = of.get("all", [of])
    if not members:
        return lead
    return f"{lead} ({', '.join(_member(each, field.related.fields, names) for each in members)})"


def _is(operator: str) -> str:
    return "is not" if operator in ("is_not", "not_in") else "is"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _named(value: Any, names: Mapping[str, str]) -> str:
    return "me" if value == "me" else names.get(str(value), "unknown")


def _or(words: Sequence[str]) -> str:
    return _joined(words, "or")


def _joined(words: Sequence[str], conjunction: str) -> str:
    if not words:
        return "nothing"
    *first, last = words
    return f"{', '.join(first)} {conjunction} {last}" if first else str(last)


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def day_words(day: date) -> str:
    """ "31 May 2026"."""
    return f"{day.day} {MONTH_WORDS[day.month - 1]} {day.year}"
