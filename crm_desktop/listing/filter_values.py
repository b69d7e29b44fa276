"""The values of a filter's conditions, checked and brought into the form that comparing needs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from .folding import fold, storable
from .periods import PERIODS, Clock, Span, shifted
from .search import terms

MAX_LIST = 1_000
_FARTHEST = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}
_NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True)
class Moment:
    """A point in a filter: an instant, a fixed day, or a day relative to today. Exactly one is set."""

    instant: datetime | None = None
    day: date | None = None
    offset: tuple[str, int] | None = None
    now: bool = False

    def span(self, clock: Clock) -> Span:
        """From its first moment to the one after its last: a local day, or a microsecond."""
        instant = clock.now if self.now else self.instant
        if instant is not None:
            return instant, instant + timedelta(microseconds=1)
        day = self.day
        if self.offset is not None:
            unit, amount = self.offset
            day = shifted(clock.today, **{unit: amount})
        assert day is not None
        return clock.days(day, day)

    @property
    def is_day(self) -> bool:
        """Whether it means a whole local day."""
        return self.instant is None and not self.now


@dataclass(frozen=True)
class Period:
    """A named period, or so many days up to and with today (`last`), or from today on (`next`)."""

    name: str = ""
    last_days: int = 0
    next_days: int = 0

    def span(self, clock: Clock) -> Span:
        """From its first moment to the one after its last."""
        if self.name:
            return clock.period(self.name)
        first = clock.today - timedelta(days=max(self.last_days - 1, 0))
        return clock.days(first, clock.today + timedelta(days=max(self.next_days - 1, 0)))


@dataclass(frozen=True)
class Money:
    """An amount of one currency; of `between`, both amounts."""

    amount: Any
    currency: str


def check_value(kind: str, operator: str, value: Any, choices: tuple[str, ...]) -> Any:
    """The value as comparing needs it; ValueError says what is wrong with it."""
    if kind == "moment":
        return _moment_value(operator, value)
    if kind == "money":
        return _money(operator, value)
    one: Callable[[Any], Any] | None = _READERS.get(kind)
    if kind == "yes or no":
        if not isinstance(value, bool):
            raise ValueError("the value must be true or false")
        return value
    if operator in ("in", "not_in", "has_any", "has_all", "has_none"):
        return tuple(_choice(item, choices) if one is None else one(item) for item in _list(value))
    if operator == "between":
        low, high = _pair(value)
        return _number(low), _number(high)
    return _choice(value, choices) if one is None else one(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("the value must be a list")
    if len(value) > MAX_LIST:
        raise ValueError(f"the list has more than {MAX_LIST} values")
    return list(value)


def _pair(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("“between” needs a list of two values")
    return value[0], value[1]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("the value must be text")
    return fold(" ".join(storable(value).split()))


def _search(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError("the value must be text")
    return tuple(terms(value))


def _tag(value: Any) -> str:
    text = _text(value)
    if not text:
        raise ValueError("a tag cannot be blank")
    return text


def _choice(value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices or not isinstance(value, str):
        raise ValueError(f"the value must be one of {', '.join(choices)}")
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e15:
        raise ValueError("the value must be a number")
    return value


def _money(operator: str, value: Any) -> Money:
    if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
        raise ValueError("the value must be an object with an amount and a currency")
    currency = value["currency"]
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        raise ValueError("the currency must be three capital letters, such as EUR")
    if operator == "between":
        low, high = _pair(value["amount"])
        return Money((_number(low), _number(high)), currency)
    return Money(_number(value["amount"]), currency)


def _reference(value: Any) -> UUID | str:
    if value == "me":
        return "me"
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValueError("the value must be an id or “me”") from None


def _id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValueError("the value must be an id") from None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "search": _search,
    "tags": _tag,
    "number": _number,
    "reference": _reference,
    "segment": _id,
}


def _moment_value(operator: str, value: Any) -> Moment | Period | tuple[Moment, Moment]:
    if operator in ("within", "not_within"):
        return _period(value)
    if operator == "between":
        low, high = _pair(value)
        return _moment(low), _moment(high)
    moment = _moment(value)
    if operator == "on" and not moment.is_day:
        raise ValueError("“on” needs a day")
    return moment


def _moment(value: Any) -> Moment:
    if value == "now":
        return Moment(now=True)
    if isinstance(value, str) and value in _NAMED_DAYS:
        return Moment(offset=("days", _NAMED_DAYS[value]))
    if isinstance(value, dict) and len(value) == 1:
        unit, amount = next(iter(value.items()))
        whole = isinstance(amount, int) and not isinstance(amount, bool)
        if unit in _FARTHEST and whole and abs(amount) <= _FARTHEST[unit]:
            return Moment(offset=(unit, amount))
    if isinstance(value, str) and re.fullmatch(r"[12]\d{3}-\d\d-\d\d([T ].*)?", value):
        try:
            if len(value) == 10:
                return Moment(day=date.fromisoformat(value))
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"“{value}” is not a date") from None
        if instant.tzinfo is None:
            raise ValueError("a time needs its offset from UTC")
        return Moment(instant=instant.astimezone(UTC))
    raise ValueError("the value must be a date, a time, or a day relative to today")


def _period(value: Any) -> Period:
    if isinstance(value, str) and value in PERIODS:
        return Period(name=value)
    if isinstance(value, dict) and len(value) == 1:
        key, days = next(iter(value.items()))
        if key in ("last_days", "next_days") and isinstance(days, int) and not isinstance(days, bool):
            if 1 <= days <= 36_525:
                return Period(last_days=days) if key == "last_days" else Period(next_days=days)
            raise ValueError("the number of days must be between 1 and 36,525")
    raise ValueError("the value must be a named period or a number of days")
