"""Follow-ups: the agenda, putting off and handing on, and reminders at the due time."""
