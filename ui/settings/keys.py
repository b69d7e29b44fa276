"""What the preferences file calls the window's own settings, and what they are when nothing was chosen."""

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
