"""What the preferences file calls the window's own settings, and what they are when nothing was chosen."""

from uuid import UUID

THEME_KEY = "theme"
TEXT_SCALE_KEY = "text_scale"
LOCK_MINUTES_KEY = "lock_minutes"
LOCK_MINUTES = 15
LOCK_CHOICES = (
    (1, "After 1 minute without input"),
    (5, "After 5 minutes without input"),
    (15, "After 15 minutes without input"),
    (30, "After 30 minutes without input"),
    (60, "After 1 hour without input"),
    (0, "Only when asked (Ctrl+L)"),
)
NEVER_REMIND = -1
REMIND_BEFORE = (
    (0, "When they are due"),
    (5, "5 minutes before"),
    (15, "15 minutes before"),
    (30, "30 minutes before"),
    (NEVER_REMIND, "Not at all"),
)


def reminder_key(person: UUID) -> str:
    """Minutes before the due time, or NEVER_REMIND: of each person who signs in on this computer."""
    return f"reminders/{person}/minutes"
