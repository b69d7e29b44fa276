"""The interactions of one customer, and what they make of its last contact and next follow-up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from crm_desktop.demo.customers import DemoCustomer
from crm_desktop.demo.phrases import PHRASES, THINGS

_TYPES = tuple(PHRASES)
_WEIGHTS = list(accumulate(phrases.weight for phrases in PHRASES.values()))
# One draw picks a type: the index of a percent point.
_BY_PERCENT = tuple(next(i for i, limit in enumerate(_WEIGHTS) if point < limit) for point in range(_WEIGHTS[-1]))
_SUBJECTS = tuple(
    tuple(dict.fromkeys(s.format(thing=thing) for s in PHRASES[kind].subjects for thing in THINGS)) for kind in _TYPES
)
_PRIORITIES = ("medium",) * 13 + ("low",) * 4 + ("high",) * 3 + ("urgent",)
_DAY = 86_400
# Of the customers with interactions, those on whom somebody still has to follow up.
_PENDING_SHARE = 0.13


@dataclass(slots=True)
class DemoInteraction:
    """What the loader writes; timestamps are seconds since 1970, UTC, 0 for none; persons are indexes of the staff."""

    type: str
    subject: str
    description: str
    outcome: str
    priority: str
    status: str
    duration: int
    follow_up: int
    created_at: int
    author: int
    assignee: int
    contact: str = ""  # id of the contact spoken to


def spread(customers: int, interactions: int, seed: int) -> Iterator[int]:
    """How many interactions each customer has: a few have many, some none; their sum is exact."""
    import numpy as np

    weights = np.random.default_rng(seed).gamma(0.8, 1.0, customers)
    ends = np.rint(np.cumsum(weights) * (interactions / weights.sum())).astype(np.int64)
    ends[-1] = interactions
    yield from np.diff(ends, prepend=0).tolist()


def make_interactions(
    customer: DemoCustomer, count: int, rng: random.Random, staff: int, now: int
) -> list[DemoInteraction]:
    """`count` interactions since the customer was created; sets its `last_contact` and `next_follow_up`.

    The database's rules: what is not cancelled is a contact, a follow-up only once completed; the earliest pending
    follow-up is the next."""
    chance = rng.random
    made: list[DemoInteraction] = []
    span = max(now - customer.created_at - 600, 1)
    last_contact = 0
    for _ in range(count):
        kind = _BY_PERCENT[int(chance() * len(_BY_PERCENT))]
        name = _TYPES[kind]
        phrases = PHRASES[name]
        created = customer.created_at + int(chance() * span)
        # Between 8:00 and 17:00, where that is not before the customer or in the future.
        office = created - created % _DAY + 28_800 + int(chance() * 32_400)
        if customer.created_at <= office < now:
            created = office
        status = "completed" if chance() < 0.95 else "cancelled"
        subjects = _SUBJECTS[kind]
        author = customer.owner if chance() < 0.7 or not staff else int(chance() * staff)
        if status == "completed" and created > last_contact:
            last_contact = created
        made.append(
            DemoInteraction(
                name,
                subjects[int(chance() * len(subjects))],
                phrases.descriptions[int(chance() * len(phrases.descriptions))] if chance() < 0.3 else "",
                phrases.outcomes[int(chance() * len(phrases.outcomes))] if status == "completed" else "",
                _PRIORITIES[int(chance() * len(_PRIORITIES))],
                status,
                phrases.durations[int(chance() * len(phrases.durations))] if phrases.durations else 0,
                created if name == "follow_up" else 0,
                created,
                author,
                author,
                customer.contacts[int(chance() * len(customer.contacts))].id
                if customer.contacts and chance() < 0.7
                else "",
            )
        )
    if made and chance() < _PENDING_SHARE * (1.6 if customer.status == "prospect" else 1.0):
        last_contact = _leave_pending(made, rng, now, last_contact, staff)
        customer.next_follow_up = made[-1].follow_up
    customer.last_contact = last_contact
    return made


def _leave_pending(made: list[DemoInteraction], rng: random.Random, now: int, last_contact: int, staff: int) -> int:
    """Turns the last interaction of the list into a follow-up that is still to be done: overdue, due today, or later.
    Returns the last contact that the others leave."""
    pending = made[-1]
    luck = rng.random()
    today = now - now % _DAY + 25_200 + int(rng.random() * 36_000)
    if luck < 0.22:
        due = today - _DAY * (1 + int(rng.random() ** 2 * 21))
    elif luck < 0.3:
        due = today
    else:
        due = today + _DAY * (1 + int(rng.random() ** 1.5 * 45))
    due -= due % 900
    kind = _TYPES.index("follow_up")
    subjects = _SUBJECTS[kind]
    pending.type, pending.status, pending.outcome, pending.duration = "follow_up", "pending", "", 0
    pending.subject = subjects[int(rng.random() * len(subjects))]
    pending.description = PHRASES["follow_up"].descriptions[0] if rng.random() < 0.4 else ""
    pending.follow_up = due
    pending.created_at = min(max(pending.created_at, now - 30 * _DAY), max(due - _DAY, pending.created_at), now - 60)
    if staff and rng.random() < 0.15:
        pending.assignee = int(rng.random() * staff)
    return max((one.created_at for one in made[:-1] if one.status == "completed"), default=0)
