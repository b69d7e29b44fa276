"""How somebody is best reached, from what was answered.

A call, an email or a meeting was tried when it is neither cancelled nor planned for later; it was answered when it is
completed and an outcome is written down that does not say that nobody was reached (interactions/outcomes.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from crm_desktop.listing.periods import Clock

LEAST_ANSWERS = 2
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Try:
    """One attempt to reach somebody."""

    type: str
    at: datetime
    answered: bool


@dataclass(frozen=True)
class Channel:
    """What became of the attempts of one type."""

    type: str
    tried: int
    answered: int

    @property
    def share(self) -> float:
        return self.answered / self.tried


@dataclass(frozen=True)
class Habit:
    """When somebody answers best: local weekday (0 is Monday) and hour; None where too little is known."""

    weekday: int | None
    hour: int | None


def channels(tries: Iterable[Try]) -> tuple[Channel, ...]:
    """The channels that were tried, the best answered first."""
    tried, answered = _count((each.type, each.answered) for each in tries)
    found = [Channel(kind, tried[kind], answered[kind]) for kind in tried]
    return tuple(sorted(found, key=lambda each: (-_likely(each.answered, each.tried), each.type)))


def habit(tries: Sequence[Try], clock: Clock) -> Habit:
    """The weekday and the hour with the best share of answers, of those with at least LEAST_ANSWERS."""
    local = [(each.at.astimezone(clock.zone), each.answered) for each in tries]
    return Habit(
        _best((at.weekday(), answered) for at, answered in local),
        _best((at.hour, answered) for at, answered in local),
    )


def _best(given: Iterable[tuple[int, bool]]) -> int | None:
    tried, answered = _count(given)
    known = [key for key in answered if answered[key] >= LEAST_ANSWERS]
    return max(known, key=lambda key: (_likely(answered[key], tried[key]), -key), default=None)


def _likely(answered: int, tried: int) -> float:
    """The share of answers, drawn towards a half where little was tried: one answer to one call is no habit yet."""
    return (answered + 1) / (tried + 2)


def _count(given: Iterable[tuple[Key, bool]]) -> tuple[Counter[Key], Counter[Key]]:
    tried: Counter[Key] = Counter()
    answered: Counter[Key] = Counter()
    for key, was in given:
        tried[key] += 1
        answered[key] += was
    return tried, answered
