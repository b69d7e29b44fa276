"""What values are called in charts, several of a kind, and the places of their colours."""

from __future__ import annotations

from crm_desktop.listing.filter_words import choice_word

TYPES = (("individual", "Individuals"), ("business", "Businesses"))
STATUSES = (("active", "Active"), ("prospect", "Prospects"), ("inactive", "Inactive"))
TIERS = ("bronze", "silver", "gold", "platinum")
INTERACTION_TYPES = ("call", "email", "meeting", "support", "sale", "follow_up", "other")
# Blue, orange and grey differ in lightness, too: they stay apart for colour-blind eyes and in print.
STATUS_COLOURS = {"active": 0, "prospect": 2, "inactive": 6}
TYPE_COLOURS = {"individual": 0, "business": 2}


def interaction_word(interaction_type: str) -> str:
    """ "Follow-up"."""
    return choice_word(interaction_type)
