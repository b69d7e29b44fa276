"""Calls, meetings, emails and follow-ups with customers."""
