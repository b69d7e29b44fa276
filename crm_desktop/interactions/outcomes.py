"""What usually comes of an interaction, and which of it means that nobody was reached.

An outcome is free text. It is no answer when it begins with one of NOT_REACHED, whatever the case, accents, hyphens and
what is written after it: "No answer", "Voicemail, full", "No-show: try again in May".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm_desktop.listing.folding import fold

USUAL: Mapping[str, tuple[str, ...]] = {
    "call": ("Reached", "No answer", "Voicemail", "Left a message", "Wrong number"),
    "email": ("Replied", "No reply", "Bounced"),
    "meeting": ("Took place", "Postponed", "No show"),
    "follow_up": ("Reached", "No answer", "Left a message"),
    "support": ("Solved", "Passed on"),
    "sale": ("Ordered", "Wants to think it over", "Not interested"),
}
"""What is offered where an outcome is typed, by type of interaction."""

NOT_REACHED = (
    *("No answer", "Did not answer", "Didn't answer", "No reply", "No response", "No show"),
    *("Voicemail", "Voice mail", "Mailbox", "Left a message", "Left message", "Left voicemail", "Left a voicemail"),
    *("Not reached", "Could not reach", "Couldn't reach", "Unreachable", "Not available", "Line busy"),
    *("Wrong number", "Bounced", "Undeliverable", "Out of office"),
)


def is_answer(outcome: str | None) -> bool:
    """Whether something is written down that says that somebody was reached."""
    words = _words(outcome or "")
    return bool(words) and not _NOT_REACHED.match(words)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


_NOT_REACHED = re.compile(rf"(?:{'|'.join(map(_words, NOT_REACHED))})\b")
