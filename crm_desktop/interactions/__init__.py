"""Calls, meetings, e-mails and follow-ups with customers."""
