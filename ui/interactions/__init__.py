"""Interactions on screen: the dialog, the page, follow-up times."""
