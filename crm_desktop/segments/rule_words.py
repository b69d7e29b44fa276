"""Rules and what they did, in words: the same in the window, on the command line and in chores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_desktop.words import counted

from .rule_rows import OWNER, RuleRow
from .running import RuleActed, SegmentRunResult

_EVENTS = {"enter": "When a customer enters", "leave": "When a customer leaves"}
_MADE = {
    "first": "{size} in it at the first run; rules act on who enters or leaves from now on.",
    "criteria": "The criteria were changed: {entered} came in and {left} went by that, without any rule acting.",
}


def customers(number: int) -> str:
    """1 customer, 1,200 customers."""
    return counted(number, "customer")


def rule_words(row: RuleRow) -> str:
    """When a customer enters: add the tag “VIP”."""
    return f"{_EVENTS[row.event]}: {action_words(row.action, row.parameters, row.names)}"


def action_words(action: str, parameters: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What it does to one customer."""
    if action == "add_tag":
        return f"add the tag “{parameters['tag']}”"
    if action == "remove_tag":
        return f"remove the tag “{parameters['tag']}”"
    if action == "set_status":
        return f"set the status to {parameters['status']}"
    days, at = parameters["days"], parameters["time"]
    when = {0: "the same day", 1: "the next day"}.get(days, f"in {days} days")
    assignee = parameters["assignee"]
    if assignee == OWNER:
        who = f"the responsible employee (else {names.get(parameters['fallback'], 'an administrator')})"
    else:
        who = names.get(assignee, "an administrator")
    return f"plan a follow-up “{parameters['subject']}” for {who}, {when} at {at}"


def acted_words(acted: RuleActed, *, would: bool = False) -> str:
    """What a rule did, or would do, to how many."""
    given = acted.parameters
    if acted.stopped:
        return f"stopped the rule “{action_words(acted.action, given, {})}”: {acted.stopped.rstrip('.')}"
    whom = customers(acted.changed)
    if acted.action == "add_tag":
        said = f"{'would add' if would else 'added'} the tag “{given['tag']}” to {whom}"
    elif acted.action == "remove_tag":
        said = f"{'would remove' if would else 'removed'} the tag “{given['tag']}” from {whom}"
    elif acted.action == "set_status":
        said = f"{'would set' if would else 'set'} the status of {whom} to {given['status']}"
    else:
        number = counted(acted.changed, "follow-up")
        said = f"{'would plan' if would else 'planned'} {number} “{given['subject']}”"
    same = acted.customers - acted.changed
    if same:
        said += f" ({same:,} {'was' if same == 1 else 'were'} so already)"
    return said


def did_words(did: Sequence[RuleActed], *, would: bool = False) -> str:
    """All that rules did, as one sentence; "" for nothing."""
    said = "; ".join(acted_words(each, would=would) for each in did)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def run_words(run: SegmentRunResult, *, would: bool = False) -> str:
    """A run in a sentence or two, without the segment's name."""
    return kind_words(run.kind, run.size, run.entered, run.left, run.did, would=would)


def kind_words(kind: str, size: int, entered: int, left: int, did: Sequence[RuleActed], *, would: bool = False) -> str:
    """The same of the parts of a run."""
    acted = did_words(did, would=would)
    if kind in ("run", "asked"):
        return f"{entered:,} entered, {left:,} left. {acted or 'Nothing to do.'}"
    made = _MADE[kind].format(size=customers(size), entered=customers(entered), left=f"{left:,}")
    return f"{made} {acted}".strip()
