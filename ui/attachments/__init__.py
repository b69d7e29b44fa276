"""Attached files on the card and in the interaction dialog."""
