"""The words and icons of the specification's values on screen."""

from __future__ import annotations

TYPE_WORDS = {
    "call": "Call",
    "email": "Email",
    "meeting": "Meeting",
    "support": "Support",
    "sale": "Sale",
    "follow_up": "Follow-up",
    "other": "Other",
}
PRIORITY_WORDS = {"low": "Low", "medium": "Medium", "high": "High", "urgent": "Urgent"}
STATUS_WORDS = {"pending": "Pending", "completed": "Completed", "cancelled": "Cancelled"}

LABELS = {
    "contact_id": "Contact",
    "type": "Type",
    "subject": "Subject",
    "description": "Description",
    "outcome": "Outcome",
    "priority": "Priority",
    "status": "Status",
    "duration": "Duration",
    "follow_up": "Follow up",
    "assignee_id": "Who follows up",
}


def type_icon(interaction_type: str) -> str:
    """The icon's name in ui/theme/icons.py, which has one for each type."""
    return interaction_type if interaction_type in TYPE_WORDS else "other"


def minutes_text(minutes: int) -> str:
    """A duration in words: '45 min', '1 h 30 min'."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
