"""A rule of a segment, as it is read and as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from crm_desktop.customers.validation import CUSTOMER_STATUSES, MAX_TAG_LENGTH, clean_tags
from crm_desktop.errors import InvalidInput
from crm_desktop.interactions.validation import PRIORITIES
from crm_desktop.lengths import LINE, too_long
from crm_desktop.listing.folding import storable

EVENTS = ("enter", "leave")
ACTIONS = ("add_tag", "remove_tag", "set_status", "follow_up")
OWNER = "owner"
"""As the assignee: the customer's responsible employee."""
MOST_DAYS = 365
_TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class RuleInput:
    """What a person says about a rule. Of the fields below `action`, those that belong to it count.

    `assignee` is OWNER, with a `fallback` for customers who have none, or the id of a person. `time` is "HH:MM".
    """

    event: str = "enter"
    action: str = "add_tag"
    tag: str = ""
    status: str = "active"
    assignee: UUID | str | None = OWNER
    fallback: UUID | None = None
    subject: str = ""
    days: int = 0
    time: str = "09:00"
    priority: str = "medium"
    is_active: bool = True


@dataclass(frozen=True)
class RuleRow:
    """A rule as it is kept; `parameters` are those of its action. `names`: of the people in it. `stopped_because`: why
    the program paused it, "" where nobody but people did."""

    id: UUID
    segment_id: UUID
    event: str
    action: str
    parameters: Mapping[str, Any]
    is_active: bool
    written_by: str
    created_at: datetime
    version: int
    names: Mapping[str, str]
    stopped_because: str = ""

    @property
    def as_input(self) -> RuleInput:
        """What it says, to be edited."""
        held = self.parameters
        about = RuleInput(self.event, self.action, is_active=self.is_active)
        if self.action == "follow_up":
            assignee = held["assignee"]
            return replace(
                about,
                assignee=OWNER if assignee == OWNER else UUID(assignee),
                fallback=UUID(held["fallback"]) if "fallback" in held else None,
                subject=held["subject"],
                days=held["days"],
                time=held["time"],
                priority=held["priority"],
            )
        return replace(about, **held)


def checked(given: RuleInput) -> dict[str, Any]:
    """The columns of a rule, or InvalidInput with a sentence per field."""
    faults: dict[str, str] = {}
    if given.event not in EVENTS:
        faults["event"] = "Choose when it acts."
    if given.action in ("add_tag", "remove_tag"):
        parameters = _tag(given, faults)
    elif given.action == "set_status":
        parameters = {"status": given.status}
        if given.status not in CUSTOMER_STATUSES:
            faults["status"] = "Choose a status."
    elif given.action == "follow_up":
        parameters = _follow_up(given, faults)
    else:
        faults["action"] = "Choose what it does."
        parameters = {}
    if faults:
        raise InvalidInput(faults)
    return {
        "event": given.event,
        "action": given.action,
        "parameters": parameters,
        "is_active": given.is_active,
    }


def _tag(given: RuleInput, faults: dict[str, str]) -> dict[str, Any]:
    tags = clean_tags((given.tag,))
    tag = tags[0] if tags else ""
    if not tag:
        faults["tag"] = "Name the tag."
    elif len(tag) > MAX_TAG_LENGTH:
        faults["tag"] = f"A tag has at most {MAX_TAG_LENGTH} characters."
    return {"tag": tag}


def _follow_up(given: RuleInput, faults: dict[str, str]) -> dict[str, Any]:
    subject = " ".join(storable(given.subject).split())
    if not subject:
        faults["subject"] = "Say what is to be done."
    elif fault := too_long(subject, LINE):
        faults["subject"] = fault
    if not 0 <= given.days <= MOST_DAYS:
        faults["days"] = f"From 0 to {MOST_DAYS} days."
    if not _TIME.fullmatch(given.time):
        faults["time"] = "Write the time as 09:00."
    if given.priority not in PRIORITIES:
        faults["priority"] = "Choose a priority."
    parameters: dict[str, Any] = {
        "assignee": str(given.assignee),
        "subject": subject,
        "days": given.days,
        "time": given.time,
        "priority": given.priority,
    }
    if given.assignee is None:
        faults["assignee"] = "Choose who follows up."
    elif given.assignee == OWNER:
        if given.fallback is None:
            faults["fallback"] = "Choose who follows up with customers nobody is responsible for."
        parameters["fallback"] = str(given.fallback)
    return parameters
